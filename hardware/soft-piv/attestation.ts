import { createHash } from 'node:crypto';
import { bitString, der, integer, octetString, oid, sequence, setOf, time, utf8String } from '../../src/asn1/write.ts';
import { concat, fromHex } from '../../src/core/bytes.ts';
import { parseTime } from '../../src/core/time.ts';
import { readPublicKey } from '../../src/card/piv/public-key.ts';
import { encodeObject } from '../../src/card/tlv.ts';
import { answer, decline, type CardAnswer, type CardCommand } from './apdu.ts';
import { makeKey, signDigest } from './keys.ts';
import type { Session } from './session.ts';
import type { SoftKey } from './state.ts';

const FROM = time(parseTime('2020-01-01T00:00:00Z')!);
const UNTIL = time(parseTime('2049-12-31T00:00:00Z')!);
const ECDSA_SHA256 = sequence(oid('1.2.840.10045.4.3.2'));
/** Yubico's arc of what an attestation tells: firmware, serial, policies of PIN and touch. */
const ARC = '1.3.6.1.4.1.41482.3';
const ROOT = 'Soft PIV Attestation';

/** Yubico's `F9`: a certificate over the key in the slot, by the card's own attestation key. */
export async function attest(session: Session, { p1, p2 }: CardCommand): Promise<CardAnswer> {
  const { state, options } = session;
  const key = state.keys[p1.toString(16)];
  if (!key || p2 !== 0) decline(0x6a86);
  const issuer = await attestationKey(session);
  const [major, minor, patch] = options.version ?? [5, 4, 3];
  const policy = { never: 1, once: 2, always: 3 }[key.pinPolicy];
  const extensions = [
    extension(`${ARC}.3`, Uint8Array.of(major, minor, patch)),
    extension(`${ARC}.7`, integer(state.serial)),
    extension(`${ARC}.8`, Uint8Array.of(policy, 1)),
  ];
  const subject = `YubiKey PIV Attestation ${p1.toString(16)}`;
  const serial = options.random(16);
  serial[0]! &= 0x7f;
  const attested = certificate({ serial, issuer, subject, key, extensions }, session);
  return answer(options.personality === 'pivapplet' ? concat(attested, Uint8Array.of(0)) : attested);
}

/** The certificate of the attestation key, where Yubico keeps it: the object 5FFF01. */
export async function attestationObject(session: Session): Promise<CardAnswer> {
  const issuer = await attestationKey(session);
  const serial = Uint8Array.of(1);
  const own = certificate({ serial, issuer, subject: ROOT, key: issuer, extensions: [] }, session);
  const container = [encodeObject(0x70, own), encodeObject(0x71, Uint8Array.of(0)), encodeObject(0xfe)];
  return answer(encodeObject(0x53, ...container));
}

async function attestationKey({ state, options }: Session): Promise<SoftKey> {
  state.attestationKey ??= await makeKey('P-256', 'never', options.random);
  return state.attestationKey;
}

interface Contents {
  readonly serial: Uint8Array;
  readonly issuer: SoftKey;
  readonly subject: string;
  readonly key: SoftKey;
  readonly extensions: readonly Uint8Array[];
}

function certificate({ serial, issuer, subject, key, extensions }: Contents, { options }: Session): Uint8Array {
  const tbs = sequence(
    der(0xa0, integer(2)),
    integer(serial),
    ECDSA_SHA256,
    commonName(ROOT),
    sequence(FROM, UNTIL),
    commonName(subject),
    readPublicKey(fromHex(key.publicKey)!, key.algorithm, 'attestation').spki,
    ...(extensions.length > 0 ? [der(0xa3, sequence(...extensions))] : []),
  );
  const digest = new Uint8Array(createHash('sha256').update(tbs).digest());
  return sequence(tbs, ECDSA_SHA256, bitString(signDigest(issuer, digest, options.random)));
}

function commonName(text: string): Uint8Array {
  return sequence(setOf(sequence(oid('2.5.4.3'), utf8String(text))));
}

function extension(name: string, value: Uint8Array): Uint8Array {
  return sequence(oid(name), octetString(value));
}
