/**
 * Federal Agency Smart Credential Number (PACS 2.3 §2.1): digits of the fields, of the lengths 4, 4, 6, 1, 1, 10, 1, 4, 1.
 */
export interface FascN {
  readonly agency: string;
  readonly system: string;
  readonly credential: string;
  readonly series: string;
  readonly issue: string;
  readonly person: string;
  readonly category: string;
  readonly organization: string;
  readonly association: string;
}

/**
 * What a card outside the federal government of the United States carries (agency 9999: "the number is in the GUID"), as
 * other people's tools write it.
 */
const CIV: FascN = {
  agency: '9999',
  system: '9999',
  credential: '999999',
  series: '0',
  issue: '1',
  person: '0000000000',
  category: '3',
  organization: '0000',
  association: '1',
};

/** Cards from the factory may have zeros here: what is read is not decoded, the GUID tells cards apart. */
export const FASC_N_BYTES = 25;
const FORM = /^S(\d{4})F(\d{4})F(\d{6})F(\d)F(\d)F(\d{10})(\d)(\d{4})(\d)E$/;
/** The characters by their values: four bits, the lowest first, and a bit of odd parity. */
const CHARACTERS = '0123456789:S<F>E';

/** 25 bytes. @throws RangeError for fields of other lengths */
export function encodeFascN(number: FascN): Uint8Array {
  const { agency, system, credential, series, issue, person, category, organization, association } = number;
  const text = `S${agency}F${system}F${credential}F${series}F${issue}F${person}${category}${organization}${association}E`;
  if (!FORM.test(text)) throw new RangeError('a FASC-N of another form');
  const values = [...text].map((character) => CHARACTERS.indexOf(character));
  values.push(checkOf(values));
  const out = new Uint8Array(FASC_N_BYTES);
  values.flatMap(bitsOf).forEach((bit, at) => (out[at >> 3]! |= bit << (7 - (at & 7))));
  return out;
}

export const CIV_FASC_N: Uint8Array = encodeFascN(CIV);

/** Longitudinal redundancy check: the parity of each column of bits. */
function checkOf(values: readonly number[]): number {
  return values.reduce((check, value) => check ^ value, 0);
}

function bitsOf(value: number): readonly number[] {
  const bits = [value & 1, (value >> 1) & 1, (value >> 2) & 1, (value >> 3) & 1];
  return [...bits, 1 ^ bits.reduce((parity, bit) => parity ^ bit, 0)];
}
