import type { Primitives } from '../../core/primitives.ts';
import { isTime } from '../../core/time.ts';
import type { Oficio, OficioId } from '../../oficio/oficio.ts';
import { letterAsRegistered, letterOfIntent, type LetterOfRow } from '../../oficio/replay.ts';
import type { OficioStore } from '../../oficio/store.ts';
import { openingMissing } from '../../log/vouch.ts';
import { findingAsLogged, type TellingOptions } from './as-logged.ts';
import { loggedCountersignatures } from './countersignatures.ts';
import { loggedDocuments } from './documents.ts';
import type { WitnessLog } from './first-leaves.ts';
import { saidOf } from './opened-leaves.ts';
import { loggedSeries } from './series.ts';
import { loggedEnd, openedRecord, withLoggedSignature, type LoggedEnd } from './witness.ts';

type Log = Pick<
  WitnessLog,
  'size' | 'leaf' | 'opening' | 'referring' | 'ofKinds' | 'isFirst' | 'firstOfLetter' | 'firstOfCredential' | 'hasCome'
>;
type Digests = Pick<Primitives, 'digest' | 'hmac' | 'verify'>;

/**
 * The letter as its leaves say it: what its intent recorded, its signature, its countersignatures, its end. What no leaf holds is as the row has it: the text
 * of the seal, when the signature was recorded, and what `letterAsRegistered` names.
 * `undefined` where the row names no intent of ours.
 * @throws Refusal `log/opening-missing` where nobody can read any more what was said of it, unless that is to be told all the same
 */
export async function toldLetter(
  row: LetterOfRow,
  log: Log,
  primitives: Digests,
  { acceptUnread = false }: TellingOptions = {},
): Promise<Oficio | undefined> {
  if (!(await log.isFirst(row.intentLeaf))) return undefined;
  const recorded = letterOfIntent((await openedRecord(log, row.intentLeaf, primitives)) ?? []);
  const registered = recorded && letterAsRegistered(recorded, row);
  if (!registered) return undefined;
  const letter = await withLoggedSignature(log, registered, primitives);
  const { signedAt, sealText } = row;
  const isSigned = letter.signedLeaf !== undefined;
  const end = await loggedEnd(log, row, primitives);
  const last = (await loggedCountersignatures(log, letter, primitives, { acceptUnread })).made.at(-1);
  if (!acceptUnread && letter.signedLeaf !== undefined && !letter.byteRangeDigest) openingMissing(letter.signedLeaf);
  if (!acceptUnread && end && end.at === undefined) openingMissing(end.leaf);
  return {
    ...letter,
    ...(isSigned && signedAt !== undefined && isTime(signedAt) && { signedAt }),
    ...(isSigned && sealText !== undefined && { sealText }),
    ...(end && (await endedAs(end, log, primitives))),
    ...(last && { countersignedLeaf: last.signedLeaf }),
  };
}

async function endedAs(
  { state, leaf, at, reason, replacedBy }: LoggedEnd,
  log: Log,
  primitives: Digests,
): Promise<Pick<Oficio, 'state' | 'endedLeaf' | 'ended'>> {
  // Of what nobody can read any more only that it was said is known.
  if (at === undefined || reason === undefined) return { state, endedLeaf: leaf };
  const folio = replacedBy === undefined ? undefined : await folioOf(replacedBy, log, primitives);
  return { state, endedLeaf: leaf, ended: { at, reason, ...(folio !== undefined && { replacedBy: folio }) } };
}

/** The folio with which the letter of this id was registered. */
async function folioOf(id: string, log: Log, primitives: Digests): Promise<Oficio['folio'] | undefined> {
  const leaf = await log.firstOfLetter(id);
  const record = leaf === undefined ? undefined : await openedRecord(log, leaf, primitives);
  return record && (letterOfIntent(record)?.claims.folio as Oficio['folio'] | undefined);
}

export interface OficioOptions {
  /** Whether the text of a signed letter is its seal. */
  hasItsSeal(oficio: Oficio): Promise<boolean>;
}

/**
 * `rows`, of which one letter, its files and a series are told by the log.
 * @throws Refusal `log/corrupt` for a row that says anything else, or holds another seal
 */
export function loggedOficios(
  rows: OficioStore,
  log: Log,
  primitives: Primitives,
  { hasItsSeal }: OficioOptions,
): OficioStore {
  return {
    ...rows,
    ...loggedDocuments(rows, log, primitives),
    ...loggedSeries(rows, log, primitives),
    find: findingAsLogged<Oficio, OficioId>({
      noun: 'oficio',
      read: (id) => rows.find(id),
      async told(row, id) {
        const told = row.id === id ? await toldLetter(row, log, primitives) : undefined;
        if (told?.id !== id || (told.signedLeaf !== undefined && !(await hasItsSeal(told)))) return undefined;
        return told;
      },
      said: ({ intentLeaf, signedLeaf }) => saidOf(log, intentLeaf, signedLeaf),
    }),
  };
}

/**
 * The same for ending one: what the row says besides is not asked, and the end mends it.
 * @throws Refusal `log/corrupt` for a row that names no intent of ours under this id
 */
export function standingOficios(rows: OficioStore, log: Log, primitives: Digests): OficioStore {
  return {
    ...rows,
    find: findingAsLogged<Oficio, OficioId>({
      noun: 'oficio',
      read: (id) => rows.find(id),
      async told(row, id) {
        const told = await toldLetter(row, log, primitives, { acceptUnread: true });
        return told?.id === id ? told : undefined;
      },
      acceptEdited: true,
    }),
  };
}
