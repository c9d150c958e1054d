import { Writable } from 'node:stream';
import { workerData, type MessagePort } from 'node:worker_threads';
import { commandLine } from '../../cli/command-line.ts';

const { port, turn } = workerData as { readonly port: MessagePort; readonly turn: Int32Array };

function kept(): { readonly stream: NodeJS.WriteStream; text(): string } {
  const parts: Buffer[] = [];
  const stream = new Writable({
    write(part: Buffer, _, done) {
      parts.push(part);
      done();
    },
  });
  return { stream: stream as NodeJS.WriteStream, text: () => Buffer.concat(parts).toString('utf8') };
}

async function obey(words: readonly string[], env: Record<string, string>): Promise<void> {
  const [out, messages] = [kept(), kept()];
  process.env = env;
  let status = 70;
  try {
    status = await commandLine(words, env, { out: out.stream, messages: messages.stream });
  } catch (error) {
    messages.stream.write(error instanceof Error ? error.stack! : 'thrown');
  }
  port.postMessage({ status, stdout: out.text(), stderr: messages.text() });
  Atomics.store(turn, 0, 1);
  Atomics.notify(turn, 0);
}

port.on('message', ({ words, env }: { readonly words: readonly string[]; readonly env: Record<string, string> }) => {
  void obey(words, env);
});
