import type { JudgeDeps } from './access/judge.ts';
import { auditRegister } from './adapters/sql/audit-register.ts';
import type { Charter } from './authority/charter.ts';
import { auditLog } from './log/audit.ts';
import { parseNoteKey } from './log/note.ts';
import type { Services } from './services.ts';

export interface AuditParts extends Omit<Parameters<typeof auditRegister>[0], 'origins' | 'evidence'> {
  readonly checkpoints: Services['checkpoints'];
  readonly charter: Charter;
  readonly judge: JudgeDeps;
  readonly dev: boolean;
}

/** The audit of the log by itself, and of every row against it. */
export function composeAudit(parts: AuditParts): Services['auditLog'] {
  const { data, log, checkpoints, charter, judge, dev, primitives, ...rest } = parts;
  return async (options = {}) => {
    // Rows say nothing where somebody changed what a table is.
    data.changes();
    const logKey = parseNoteKey(charter.logKey, primitives);
    const report = await auditLog({ log, checkpoints, logKey, primitives, ...options });
    const origins = [charter.origin, ...charter.formerOrigins];
    const register = await auditRegister({ ...rest, data, log, primitives, origins, ...(!dev && { evidence: judge }) });
    // A log that somebody cut while it was open may be sound by itself: this process knows what it committed.
    const sound = report.sound && register.sound;
    if (sound) await log.head();
    return { ...report, sound, register };
  };
}
