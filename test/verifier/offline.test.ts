import { beforeAll, describe, expect, test } from 'vitest';
import { generateKey } from '../../src/adapters/keys.ts';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { originRegister } from '../../src/adapters/logged/register.ts';
import { openTrustList, type SealKey, type TrustList } from '../../src/authority/trust-list.ts';
import { readCertificate } from '../../src/authority/certificate.ts';
import { unixSeconds, type UnixSeconds } from '../../src/core/time.ts';
import { formatNoteKey, noteKeyOf, parseNoteKey } from '../../src/log/note.ts';
import type { SignedOficio } from '../../src/oficio/complete.ts';
import { STATUS_LISTS } from '../../src/revocation/lists.ts';
import { inflateStatuses, openStatusList } from '../../src/revocation/status-list.ts';
import { verifyCertificate, verifyCredential, verifyPdf, verifyTyped } from '../../src/verifier/index.ts';
import type { Answer, Knowledge, KnownStatusList, Register } from '../../src/verifier/index.ts';
import { openOffice, type Office } from '../support/office.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;

let office: Office;
let letter: SignedOficio;
/** What a phone without network has: the trust list and the seals' status list, both of now. */
let offline: Knowledge;
/** What the origin has. */
let online: Knowledge & { readonly register: Register };
let now: UnixSeconds;

beforeAll(async () => {
  office = await openOffice();
  letter = await office.sign();
  const { publications, charter, clock } = office.services;
  now = clock();
  const bytes = await publications.trustList();
  const trust = await openTrustList(bytes, readCertificate(charter.root).key.spki, nodePrimitives);
  offline = { ...(await publications.knowledge()), trust, statusLists: new Map([[STATUS_LISTS.seals, await seals()]]) };
  online = { ...offline, register: registerOf(office) };
});

async function seals(): Promise<KnownStatusList> {
  const list = openStatusList(await office.services.publications.statusList('seals'));
  const { issuedAt, expiresAt } = list.claims;
  return { statuses: inflateStatuses(list, nodePrimitives), issuedAt, expiresAt };
}

/** The register as the services compose it. */
function registerOf({ services }: Office): Register {
  return originRegister({
    ...services,
    deliveries: { find: async () => undefined },
    versions: { listBySha256: async () => [] },
    judge: services.access.judge,
    publishCheckpoint: services.publishCheckpoint,
    places: services.publications.places,
    sealSpki: services.publications.sealSpki,
    clock: services.clock,
    primitives: nodePrimitives,
  });
}

function later(seconds: number): UnixSeconds {
  return unixSeconds(now + seconds);
}

/** From the QR and from the file: the same question with the same knowledge. */
async function both(knowledge: Knowledge, at: UnixSeconds = now): Promise<readonly [Answer, Answer]> {
  return [
    await verifyTyped(letter.oficio.sealText!, knowledge, at, nodePrimitives),
    await verifyPdf(letter.document, knowledge, at, nodePrimitives),
  ];
}

async function expectStates(knowledge: Knowledge, state: string, at?: UnixSeconds): Promise<void> {
  for (const answer of await both(knowledge, at)) {
    expect(answer).toMatchObject({ state, dev: true });
    expect(answer.checkedAt).toBe(at ?? now);
  }
}

function withSealKey(knowledge: Knowledge, change: (key: SealKey) => readonly SealKey[]): Knowledge {
  const { trust } = knowledge;
  const list = { ...trust.list, sealKeys: trust.list.sealKeys.flatMap(change) };
  return { ...knowledge, trust: { ...trust, list } satisfies TrustList };
}

describe('a seal that the register does not know', () => {
  const unknown = (asOf: UnixSeconds): Knowledge => ({
    ...online,
    register: { ...online.register!, asOf, letter: async () => undefined },
  });

  test('is the alarm of a stolen key, also where it is dated in the future', async () => {
    const before = later(-30 * DAY);
    const answer = await verifyTyped(letter.oficio.sealText!, unknown(before), before, nodePrimitives);
    expect(answer.state).toBe('not-registered');
  });

  test('may be newer than a register that is behind', async () => {
    const answer = await verifyTyped(letter.oficio.sealText!, unknown(later(-30 * DAY)), now, nodePrimitives);
    expect(answer.state).toBe('stale-status');
  });
});

describe('without the register, a good letter', () => {
  test('is unconfirmed under lists of today, never valid', async () => {
    await expectStates(offline, 'unconfirmed');
    await expectStates(offline, 'unconfirmed', later(DAY - 1));
  });

  test.each([
    ['a trust list that ran out', DAY + 1],
    ['lists of last week', 7 * DAY],
  ])('has a stale status under %s', (_, seconds) => expectStates(offline, 'stale-status', later(seconds)));

  test('has a stale status under lists of the future, or without a status list', async () => {
    await expectStates(offline, 'stale-status', later(-DAY));
    await expectStates({ ...offline, statusLists: new Map() }, 'stale-status');
  });

  test('has a stale status under a status list that is older than a day, whatever the list says of itself', async () => {
    const list = { ...(await seals()), issuedAt: later(-DAY), expiresAt: later(30 * DAY) };
    await expectStates({ ...offline, statusLists: new Map([[STATUS_LISTS.seals, list]]) }, 'stale-status');
  });

  test('has a stale status under a trust list that does not know its key yet', async () => {
    await expectStates(
      withSealKey(offline, () => []),
      'stale-status',
    );
  });

  test.each(['retired', 'compromised'] as const)('has a stale status when its key is %s', async (state) => {
    await expectStates(
      withSealKey(offline, (key) => [{ ...key, state, at: 1_000_000 }]),
      'stale-status',
    );
  });

  test('is cancelled, suspended or undecided as its status says', async () => {
    const known = await seals();
    const withStatus = (value: number): Knowledge => {
      const bytes = known.statuses.bytes.slice();
      const bit = letter.oficio.statusIndex * known.statuses.bits;
      bytes[bit >> 3]! |= value << (bit & 7);
      const list = { ...known, statuses: { ...known.statuses, bytes } };
      return { ...offline, statusLists: new Map([[STATUS_LISTS.seals, list]]) };
    };
    await expectStates(withStatus(1), 'cancelled');
    await expectStates(withStatus(2), 'suspended');
    await expectStates(withStatus(3), 'stale-status');
    const short = { ...known, statuses: { ...known.statuses, bytes: known.statuses.bytes.subarray(0, 1) } };
    await expectStates({ ...offline, statusLists: new Map([[STATUS_LISTS.seals, short]]) }, 'stale-status');
  });

  test('altered is altered: that needs no register', async () => {
    const text = letter.oficio.sealText!;
    const at = text.length - 10;
    const other = text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
    expect((await verifyTyped(other, offline, now, nodePrimitives)).state).toBe('altered');
    const bytes = letter.document.slice();
    bytes[2000]! ^= 1;
    expect((await verifyPdf(bytes, offline, now, nodePrimitives)).state).toBe('altered');
  });

  test('cannot be found by folio, code or serial number', async () => {
    const { folio, typedCode, signer } = letter.oficio;
    for (const text of [folio, typedCode]) {
      expect((await verifyTyped(text, offline, now, nodePrimitives)).state).toBe('stale-status');
    }
    expect((await verifyCredential(signer.serial, offline, now, nodePrimitives)).state).toBe('stale-status');
    const { certificate } = office.signer;
    expect((await verifyCertificate(certificate!, offline, now, nodePrimitives)).state).toBe('stale-status');
  });
});

describe('with the register, a good letter', () => {
  test('is current', () => expectStates(online, 'current'));

  test('is not ours when the origin knows no such key', async () => {
    await expectStates(
      withSealKey(online, () => []),
      'not-ours',
    );
  });

  test.each(['retired', 'compromised'] as const)(
    'counts only if its leaf precedes the leaf at which its key was %s',
    async (state) => {
      const leaf = letter.oficio.signedLeaf!;
      const at = (index: number): Knowledge => withSealKey(online, (key) => [{ ...key, state, at: index }]);
      await expectStates(at(leaf + 1), 'current');
      await expectStates(at(leaf), 'not-authorised');
      await expectStates(at(0), 'not-authorised');
    },
  );

  test('has a stale status in a replica that knows less than the letter', async () => {
    const { register } = online;
    const replica = { ...register, asOf: later(-HOUR), letter: async () => undefined, leaf: register.leaf };
    await expectStates({ ...online, register: replica }, 'stale-status');
    await expectStates({ ...online, register: { ...replica, asOf: now } }, 'not-registered');
  });

  test('has a stale status while no checkpoint covers its leaf', async () => {
    const { register } = online;
    const behind = { ...register, asOf: now, letter: register.letter, leaf: async () => undefined };
    await expectStates({ ...online, register: behind }, 'stale-status');
  });

  test('is not registered when the log was signed by another key', async () => {
    const { signer } = await generateKey('Ed25519');
    const { charter } = online.trust;
    const { name } = parseNoteKey(charter.logKey, nodePrimitives);
    const logKey = formatNoteKey(noteKeyOf(name, signer.spki, nodePrimitives));
    await expectStates({ ...online, trust: { ...online.trust, charter: { ...charter, logKey } } }, 'not-registered');
  });

  test('is not registered when the proof is of another leaf', async () => {
    const { register } = online;
    const other = {
      ...register,
      asOf: now,
      letter: register.letter,
      leaf: (index: number) => register.leaf(index - 1),
    };
    await expectStates({ ...online, register: other }, 'not-registered');
  });
});

describe('the dates of a letter', () => {
  test('with a term: current until then, expired afterwards, never valid before it was sealed', async () => {
    const expires = unixSeconds(office.services.clock() + HOUR);
    const { oficio, document } = await office.sign(undefined, { expires });
    const states = async (at: UnixSeconds, knowledge: Knowledge): Promise<readonly string[]> => [
      (await verifyTyped(oficio.sealText!, knowledge, at, nodePrimitives)).state,
      (await verifyPdf(document, knowledge, at, nodePrimitives)).state,
    ];
    expect(await states(unixSeconds(expires - 1), online)).toEqual(['current', 'current']);
    expect(await states(expires, online)).toEqual(['expired', 'expired']);
    expect(await states(expires, offline)).toEqual(['expired', 'expired']);
    expect(await states(unixSeconds(oficio.sealedAt - 301), online)).toEqual(['not-yet-valid', 'not-yet-valid']);
    // Clocks differ a little.
    expect(await states(unixSeconds(oficio.sealedAt - 299), online)).toEqual(['current', 'current']);
  });
});
