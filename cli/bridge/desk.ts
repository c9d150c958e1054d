import type { BridgeLetter, BridgeStep, BridgeWork } from '../../src/http/card-bridge.ts';
import { isTold } from '../client.ts';
import { Declined } from '../command.ts';

import { problemText } from '../../src/texts/problems.ts';
import type { BridgeDesk } from './server.ts';

export interface DeskDeps {
  /** Signs, as `signLetters`. */
  sign(letters: readonly string[], tell: (step: BridgeStep, done: number) => void): Promise<readonly BridgeLetter[]>;
  /** Opens a station, and works on its cards until it ends. @param opened told of each address of its page */
  station(opened: (address: string) => void): Promise<void>;
  /** Tells whoever sits there why a work ended, or of a bug. */
  failed(error: unknown): void;
}

/** One work at a time, which a page asked for; whoever sits at the terminal says whether it is done. */
export class Desk implements BridgeDesk {
  readonly #deps: DeskDeps;
  #work: BridgeWork = { is: 'idle' };
  #busy: Promise<void> | undefined;

  constructor(deps: DeskDeps) {
    this.#deps = deps;
  }

  /** The address of a station serves once: it is told once. */
  get work(): BridgeWork {
    const work = this.#work;
    if (work.is === 'station') this.#work = { ...work, address: '' };
    return work;
  }

  get isBusy(): boolean {
    return this.#busy !== undefined;
  }

  /** Until what was begun has ended. */
  async ended(): Promise<void> {
    await this.#busy;
  }

  sign(letters: readonly string[]): void {
    const of = letters.length;
    this.#begin(of, async () => {
      const tell = (step: BridgeStep, done: number): void => void (this.#work = { is: 'working', step, done, of });
      return { is: 'done', letters: await this.#deps.sign(letters, tell) };
    });
  }

  openStation(): void {
    this.#begin(0, async () => {
      await this.#deps.station((address) => void (this.#work = { is: 'station', address }));
      return { is: 'done', letters: [] };
    });
  }

  #begin(of: number, act: () => Promise<BridgeWork>): void {
    if (this.#busy) throw new Error('one work at a time');
    this.#work = { is: 'working', step: of > 0 ? 'card' : 'look', done: 0, of };
    this.#busy = act()
      .then(
        (done) => void (this.#work = done),
        (error: unknown) => {
          this.#work = endOf(error);
          this.#deps.failed(error);
        },
      )
      .finally(() => (this.#busy = undefined));
  }
}

/** In the words of the page, which is in Spanish. */
function endOf(error: unknown): BridgeWork {
  if (error instanceof Declined) return { is: 'declined' };
  if (isTold(error)) {
    return { is: 'failed', ...problemText(error.code, error.facts, 'es') };
  }
  return { is: 'failed', what: 'Falló el puente de este equipo. No se firmó nada más.', next: '' };
}
