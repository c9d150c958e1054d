import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { Acknowledged, checkData } from './ledger-oracle.ts';

const folder = temporaryFolder();
const rounds = process.env['COTEJO_LONG'] ? 200 : 20;
const committer = join(import.meta.dirname, 'committer.ts');

/** Runs until its first acknowledgement and `milliseconds` more, then kill -9; what it printed. */
function runAndKill(file: string, name: string, milliseconds: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [committer, file, name], { stdio: ['ignore', 'pipe', 'inherit'] });
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (stdout === '') setTimeout(() => child.kill('SIGKILL'), milliseconds);
      stdout += text;
    });
    child.on('close', (_, signal) => (signal === 'SIGKILL' ? resolve(stdout) : reject(new Error(`ended: ${signal}`))));
    child.on('error', reject);
  });
}

test(
  `kill -9 at ${rounds} random moments loses no acknowledged act and forks nothing`,
  { timeout: 600_000 },
  async () => {
    const file = `${folder}/kill.sqlite`;
    const acknowledged = new Acknowledged();
    let size = 0;
    for (let round = 0; round < rounds; round++) {
      acknowledged.read(await runAndKill(file, `round${round}`, Math.random() * 60));
      const before = size;
      ({ size } = await checkData(file, acknowledged));
      expect(size).toBeGreaterThan(before);
    }
    expect(acknowledged.acts.size).toBeGreaterThan(rounds);
    // At most one act a round was stored without its acknowledgement.
    expect(size - acknowledged.acts.size).toBeLessThanOrEqual(rounds);
  },
);
