import { bitString, integer, nullValue, oid, sequence } from '../asn1/write.ts';
import { concat } from '../core/bytes.ts';
import { decodeCbor, type CborValue } from '../core/cbor.ts';
import { isRefusal } from '../core/refusal.ts';

/** Labels of COSE_Key (RFC 9052 §7.1, RFC 9053 §7.1.1, RFC 8230 §4). */
const KTY = 1;
const ALG = 3;
const [CRV, X, Y] = [-1, -2, -3];
const [N, E] = [-1, -2];

function bytesOf(value: CborValue | undefined): Uint8Array {
  return value instanceof Uint8Array ? value : new Uint8Array();
}

function ecSpki(x: Uint8Array, y: Uint8Array): Uint8Array | undefined {
  if (x.length !== 32 || y.length !== 32) return undefined;
  const identifier = sequence(oid('1.2.840.10045.2.1'), oid('1.2.840.10045.3.1.7'));
  return sequence(identifier, bitString(concat(Uint8Array.of(4), x, y)));
}

function rsaSpki(n: Uint8Array, e: Uint8Array): Uint8Array | undefined {
  // RFC 8230 §4: the fewest bytes. Otherwise one key would come in several spellings.
  if (!n[0] || !e[0]) return undefined;
  return sequence(sequence(oid('1.2.840.113549.1.1.1'), nullValue()), bitString(sequence(integer(n), integer(e))));
}

/**
 * A COSE_Key of ES256 or RS256 as DER SubjectPublicKeyInfo; `undefined` for any other, and one with parameters that it does not
 * have. Whether its numbers make a good key is not asked here.
 */
export function spkiOfCoseKey(bytes: Uint8Array): Uint8Array | undefined {
  let key: CborValue;
  try {
    key = decodeCbor(bytes, { maxDepth: 1, maxItems: 16 });
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
  if (!(key instanceof Map)) return undefined;
  const fields = key as ReadonlyMap<number | string, CborValue>;
  const [kind, algorithm] = [fields.get(KTY), fields.get(ALG)];
  if (kind === 2 && algorithm === -7 && fields.get(CRV) === 1 && fields.size === 5) {
    return ecSpki(bytesOf(fields.get(X)), bytesOf(fields.get(Y)));
  }
  if (kind === 3 && algorithm === -257 && fields.size === 4) {
    return rsaSpki(bytesOf(fields.get(N)), bytesOf(fields.get(E)));
  }
  return undefined;
}
