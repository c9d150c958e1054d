import type { BlockCiphers } from '../../src/core/block-ciphers.ts';
import type { Random } from '../../src/core/random.ts';
import type { ManagementAlgorithm } from '../../src/card/piv/reference.ts';
import type { SoftPivState } from './state.ts';

export interface SoftPivOptions {
  readonly random: Random;
  readonly ciphers: BlockCiphers;
  /**
   * `yubikey` has the vendor's commands (version, serial, metadata, attestation, set management key, tries, reset); `bare` only
   * those of the standard, and SET MANAGEMENT KEY, without which it could not be personalised here. `pivapplet` has most of the
   * vendor's in its own way, as that applet was seen to: a secret that was ever changed is never said to be the factory's again,
   * attestations are not in DER, and of a chain it holds 6 kB, after which it wants to be selected anew.
   */
  readonly personality: 'yubikey' | 'pivapplet' | 'bare';
  /**
   * What is left of an object when the card is pulled within a chain of PUT DATA: the old one; the new one's length with the
   * bytes that came; or these and behind them what lay there before.
   */
  readonly torn?: 'keeps-old' | 'leaves-half' | 'mixes';
  /** Bytes within 53; the objects of the standard have its limits. A YubiKey has 3052 for each. */
  readonly mostObjectBytes?: number;
  /** `5.4.3` unless told. */
  readonly version?: readonly [number, number, number];
}

/** What the card forgets without power. */
export interface Session {
  readonly state: SoftPivState;
  readonly options: SoftPivOptions;
  selected: boolean;
  pinVerified: boolean;
  /** The PIN was verified by the command right before. */
  pinFresh: boolean;
  managementProven: boolean;
  /** What the card has asked to be answered, in clear. */
  asked:
    | { readonly kind: 'witness' | 'challenge'; readonly algorithm: ManagementAlgorithm; readonly value: Uint8Array }
    | undefined;
}

export function newSession(state: SoftPivState, options: SoftPivOptions): Session {
  return {
    state,
    options,
    selected: false,
    pinVerified: false,
    pinFresh: false,
    managementProven: false,
    asked: undefined,
  };
}
