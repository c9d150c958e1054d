import { createPublicKey, verify, X509Certificate } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { nodePrimitives as primitives } from '../../../src/adapters/primitives.ts';
import { systemRandom } from '../../../src/adapters/system.ts';
import { makeCapability, encodeCapability } from '../../../src/card/piv/capability.ts';
import { encodeCertificate, readCertificate } from '../../../src/card/piv/certificate.ts';
import { auditFactorySecrets, FACTORY_PIN, FACTORY_PUK, factoryManagementKey } from '../../../src/card/piv/factory.ts';
import { inspect } from '../../../src/card/piv/inspect.ts';
import { generateKey, signatureAlgorithmOf, signWith } from '../../../src/card/piv/keys.ts';
import { authenticateManagement, findManagementAlgorithm, setManagementKey } from '../../../src/card/piv/management.ts';
import { OBJECTS, readObject, writeObject } from '../../../src/card/piv/objects.ts';
import { changePin, changePuk, readPinState, readPukTries, unblockPin, verifyPin } from '../../../src/card/piv/pin.ts';
import { MANAGEMENT_ALGORITHMS, SLOTS, type KeyAlgorithm } from '../../../src/card/piv/reference.ts';
import { attest, readMetadata, readSerial, readVersion } from '../../../src/card/piv/vendor.ts';
import { exchange } from '../../../src/card/apdu.ts';
import { readOnly } from '../../../src/card/tlv.ts';
import { selectApplication } from '../../../src/card/piv/application.ts';
import { sequence, octetString } from '../../../src/asn1/write.ts';
import { utf8 } from '../../../src/core/bytes.ts';
import { listening, managementDeps, newCard, openCard, putIn } from '../../support/soft-cards.ts';
import { codeOfAct } from '../../support/refuses.ts';

const PERSONALITIES = ['yubikey', 'bare'] as const;
const CHALLENGE = utf8('a challenge nobody has signed before');

describe.each(PERSONALITIES)('a %s card', (personality) => {
  test('is selected, and says nothing it does not have', async () => {
    const { channel, state } = await newCard({ personality });
    expect((await selectApplication(channel)).identifier).toHaveLength(6);
    const told = personality === 'yubikey';
    expect(await readSerial(channel)).toBe(told ? state.serial : undefined);
    expect(await readVersion(channel)).toEqual(told ? { major: 5, minor: 4, patch: 3 } : undefined);
    expect((await readMetadata(channel, 0x9a)) === 'none').toBe(told);
  });

  test.each(MANAGEMENT_ALGORITHMS)(
    'takes its management key in %s, and another instead',
    async (managementAlgorithm) => {
      const { channel, state } = await newCard({ personality, managementAlgorithm });
      expect(await findManagementAlgorithm(channel)).toBe(managementAlgorithm);
      const factory = factoryManagementKey(managementAlgorithm);
      expect(await authenticateManagement(channel, factory, managementDeps)).toBe(managementAlgorithm);
      const key = systemRandom(32);
      await setManagementKey(channel, 'AES-256', key);
      await channel.close();

      const again = await putIn(state, { personality });
      expect(await codeOfAct(() => writeObject(again, 'capability', new Uint8Array(3)))).toBe('card/not-allowed');
      expect(await authenticateManagement(again, key, managementDeps)).toBe('AES-256');
      await writeObject(again, 'capability', encodeCapability(makeCapability(systemRandom)));
    },
  );

  test('is given a wrong management key once, and says so', async () => {
    const { channel } = await newCard({ personality });
    const watched = listening(channel);
    const wrong = factoryManagementKey('3DES').with(0, 9);
    expect(await codeOfAct(() => authenticateManagement(watched, wrong, managementDeps))).toBe(
      'card/management-key-wrong',
    );
    const answered = watched.told.filter((one) => one[1] === 0x87 && one[5] === 0x7c && one[6]! > 2);
    expect(answered).toHaveLength(1);
    expect(await codeOfAct(() => writeObject(channel, 'chuid', new Uint8Array(3)))).toBe('card/not-allowed');
  });

  test('is not given a key of a length that it cannot have', async () => {
    const { channel } = await newCard({ personality, managementAlgorithm: 'AES-128' });
    const act = (): Promise<unknown> => authenticateManagement(channel, new Uint8Array(24), managementDeps);
    expect(await codeOfAct(act)).toBe('card/management-key-algorithm');
  });

  test.each(['P-256', 'P-384', 'RSA-2048'] as const)(
    'makes a key of %s in each slot, which signs',
    async (algorithm) => {
      const { channel } = await openCard({ personality });
      for (const slot of algorithm === 'RSA-2048' ? (['9C'] as const) : SLOTS) {
        const key = await generateKey(channel, slot, algorithm);
        if (slot !== '9E') {
          expect(await codeOfAct(() => signWith(channel, slot, key, CHALLENGE, primitives))).toBe('card/not-allowed');
          await verifyPin(channel, FACTORY_PIN);
        }
        const signature = await signWith(channel, slot, key, CHALLENGE, primitives);
        expect(signature).toHaveLength({ 'P-256': 64, 'P-384': 96, 'RSA-2048': 256 }[algorithm]);
        expect(verifiesWithOpenssl(algorithm, key.spki, signature)).toBe(true);
        const again = (): Promise<unknown> => signWith(channel, slot, key, CHALLENGE, primitives);
        if (slot === '9C') expect(await codeOfAct(again)).toBe('card/not-allowed');
        else await again();
        // A new key where the old one is believed to be.
        if (algorithm === 'RSA-2048') continue;
        await generateKey(channel, slot, algorithm);
        await verifyPin(channel, FACTORY_PIN);
        expect(await codeOfAct(again)).toBe('card/signature-wrong');
        await channel.transmit(Uint8Array.of(0x00, 0x20, 0xff, 0x80));
      }
    },
  );

  test('keeps every object, up to its limit, and no longer', async () => {
    const { channel } = await openCard({ personality });
    await verifyPin(channel, FACTORY_PIN);
    for (const [name, { mostBytes, ownTag }] of Object.entries(OBJECTS) as [
      keyof typeof OBJECTS,
      (typeof OBJECTS)['chuid'],
    ][]) {
      if (name === 'discovery') continue;
      for (const length of [1, 127, 128, 255, 256, mostBytes].filter((one) => one <= mostBytes)) {
        const value = systemRandom(length);
        await writeObject(channel, name, value);
        expect(await readObject(channel, name), `${name} ${length}`).toEqual(value);
      }
      expect(await codeOfAct(() => writeObject(channel, name, new Uint8Array(mostBytes + 1)))).toBe('card/too-large');
      if (ownTag) continue;
      await writeObject(channel, name, new Uint8Array());
      expect(await readObject(channel, name)).toBeUndefined();
    }
  });

  test('that is full says so', async () => {
    const { channel } = await openCard({ personality, mostObjectBytes: 1000 });
    expect(await codeOfAct(() => writeObject(channel, 'facial-image', new Uint8Array(1001)))).toBe('card/full');
  });

  test('is never brought to its last try', async () => {
    const { channel, state } = await newCard({ personality });
    expect(await readPinState(channel)).toEqual({ verified: false, triesLeft: 3 });
    expect(await codeOfAct(() => verifyPin(channel, '999999'))).toBe('card/pin-wrong');
    expect(await codeOfAct(() => changePin(channel, '999999', '246810'))).toBe('card/pin-wrong');
    for (let count = 0; count < 3; count++) {
      expect(await codeOfAct(() => verifyPin(channel, FACTORY_PIN))).toBe('card/pin-last-try');
      expect(await codeOfAct(() => changePin(channel, FACTORY_PIN, '246810'))).toBe('card/pin-last-try');
    }
    expect(state.pin.triesLeft).toBe(1);
    state.pin.triesLeft = 0;
    expect(await codeOfAct(() => verifyPin(channel, FACTORY_PIN))).toBe('card/pin-blocked');
  });

  test('is unblocked with its PUK, whose tries are not spent unseen', async () => {
    const { channel, state } = await newCard({ personality });
    const acceptUnknownTries = personality === 'bare';
    state.pin.triesLeft = 0;
    if (acceptUnknownTries) {
      expect(await readPukTries(channel)).toBeUndefined();
      expect(await codeOfAct(() => unblockPin(channel, FACTORY_PUK, '246810'))).toBe('card/puk-tries-unknown');
      expect(await codeOfAct(() => changePuk(channel, FACTORY_PUK, '24681012'))).toBe('card/puk-tries-unknown');
    } else expect(await readPukTries(channel)).toBe(3);
    expect(await codeOfAct(() => unblockPin(channel, '99999999', '246810', { acceptUnknownTries }))).toBe(
      'card/puk-wrong',
    );
    await unblockPin(channel, FACTORY_PUK, '246810', { acceptUnknownTries });
    await verifyPin(channel, '246810');
    await changePuk(channel, FACTORY_PUK, '24681012', { acceptUnknownTries });
    expect(state.puk).toMatchObject({ triesLeft: 3 });
    state.puk.triesLeft = 1;
    if (acceptUnknownTries) return;
    expect(await codeOfAct(() => unblockPin(channel, '24681012', '135791'))).toBe('card/puk-last-try');
    expect(await codeOfAct(() => changePuk(channel, '24681012', '13579113'))).toBe('card/puk-last-try');
    expect(state.puk.triesLeft).toBe(1);
  });

  test.each(['12345', '123456789', '12345a', '', '١٢٣٤٥٦', '123456\n'])('is not sent the PIN %j', async (pin) => {
    const { channel } = await newCard({ personality });
    const watched = listening(channel);
    expect(await codeOfAct(() => verifyPin(watched, pin))).toBe('card/pin-malformed');
    expect(await codeOfAct(() => changePin(watched, FACTORY_PIN, pin))).toBe('card/pin-malformed');
    expect(await codeOfAct(() => changePuk(watched, FACTORY_PUK, pin))).toBe('card/puk-malformed');
    expect(watched.told).toEqual([]);
  });

  test('is inspected without a change, and without a secret', async () => {
    const { channel, state } = await openCard({ personality });
    const key = await generateKey(channel, '9E', 'P-256');
    const certificate = sequence(octetString(systemRandom(700)));
    await writeObject(channel, 'certificate-9E', encodeCertificate(certificate));
    await writeObject(channel, 'certificate-9A', encodeCertificate(certificate).subarray(0, 300));
    const before = structuredClone(state);
    const watched = listening(channel);
    const report = await inspect(watched);
    expect(state).toEqual(before);
    expect(watched.told.filter((one) => one[1] === 0x20 && one.length > 4)).toEqual([]);
    expect(report).toMatchObject({
      chuid: { state: 'present', value: { expires: '2030-01-01' } },
      capability: { state: 'present' },
      discovery: { state: 'present', value: { pinUsage: 0x40 } },
      printedInformation: { state: 'locked' },
      facialImage: { state: 'locked' },
      securityObject: { state: 'absent' },
      pin: { verified: false, triesLeft: 3 },
      pukTriesLeft: personality === 'yubikey' ? 3 : undefined,
      managementAlgorithm: '3DES',
      slots: { '9A': { certificate: { state: 'malformed' } }, '9C': { certificate: { state: 'absent' } } },
    });
    expect(report.slots['9E'].certificate).toEqual({ state: 'present', value: certificate });
    const { key: told } = report.slots['9E'];
    if (personality === 'bare') expect(told).toBe('unknown');
    else expect(told).toMatchObject({ algorithm: 'P-256', publicKey: key, origin: 'generated', pinPolicy: 'never' });
  });
});

describe('the factory audit', () => {
  test('finds every factory secret, and spends no try', async () => {
    const { channel, state } = await newCard();
    const factory = { state: 'factory' };
    const audit = await auditFactorySecrets(channel, managementDeps, { pin: FACTORY_PIN });
    expect(audit).toEqual({ pin: factory, puk: factory, managementKey: factory });
    expect([state.pin.triesLeft, state.puk.triesLeft]).toEqual([3, 3]);
  });

  test('says of a bare card what cannot be known', async () => {
    const { channel } = await newCard({ personality: 'bare' });
    const unproven = { state: 'unproven' };
    const audit = await auditFactorySecrets(channel, managementDeps);
    expect(audit).toEqual({ pin: unproven, puk: unproven, managementKey: { state: 'factory' } });
    // The factory's PIN works as one's own as well.
    const { pin } = await auditFactorySecrets(channel, managementDeps, { pin: FACTORY_PIN });
    expect(pin).toEqual({ state: 'factory' });
  });

  test.each([
    ['yubikey', 'set-here'],
    ['bare', 'set-here'],
  ] as const)('proves on a personalised %s card that none works', async (personality, by) => {
    const { channel, state } = await openCard({ personality });
    await setManagementKey(channel, 'AES-256', systemRandom(32));
    await changePin(channel, FACTORY_PIN, '246810');
    await changePuk(channel, FACTORY_PUK, '24681012', { acceptUnknownTries: true });
    const audit = await auditFactorySecrets(channel, managementDeps, { pin: '246810', pukSetHere: true });
    expect(audit).toEqual({
      pin: { state: 'changed', by: 'own' },
      puk: { state: 'changed', by },
      managementKey: { state: 'changed', by: 'refused' },
    });
    expect([state.pin.triesLeft, state.puk.triesLeft]).toEqual([3, 3]);
    // And the card has forgotten the right key with it.
    expect(await codeOfAct(() => writeObject(channel, 'chuid', new Uint8Array(3)))).toBe('card/not-allowed');
  });
});

test('a key that was made inside is attested by the card', async () => {
  const { channel } = await openCard();
  expect(await codeOfAct(() => attest(channel, '9A'))).toBe('card/declined');
  const { spki } = await generateKey(channel, '9A', 'P-256');
  const attestation = (await attest(channel, '9A'))!;
  const own = new X509Certificate(attestation);
  expect(new Uint8Array(own.publicKey.export({ format: 'der', type: 'spki' }))).toEqual(spki);
  const list = { ins: 0xcb, p1: 0x3f, p2: 0xff, data: Uint8Array.of(0x5c, 3, 0x5f, 0xff, 1), expectsData: true };
  const object = readOnly((await exchange(channel, list)).data, 0x53, 'attestation');
  expect(own.verify(new X509Certificate(readCertificate(object)).publicKey)).toBe(true);
  const { channel: bare } = await openCard({ personality: 'bare' });
  expect(await attest(bare, '9A')).toBeUndefined();
});

function verifiesWithOpenssl(algorithm: KeyAlgorithm, spki: Uint8Array, signature: Uint8Array): boolean {
  const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  const { digest } = signatureAlgorithmOf(algorithm);
  const options = algorithm === 'RSA-2048' ? { key } : { key, dsaEncoding: 'ieee-p1363' as const };
  return verify(digest.replace('-', '').toLowerCase(), CHALLENGE, options, signature);
}
