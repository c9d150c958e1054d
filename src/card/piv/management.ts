import { concat, equalSecret } from '../../core/bytes.ts';
import type { BlockCiphers } from '../../core/block-ciphers.ts';
import type { Random } from '../../core/random.ts';
import { exchange, STATUS, type Command, type Response } from '../apdu.ts';
import type { CardChannel } from '../channel.ts';
import { encodeObject, readOnly } from '../tlv.ts';
import { done, isUnsupported, malformed, refuse, triesOf } from './answer.ts';
import {
  MANAGEMENT_ALGORITHM,
  MANAGEMENT_ALGORITHMS,
  MANAGEMENT_REFERENCE,
  type ManagementAlgorithm,
} from './reference.ts';
import { readMetadata } from './vendor.ts';

export interface KnownAlgorithm {
  /** The algorithm, where it is known already: the card is not asked for it. */
  readonly algorithm?: ManagementAlgorithm;
}

export interface ManagementDeps {
  readonly ciphers: BlockCiphers;
  readonly random: Random;
}

/** Dynamic authentication template (SP 800-73-5 Part 2 §3.2.4). */
const TEMPLATE = 0x7c;
const WITNESS = 0x80;
const CHALLENGE = 0x81;
const RESPONSE = 0x82;
const STEP = 'management key';

/**
 * Proves to the card that we hold its management key, and has it prove the same: mutual authentication of SP 800-73-5 Part 2
 * §3.2.4, appendix A.1. The key is tried once. Its algorithm is what the card's metadata say; where it has none, the card is
 * asked for a witness in each that takes a key of this length, which spends nothing: the first it gives is used.
 * @throws Refusal `card/management-key-algorithm`, `card/management-key-wrong`, `card/not-authentic`, `card/malformed`
 */
export async function authenticateManagement(
  channel: CardChannel,
  key: Uint8Array,
  deps: ManagementDeps,
  known: KnownAlgorithm = {},
): Promise<ManagementAlgorithm> {
  const told = known.algorithm ?? (await algorithmFromMetadata(channel));
  const { algorithm, witness } = await askForWitness(channel, key, told);
  const cipher = cipherOf(algorithm, deps.ciphers);
  const challenge = deps.random(witness.length);
  // Without an empty `82` behind: PivApplet takes one for a request to be answered before the witness is looked at.
  const data = encodeObject(
    TEMPLATE,
    encodeObject(WITNESS, cipher.decrypt(key, witness)),
    encodeObject(CHALLENGE, challenge),
  );
  const response = await exchange(channel, authenticate(algorithm, data));
  if (isWrongKey(response)) refuse('card/management-key-wrong', 'the card does not accept the management key');
  const answer = readOnly(readOnly(done(response, STEP), TEMPLATE, STEP), RESPONSE, STEP);
  if (!equalSecret(answer, cipher.encrypt(key, challenge))) {
    refuse('card/not-authentic', 'the card does not prove that it holds the management key');
  }
  return algorithm;
}

/**
 * The algorithm of the management key, as metadata say it or the first for which the card gives a witness; `undefined` where
 * it gives none. Nothing is tried.
 */
export async function findManagementAlgorithm(channel: CardChannel): Promise<ManagementAlgorithm | undefined> {
  const told = await algorithmFromMetadata(channel);
  if (told) return told;
  for (const algorithm of MANAGEMENT_ALGORITHMS) {
    const response = await exchange(channel, askWitness(algorithm));
    if (response.status === STATUS.done) {
      readWitness(response, algorithm);
      return algorithm;
    }
  }
  return undefined;
}

/**
 * Yubico's `FF`: puts in another management key, without asking for a touch. Wants the present one to have been proven.
 * @throws Refusal `card/unsupported`, `card/not-allowed`, `card/declined`
 */
export async function setManagementKey(
  channel: CardChannel,
  algorithm: ManagementAlgorithm,
  key: Uint8Array,
): Promise<void> {
  const { identifier, keyBytes } = MANAGEMENT_ALGORITHM[algorithm];
  if (key.length !== keyBytes) throw new RangeError(`a key of ${key.length} bytes for ${algorithm}`);
  const data = concat(Uint8Array.of(identifier, MANAGEMENT_REFERENCE, key.length), key);
  done(await exchange(channel, { ins: 0xff, p1: 0xff, p2: 0xff, data }), 'set management key');
}

interface Witness {
  readonly algorithm: ManagementAlgorithm;
  /** Enciphered, one block. */
  readonly witness: Uint8Array;
}

async function askForWitness(
  channel: CardChannel,
  key: Uint8Array,
  told: ManagementAlgorithm | undefined,
): Promise<Witness> {
  const candidates = told ? [told] : MANAGEMENT_ALGORITHMS;
  for (const algorithm of candidates) {
    if (MANAGEMENT_ALGORITHM[algorithm].keyBytes !== key.length) continue;
    const response = await exchange(channel, askWitness(algorithm));
    if (response.status === STATUS.done) return { algorithm, witness: readWitness(response, algorithm) };
    if (told) done(response, STEP);
  }
  const facts = { bytes: key.length, ...(told && { algorithm: told }) };
  return refuse('card/management-key-algorithm', `no management key of ${key.length} bytes on this card`, facts);
}

async function algorithmFromMetadata(channel: CardChannel): Promise<ManagementAlgorithm | undefined> {
  const metadata = await readMetadata(channel, MANAGEMENT_REFERENCE);
  if (metadata === undefined || metadata === 'none') return undefined;
  return metadata.managementAlgorithm;
}

function authenticate(algorithm: ManagementAlgorithm, data: Uint8Array): Command {
  const { identifier } = MANAGEMENT_ALGORITHM[algorithm];
  return { ins: 0x87, p1: identifier, p2: MANAGEMENT_REFERENCE, data, expectsData: true };
}

function askWitness(algorithm: ManagementAlgorithm): Command {
  return authenticate(algorithm, encodeObject(TEMPLATE, encodeObject(WITNESS)));
}

function readWitness(response: Response, algorithm: ManagementAlgorithm): Uint8Array {
  const witness = readOnly(readOnly(response.data, TEMPLATE, STEP), WITNESS, STEP);
  if (witness.length !== MANAGEMENT_ALGORITHM[algorithm].blockBytes)
    malformed(STEP, `a witness of ${witness.length} bytes`);
  return witness;
}

/** Cards differ in how they say it: YubiKey 6982, PivApplet 6A80, others 6300 and 63Cx. */
function isWrongKey(response: Response): boolean {
  const { status } = response;
  if (isUnsupported(response)) return false;
  const wrong = [0x6300, STATUS.securityNotSatisfied, STATUS.wrongData, STATUS.conditionsNotSatisfied];
  return wrong.includes(status) || triesOf(status) !== undefined;
}

interface Cipher {
  encrypt(key: Uint8Array, block: Uint8Array): Uint8Array;
  decrypt(key: Uint8Array, block: Uint8Array): Uint8Array;
}

function cipherOf(algorithm: ManagementAlgorithm, ciphers: BlockCiphers): Cipher {
  return algorithm === '3DES'
    ? { encrypt: ciphers.tripleDesEncrypt, decrypt: ciphers.tripleDesDecrypt }
    : { encrypt: ciphers.aesEncrypt, decrypt: ciphers.aesDecrypt };
}
