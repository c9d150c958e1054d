import { holderAlgorithmFor } from '../../authority/algorithm.ts';
import type { CertificateBody } from '../../authority/certificate.ts';
import { equal } from '../../core/bytes.ts';
import type { CborValue } from '../../core/cbor.ts';
import type { Primitives } from '../../core/primitives.ts';
import { isRefusal } from '../../core/refusal.ts';
import { LeafKind } from '../../log/leaf.ts';
import { openingMissing } from '../../log/vouch.ts';
import {
  claimOfCountersignature,
  readCountersignedRecord,
  readCountersignIntent,
  type Countersignature,
  type Countersignatures,
  type CountersignIntent,
} from '../../oficio/countersignature.ts';
import type { Oficio, OficioId } from '../../oficio/oficio.ts';
import { signedAttributes } from '../../signature/cms.ts';
import type { TellingOptions } from './as-logged.ts';
import { bodyOfIntent } from './card-proof.ts';
import type { WitnessLog } from './first-leaves.ts';
import { openedRecord, toldAbout } from './witness.ts';

type Log = Pick<WitnessLog, 'leaf' | 'opening' | 'referring' | 'isFirst' | 'hasCome' | 'firstOfCredential'>;
type Verifying = Pick<Primitives, 'hmac' | 'verify'>;

const NONE: Countersignatures = { made: [], waiting: [] };

/**
 * Who countersigned a letter, by the log alone. A leaf that tells of one holds the signature itself, over what it commits to: one that
 * is not by the key that was certified to who is said to have signed was appended by somebody else, and neither counts nor stops
 * anything.
 * @throws Refusal `log/opening-missing` where nobody can read any more what was said, unless the rest is to be told all the same
 */
export async function loggedCountersignatures(
  log: Log,
  { id, signedLeaf }: Pick<Oficio, 'id' | 'signedLeaf'>,
  primitives: Verifying,
  { acceptUnread = false }: TellingOptions = {},
): Promise<Countersignatures> {
  if (signedLeaf === undefined) return NONE;
  const intents = new Map<string, CountersignIntent>();
  const found: Countersignature[] = [];
  const waiting: CountersignIntent[] = [];
  let unread: number | undefined;
  const about = async (leaf: number, kind: LeafKind): Promise<Acts> => {
    const acts = (await toldAbout(log, leaf, primitives)).filter((act) => act.kind === kind);
    const gone = acts.find(({ record }) => record === undefined)?.index;
    if (gone !== undefined && !acceptUnread) openingMissing(gone);
    unread ??= gone;
    // It may have been what a later one repeats: believed, that one would stand at a leaf of its own choosing.
    const before = acts.filter(({ index }) => index < (gone ?? Infinity));
    return {
      read: before.flatMap(({ index, record }) => (record ? [{ index, record }] : [])),
      isUnread: gone !== undefined,
    };
  };
  for (const { index, record } of (await about(signedLeaf, LeafKind.oficioCountersignIntent)).read) {
    const intent = readCountersignIntent(record, index);
    // Of two with one id the first was ours.
    if (intent?.letter === id && !intents.has(intent.id)) intents.set(intent.id, intent);
  }
  for (const intent of intents.values()) {
    const { read, isUnread } = await about(intent.leaf, LeafKind.oficioCountersigned);
    try {
      const made = await firstSigned(log, intent, read, primitives);
      if (made) found.push(made);
      // Whatever else somebody appended about it: the signature of who began it may still come.
      else if (!isUnread) waiting.push(intent);
    } catch (error) {
      // By which key it has to be signed nobody can read any more: it may be one, and no later one takes its place.
      if (!acceptUnread || !isRefusal(error, 'log/opening-missing')) throw error;
      unread ??= Number(error.facts['index']);
    }
  }
  return { made: inOrder(found), waiting, ...(unread !== undefined && { unread }) };
}

/** The leaves of one kind about another one. */
interface Acts {
  /** Up to the first that nobody can read any more. */
  readonly read: readonly ReadAct[];
  /** Whether there are further ones. */
  readonly isUnread: boolean;
}

interface ReadAct {
  readonly index: number;
  readonly record: readonly CborValue[];
}

/** The letters on which something was begun with this certificate, whether or not it was finished; what nobody can read is left out. */
export async function lettersBegunWith(
  log: Pick<WitnessLog, 'leaf' | 'opening' | 'ofKinds'>,
  serial: string,
  primitives: Pick<Primitives, 'hmac'>,
): Promise<readonly OficioId[]> {
  const letters = new Set<OficioId>();
  for (const index of await log.ofKinds([LeafKind.oficioCountersignIntent])) {
    const record = await openedRecord(log, index, primitives);
    const intent = record && readCountersignIntent(record, index);
    if (intent?.signer.serial === serial) letters.add(intent.letter);
  }
  return [...letters];
}

/** In the order of the log, each with the next ordinal, by a credential that had not signed it yet: whose key was stolen may do it anew. */
function inOrder(found: readonly Countersignature[]): readonly Countersignature[] {
  const made: Countersignature[] = [];
  for (const one of found.toSorted((a, b) => a.signedLeaf - b.signedLeaf)) {
    const isItsFirst = made.every(({ signer }) => signer.serial !== one.signer.serial);
    if (one.ordinal === made.length + 1 && isItsFirst) made.push(one);
  }
  return made;
}

async function firstSigned(
  log: Log,
  intent: CountersignIntent,
  acts: readonly ReadAct[],
  primitives: Verifying,
): Promise<Countersignature | undefined> {
  for (const { index, record } of acts) {
    const told = readCountersignedRecord(record);
    if (told?.id !== intent.id || told.letter !== intent.letter || told.ordinal !== intent.ordinal) continue;
    const salt = (await log.opening(index))?.salt;
    const made: Countersignature = { ...intent, ...told, signedLeaf: index };
    if (salt && equal(salt, intent.salt) && (await isSigned(log, made, primitives))) return made;
  }
  return undefined;
}

/**
 * Whether the key that was certified under the number of who is said to have signed made it.
 * @throws Refusal `log/opening-missing` where nobody can read any more which that is
 */
async function isSigned(log: Log, made: Countersignature, primitives: Verifying): Promise<boolean> {
  const { signer, byteRangeDigest, certificateDigest, signature } = made;
  const body = await bodyOf(log, signer, primitives);
  const algorithm = body && holderAlgorithmFor(body.key.algorithm);
  if (!body || !algorithm) return false;
  const certificate = { algorithm: 'SHA-256', value: certificateDigest } as const;
  const attributes = signedAttributes(byteRangeDigest, certificate, claimOfCountersignature(made));
  return primitives.verify(algorithm, body.key.spki, attributes, signature);
}

async function bodyOf(
  log: Log,
  { serial, officialId }: Countersignature['signer'],
  primitives: Verifying,
): Promise<CertificateBody | undefined> {
  const intentLeaf = await log.firstOfCredential(serial);
  if (intentLeaf === undefined) return undefined;
  const record = (await openedRecord(log, intentLeaf, primitives)) ?? openingMissing(intentLeaf);
  return record[4] === officialId ? bodyOfIntent(record) : undefined;
}
