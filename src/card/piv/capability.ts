import { concat } from '../../core/bytes.ts';
import type { Random } from '../../core/random.ts';
import { encodeObject } from '../tlv.ts';
import { endOfContainer, fixedField, readFields } from './container.ts';

/** Card Capability Container (SP 800-73-5 Part 1 §3.1.1 and appendix A): of the old GSC-IS, and every reader still asks for it. */
export interface Capability {
  /** 21 bytes: provider A000000116, maker FF, type 02 (Java Card), and 14 of the card's own. */
  readonly cardIdentifier: Uint8Array;
}

const IDENTIFIER_BYTES = 21;
const KIND = Uint8Array.of(0xa0, 0x00, 0x00, 0x01, 0x16, 0xff, 0x02);
const CARD_IDENTIFIER = 0xf0;
/** Container and grammar version 2.1, data model 10; the others are empty. */
const FIXED: readonly (readonly [number, readonly number[]])[] = [
  [0xf1, [0x21]],
  [0xf2, [0x21]],
  [0xf3, []],
  [0xf4, [0x00]],
  [0xf5, [0x10]],
  [0xf6, []],
  [0xf7, []],
  [0xfa, []],
  [0xfb, []],
  [0xfc, []],
  [0xfd, []],
];
/** E3 and E4 came with SP 800-73-4 and are optional. */
const ORDER = [CARD_IDENTIFIER, ...FIXED.map(([tag]) => tag), 0xe3, 0xe4];

export function makeCapability(random: Random): Capability {
  return { cardIdentifier: concat(KIND, random(IDENTIFIER_BYTES - KIND.length)) };
}

export function encodeCapability({ cardIdentifier }: Capability): Uint8Array {
  if (cardIdentifier.length !== IDENTIFIER_BYTES) throw new RangeError('a card identifier has 21 bytes');
  const fixed = FIXED.map(([tag, value]) => encodeObject(tag, Uint8Array.from(value)));
  return concat(encodeObject(CARD_IDENTIFIER, cardIdentifier), ...fixed, endOfContainer());
}

/** @throws Refusal `card/malformed` */
export function readCapability(bytes: Uint8Array): Capability {
  const fields = readFields(bytes, ORDER, 'capability');
  return { cardIdentifier: fixedField(fields, CARD_IDENTIFIER, IDENTIFIER_BYTES, 'capability') };
}
