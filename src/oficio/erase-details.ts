import type { Random } from '../core/random.ts';
import { Refusal } from '../core/refusal.ts';
import { formatTime, unixSeconds, type Clock, type UnixSeconds } from '../core/time.ts';
import { LeafKind, NO_ISSUER, type Evidence } from '../log/leaf.ts';
import type { Ledger, Versioned } from '../log/ledger.ts';
import { untilFresh } from '../log/retry.ts';
import type { DeliveryRow } from './delivery.ts';
import {
  DETAILS_KEPT_SECONDS,
  detailsFrom,
  erasedOf,
  erasedRecord,
  type Erasure,
  type ErasureGround,
  type ErasureTarget,
} from './erasure.ts';
import type { Oficio, OficioCode } from './oficio.ts';
import type { Reception } from './reception.ts';
import type { ReceptionStore, ReceptionWrite } from './reception-store.ts';
import type { OficioStore, OficioWrite } from './store.ts';

export interface EraseDeps {
  readonly oficios: Pick<OficioStore, 'find'>;
  readonly store: Pick<ReceptionStore, 'listOf'>;
  /** As the log has it; `undefined` where the letter has none. */
  findDeliveryRow(letter: Oficio): Promise<Versioned<DeliveryRow> | undefined>;
  readonly ledger: Ledger<ReceptionWrite | OficioWrite>;
  readonly clock: Clock;
  readonly random: Random;
  readonly evidence: Evidence;
}

export interface ErasureRequest extends ErasureTarget {
  readonly ground: ErasureGround;
  readonly reference?: string;
}

/** Characters of the number of a request. */
export const MOST_REFERENCE = 60;
/** A number of a file, as offices give them: so that nobody writes a name into the log. */
const REFERENCE = /^(?=.*\d)[A-Za-z0-9][A-Za-z0-9./ -]*$/;

/** An erasure with the leaf that says so. */
export interface DoneErasure extends Erasure {
  readonly leaf: number;
}

/**
 * Erases what is kept beside a letter: the names and places of its delivery, or of one reception with its photo, and the salt under which
 * the log commits to them, so that nobody can try names against the commitment. The row stays and says that it was erased; so does
 * the log. What was erased before stays as it was said then: a retry finds it.
 * @throws Refusal `oficio/not-found`, `oficio/reception-not-found`, `oficio/details-none`, `oficio/details-needed` (their time is not
 *   over, or somebody may still come by the visit), `oficio/erasure-reference`; `log/corrupt`
 */
export async function eraseDetails(deps: EraseDeps, request: ErasureRequest): Promise<DoneErasure> {
  const { letter: id, reception, ground } = request;
  const reference = readReference(request);
  return untilFresh(async () => {
    const letter = await deps.oficios.find(id);
    if (!letter) return refuse('oficio/not-found', { found: id });
    const { record } = letter;
    const own = await findTarget(deps, record, request);
    const { at: was, leaf } = own;
    if (was && leaf !== undefined) return { letter: id, ...(reception && { reception }), ...was, leaf };
    const at = deps.clock();
    checkTime(record, own.reception, ground, at);
    const erased = erasedOf({ at, ground, ...(reference !== undefined && { reference }) });
    const said: Erasure = { letter: id, ...(reception && { reception }), ...erased };
    const { index } = await deps.ledger.commit({
      leaf: {
        kind: LeafKind.oficioDetailsErased,
        issuer: NO_ISSUER,
        record: erasedRecord(said),
        salt: deps.random(32),
        subjectTag: deps.random(32),
        evidence: deps.evidence,
        ref: own.ref,
      },
      held: [{ put: 'oficio', key: id, ifVersion: letter.version }],
      writes: [own.write(erased)],
    });
    return { ...said, leaf: index };
  });
}

/** What is to be erased, with what it was if it is already. */
interface Target {
  readonly at?: Reception['erased'];
  readonly leaf?: number;
  readonly reception?: Reception;
  readonly ref: number;
  write(erased: NonNullable<Reception['erased']>): ReceptionWrite | OficioWrite;
}

async function findTarget(deps: EraseDeps, letter: Oficio, { reception: id }: ErasureRequest): Promise<Target> {
  if (id === undefined) {
    const row = await deps.findDeliveryRow(letter);
    if (!row) return refuse('oficio/details-none', { folio: letter.folio });
    return {
      ...before(row.record),
      ref: letter.intentLeaf,
      write: (erased) => ({
        ...{ put: 'delivery', key: letter.id, ifVersion: row.version, leafAs: 'erasedLeaf' },
        // Whose clerk may: the unit of the letter.
        record: { letter: letter.id, unit: letter.unit, erased },
      }),
    };
  }
  const found = (await deps.store.listOf(letter)).find(({ record }) => record.id === id);
  if (!found) return refuse('oficio/reception-not-found', { found: id.slice(0, 40) });
  const { kept: _, photo: _photo, ...rest } = found.record;
  return {
    ...before(rest),
    reception: found.record,
    ref: rest.leaf,
    write: (erased) => ({
      ...{ put: 'reception', key: id, ifVersion: found.version, leafAs: 'erasedLeaf' },
      record: { ...rest, erased },
    }),
  };
}

function before({ erased, erasedLeaf }: Pick<Reception, 'erased' | 'erasedLeaf'>): Pick<Target, 'at' | 'leaf'> {
  return { ...(erased && { at: erased }), ...(erasedLeaf !== undefined && { leaf: erasedLeaf }) };
}

/** Nobody erases in the name of the rule what the rule keeps, nor where inspectors are to come while they may come. */
function checkTime(letter: Oficio, own: Reception | undefined, ground: ErasureGround, at: UnixSeconds): void {
  const over = unixSeconds(detailsFrom(letter, own) + DETAILS_KEPT_SECONDS);
  const until = ground === 'retention' ? over : own ? undefined : letter.delivery?.visit?.to;
  if (until !== undefined && at < until) {
    refuse('oficio/details-needed', { folio: letter.folio, until: formatTime(until) });
  }
}

function readReference({ ground, reference }: ErasureRequest): string | undefined {
  if (ground === 'retention') return undefined;
  const text = (reference ?? '').trim();
  if (text.length > MOST_REFERENCE || !REFERENCE.test(text)) {
    refuse('oficio/erasure-reference', { found: text.slice(0, 40), most: MOST_REFERENCE });
  }
  return text;
}

function refuse(code: OficioCode, facts: Readonly<Record<string, string | number>>): never {
  throw new Refusal<OficioCode>(code, code.slice(code.indexOf('/') + 1).replaceAll('-', ' '), facts);
}
