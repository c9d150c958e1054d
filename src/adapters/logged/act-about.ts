import { PERSON_ID_BYTES } from '../../access/person.ts';
import type { ActAbout } from '../../access/told-act.ts';
import { toHex } from '../../core/bytes.ts';
import type { CborValue } from '../../core/cbor.ts';
import { isRefusal } from '../../core/refusal.ts';
import { officialOfRecord } from '../../directory/replay.ts';
import { parseFolio } from '../../oficio/folio.ts';
import { decodeClaims } from '../../seal/seal.ts';
import { subjectOf } from './subject.ts';

/** What one record says of what it is about; the names of nothing that it does not say itself. */
export function aboutRecord(record: readonly CborValue[]): ActAbout {
  const [, act, first, second] = record;
  if (typeof act !== 'string') return {};
  if (act.startsWith('access/')) {
    const isPerson = first instanceof Uint8Array && first.length === PERSON_ID_BYTES;
    const name = act === 'access/enrolled' && typeof second === 'string' ? { name: second } : {};
    return isPerson ? { noun: 'person', key: toHex(first), ...name } : {};
  }
  const subject = subjectOf(record);
  const letter = subject?.noun === 'oficio' ? { letter: subject.key } : {};
  return { ...subject, ...letter, ...placeOf(act, record) };
}

/** Official, unit and folio, where the first record of a noun says them. */
function placeOf(act: string, record: readonly CborValue[]): ActAbout {
  const [, , first, second, third] = record;
  switch (act) {
    case 'oficio/intent':
      return { ...folioOf(first), ...(typeof third === 'string' && { official: third }) };
    case 'credential/intent':
      return typeof third === 'string' ? { official: third } : {};
    case 'card/registered':
    case 'distinctive/granted':
      return typeof second === 'string' ? { official: second } : {};
    case 'official/registered':
    case 'official/changed':
    case 'official/ended': {
      const recorded = officialOfRecord(record);
      return recorded ? { official: recorded.id, unit: recorded.unit } : {};
    }
    case 'unit/set':
    case 'folio-series/set':
      return typeof first === 'string' ? { unit: first } : {};
    default:
      return {};
  }
}

function folioOf(claims: CborValue | undefined): ActAbout {
  try {
    const { folio } = decodeClaims(claims as Uint8Array);
    return { folio, unit: parseFolio(folio).parts.unit };
  } catch (error) {
    if (isRefusal(error) || error instanceof TypeError) return {};
    throw error;
  }
}
