import { distinctiveRegister, isUnderReview } from './adapters/logged/distinctive-register.ts';
import { LoggedDistinctives } from './adapters/logged/distinctives.ts';
import type { RegisterDeps } from './adapters/logged/register.ts';
import { sqlDistinctives } from './adapters/sql/distinctives.ts';
import type { SqliteData } from './adapters/sqlite.ts';
import { makeDistinctive, type MakeDistinctiveDeps } from './badge/make-distinctive.ts';
import { grantDistinctive, type GrantDeps } from './directory/distinctive/grant.ts';
import type { DistinctiveOffice } from './directory/distinctive/office.ts';
import { withdrawDistinctive, type DistinctiveDeps } from './directory/distinctive/withdraw.ts';
import type { VerdictDeps } from './verdicts.ts';

/** What distinctives need of the rest of an installation. */
export interface DistinctiveParts
  extends
    Omit<DistinctiveDeps, 'store' | 'directory'>,
    Omit<MakeDistinctiveDeps, 'distinctives' | 'isUnderReview' | 'primitives'> {
  readonly data: SqliteData;
  readonly registerDeps: RegisterDeps;
  /** The directory for who takes a right away: it has nobody whose row was edited. */
  readonly standingDirectory: DistinctiveDeps['directory'];
  /** Asked before each grant and each print: charter and log are those that were signed. */
  readonly check: () => Promise<void>;
}

/** The acts about distinctives, and what verdicts ask of them. */
export function composeDistinctives(parts: DistinctiveParts): {
  readonly office: DistinctiveOffice;
  readonly judged: Pick<VerdictDeps, 'distinctives'>;
} {
  const { data, registerDeps, standingDirectory, check } = parts;
  const rows = sqlDistinctives(data);
  const { log, primitives } = registerDeps;
  const store = new LoggedDistinctives(rows, log, primitives);
  const standing = new LoggedDistinctives(rows, log, primitives, { acceptUnread: true });
  const withdrawing: DistinctiveDeps = { ...parts, store: standing, directory: standingDirectory };
  const granting: GrantDeps = { ...parts, store, withdrawing };
  return {
    office: {
      async grant(request) {
        await check();
        return grantDistinctive(granting, request);
      },
      withdraw: (request) => withdrawDistinctive(withdrawing, request),
      find: async (number) => (await standing.find(number))?.record,
      listOf: async (officialId) => (await standing.listOf(officialId)).map(({ record }) => record),
      list: () => standing.list(),
      async print(number) {
        await check();
        return makeDistinctive(
          {
            ...{ ...parts, distinctives: store },
            isUnderReview: (officialId) => isUnderReview(registerDeps, officialId, parts.clock()),
          },
          number,
        );
      },
    },
    judged: { distinctives: distinctiveRegister({ ...registerDeps, distinctives: standing }) },
  };
}
