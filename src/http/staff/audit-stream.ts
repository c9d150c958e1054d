import { toHex } from '../../core/bytes.ts';
import type { InstallationAudit } from '../../log/claim.ts';
import { problemOf, type ProblemBody } from '../problem.ts';
import type { StaffDeps } from './deps.ts';

/** What an audit found, with its root in hexadecimal. */
export type AuditView = Omit<InstallationAudit, 'root'> & { readonly root: string };

/** A line of an audit that is told while it goes on: leaves that were looked at; what came of it; or why nothing did. */
export type AuditLine =
  | { readonly done: number; readonly total: number }
  | { readonly report: AuditView }
  | { readonly problem: ProblemBody };

export async function auditView(
  deps: Pick<StaffDeps, 'auditLog'>,
  options: Parameters<StaffDeps['auditLog']>[0],
): Promise<AuditView> {
  const { root, ...report } = await deps.auditLog(options);
  return { ...report, root: toHex(root) };
}

/** The audit as it goes on, a JSON document a line; whoever goes away ends it at the next one. */
export function auditStream(deps: Pick<StaffDeps, 'auditLog'>, kept: readonly string[]): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let isOver = false;
  return new ReadableStream({
    start(controller) {
      const tell = (line: AuditLine): void => {
        if (!isOver) controller.enqueue(encoder.encode(`${JSON.stringify(line)}\n`));
      };
      const work = async (): Promise<void> => {
        try {
          const onProgress = async (done: number, total: number): Promise<void> => {
            tell({ done, total });
            // Others are served meanwhile, and this line is sent.
            await new Promise((resolve) => setTimeout(resolve));
            if (isOver) throw new Gone('whoever asked is gone');
          };
          tell({ report: await auditView(deps, { kept, onProgress }) });
        } catch (error) {
          if (error instanceof Gone) return;
          tell({ problem: problemOf(error).body });
        }
        if (!isOver) controller.close();
      };
      void work();
    },
    cancel() {
      isOver = true;
    },
  });
}

class Gone extends Error {}
