import { encodeCbor } from '../core/cbor.ts';
import { fromHex } from '../core/bytes.ts';
import type { Random } from '../core/random.ts';
import { Refusal } from '../core/refusal.ts';
import type { Clock } from '../core/time.ts';
import { LeafKind, NO_ISSUER, type Evidence } from '../log/leaf.ts';
import type { Ledger } from '../log/ledger.ts';
import { untilFresh } from '../log/retry.ts';
import type { Folio } from './folio.ts';
import type { Oficio, OficioCode, OficioId } from './oficio.ts';
import { readReason } from './request.ts';
import type { OficioStore, OficioWrite } from './store.ts';
import type { FindVoid } from './void.ts';

export interface EndOficioDeps {
  readonly store: OficioStore;
  readonly ledger: Ledger<OficioWrite>;
  readonly clock: Clock;
  readonly random: Random;
  readonly evidence: Evidence;
  readonly findVoid: FindVoid;
}

/** Ends a letter for good: cancelled, or replaced by another one that is signed. */
export type Ending = { readonly reason: string; readonly replacedBy?: Oficio };

/**
 * @throws Refusal `oficio/not-found`, `oficio/already-cancelled`, `oficio/replacement-not-signed`,
 *   `oficio/reason-malformed`
 */
export function endOficio(deps: EndOficioDeps, id: OficioId, ending: Ending): Promise<Oficio> {
  const reason = readReason(ending.reason);
  return untilFresh(async () => {
    const found = await deps.store.find(id);
    if (!found) throw new Refusal<OficioCode>('oficio/not-found', 'no such letter', { found: id });
    const { record: oficio, version } = found;
    if (oficio.state === 'cancelled' || oficio.state === 'replaced') {
      const facts = { folio: oficio.folio, state: oficio.state };
      throw new Refusal<OficioCode>('oficio/already-cancelled', `the letter is ${oficio.state}`, facts);
    }
    const next = ending.replacedBy && (await deps.store.find(ending.replacedBy.id));
    const replacedBy = next?.record;
    if (ending.replacedBy && !replacedBy) {
      throw new Refusal<OficioCode>('oficio/not-found', 'no such letter', { found: ending.replacedBy.id });
    }
    const counts = replacedBy?.state === 'signed' && !(await deps.findVoid([replacedBy])).has(replacedBy.id);
    if (replacedBy && (!counts || replacedBy.id === id)) {
      const facts = { folio: replacedBy.folio };
      throw new Refusal<OficioCode>(
        'oficio/replacement-not-signed',
        'the letter that replaces it is not in force',
        facts,
      );
    }
    const at = deps.clock();
    const folio: Folio | undefined = replacedBy?.folio;
    const ended: Oficio = {
      ...oficio,
      state: replacedBy ? 'replaced' : 'cancelled',
      ended: { at, reason, ...(folio && { replacedBy: folio }) },
    };
    const act = replacedBy ? 'oficio/replaced' : 'oficio/cancelled';
    const { index } = await deps.ledger.commit({
      leaf: {
        kind: replacedBy ? LeafKind.oficioReplaced : LeafKind.oficioCancelled,
        issuer: NO_ISSUER,
        record: encodeCbor([1, act, fromHex(id)!, at, reason, replacedBy ? fromHex(replacedBy.id)! : null]),
        salt: deps.random(32),
        subjectTag: deps.random(32),
        evidence: deps.evidence,
        ref: oficio.signedLeaf ?? oficio.intentLeaf,
      },
      // The one in its place is still what it was when it was looked at.
      ...(next && { held: [{ put: 'oficio', key: next.record.id, ifVersion: next.version }] }),
      writes: [{ put: 'oficio', key: id, record: ended, ifVersion: version, leafAs: 'endedLeaf' }],
    });
    return { ...ended, endedLeaf: index };
  });
}

/** As many are named; of more it is enough to know that there are some. */
const MAX_NAMED = 100;

/**
 * The folios of the letters that `folio` replaced, at most 100: their holders were sent to ask for it, which
 * matters when it ends as well.
 */
export async function listReplacedBy(store: Pick<OficioStore, 'list'>, folio: Folio): Promise<readonly Folio[]> {
  const found: Folio[] = [];
  const limit = 1000;
  let after: string | undefined;
  for (;;) {
    const page = await store.list({ state: 'replaced', limit, ...(after !== undefined && { after }) });
    for (const { folio: replaced, ended } of page) if (ended?.replacedBy === folio) found.push(replaced);
    if (page.length < limit || found.length >= MAX_NAMED) return found.slice(0, MAX_NAMED);
    after = page.at(-1)!.id;
  }
}
