import { toHex } from '../../src/core/bytes.ts';
import type { Random } from '../../src/core/random.ts';
import { encodeCapability, makeCapability } from '../../src/card/piv/capability.ts';
import { encodeChuid, makeGuid } from '../../src/card/piv/chuid.ts';
import { CIV_FASC_N } from '../../src/card/piv/fasc-n.ts';
import { FACTORY_PIN, FACTORY_PUK, factoryManagementKey } from '../../src/card/piv/factory.ts';
import type { KeyAlgorithm, ManagementAlgorithm } from '../../src/card/piv/reference.ts';
import { parseDay } from '../../src/core/time.ts';

/** PIN or PUK: eight bytes in hexadecimal. */
export interface SoftSecret {
  value: string;
  triesLeft: number;
  triesAtMost: number;
}

export type PinPolicy = 'never' | 'once' | 'always';

export interface SoftKey {
  algorithm: KeyAlgorithm;
  /** In hexadecimal: the scalar of a curve, or PKCS #8 of RSA. */
  secret: string;
  /** Contents of the template 7F49, in hexadecimal. */
  publicKey: string;
  pinPolicy: PinPolicy;
}

/**
 * All that the card keeps without power: plain values, so that a test can copy it, save it as JSON and put the card into
 * another reader. The card changes it in place.
 */
export interface SoftPivState {
  serial: number;
  pin: SoftSecret;
  puk: SoftSecret;
  managementKey: { algorithm: ManagementAlgorithm; value: string };
  /** By tag in hexadecimal (`5fc102`): what GET DATA gives, with the tag 53 and its length, in hexadecimal. */
  objects: Record<string, string>;
  /** By key reference in hexadecimal (`9a`). */
  keys: Record<string, SoftKey>;
  /** Secrets that were ever changed, whatever they are now. */
  changed?: ('pin' | 'puk' | 'managementKey')[];
  /** The maker's key, which attests; made when it is first asked for. */
  attestationKey?: SoftKey;
}

const NEVER = parseDay('2030-01-01')!;
const PIN_TRIES = 3;
const ORDINARY: ManagementAlgorithm = '3DES';

/** A card as it leaves the factory, with a CHUID and a capability container of its own as PivApplet makes them. */
export function factoryState(random: Random, managementAlgorithm: ManagementAlgorithm = ORDINARY): SoftPivState {
  const [a, b, c] = random(3);
  const chuid = encodeChuid({ fascN: CIV_FASC_N, guid: makeGuid(random), expires: NEVER });
  return {
    serial: 0x1000000 + (a! << 16) + (b! << 8) + c!,
    ...factorySecrets(),
    managementKey: { algorithm: managementAlgorithm, value: toHex(factoryManagementKey(managementAlgorithm)) },
    objects: {
      '5fc102': `53${lengthOf(chuid)}${toHex(chuid)}`,
      '5fc107': `5333${toHex(encodeCapability(makeCapability(random)))}`,
    },
    keys: {},
  };
}

export function factorySecrets(
  tries: { readonly pin: number; readonly puk: number } = { pin: PIN_TRIES, puk: PIN_TRIES },
): {
  pin: SoftSecret;
  puk: SoftSecret;
} {
  return {
    pin: { value: padded(FACTORY_PIN), triesLeft: tries.pin, triesAtMost: tries.pin },
    puk: { value: padded(FACTORY_PUK), triesLeft: tries.puk, triesAtMost: tries.puk },
  };
}

export function noteChanged(state: SoftPivState, secret: 'pin' | 'puk' | 'managementKey'): void {
  state.changed = [...new Set([...(state.changed ?? []), secret])];
}

export function padded(digits: string): string {
  return toHex(new TextEncoder().encode(digits)).padEnd(16, 'f');
}

function lengthOf(value: Uint8Array): string {
  return value.length.toString(16).padStart(2, '0');
}
