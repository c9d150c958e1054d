import { expect, test } from 'vitest';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { toBase64 } from '../../src/core/base64.ts';
import { openCheckpoint } from '../../src/log/checkpoint.ts';
import type { LogReader } from '../../src/log/ledger.ts';
import { noteKeyOf } from '../../src/log/note.ts';
import { formatProof, parseProof } from '../../src/log/proof.ts';
import { provesEntry } from '../../src/log/entry-proof.ts';
import { pathSides } from '../../src/log/merkle.ts';
import { proveEntry } from '../../src/log/prove.ts';
import { publishCheckpoint, publishFirstCheckpoint } from '../../src/log/publish.ts';
import { memoryData, type MemoryData } from '../doubles/memory-ledger.ts';
import { bytesOf, plainAct } from '../support/acts.ts';
import { ed25519Signer } from '../support/ed25519-signer.ts';
import { codeOf, codeOfAct } from '../support/refuses.ts';

const origin = 'example.org/log';
const logSigner = ed25519Signer(bytesOf('log'));
const logKey = noteKeyOf(origin, logSigner.spki, nodePrimitives);

async function filled(count: number, seed = ''): Promise<MemoryData> {
  const data = memoryData();
  for (let i = 0; i < count; i++) await data.ledger.commit(plainAct(`${seed}${i}`));
  return data;
}
const depsOf = ({ log, checkpoints }: MemoryData) => ({
  log,
  checkpoints,
  origin,
  logSigner,
  primitives: nodePrimitives,
});

test('signs the durable head, so that a stranger can open it, and keeps it', async () => {
  const data = await filled(5);
  const published = await publishFirstCheckpoint(depsOf(data));
  expect(await openCheckpoint(published.note, logKey, nodePrimitives)).toEqual({ origin, ...(await data.log.head()) });
  expect(await data.checkpoints.latest()).toEqual(published);
});

test('signs the empty log as well', async () => {
  const { size, note } = await publishCheckpoint(depsOf(await filled(0)));
  expect(size).toBe(0);
  expect(note).toContain(`${origin}\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n`);
});

test('goes on from the empty log', async () => {
  const data = await filled(0);
  await publishCheckpoint(depsOf(data));
  for (const name of ['a', 'b', 'c']) await data.ledger.commit(plainAct(name));
  expect((await publishCheckpoint(depsOf(data))).size).toBe(3);
});

test('does not use the key again while the log stands still', async () => {
  const deps = depsOf(await filled(5));
  const first = await publishFirstCheckpoint(deps);
  const silent = { ...logSigner, sign: () => expect.fail('the key was used') };
  expect(await publishCheckpoint({ ...deps, logSigner: silent })).toEqual(first);
});

test('never signs a log that has fewer entries than were signed', async () => {
  const data = await filled(5);
  await publishFirstCheckpoint(depsOf(data));
  const restored = await filled(4);
  const deps = { ...depsOf(data), log: restored.log };
  expect(await codeOfAct(() => publishCheckpoint(deps))).toBe('log/behind-checkpoint');
});

test.each([5, 9])('never signs another history of what was signed (%i entries)', async (size) => {
  const data = await filled(5);
  await publishFirstCheckpoint(depsOf(data));
  const fork = await filled(size, 'fork');
  expect(await codeOfAct(() => publishCheckpoint({ ...depsOf(data), log: fork.log }))).toBe('log/forked');
});

test('never signs another history whose nodes still lead to what was signed', async () => {
  const data = await filled(5);
  await publishFirstCheckpoint(depsOf(data));
  const fork = await filled(8, 'fork');
  // Of five leaves: four, and the last. No node of eight leaves is among them.
  const kept = new Set(['2/0', '0/4']);
  const log: LogReader = {
    ...fork.log,
    nodes: async (ids) =>
      Promise.all(
        ids.map(async (id) => (await (kept.has(`${id.level}/${id.index}`) ? data : fork).log.nodes([id]))[0]!),
      ),
  };
  expect(await codeOfAct(() => publishCheckpoint({ ...depsOf(data), log }))).toBe('log/forked');
});

test('never signs a head that its own entries do not lead to', async () => {
  const data = await filled(5);
  const log: LogReader = { ...data.log, head: async () => ({ size: 5, root: bytesOf('another') }) };
  expect(await codeOfAct(() => publishFirstCheckpoint({ ...depsOf(data), log }))).toBe('log/corrupt');
  expect(await data.checkpoints.latest()).toBeUndefined();
});

test('signs the first checkpoint of a log only when it is told that it is the first', async () => {
  const data = await filled(5);
  expect(await codeOfAct(() => publishCheckpoint(depsOf(data)))).toBe('log/checkpoint-missing');
  expect(await data.checkpoints.latest()).toBeUndefined();
  const first = await publishFirstCheckpoint(depsOf(data));
  expect(first.size).toBe(5);
  expect(await publishCheckpoint(depsOf(data))).toEqual(first);
});

test.each([5, 6])('never signs on from a checkpoint that its own key did not sign (%i entries)', async (size) => {
  const data = await filled(5);
  const { note } = await publishFirstCheckpoint(depsOf(data));
  const fork = await filled(size, 'fork');
  const five = await filled(5, 'fork');
  const { root } = await five.log.head();
  const latest = async () => ({ size: 5, root, note });
  const deps = { ...depsOf(data), log: fork.log, checkpoints: { ...data.checkpoints, latest } };
  expect(await codeOfAct(() => publishCheckpoint(deps))).toBe('log/forked');
  const forged = async () => ({ size: 5, root, note: note.replace(/\n(\S+)\n\n/, `\n${toBase64(root)}\n\n`) });
  const believed = { ...deps, checkpoints: { ...data.checkpoints, latest: forged } };
  expect(await codeOfAct(() => publishCheckpoint(believed))).toBe('log/forked');
});

test('keeps nothing that a broken key signed', async () => {
  const data = await filled(5);
  const broken = { ...logSigner, sign: async () => new Uint8Array(64) };
  expect(await codeOfAct(() => publishFirstCheckpoint({ ...depsOf(data), logSigner: broken }))).toBe('log/note-forged');
  expect(await data.checkpoints.latest()).toBeUndefined();
});

test('proves every published entry to whoever has the key, and no other', async () => {
  const data = await filled(20);
  const deps = depsOf(data);
  await publishFirstCheckpoint(deps);
  const entries = (await data.log.entries(0, 20)).map((row) => row.entry);
  for (const [index, entry] of entries.entries()) {
    const proof = await proveEntry(deps, index);
    expect(await provesEntry(proof, entry, logKey, nodePrimitives)).toBe(true);
    expect(await provesEntry(proof, entries[(index + 1) % 20]!, logKey, nodePrimitives)).toBe(false);
    expect(await provesEntry({ ...proof, checkpoint: 'x' }, entry, logKey, nodePrimitives)).toBe(false);
    const stranger = noteKeyOf(origin, ed25519Signer(bytesOf('x')).spki, nodePrimitives);
    expect(await provesEntry(proof, entry, stranger, nodePrimitives)).toBe(false);
    expect(parseProof(formatProof(proof))).toEqual(proof);
    expect(pathSides(index, 20)).toHaveLength(proof.path.length);
  }
});

test('says that an entry is not published yet', async () => {
  const data = await filled(2);
  expect(await codeOfAct(() => proveEntry(depsOf(data), 0))).toBe('log/not-yet-published');
  await publishFirstCheckpoint(depsOf(data));
  await data.ledger.commit(plainAct('late'));
  expect(await codeOfAct(() => proveEntry(depsOf(data), 2))).toBe('log/not-yet-published');
  expect(await codeOfAct(() => proveEntry(depsOf(data), 1000))).toBe('log/no-such-entry');
});

test('reads proofs that carry extra data, and skips it', async () => {
  const data = await filled(3);
  await publishFirstCheckpoint(depsOf(data));
  const proof = await proveEntry(depsOf(data), 1);
  expect(parseProof(formatProof(proof).replace('\nindex', '\nextra AAAA\nindex'))).toEqual(proof);
});

test.each<[string, (text: string) => string]>([
  ['no checkpoint', (text) => text.slice(0, text.indexOf('\n\n'))],
  ['another version', (text) => text.replace('@v1', '@v2')],
  ['extra data that is not base64', (text) => text.replace('\nindex', '\nextra ?\nindex')],
  ['no index', (text) => text.replace(/index \d+\n/, '')],
  ['a leading zero', (text) => text.replace('index ', 'index 0')],
  ['an index beyond 2^53', (text) => text.replace(/index \d+/, 'index 9007199254740993')],
  ['a short hash', (text) => text.replace(/(index \d+\n)/, '$1AAAA\n')],
  ['too many hashes', (text) => text.replace(/(index \d+\n)/, `$1${`${'A'.repeat(43)}=\n`.repeat(65)}`)],
  ['more than it may be long', (text) => text.padEnd(100_001, 'x')],
])('a proof with %s is malformed', async (_, change) => {
  const data = await filled(3);
  await publishFirstCheckpoint(depsOf(data));
  const text = formatProof(await proveEntry(depsOf(data), 1));
  expect(codeOf(() => parseProof(change(text)))).toBe('log/proof-malformed');
});
