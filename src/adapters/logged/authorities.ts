import {
  authorityRecord,
  certificateOf,
  makeAuthority,
  type Authority,
  type CertifiedKeyId,
} from '../../authority/authority.ts';
import type { AuthorityStore } from '../../authority/store.ts';
import type { Primitives } from '../../core/primitives.ts';
import { Refusal } from '../../core/refusal.ts';
import type { LogCode } from '../../log/code.ts';
import { LeafKind } from '../../log/leaf.ts';
import { holdsOfRow, vouchesFor } from '../../log/vouch.ts';
import type { WitnessLog } from './first-leaves.ts';

type Log = Pick<WitnessLog, 'leaf' | 'opening' | 'isFirst'>;
type Authorities = Pick<AuthorityStore, 'findAuthority'>;

/**
 * `rows`, of which none counts whose certificate is not the one that the log says was created under its name: it is
 * published, and whose lists are looked for in the log follows from its key.
 * @throws Refusal `log/corrupt`, which names the row, and as `check` does, which shows that the log is the one that was signed
 */
export function loggedAuthorities(
  rows: Authorities,
  log: Log,
  primitives: Pick<Primitives, 'digest' | 'hmac'>,
  check: () => Promise<unknown>,
): Authorities {
  return {
    async findAuthority(id) {
      await check();
      const found = await rows.findAuthority(id);
      if (!found || (await isAsCreated(found.record, id, log, primitives))) return found;
      const facts = { noun: 'authority', key: id };
      throw new Refusal<LogCode>('log/corrupt', `the row of the authority ${id} is not what the log says of it`, facts);
    },
  };
}

async function isAsCreated(
  row: Authority<CertifiedKeyId>,
  id: string,
  log: Log,
  primitives: Pick<Primitives, 'digest' | 'hmac'>,
): Promise<boolean> {
  const { createdLeaf = -1, createdAt } = row;
  const isOfItsKey = (): boolean =>
    row.id === id && row.keyId === makeAuthority(row.id, certificateOf(row), createdAt, primitives).keyId;
  if (!holdsOfRow(isOfItsKey) || !(await log.isFirst(createdLeaf))) return false;
  return vouchesFor(log, createdLeaf, LeafKind.authorityCreated, () => authorityRecord(row, primitives), primitives);
}
