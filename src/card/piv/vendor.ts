import { exchange, STATUS } from '../apdu.ts';
import type { CardChannel } from '../channel.ts';
import { encodeObject, readObjects, readOnly } from '../tlv.ts';
import { done, isUnsupported, malformed } from './answer.ts';
import { readCertificate } from './certificate.ts';
import { readPublicKey, type PublicKey } from './public-key.ts';
import {
  KEY_REFERENCE,
  keyAlgorithmOf,
  managementAlgorithmOf,
  type KeyAlgorithm,
  type ManagementAlgorithm,
  type Slot,
} from './reference.ts';

// Commands of Yubico's that other cards have copied (PivApplet, tokens of several makers). None of them is of the standard:
// each function answers `undefined` where the card does not have its command.

/** Of the firmware. */
export interface Version {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

/** `FD`. @throws Refusal `card/malformed`, `card/declined` */
export async function readVersion(channel: CardChannel): Promise<Version | undefined> {
  const value = await ask(channel, 0xfd, 0, 'version');
  if (!value) return undefined;
  if (value.length !== 3) malformed('version', `${value.length} bytes`);
  return { major: value[0]!, minor: value[1]!, patch: value[2]! };
}

/** `F8`: the number that the maker gave the card, as it is printed on it. @throws Refusal `card/malformed`, `card/declined` */
export async function readSerial(channel: CardChannel): Promise<number | undefined> {
  const value = await ask(channel, 0xf8, 0, 'serial');
  if (!value) return undefined;
  if (value.length !== 4) malformed('serial', `${value.length} bytes`);
  return new DataView(value.buffer, value.byteOffset, 4).getUint32(0);
}

/**
 * `F9`: a certificate in which the maker's key says that the key in the slot was made inside the card, as it came: PivApplet's is
 * not in DER, and longer than it says.
 * @throws Refusal `card/declined` also for a slot without a key, or with one that was imported
 */
export async function attest(channel: CardChannel, slot: Slot): Promise<Uint8Array | undefined> {
  return ask(channel, 0xf9, KEY_REFERENCE[slot], `attest ${slot}`);
}

/**
 * The certificate of the key that attests, in DER, where Yubico keeps it: the object 5FFF01.
 * @throws Refusal `card/malformed`, `card/declined`
 */
export async function readAttestationIssuer(channel: CardChannel): Promise<Uint8Array | undefined> {
  const step = 'read the certificate of attestations';
  const data = encodeObject(0x5c, Uint8Array.of(0x5f, 0xff, 0x01));
  const response = await exchange(channel, { ins: 0xcb, p1: 0x3f, p2: 0xff, data, expectsData: true });
  if (response.status === STATUS.notFound || isUnsupported(response)) return undefined;
  const value = readOnly(done(response, step), 0x53, step);
  return value.length === 0 ? undefined : readCertificate(value);
}

/** What `F7` tells of a key reference; fields that the card does not tell, or that we do not know, are not there. */
export interface Metadata {
  readonly algorithm?: KeyAlgorithm;
  readonly managementAlgorithm?: ManagementAlgorithm;
  readonly pinPolicy?: 'never' | 'once' | 'always';
  readonly touch?: boolean;
  readonly origin?: 'generated' | 'imported';
  readonly publicKey?: PublicKey;
  /** Whether the secret is the one that every card leaves the factory with. */
  readonly isFactory?: boolean;
  readonly triesAtMost?: number;
  readonly triesLeft?: number;
}

const PIN_POLICY = [undefined, 'never', 'once', 'always'] as const;
const ORIGIN = [undefined, 'generated', 'imported'] as const;

/**
 * `F7` of a key, the management key, the PIN or the PUK: `none` where nothing is behind the reference, `undefined` where the
 * card does not have the command.
 * @throws Refusal `card/malformed`, `card/declined`
 */
export async function readMetadata(channel: CardChannel, reference: number): Promise<Metadata | 'none' | undefined> {
  const step = `metadata ${reference.toString(16)}`;
  const response = await exchange(channel, { ins: 0xf7, p1: 0, p2: reference, expectsData: true });
  if (isUnsupported(response)) return undefined;
  if (response.status === STATUS.referenceNotFound || response.status === STATUS.notFound) return 'none';
  const fields = new Map<number, Uint8Array>();
  for (const { tag, value } of readObjects(done(response, step), step)) {
    if (fields.has(tag)) malformed(step, `several ${tag.toString(16)}`);
    fields.set(tag, value);
  }
  return metadataOf(fields, step);
}

function metadataOf(fields: ReadonlyMap<number, Uint8Array>, step: string): Metadata {
  const bytes = (tag: number, length: number): Uint8Array | undefined => {
    const value = fields.get(tag);
    if (value && value.length !== length) malformed(step, `a field ${tag.toString(16)} of ${value.length} bytes`);
    return value;
  };
  const identifier = bytes(1, 1)?.[0];
  const policy = bytes(2, 2);
  const origin = bytes(3, 1);
  const factory = bytes(5, 1);
  const tries = bytes(6, 2);
  const algorithm = identifier === undefined ? undefined : keyAlgorithmOf(identifier);
  const managementAlgorithm = identifier === undefined ? undefined : managementAlgorithmOf(identifier);
  const pinPolicy = policy && PIN_POLICY[policy[0]!];
  const madeHow = origin && ORIGIN[origin[0]!];
  const publicKey = fields.get(4);
  if (factory && factory[0]! > 1) malformed(step, 'a field 5 that is neither 0 nor 1');
  return {
    ...(algorithm && { algorithm }),
    ...(managementAlgorithm && { managementAlgorithm }),
    ...(pinPolicy && { pinPolicy }),
    ...(policy && { touch: policy[1]! > 1 }),
    ...(madeHow && { origin: madeHow }),
    ...(algorithm && publicKey && { publicKey: readPublicKey(publicKey, algorithm, step) }),
    ...(factory && { isFactory: factory[0] === 1 }),
    ...(tries && { triesAtMost: tries[0]!, triesLeft: tries[1]! }),
  };
}

async function ask(channel: CardChannel, ins: number, p1: number, step: string): Promise<Uint8Array | undefined> {
  const response = await exchange(channel, { ins, p1, p2: 0, expectsData: true });
  return isUnsupported(response) ? undefined : done(response, step);
}
