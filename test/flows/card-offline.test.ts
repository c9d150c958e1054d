/** A counter without network: the card in its reader, the signed list in its hand, and nobody to ask. */
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { factoryState, type SoftPivState } from '../../hardware/soft-piv/state.ts';
import { FileKeys } from '../../src/adapters/keys.ts';
import { nodePrimitives as primitives } from '../../src/adapters/primitives.ts';
import { systemClock, systemRandom } from '../../src/adapters/system.ts';
import { readCertificate } from '../../src/authority/certificate.ts';
import { makeCardBundle, openCardBundle, type CardBundle, type OpenedBundle } from '../../src/card/bundle.ts';
import type { Card } from '../../src/card/card.ts';
import type { CardChannel } from '../../src/card/channel.ts';
import { selectApplication } from '../../src/card/piv/application.ts';
import { provisionCard } from '../../src/card/station/provision.ts';
import { challengeCard, readShownContent } from '../../src/card/station/verify-card.ts';
import { toHex, toLatin1, utf8 } from '../../src/core/bytes.ts';
import { decodeCbor } from '../../src/core/cbor.ts';
import { openCose } from '../../src/core/cose.ts';
import { unixSeconds, type UnixSeconds } from '../../src/core/time.ts';
import type { Official } from '../../src/directory/official.ts';
import { decodeProfile } from '../../src/directory/profile.ts';
import { verifyCardOffline, type CredentialSubject, type OfflineAnswer } from '../../src/verifier/index.ts';
import { insertCard, memoryJournal, people } from '../card/station/station-kit.ts';
import { whileEdited } from '../support/edited-row.ts';
import { makeInstallation, type Installation } from '../support/installation.ts';
import { appOver } from '../support/public-app.ts';
import { codeOfAct } from '../support/refuses.ts';
import { managementDeps } from '../support/soft-cards.ts';
import { turncoat } from '../support/turncoat.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;

interface Held {
  readonly official: Official;
  readonly card: Card;
  readonly state: SoftPivState;
}

let office: Installation;
let ana: Held;
let reserved: Held;
let bundle: OpenedBundle;
let bytes: Uint8Array;

beforeAll(async () => {
  office = await makeInstallation();
  ana = await hold({ name: 'Ana Pérez Núñez' }, true);
  reserved = await hold({ name: 'Nadie Nombrado', publication: 'reserved', legalGround: 'Acuerdo AE/7/2026' }, true);
  bytes = await office.services.toldCards.bundle();
  bundle = await opened(bytes);
});
afterAll(() => office.remove());

/** Somebody new with a card that the whole way made. */
async function hold(input: Parameters<Installation['register']>[0] = {}, withPhoto = false): Promise<Held> {
  const official = await office.register(input, withPhoto);
  const state = factoryState(systemRandom);
  const deps = { ...managementDeps, primitives, clock: systemClock, journal: memoryJournal(), busy: new Set<string>() };
  const station = { ...deps, office: office.services.cards };
  const { card } = await provisionCard(station, official.id, { chip: insertCard(state) }, people());
  return { official, card, state };
}

const rootKey = (): Uint8Array => readCertificate(office.services.charter.root).key.spki;
const opened = (list: Uint8Array): Promise<OpenedBundle> => openCardBundle(list, rootKey(), primitives);
const newBundle = async (): Promise<OpenedBundle> => opened(await office.services.toldCards.bundle());
const later = (seconds: number): UnixSeconds => unixSeconds(bundle.madeAt + seconds);

async function selected(state: SoftPivState): Promise<CardChannel> {
  const channel = insertCard(state);
  await selectApplication(channel);
  return channel;
}

async function show(state: SoftPivState, list = bundle, at = later(60)): Promise<OfflineAnswer> {
  const deps = { ...managementDeps, primitives, channel: insertCard(state) };
  const { certificate } = await challengeCard(deps);
  const content = await readShownContent(deps);
  return verifyCardOffline({ certificate: certificate.encoded, content }, list, at, primitives);
}

async function stateOf(...asked: Parameters<typeof show>): Promise<string> {
  return (await show(...asked)).answer.state;
}

/** What the list says, for whoever would say something else under the key of the list. */
function contentsOf(list: Uint8Array): CardBundle {
  const { payload } = openCose({ algorithm: 'ES256', context: 'cotejo-card-bundle-v1', maxBytes: list.length }, list);
  const map = decodeCbor(payload) as Map<number, never>;
  const { madeAt, leftOut } = bundle;
  const [trustList, statusList, crls, contentSigner] = [3, 4, 5, 6].map((key) => map.get(key)) as never[];
  return {
    madeAt,
    trustList: trustList!,
    statusList: statusList!,
    crls: crls!,
    contentSigner: contentSigner!,
    leftOut,
    cards: [...bundle.cards.values()],
  };
}

async function signedByListKey(changed: CardBundle): Promise<OpenedBundle> {
  const { signer } = await new FileKeys(office.config.keysFolder, { development: true }).get('trust-list');
  return opened(await makeCardBundle({ signer, primitives }, changed));
}

describe('a card of today, by a list of today', () => {
  test('is genuine and unconfirmed, never valid, with person, powers and the photo that its certificate binds', async () => {
    const { answer, photo } = await show(ana.state);
    expect(answer).toMatchObject({ verdict: 'undetermined', state: 'unconfirmed', dev: true });
    expect(answer.checks.map(({ outcome }) => outcome)).not.toContain('fail');
    const subject = answer.subject as CredentialSubject;
    expect(subject).toMatchObject({ name: 'Ana Pérez Núñez', post: ana.official.post, powers: ana.official.powers });
    expect(subject.card).toBe(ana.card.number);
    expect(toHex(primitives.digest('SHA-256', photo!))).toBe(subject.photo);
    expect(answer.statusAsOf).toBeLessThanOrEqual(bundle.madeAt);
  });

  test('has all of its checks pass, that of what the office signed on it as well', async () => {
    const { answer } = await show(ana.state);
    expect(answer.checks).toContainEqual(expect.objectContaining({ check: 'card/security-object', outcome: 'pass' }));
    expect(answer.checks).toContainEqual(expect.objectContaining({ check: 'bundle/photo', outcome: 'pass' }));
  });

  test('shows neither name nor face of who is reserved, and the list holds neither', async () => {
    const { answer, photo } = await show(reserved.state);
    expect(answer.state).toBe('unconfirmed');
    expect(answer.subject).toMatchObject({ legalGround: 'Acuerdo AE/7/2026', card: reserved.card.number });
    expect([photo, (answer.subject as CredentialSubject).name]).toEqual([undefined, undefined]);
    expect(toLatin1(bytes)).not.toContain('Nombrado');
    expect(bundle.cards.get(reserved.card.guid)).not.toHaveProperty('photo');
  });

  test('keeps the name of who was put under reserve since out of the list, and tells the ground', async () => {
    const { official, state } = await hold({ name: 'Berta Que Se Protege' }, true);
    const changes = { publication: 'reserved', legalGround: 'Acuerdo AE/8/2026' };
    await office.services.changeOfficial({ id: official.id, changes, photo: null });
    const list = await office.services.toldCards.bundle();
    expect(toLatin1(list)).not.toContain('Berta');
    const { answer } = await show(state, await opened(list));
    expect(answer).toMatchObject({ state: 'unconfirmed', subject: { legalGround: 'Acuerdo AE/8/2026' } });
    expect(answer.subject).not.toHaveProperty('officialId');
  });
});

describe('by an old list', () => {
  test('nothing is decided and nobody shown, whatever it said; the card keeps its number', async () => {
    for (const at of [bundle.staleFrom, later(2 * DAY), later(400 * DAY)]) {
      const { answer, photo } = await show(ana.state, bundle, unixSeconds(at));
      expect(answer.state).toBe('stale-status');
      expect(answer.subject).toEqual({
        ...{ kind: 'credential', credentialKind: 'card', card: ana.card.number },
        serial: (answer.subject as CredentialSubject).serial,
      });
      expect(photo).toBeUndefined();
    }
    expect(await stateOf(ana.state, bundle, unixSeconds(bundle.staleFrom - 1))).toBe('unconfirmed');
    expect(bundle.staleFrom - bundle.madeAt).toBeLessThanOrEqual(DAY);
    expect(bundle.staleFrom - bundle.madeAt).toBeGreaterThan(11 * HOUR);
  });

  test('of the future nothing is decided either: a clock that was set back makes no list new', async () => {
    expect(await stateOf(ana.state, bundle, later(-HOUR))).toBe('stale-status');
    expect(await stateOf(ana.state, bundle, later(-60))).not.toBe('stale-status');
  });
});

describe('what happened since', () => {
  test('is not in the list of before, which says of when it is; in the next it is, and stays true when that is old', async () => {
    const thief = await hold({}, true);
    const before = await newBundle();
    await office.services.cards.end({ number: thief.card.number, reason: 'stolen' });
    const { answer } = await show(thief.state, before);
    expect([answer.state, answer.statusAsOf! <= before.madeAt]).toEqual(['unconfirmed', true]);
    const after = await newBundle();
    for (const at of [later(60), later(3 * DAY)]) {
      const { answer: now, photo } = await show(thief.state, after, at);
      expect([now.verdict, now.state, photo]).toEqual(['invalid', 'revoked', undefined]);
      expect(now.subject).not.toHaveProperty('name');
    }
  });

  test('of who has left the list has neither name nor face, and the card says that they did', async () => {
    const { official, state, card } = await hold({ name: 'Carlos Que Se Fue' }, true);
    await office.services.endOfficial({ id: official.id, reason: 'resigned' });
    const list = await office.services.toldCards.bundle();
    expect(toLatin1(list)).not.toContain('Carlos');
    expect((await opened(list)).cards.has(card.guid)).toBe(false);
    expect(await stateOf(state, await opened(list))).toBe('ended');
  });

  test('a suspended card is so, and after a day nobody knows', async () => {
    const { state, card } = await hold();
    const [own] = (await office.services.cards.certificates(card.number)).filter(({ slot }) => slot === '9E');
    await office.services.suspendCredential(own!.serial);
    const list = await newBundle();
    expect(await stateOf(state, list)).toBe('suspended');
    expect(await stateOf(state, list, later(2 * DAY))).toBe('stale-status');
  });

  test.each(['suspended', 'revoked'] as const)(
    'is told of a card whose 9A alone was %s, as with a network',
    async (how) => {
      const { state, card } = await hold({ name: `Delia Con 9A ${how}` }, true);
      const { serial } = (await office.services.cards.certificates(card.number)).find(({ slot }) => slot === '9A')!;
      if (how === 'suspended') await office.services.suspendCredential(serial);
      else await office.services.revokeCredential(serial, { reason: 'privilegeWithdrawn' });
      expect((await office.services.verifyTyped(card.number)).state).toBe(how);
      const list = await newBundle();
      const { answer, photo } = await show(state, list);
      expect([answer.state, photo === undefined]).toEqual([how, how === 'revoked']);
      expect(await stateOf(state, list, later(2 * DAY))).toBe(how === 'revoked' ? how : 'stale-status');
    },
  );

  test('a card that was made since is genuine, and nobody can say whose', async () => {
    const { state } = await hold({}, true);
    const { answer, photo } = await show(state);
    expect([answer.state, photo]).toEqual(['stale-status', undefined]);
    expect(answer.subject).not.toHaveProperty('name');
  });
});

describe('a card that the list does not hold', () => {
  test('was never finished where nothing on it is signed, whatever the age of the list, and shows nobody', async () => {
    const begun = await hold({}, true);
    const { '5fc106': _of, ...written } = begun.state.objects;
    const state = { ...begun.state, objects: written };
    for (const at of [later(60), later(3 * DAY)]) {
      const { answer, photo } = await show(state, bundle, at);
      expect([answer.verdict, answer.state, photo]).toEqual(['invalid', 'not-yet-valid', undefined]);
      expect(answer.checks).toContainEqual(expect.objectContaining({ check: 'card/state', outcome: 'fail' }));
      expect(Object.keys(answer.subject)).toEqual(['kind', 'serial', 'credentialKind']);
    }
    const ended = await hold({}, true);
    await office.services.cards.end({ number: ended.card.number, reason: 'stolen' });
    const { '5fc106': _, ...objects } = ended.state.objects;
    expect(await stateOf({ ...ended.state, objects }, await newBundle())).toBe('revoked');
  });

  test('is altered where what is signed on it is of another card', async () => {
    const { state } = await hold({}, true);
    const theirs = ana.state.objects['5fc106']!;
    expect(await stateOf({ ...state, objects: { ...state.objects, '5fc106': theirs } })).toBe('altered');
  });

  test('and was lost or stolen says why it was revoked', async () => {
    for (const [reason, told] of [
      ['lost', 'keyCompromise'],
      ['replaced', 'superseded'],
    ] as const) {
      const { state, card } = await hold({}, true);
      await office.services.cards.end({ number: card.number, reason });
      const { answer } = await show(state, await newBundle());
      expect(answer.subject).toMatchObject({ reason: told });
    }
  });
});

test('a chip that bears another card at the second look is altered: what is signed is held against the proven key', async () => {
  const channel = turncoat(insertCard(ana.state), insertCard(reserved.state));
  const deps = { ...managementDeps, primitives, channel };
  const { certificate } = await challengeCard(deps);
  const content = await readShownContent(deps);
  const { answer } = await verifyCardOffline(
    { certificate: certificate.encoded, content },
    bundle,
    later(60),
    primitives,
  );
  expect(answer.state).toBe('altered');
  expect(answer.subject).not.toHaveProperty('name');
});

describe('refuses', () => {
  test('a list in which any bit was changed', async () => {
    const step = Math.max(1, Math.floor(bytes.length / 97));
    for (let at = 0; at < bytes.length; at += step) {
      const edited = bytes.slice();
      edited[at]! ^= 1 << (at % 8);
      expect(await codeOfAct(() => opened(edited)), `byte ${at}`).toMatch(/^card\/bundle-(?:malformed|untrusted)$/);
    }
  });

  test('a list of another installation, whatever it says', async () => {
    const other = await makeInstallation();
    try {
      const theirs = await other.services.toldCards.bundle();
      expect(await codeOfAct(() => opened(theirs))).toBe('card/bundle-untrusted');
    } finally {
      other.remove();
    }
  });

  test('a photo or a profile of somebody else, also under the key of the list', async () => {
    const contents = contentsOf(bytes);
    const other = await hold({ name: 'Elena De Otra Cara' }, true);
    const [own, theirs] = [bundle.cards.get(ana.card.guid)!, (await newBundle()).cards.get(other.card.guid)!];
    const picture = Uint8Array.from([...own.photo!, 0]);
    for (const swapped of [
      { ...own, photo: picture },
      { ...own, profile: theirs.profile! },
    ]) {
      const lying = await signedByListKey({ ...contents, cards: [swapped] });
      expect(await codeOfAct(() => show(ana.state, lying))).toBe('card/bundle-untrusted');
    }
  });

  test('to take a certificate for another use for that of a card', async () => {
    const issued = await office.services.cards.certificates(ana.card.number);
    const content = await readShownContent({ channel: await selected(ana.state) });
    for (const { slot, certificate } of issued) {
      const { answer } = await verifyCardOffline({ certificate, content }, bundle, later(60), primitives);
      expect(answer.state, slot).toBe(slot === '9E' ? 'unconfirmed' : 'unknown-issuer');
    }
    const { answer } = await verifyCardOffline({ certificate: utf8('none'), content }, bundle, later(60), primitives);
    expect(answer.state).toBe('unreadable');
  });

  test('to say more than the number of a card whose certificate the list does not name', async () => {
    const own = bundle.cards.get(ana.card.guid)!;
    const other = { ...own, certificateDigest: primitives.digest('SHA-256', utf8('another')) };
    const list = await signedByListKey({ ...contentsOf(bytes), cards: [other] });
    expect(await stateOf(ana.state, list)).toBe('stale-status');
  });
});

describe('what stands on the card', () => {
  const NAMES = { chuid: '5fc102', securityObject: '5fc106' } as const;
  const withObjects = (objects: SoftPivState['objects']): SoftPivState => ({ ...ana.state, objects });
  const without = (name: string): SoftPivState['objects'] =>
    Object.fromEntries(Object.entries(ana.state.objects).filter(([key]) => key !== name));

  test('is altered where the signed list is gone, or of another card, or has one bit changed', async () => {
    expect(await stateOf(withObjects(without(NAMES.securityObject)))).toBe('altered');
    const theirs = reserved.state.objects[NAMES.securityObject]!;
    expect(await stateOf(withObjects({ ...ana.state.objects, [NAMES.securityObject]: theirs }))).toBe('altered');
    const own = ana.state.objects[NAMES.securityObject]!;
    const digits = own.length / 2;
    for (let at = 8; at < digits - 2; at += 29) {
      const byte = (Number.parseInt(own.slice(2 * at, 2 * at + 2), 16) ^ 4).toString(16).padStart(2, '0');
      const changed = own.slice(0, 2 * at) + byte + own.slice(2 * at + 2);
      const { answer } = await show(withObjects({ ...ana.state.objects, [NAMES.securityObject]: changed }));
      expect(answer.state, `byte ${at}`).toBe('altered');
      expect(answer.subject).not.toHaveProperty('name');
    }
  });

  test('is altered where the last day is another than the office signed', async () => {
    const own = ana.state.objects[NAMES.chuid]!;
    const lastDay = Buffer.from(ana.card.expires.replaceAll('-', '')).toString('hex');
    const another = own.replace(lastDay, Buffer.from('20991231').toString('hex'));
    expect(another).not.toBe(own);
    expect(await stateOf(withObjects({ ...ana.state.objects, [NAMES.chuid]: another }))).toBe('altered');
  });

  test('is not looked at by a list that has no certificate of who signs it: then that is not known', async () => {
    const { contentSigner: _, ...rest } = contentsOf(bytes);
    const { answer } = await show(ana.state, await signedByListKey(rest));
    expect(answer.checks).toContainEqual(
      expect.objectContaining({ check: 'card/security-object', outcome: 'unknown' }),
    );
  });

  test('its certificate is the one that the service publishes', async () => {
    const { app } = appOver(office.services);
    const served = await app.request('/ca/tarjetas.cer');
    expect(new Uint8Array(await served.arrayBuffer())).toEqual(bundle.contentSigner!.encoded);
    expect((await app.request('/crl/tarjetas.crl')).status).toBe(404);
  });
});

describe('the list', () => {
  test('leaves out one card that somebody edited, names it, and holds the others', async () => {
    const victim = await hold();
    const [own] = (await office.services.cards.certificates(victim.card.number)).filter(({ slot }) => slot === '9E');
    const database = new DatabaseSync(office.config.databaseFile);
    try {
      const change = (record: Record<string, unknown>): void => void (record['statusIndex'] = 7);
      const list = await whileEdited(database, 'credential', own!.serial, change, newBundle);
      expect(list.leftOut).toEqual([victim.card.number]);
      expect(list.cards.has(ana.card.guid)).toBe(true);
    } finally {
      database.close();
    }
  });

  test('names nobody whose card was never finished', async () => {
    const { id } = await office.register({ name: 'Fermín Sin Tarjeta' });
    await office.services.cards.register({ officialId: id, idempotencyKey: 'never finished' });
    expect(toLatin1(await office.services.toldCards.bundle())).not.toContain('Ferm');
  });

  test('holds what anybody may see of each, and no more: no leaf, no key, no journal', () => {
    const told = [...bundle.cards.values()].flatMap(({ profile }) => (profile ? [decodeProfile(profile)] : []));
    expect(told.map(({ id }) => id).toSorted()).toEqual([ana.official.id, reserved.official.id].toSorted());
    expect(Buffer.from(bytes).includes(Buffer.from(ana.official.subjectKey))).toBe(false);
  });
});
