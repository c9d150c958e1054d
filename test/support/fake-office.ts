import { createPublicKey } from 'node:crypto';
import { nodeBlockCiphers as ciphers } from '../../src/adapters/block-ciphers.ts';
import { nodePrimitives as primitives } from '../../src/adapters/primitives.ts';
import { systemRandom as random } from '../../src/adapters/system.ts';
import { contextTag } from '../../src/asn1/tag.ts';
import { der, integer, namedBits, octetString, oid, sequence, setOf, time, utf8String } from '../../src/asn1/write.ts';
import { readKeyRequest } from '../../src/authority/csr.ts';
import { readCertificate } from '../../src/authority/certificate.ts';
import { encodeSignatureAlgorithm } from '../../src/authority/algorithm.ts';
import { encodeSigned } from '../../src/authority/signed.ts';
import { drawCardNumber, type Card, type CardNumber } from '../../src/card/card.ts';
import { hashListsOf } from '../../src/card/card-objects.ts';
import { keyOf } from '../../src/card/station/chip.ts';
import { cardAccessBytes, type AccessPurpose } from '../../src/card/access-proof.ts';
import type { CardCertificate, CardHolder, CardOffice, Opening } from '../../src/card/office.ts';
import type { CardAccess } from '../../src/card/office/secrets.ts';
import { tagKeys } from '../../src/card/ntag424/keys.ts';
import { formatTagUid } from '../../src/card/ntag424/uid.ts';
import { makeGuid } from '../../src/card/piv/chuid.ts';
import { signatureAlgorithmOf } from '../../src/card/piv/keys.ts';
import { MANAGEMENT_ALGORITHM } from '../../src/card/piv/reference.ts';
import { equal, fromHex, toHex, utf8 } from '../../src/core/bytes.ts';
import { Refusal } from '../../src/core/refusal.ts';
import { uuidUrn } from '../../src/core/uuid.ts';
import { parseDay, parseTime, unixSeconds, type UnixSeconds } from '../../src/core/time.ts';
import { CARD_SLOTS, cardProofBytes, type CardSlot } from '../../src/credential/on-card.ts';
import { drawOfficialId, type OfficialId } from '../../src/directory/official.ts';
import { BATCH, KEY_VERSION, MASTERS, ORIGIN } from '../card/ntag424/tag-kit.ts';
import { softwareSigner } from './software-signer.ts';

export const NOW: UnixSeconds = parseTime('2026-11-30T12:00:00Z')!;
const EXPIRES = parseDay('2029-11-29')!;

interface Issued extends CardCertificate {
  readonly number: CardNumber;
  isProven: boolean;
  isUpToDate: boolean;
  isRevoked: boolean;
  /** Signed so since it was revoked. */
  isGivingWay: boolean;
}

export interface FakeOfficeOptions {
  readonly photo?: Uint8Array;
  readonly slots?: readonly CardSlot[];
  /** People besides Ana and Beto. */
  readonly others?: number;
}

/** An office in memory that certifies, checks and revokes as the real one promises, and shows what it knows. */
export interface FakeOffice extends CardOffice {
  readonly ana: OfficialId;
  readonly beto: OfficialId;
  /** All of them, Ana and Beto first. */
  readonly officials: readonly OfficialId[];
  readonly cards: ReadonlyMap<CardNumber, Card>;
  readonly issued: readonly Issued[];
  /** What the people get. */
  slots: readonly CardSlot[];
  /** What the office tells to nobody but a card that proves itself. */
  secretsOf(number: string): CardAccess;
  /** Revokes what is on cards that are not active, as the real one does after a quarter of an hour. */
  reconcile(): void;
  /** The directory says something else of everybody than what was certified. */
  outdate(): void;
}

export function fakeOffice({ photo, slots = CARD_SLOTS, others = 0 }: FakeOfficeOptions = {}): FakeOffice {
  const issuer = softwareSigner();
  const names = new Map([
    [drawOfficialId(random), 'Ana Pérez Núñez'],
    [drawOfficialId(random), 'Beto Ruiz'],
    ...Array.from({ length: others }, (_, i) => [drawOfficialId(random), `Persona ${i + 3}`] as const),
  ]);
  const officials = [...names.keys()];
  const [ana, beto] = officials as [OfficialId, OfficialId];
  const cards = new Map<CardNumber, Card>();
  const issued: Issued[] = [];
  const challenges = new Map<string, string>();
  const openings = new Map<string, number>();

  const cardOf = (number: string): Card => cards.get(number as CardNumber) ?? refuse('card/not-found');
  const open = (number: string): Card => {
    const card = cardOf(number);
    return card.state === 'registered' ? card : refuse(card.state === 'ended' ? 'card/ended' : 'card/already-active');
  };
  const live = (number: string): Issued[] => issued.filter((one) => one.number === number && !one.isRevoked);
  const ofSerial = (serial: string): Issued =>
    issued.find((one) => one.serial === serial) ?? refuse('card/not-on-card');
  const personOf = (officialId: string): Card | undefined =>
    [...cards.values()].find((card) => card.officialId === officialId && card.state !== 'ended');
  const put = (card: Card): Card => {
    cards.set(card.number, card);
    return card;
  };

  /** Once it was proven, the card shows that it is there. */
  const keyToProve = (number: string): Issued | undefined => {
    const { state } = cardOf(number);
    if (state === 'ended') return undefined;
    const own = issued.findLast((one) => one.number === number && one.slot === '9E' && one.isProven);
    return state === 'registered' && own?.isGivingWay ? undefined : own;
  };
  const opened = async ({ number, proof }: Opening, purpose: AccessPurpose): Promise<CardAccess> => {
    if (purpose === 'management-key') openings.set(number, (openings.get(number) ?? 0) + 1);
    const certified = keyToProve(number);
    if (!certified) return office.secretsOf(number);
    const { challenge, signature } = proof ?? refuse('card/proof-missing');
    if (challenges.get(toHex(challenge)) !== `${number} ${purpose}`) refuse('card/challenge-unknown');
    challenges.delete(toHex(challenge));
    const key = keyOf(readCertificate(certified.certificate))!;
    const signed = cardAccessBytes(fromHex(cardOf(number).guid)!, purpose, challenge);
    const isIts = await primitives.verify(signatureAlgorithmOf(key.algorithm), key.spki, signed, signature);
    if (!isIts) refuse('card/proof-wrong');
    certified.isGivingWay = certified.isRevoked && purpose === 'key-replacement';
    return office.secretsOf(number);
  };

  const office: FakeOffice = {
    ...{ ana, beto, officials, cards, issued, slots },
    async holder(officialId) {
      const name = names.get(officialId as OfficialId);
      if (!name) throw new Refusal('directory/official-unknown', 'nobody');
      const card = personOf(officialId);
      const holder: CardHolder = {
        ...{ officialId: officialId as OfficialId, name, post: 'Inspectora', unit: 'Obras', isReserved: false },
        printed: { name, affiliation: 'Alcaldía', issuer: 'ALCALDIA', unit: 'Obras' },
        ...{ slots: office.slots, expires: EXPIRES },
        ...(photo && { photo }),
        ...(card && { card }),
        ...(card?.state === 'registered' && {
          cardOpenings: openings.get(card.number) ?? 0,
          isCardProven: issued.some((one) => one.number === card.number && one.isProven),
        }),
      };
      return holder;
    },
    async register({ officialId }) {
      if (personOf(officialId)) refuse('card/has-one');
      return put({
        ...{ number: drawCardNumber(random), officialId: officialId as OfficialId, guid: toHex(makeGuid(random)) },
        ...{ expires: EXPIRES, state: 'registered', registeredAt: NOW, registeredLeaf: cards.size },
      });
    },
    async find(by) {
      return [...cards.values()].findLast(
        ({ number, guid, tag }) =>
          ('number' in by && number === by.number) ||
          ('guid' in by && guid === by.guid) ||
          ('tagUid' in by && tag?.uid === by.tagUid),
      );
    },
    async certificates(number) {
      return live(cardOf(number).number);
    },
    secretsOf(number) {
      const { guid } = cardOf(number);
      const derived = primitives.hmac(utf8('a master of tests'), fromHex(guid)!);
      return {
        managementKey: (algorithm) => derived.slice(0, MANAGEMENT_ALGORITHM[algorithm].keyBytes),
        puk: [...derived.subarray(0, 8)].map((byte) => byte % 10).join(''),
      };
    },
    async accessChallenge(number, purpose) {
      const key = keyToProve(number);
      if (!key) return undefined;
      const challenge = random(32);
      challenges.set(toHex(challenge), `${number} ${purpose}`);
      return { challenge, certificate: key.certificate };
    },
    managementKey: async (opening) => (await opened(opening, 'management-key')).managementKey,
    puk: async (opening) => (await opened(opening, 'puk')).puk,
    async replaceKey(opening) {
      await opened(opening, 'key-replacement');
    },
    async assignTag(number, uid, { isBlank }) {
      const text = formatTagUid(uid);
      const given = [...cards.values()].filter(({ tag }) => tag?.uid === text);
      const tagOf = (): Card['tag'] => {
        const { tag, state } = cardOf(number);
        if (state === 'ended' && tag?.uid === text) return tag;
        const card = open(number);
        if (given.some((one) => one.number !== number && one.state !== 'ended')) refuse('card/tag-taken');
        if (tag && tag.uid !== text) refuse('card/tag-taken');
        if (!isBlank) return tag ?? refuse('card/tag-not-blank');
        const keyVersion = Math.max(KEY_VERSION - 1, ...given.map((one) => one.tag!.keyVersion)) + 1;
        return put({ ...card, tag: { uid: text, batch: BATCH, keyVersion } }).tag;
      };
      const { keyVersion } = tagOf()!;
      return { origin: ORIGIN, batch: BATCH, keyVersion, keys: tagKeys(ciphers, MASTERS, uid, keyVersion) };
    },
    async certify({ number, slot, csr }) {
      const card = open(number);
      const { key } = await readKeyRequest(csr, primitives);
      const same = live(number).find((one) => one.slot === slot && equal(spkiOf(one.certificate), key.spki));
      if (same) return same;
      for (const one of live(number)) if (one.slot === slot) one.isRevoked = true;
      const serial = random(16);
      serial[0] = (serial[0]! & 0x3f) | 0x40;
      const body = certificateBody(fromHex(card.guid)!, serial, key.spki);
      const certificate = encodeSigned(body, await issuer.sign(body), issuer.algorithm);
      const one: Issued = {
        ...{ number, slot, serial: toHex(serial), certificate, isProven: false },
        ...{ isUpToDate: true, isRevoked: false, isGivingWay: false },
      };
      issued.push(one);
      return one;
    },
    async challenge(serial) {
      ofSerial(serial);
      const challenge = random(32);
      challenges.set(toHex(challenge), serial);
      return challenge;
    },
    async prove({ serial, challenge, signature }) {
      const one = ofSerial(serial);
      if (!challenges.delete(toHex(challenge))) refuse('card/challenge-unknown');
      if (one.isRevoked) throw new Refusal('credential/already-revoked', 'revoked');
      const key = keyOf(readCertificate(one.certificate))!;
      const signed = cardProofBytes(fromHex(cardOf(one.number).guid)!, fromHex(serial)!, challenge);
      const algorithm = signatureAlgorithmOf(key.algorithm);
      if (!(await primitives.verify(algorithm, key.spki, signed, signature))) refuse('card/proof-wrong');
      one.isProven = true;
    },
    async discard(serial) {
      ofSerial(serial).isRevoked = true;
    },
    async signContent({ number, bytes }) {
      const card = open(number);
      const holder = await office.holder(card.officialId);
      if (!hashListsOf(card, holder, primitives).some((one) => equal(one, bytes))) refuse('card/content-differs');
      return sequence(oid('1.2.840.113549.1.7.2'), octetString(bytes), octetString(await issuer.sign(bytes)));
    },
    async activate({ number, serials, tag }) {
      const card = cardOf(number);
      const inForce = live(number).flatMap(({ isProven, serial }) => (isProven ? [serial] : []));
      const isBody = inForce.length === serials.length && inForce.every((serial) => serials.includes(serial));
      if (tag && card.tag?.uid !== formatTagUid(tag.uid)) refuse('card/tag-taken');
      if (tag && card.tag?.keyVersion !== tag.keyVersion) refuse('card/tag-given-anew');
      if (card.state === 'active') return isBody ? card : refuse('card/proven-elsewhere');
      const chipSlots = live(number).filter(({ isProven }) => isProven);
      const isWhole = office.slots.every((slot) => chipSlots.some((one) => one.slot === slot));
      if (live(number).length === 0 ? !tag : !isWhole) refuse('card/not-proven');
      if (!isBody) refuse('card/proven-elsewhere');
      if (chipSlots.some(({ isUpToDate }) => !isUpToDate)) refuse('card/content-differs');
      return put({ ...open(number), state: 'active', activatedAt: NOW, activatedLeaf: 1 });
    },
    async end({ number, reason }) {
      for (const one of live(number)) one.isRevoked = true;
      const card = cardOf(number);
      return card.state === 'ended' ? card : put({ ...card, state: 'ended', ended: { at: NOW, reason } });
    },
    reconcile() {
      for (const one of issued) if (cards.get(one.number)?.state === 'registered') one.isRevoked = true;
    },
    outdate() {
      for (const one of issued) one.isUpToDate = false;
    },
  };
  return office;
}

function refuse(code: `card/${string}`): never {
  throw new Refusal(code, code);
}

function spkiOf(certificate: Uint8Array): Uint8Array {
  return readCertificate(certificate).key.spki;
}

/** Of the size of a real one. */
function certificateBody(guid: Uint8Array, serial: Uint8Array, spki: Uint8Array): Uint8Array {
  createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  const name = (text: string): Uint8Array => sequence(setOf(sequence(oid('2.5.4.3'), utf8String(text))));
  const extension = (id: string, value: Uint8Array): Uint8Array => sequence(oid(id), octetString(value));
  const extensions = [
    extension('2.5.29.15', namedBits(0)),
    extension('2.5.29.17', sequence(der(contextTag(6, 'primitive'), utf8(uuidUrn(guid))))),
    extension('2.999.1', octetString(new Uint8Array(450))),
  ];
  return sequence(
    der(contextTag(0), integer(2)),
    integer(serial),
    encodeSignatureAlgorithm({ name: 'ECDSA', digest: 'SHA-256' }),
    name('Autoridad de prueba'),
    sequence(time(NOW), time(unixSeconds(NOW + 94_000_000))),
    name('Ana Pérez Núñez'),
    spki,
    der(contextTag(3), sequence(...extensions)),
  );
}
