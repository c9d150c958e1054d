/** What an auditor gets of a leaf, and what they check it with: not a line of ours. */
import { createHmac, createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { holdsFor, type OpeningView } from '../../cli/opened-record.ts';
import { json, type Done, type ErrorDocument } from '../support/command-line.ts';
import { cotejo } from '../support/warm-command-line.ts';
import { makeInstallation, type Installation } from '../support/installation.ts';
import { makeCard } from '../support/soft-slots.ts';

interface Opened {
  readonly entry: string;
  readonly leafHash: string;
  readonly opening: OpeningView & { readonly holds: boolean };
}

let office: Installation;
let data: string;
let activated: number;

beforeAll(async () => {
  office = await makeInstallation();
  const { card } = await makeCard(office.services, await office.register({ name: 'Ana Auditada' }));
  activated = (await office.services.cards.find({ number: card.number }))!.activatedLeaf!;
  data = office.config.dataFolder;
  office.close();
});
afterAll(() => office.remove());

const prove = (...words: readonly string[]): Done => cotejo(data, ['log', 'prove', ...words]);
const bytes = (text: string): Buffer => Buffer.from(text, 'base64');

test('record and salt give the leaf that is proven, by anybody', () => {
  const done = prove(String(activated), '--open', '--json');
  expect(done.status, done.stderr).toBe(0);
  const { entry, leafHash, opening } = json<Opened>(done);
  const leaf = bytes(entry);
  expect(createHash('sha256').update(Buffer.of(0)).update(leaf).digest('base64')).toBe(leafHash);
  const commitment = createHmac('sha256', bytes(opening.salt)).update(bytes(opening.record)).digest();
  expect(leaf.subarray(10, 42)).toEqual(commitment);
  expect(bytes(opening.record).toString('latin1')).toContain('card/activated');
  const { kind, bytes: evidence } = opening.evidence ?? { kind: 0, bytes: '' };
  const proof = createHmac('sha256', bytes(opening.salt)).update(Buffer.of(kind)).update(bytes(evidence)).digest();
  expect(leaf.subarray(74, 106)).toEqual(proof);
  expect(opening.holds).toBe(true);
});

test('no other record, salt or evidence is said to be that of the leaf', () => {
  const { entry, opening } = json<Opened>(prove(String(activated), '--open', '--json'));
  const changed = (text: string): string => {
    const other = bytes(text);
    other[other.length - 1]! ^= 1;
    return other.toString('base64');
  };
  expect(holdsFor(entry, opening)).toBe(true);
  expect(holdsFor(entry, { ...opening, record: changed(opening.record) })).toBe(false);
  expect(holdsFor(entry, { ...opening, salt: changed(opening.salt) })).toBe(false);
  expect(holdsFor(entry, { ...opening, evidence: { kind: 1, bytes: '' } })).toBe(false);
});

test('people read the act, and that the record has personal data; without being asked nobody gets it', () => {
  const said = prove(String(activated), '--open');
  expect(said.stdout).toContain('card/activated');
  expect(said.stdout).toContain('✓');
  expect(said.stderr).toContain('nombres reservados');
  expect(json(prove(String(activated), '--json'))).not.toHaveProperty('opening');
});

test('a leaf that is not there is told as that', () => {
  expect(json<ErrorDocument>(prove('999', '--open', '--json')).error.code).toBe('log/no-such-entry');
});
