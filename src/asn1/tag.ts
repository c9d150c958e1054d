/** Identifier octets in use (X.690 §8.1.2, low tag numbers only). */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  sequence: 0x30,
  set: 0x31,
  printableString: 0x13,
  teletexString: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  visibleString: 0x1a,
  universalString: 0x1c,
  bmpString: 0x1e,
} as const;

/** The identifier octet of `[number]`; constructed unless said otherwise. */
export function contextTag(number: number, form: 'constructed' | 'primitive' = 'constructed'): number {
  if (!Number.isInteger(number) || number < 0 || number > 30) throw new RangeError(`not a low tag number: ${number}`);
  return (form === 'constructed' ? 0xa0 : 0x80) | number;
}
