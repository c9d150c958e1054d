import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cardOffice } from '../../../cli/card-office.ts';
import { Client } from '../../../cli/client.ts';
import { generateKey } from '../../../src/adapters/keys.ts';
import { nodePrimitives } from '../../../src/adapters/primitives.ts';
import { systemRandom } from '../../../src/adapters/system.ts';
import { encodePem } from '../../../src/authority/pem.ts';
import { drawCardNumber } from '../../../src/card/card.ts';
import { parseTagUid } from '../../../src/card/ntag424/uid.ts';
import { MANAGEMENT_ALGORITHM, MANAGEMENT_ALGORITHMS } from '../../../src/card/piv/reference.ts';
import { hashListsOf } from '../../../src/card/card-objects.ts';
import { readHashList } from '../../../src/card/piv/security-object.ts';
import { fromHex, toHex } from '../../../src/core/bytes.ts';
import { toBase64 } from '../../../src/core/base64.ts';
import { staffApp } from '../../../src/http/staff/app.ts';
import { portrait } from '../../support/installation.ts';
import { ask, missingJudge } from '../../support/judges.ts';
import { newcomer, OFFICE_ORIGIN, openOffice } from '../../support/office.ts';
import { keyRequest, proofOf, registerCard } from '../../support/soft-slots.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const office = await openOffice();
const { services, config, ports } = office;
const bugs: Error[] = [];
const app = staffApp(services, (error) => bugs.push(error));
const answers: string[] = [];
const client = new Client(
  async (request) => {
    const response = await app.fetch(request);
    const isSecret = /\/(?:management-key|puk|tag)$/.test(new URL(request.url).pathname) && response.ok;
    if (!isSecret) answers.push(await response.clone().text());
    return response;
  },
  async () => {},
);
const station = cardOffice(client);
const UID = parseTagUid(fromHex('04a1b2c3d4e5f6')!)!;

describe('a station', () => {
  test('makes a card through the staff API as in the same process', async () => {
    const person = await newcomer(office);
    await services.changeOfficial({ id: person.id, changes: {}, photo: await services.readPhoto(portrait()) });
    const holder = await station.holder(person.id);
    expect(holder).toEqual(await services.cards.holder(person.id));
    expect(holder.photo!.length).toBeLessThanOrEqual(12_500);
    const request = { officialId: person.id, idempotencyKey: randomUUID() };
    const card = await station.register(request);
    expect(await station.register(request)).toEqual(card);
    expect((await station.holder(person.id)).card).toEqual(card);
    const { number } = card;
    expect(await station.find({ number })).toEqual(card);
    expect(await station.find({ guid: card.guid })).toEqual(card);
    expect(await station.find({ tagUid: '04FFFFFFFFFFFF' })).toBeUndefined();
    const assigned = await station.assignTag(number, UID, { isBlank: true });
    expect(assigned).toEqual(await services.cards.assignTag(number, UID, { isBlank: false }));
    expect(await station.assignTag(number, UID, { isBlank: false })).toEqual(assigned);
    const serials: string[] = [];
    for (const slot of holder.slots) {
      const key = await generateKey('P-256');
      const certified = await station.certify({ number, slot, csr: await keyRequest(key) });
      const challenge = await station.challenge(certified.serial);
      const signature = await proofOf(card, { ...certified, key }, challenge);
      await station.prove({ serial: certified.serial, challenge, signature });
      serials.push(certified.serial);
    }
    expect((await station.certificates(number)).map(({ isProven }) => isProven)).toEqual([true, true, true]);
    const active = await station.activate({ number, serials, tag: { uid: UID, keyVersion: 1, counter: 3 } });
    expect(active).toEqual(await services.cards.find({ tagUid: '04A1B2C3D4E5F6' }));
    expect(active.state).toBe('active');
    const ended = await station.end({ number, reason: 'lost' });
    expect(ended).toMatchObject({ state: 'ended', ended: { reason: 'lost' } });
    const serial = (await services.credentials.list({ officialId: person.id, limit: 9 }))[0]!.serial;
    await expect(station.challenge(serial)).resolves.toHaveLength(32);
    await station.discard(serial);
    expect(bugs).toEqual([]);
  });

  test('is told why, by code', async () => {
    const refused = (act: Promise<unknown>) =>
      act.then(() => undefined).catch((error: { code?: string }) => error.code);
    expect(await refused(station.holder('00000000'))).toBe('credential/official-unknown');
    expect(await refused(station.find({ number: '1234' }))).toBe('card/not-found');
    expect(await refused(station.challenge('40'.repeat(16)))).toBe('credential/not-found');
    expect(await refused(client.post('/api/v1/staff/cards/0000-0000-0000/end', { reason: 'bored' }))).toBe(
      'http/body-malformed',
    );
    expect(await refused(client.post('/api/v1/staff/cards/0000-0000-0000/tag', { uid: '05A1B2C3D4E5F6' }))).toBe(
      'http/body-malformed',
    );
    expect(bugs).toEqual([]);
  });
});

const noOpenssl = missingJudge('openssl');
test.skipIf(noOpenssl)(`openssl verifies a security object (${noOpenssl ?? 'here'})`, async () => {
  const person = await newcomer(office);
  await services.changeOfficial({ id: person.id, changes: {}, photo: await services.readPhoto(portrait()) });
  const card = await registerCard(services, person);
  const { number } = card;
  const hashes = hashListsOf(card, await station.holder(person.id), nodePrimitives)[0]!;
  expect(readHashList(hashes)).toHaveLength(3);
  const signed = await station.signContent({ number, bytes: hashes });
  // What a card has room for (SP 800-73-5 Part 1, table 7), and two APDUs of it.
  expect(signed.length).toBeLessThan(700);
  const again = await station.signContent({ number, bytes: hashes });
  expect(again.length).toBeLessThan(700);
  const found = ports.data.database.prepare("SELECT record FROM authority WHERE key = 'tarjetas'").all();
  expect(found).toHaveLength(1);
  const { certificate } = JSON.parse(String(found[0]!['record'])) as { certificate: string };
  const folder = temporaryFolder();
  const at = (name: string, content: string | Uint8Array): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const pem = (der: Uint8Array): string => encodePem('CERTIFICATE', der);
  const { root, authorities } = services.charter;
  const args = [
    ...['cms', '-verify', '-inform', 'DER', '-in', at('signed.der', signed)],
    ...['-certfile', at('signer.pem', pem(new Uint8Array(Buffer.from(certificate, 'base64url'))))],
    ...['-CAfile', at('chain.pem', [root, ...authorities].map(pem).join('')), '-purpose', 'any'],
    ...['-out', join(folder, 'content.der')],
  ];
  const ruling = ask('openssl', args);
  expect(ruling.text).toMatch(/verification successful/i);
  expect(new Uint8Array(readFileSync(join(folder, 'content.der')))).toEqual(hashes);
  expect((await services.auditLog()).register.findings).toEqual([]);
});

describe('the secrets of a card', () => {
  test('are in no answer but the one that is asked for them, in no record and no file but the key folder', async () => {
    const card = await station.register({ officialId: (await newcomer(office)).id, idempotencyKey: randomUUID() });
    const [managementKey, puk] = [await station.managementKey(card), await station.puk(card)];
    const [own, ownPuk] = [await services.cards.managementKey(card), await services.cards.puk(card)];
    expect(puk).toBe(ownPuk);
    expect(puk).toMatch(/^\d{8}$/);
    const uid = parseTagUid(fromHex('04111111111111')!)!;
    const { keys } = await station.assignTag(card.number, uid, { isBlank: true });
    const secrets = [...keys];
    for (const algorithm of MANAGEMENT_ALGORITHMS) {
      expect(managementKey(algorithm)).toEqual(own(algorithm));
      expect(managementKey(algorithm)).toHaveLength(MANAGEMENT_ALGORITHM[algorithm].keyBytes);
      secrets.push(managementKey(algorithm));
    }
    const store = ports.openSecrets(true);
    for (const name of await store.list('')) secrets.push(await store.get(name));
    expect(secrets.length).toBeGreaterThanOrEqual(5 + 4 + 4);
    // Key 2 of a tag is the key of its batch.
    expect(new Set(secrets.map(toHex)).size).toBe(secrets.length - 1);
    const told = answers.join('\n');
    const spellings = secrets.flatMap((secret) => [
      Buffer.from(secret),
      ...[toHex(secret), toHex(secret).toUpperCase(), toBase64(secret).replace(/=+$/, '')].map((text) =>
        Buffer.from(text),
      ),
    ]);
    spellings.push(Buffer.from(puk));
    const files = readdirSync(config.dataFolder, { recursive: true, withFileTypes: true })
      .filter((file) => file.isFile() && !file.parentPath.startsWith(config.keysFolder))
      .map((file) => readFileSync(join(file.parentPath, file.name)));
    expect(files.length).toBeGreaterThan(0);
    for (const spelling of spellings) {
      expect(told).not.toContain(spelling.toString('latin1'));
      for (const file of files) expect(file.includes(spelling)).toBe(false);
    }
    for (const name of readdirSync(config.keysFolder)) {
      expect(statSync(join(config.keysFolder, name)).mode & 0o077).toBe(0);
    }
  });
});

describe('an answer that is not of its form', () => {
  const number = drawCardNumber(systemRandom);
  const card = {
    ...{ number, officialId: '12345678', guid: '0'.repeat(32), expires: '2030-01-01' },
    ...{ state: 'registered', registeredAt: 1, registeredLeaf: 1 },
  };
  const bytes = Buffer.alloc(32).toString('base64');
  const certificate = { slot: '9C', serial: '1'.repeat(32), certificate: bytes, isProven: true, isUpToDate: true };
  const tag = { origin: OFFICE_ORIGIN, batch: 'AAAA', keyVersion: 1, keys: Array(5).fill(bytes) };
  const answering = (answer: unknown): ReturnType<typeof cardOffice> =>
    cardOffice(
      new Client(
        async () => Response.json(answer),
        async () => {},
      ),
    );
  test.each<[string, (of: ReturnType<typeof cardOffice>) => Promise<unknown>, unknown]>([
    ['a number that is a path', (of) => of.find({ number }), { card: { ...card, number: '../../escaped/etc' } }],
    ['a GUID that is none', (of) => of.register({ officialId: 'x', idempotencyKey: 'x' }), { ...card, guid: 'x' }],
    ['a state that is none', (of) => of.end({ number, reason: 'lost' }), { ...card, state: 'new' }],
    ['a day that is none', (of) => of.activate({ number, serials: [] }), { ...card, expires: '2030-13-01' }],
    ['no card', (of) => of.find({ number }), {}],
    ['a holder without slots', (of) => of.holder('x'), { ...card, name: '', post: '', unit: '', printed: {} }],
    ['a list that is none', (of) => of.certificates(number), certificate],
    ['a slot that is none', (of) => of.certificates(number), [{ ...certificate, slot: '9D' }]],
    ['a serial that is a path', (of) => of.certificates(number), [{ ...certificate, serial: '../x' }]],
    ['bytes that are none', (of) => of.signContent({ number, bytes: new Uint8Array() }), { signed: 7 }],
    ['a challenge of another length', (of) => of.challenge('x'), { challenge: 'AAAA' }],
    ['half a challenge', (of) => of.accessChallenge(number, 'puk'), { challenge: bytes }],
    ['a key of another length', (of) => of.managementKey({ number }), { managementKeys: { 'AES-256': 'AAAA' } }],
    ['a PUK that is none', (of) => of.puk({ number }), { puk: '1234567' }],
    ['keys of another length', (of) => of.assignTag(number, UID, { isBlank: true }), tag],
  ])('is refused: %s', async (_, act, answer) => {
    await expect(act(answering(answer))).rejects.toMatchObject({ code: 'http/unexpected' });
  });
});
