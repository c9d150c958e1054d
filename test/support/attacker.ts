import { EvidenceKind, type AssertedBy, type SignedAssertion } from '../../src/access/evidence.ts';
import { batchOf } from '../../src/access/batch.ts';
import { challengeOf } from '../../src/access/statement.ts';
import { nodePrimitives as primitives } from '../../src/adapters/primitives.ts';
import { systemClock, systemRandom } from '../../src/adapters/system.ts';
import { composeAccess } from '../../src/compose-access.ts';
import { composeServices } from '../../src/compose.ts';
import { toBase64Url } from '../../src/core/base64.ts';
import type { Evidence, LeafDraft } from '../../src/log/leaf.ts';
import { readRecord } from '../../src/log/record.ts';
import { openPorts } from '../../src/ports.ts';
import type { Services } from '../../src/services.ts';
import type { Person, ProductionOffice } from './production-office.ts';

/** What evidence a forger puts under an act; nothing where the one of an honest service does. */
export type Forge = (leaf: LeafDraft) => Promise<Evidence | undefined>;

/**
 * The installation in the hands of whoever has its database and all keys of its servers: the same programs, without the rule that
 * asks for evidence. The office must be closed.
 */
export async function seize({ config, encryption }: ProductionOffice, forge: Forge): Promise<Services> {
  const ports = openPorts(config, systemClock, encryption);
  return composeServices(config, {
    ...ports,
    access: (deps) => ({
      ...composeAccess({ ...deps, dev: true }),
      ruled: (ledger) => ({
        commit: async (act) => {
          const evidence = (await forge(act.leaf)) ?? { kind: EvidenceKind.automatic, bytes: new Uint8Array() };
          return ledger.commit({ ...act, leaf: { ...act.leaf, evidence } });
        },
      }),
    }),
  });
}

/** Evidence that these passkeys authorised the record, said to be of these people. */
export async function forgedEvidence(
  record: Uint8Array,
  signers: readonly { readonly by: AssertedBy; readonly passkey: Person['passkey'] }[],
): Promise<Evidence> {
  const action = readRecord(record)?.[1];
  if (typeof action !== 'string') throw new Error('not a record');
  const batch = await batchOf([record], primitives);
  const { count, target } = batch;
  const rest = { key: systemRandom(16), at: systemClock(), size: 1, root: systemRandom(32) };
  const challenge = toBase64Url(challengeOf({ action, count, target, ...rest }, primitives));
  const assertions: SignedAssertion[] = signers.map(({ by, passkey }) => ({
    by,
    ...passkey.get({ challenge, rpId: 'verifica.example.mx' }).assertion,
  }));
  return batch.evidenceOf(0, rest, assertions);
}
