import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import type { Assertion } from '../../src/access/assertion.ts';
import { ecdsaDerToRaw, ecdsaRawToDer } from '../../src/asn1/ecdsa.ts';
import { fromBase64Url, toBase64Url } from '../../src/core/base64.ts';
import { concat, fromHex, toHex, utf8 } from '../../src/core/bytes.ts';
import { encodeCbor, type CborValue } from '../../src/core/cbor.ts';

/** Where it does otherwise than an honest authenticator and browser would. */
export interface Slips {
  readonly type?: string;
  readonly challenge?: Uint8Array;
  readonly origin?: string;
  /** `absent`: as Level 1 browsers leave it out. */
  readonly crossOrigin?: boolean | 'absent';
  /** Fields after the known ones, `topOrigin` among them. */
  readonly extraData?: Readonly<Record<string, unknown>>;
  /** The text of the client data, rewritten. */
  readonly clientData?: (text: string) => string;
  readonly rpId?: string;
  readonly userPresent?: false;
  readonly userVerified?: false;
  readonly backupEligible?: boolean;
  readonly backedUp?: boolean;
  readonly signCount?: number;
  /** Extension outputs; the flag is set. */
  readonly extensions?: ReadonlyMap<string, CborValue>;
  /** Bytes after the authenticator data, whatever its flags say. */
  readonly extraBytes?: Uint8Array;
  /** Flags to be set beside its own. */
  readonly flags?: number;
  /** Which of the two signatures over the same data; chance, unless told. */
  readonly s?: 'high' | 'low';
}

export interface SoftPasskey {
  readonly id: Uint8Array;
  readonly rpId: string;
  readonly userHandle: Uint8Array | undefined;
  readonly algorithm: 'ES256' | 'RS256';
  /** DER SubjectPublicKeyInfo. */
  readonly spki: Uint8Array;
  readonly privateKey: KeyObject;
  signCount: number;
}

/** Of `PublicKeyCredentialCreationOptionsJSON` what it looks at; names and types may come along. */
export interface CreationOptions {
  readonly rp: { readonly id?: string; readonly name?: string };
  readonly user: { readonly id: string; readonly name?: string; readonly displayName?: string };
  readonly challenge: string;
  readonly pubKeyCredParams: readonly { readonly alg: number; readonly type?: string }[];
}

/** An answer as a browser sends it, and as the bytes that it stands for. */
export interface Answered {
  readonly json: AuthenticationResponseJSON;
  readonly assertion: Assertion;
}

const ALGORITHM = { ES256: -7, RS256: -257 } as const;
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const AAGUID = new Uint8Array(16);

function sha256(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(bytes).digest());
}

/** RSA keys take long to make. */
let rsaPair: { readonly publicKey: KeyObject; readonly privateKey: KeyObject } | undefined;

function makeKeys(algorithm: SoftPasskey['algorithm']): {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
} {
  if (algorithm === 'ES256') return generateKeyPairSync('ec', { namedCurve: 'P-256' });
  rsaPair ??= generateKeyPairSync('rsa', { modulusLength: 2048 });
  return rsaPair;
}

function part(text: string | undefined): Uint8Array {
  return fromBase64Url(text!)!;
}

function coseKey(algorithm: SoftPasskey['algorithm'], publicKey: KeyObject): Uint8Array {
  const { x, y, n, e } = publicKey.export({ format: 'jwk' });
  const fields: readonly (readonly [number, CborValue])[] =
    algorithm === 'ES256'
      ? [[1, 2], [3, -7], [-1, 1], [-2, part(x)], [-3, part(y)]] // prettier-ignore
      : [[1, 3], [3, -257], [-1, part(n)], [-2, part(e)]]; // prettier-ignore
  return encodeCbor(new Map(fields));
}

function withHalf(signature: Uint8Array, half: Slips['s']): Uint8Array {
  if (half === undefined) return signature;
  const raw = ecdsaDerToRaw(signature, 32);
  const s = BigInt(`0x${toHex(raw.subarray(32))}`);
  const other = s > ORDER / 2n === (half === 'high') ? s : ORDER - s;
  return ecdsaRawToDer(concat(raw.subarray(0, 32), fromHex(other.toString(16).padStart(64, '0'))!));
}

/** Passkeys in memory, with the browser in front of them at the page `origin`. */
export class SoftAuthenticator {
  readonly passkeys: SoftPasskey[] = [];
  readonly #origin: string;

  constructor(origin: string) {
    this.#origin = origin;
  }

  /** `navigator.credentials.create`: takes the first algorithm asked for that it has. */
  create(options: CreationOptions, slips: Slips = {}): RegistrationResponseJSON {
    const algorithm = options.pubKeyCredParams.some(({ alg }) => alg === ALGORITHM.ES256) ? 'ES256' : 'RS256';
    const { publicKey, privateKey } = makeKeys(algorithm);
    const passkey: SoftPasskey = {
      id: new Uint8Array(randomBytes(32)),
      rpId: options.rp.id ?? new URL(this.#origin).hostname,
      userHandle: fromBase64Url(options.user.id),
      algorithm,
      spki: new Uint8Array(publicKey.export({ format: 'der', type: 'spki' })),
      privateKey,
      signCount: 0,
    };
    this.passkeys.push(passkey);
    const length = Uint8Array.of(passkey.id.length >> 8, passkey.id.length & 0xff);
    const attested = concat(AAGUID, length, passkey.id, coseKey(algorithm, publicKey));
    const authData = this.#authenticatorData(passkey, { ...slips, flags: 0x40 | (slips.flags ?? 0) }, attested);
    const clientData = this.#clientData('webauthn.create', part(options.challenge), slips);
    const statement = new Map<string, CborValue>([
      ['fmt', 'none'],
      ['attStmt', new Map()],
      ['authData', authData],
    ]);
    return {
      ...this.#credential(passkey),
      response: {
        clientDataJSON: toBase64Url(clientData),
        authenticatorData: toBase64Url(authData),
        publicKey: toBase64Url(passkey.spki),
        publicKeyAlgorithm: ALGORITHM[algorithm],
        transports: ['internal'],
        attestationObject: toBase64Url(encodeCbor(statement)),
      },
    };
  }

  /** `navigator.credentials.get`: answers with the newest passkey that is asked for. */
  get(options: PublicKeyCredentialRequestOptionsJSON, slips: Slips = {}): Answered {
    const asked = options.allowCredentials?.map(({ id }) => id);
    const passkey = this.passkeys.findLast(({ id }) => !asked?.length || asked.includes(toBase64Url(id)));
    if (!passkey) throw new Error('NotAllowedError: no passkey that was asked for');
    passkey.signCount += 1;
    const assertion = this.#assert(passkey, part(options.challenge), slips);
    return {
      assertion,
      json: {
        ...this.#credential(passkey),
        response: {
          clientDataJSON: toBase64Url(assertion.clientDataJSON),
          authenticatorData: toBase64Url(assertion.authenticatorData),
          signature: toBase64Url(assertion.signature),
          ...(passkey.userHandle && { userHandle: toBase64Url(passkey.userHandle) }),
        },
      },
    };
  }

  #assert(passkey: SoftPasskey, challenge: Uint8Array, slips: Slips): Assertion {
    const authenticatorData = this.#authenticatorData(passkey, slips);
    const clientDataJSON = this.#clientData('webauthn.get', challenge, slips);
    const made = sign('sha256', concat(authenticatorData, sha256(clientDataJSON)), passkey.privateKey);
    const signature = passkey.algorithm === 'ES256' ? withHalf(new Uint8Array(made), slips.s) : new Uint8Array(made);
    return { authenticatorData, clientDataJSON, signature };
  }

  #credential({ id }: SoftPasskey): Pick<RegistrationResponseJSON, 'id' | 'rawId' | 'type' | 'clientExtensionResults'> {
    return { id: toBase64Url(id), rawId: toBase64Url(id), type: 'public-key', clientExtensionResults: {} };
  }

  #clientData(type: string, challenge: Uint8Array, slips: Slips): Uint8Array {
    const { crossOrigin = false } = slips;
    const text = JSON.stringify({
      type: slips.type ?? type,
      challenge: toBase64Url(slips.challenge ?? challenge),
      origin: slips.origin ?? this.#origin,
      ...(crossOrigin !== 'absent' && { crossOrigin }),
      ...slips.extraData,
    });
    return utf8(slips.clientData?.(text) ?? text);
  }

  #authenticatorData(passkey: SoftPasskey, slips: Slips, attested: Uint8Array = new Uint8Array()): Uint8Array {
    const { userPresent = true, userVerified = true, backupEligible = false, backedUp = false } = slips;
    const own = [userPresent && 0x01, userVerified && 0x04, backupEligible && 0x08, backedUp && 0x10];
    const all = [...own, slips.extensions && 0x80, slips.flags];
    const fixed = new Uint8Array(37);
    fixed.set(sha256(utf8(slips.rpId ?? passkey.rpId)));
    fixed[32] = all.reduce<number>((flags, flag) => flags | Number(flag || 0), 0);
    new DataView(fixed.buffer).setUint32(33, slips.signCount ?? passkey.signCount);
    const extensions = slips.extensions ? encodeCbor(slips.extensions) : new Uint8Array();
    return concat(fixed, attested, extensions, slips.extraBytes ?? new Uint8Array());
  }
}
