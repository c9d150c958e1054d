import { Outage } from '../src/core/refusal.ts';
import type { EntryCode } from '../src/texts/code.ts';

/**
 * Standard output, on a disk that may be full or in a pipe that nobody reads any more. What an act has begun it finishes:
 * a failure is kept until the end, and nothing further is written.
 */
export class Output {
  readonly isTTY: boolean;
  readonly #stream: NodeJS.WriteStream;
  #failure: NodeJS.ErrnoException | undefined;

  constructor(stream: NodeJS.WriteStream) {
    this.isTTY = Boolean(stream.isTTY);
    this.#stream = stream;
    stream.on('error', (error) => this.#fail(error));
  }

  #fail(error: Error): void {
    this.#failure ??= error;
  }

  write(text: string): void {
    if (!this.#failure) this.#stream.write(text);
  }

  /** What was written has arrived. A reader that closed its pipe has what it wanted. @throws Outage `file/output-lost` */
  async arrived(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#stream.write('', (error) => {
        if (error) this.#fail(error);
        // The stream tells its first failure at the next turn.
        setImmediate(resolve);
      });
    });
    const failure = this.#failure;
    if (!failure || failure.code === 'EPIPE') return;
    const reason = failure.code ?? 'unknown';
    throw new Outage<EntryCode>('file/output-lost', `standard output: ${reason}`, { reason }, { cause: failure });
  }
}
