import { charterRecord } from '../../authority/charter.ts';
import type { CharterRow } from '../../authority/store.ts';
import type { Primitives } from '../../core/primitives.ts';
import { Refusal } from '../../core/refusal.ts';
import type { Institution } from '../../directory/institution.ts';
import { institutionRecord } from '../../directory/record.ts';
import type { LogCode } from '../../log/code.ts';
import { LeafKind } from '../../log/leaf.ts';
import type { LogReader } from '../../log/ledger.ts';
import { vouchesFor } from '../../log/vouch.ts';

/**
 * Charter, telephones and texts are those to which the leaf of the charter commits: what is printed on letters
 * and shown beside an answer is what a frightened person calls.
 * @throws Refusal `log/corrupt` when somebody edited them
 */
export async function checkInstitution(
  log: Pick<LogReader, 'leaf' | 'opening' | 'ofKinds'>,
  { number, charter }: CharterRow,
  institution: Institution,
  primitives: Pick<Primitives, 'digest' | 'hmac'>,
): Promise<void> {
  // Published once, when the installation is made: what somebody appends later is none.
  const [leaf = -1] = await log.ofKinds([LeafKind.charterPublished]);
  const record = (): Uint8Array => charterRecord(number, charter, institutionRecord(institution), primitives);
  if (await vouchesFor(log, leaf, LeafKind.charterPublished, record, primitives)) return;
  const facts = { noun: 'institution', index: leaf };
  throw new Refusal<LogCode>('log/corrupt', 'charter or institution are not what the log says of them', facts);
}
