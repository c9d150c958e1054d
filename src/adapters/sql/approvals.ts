import { APPROVAL_STATES, type Approval, type ApprovalId } from '../../approval/approval.ts';
import type { ApprovalPart, ApprovalStore, KeptAnswer } from '../../approval/store.ts';
import { Refusal } from '../../core/refusal.ts';
import type { LogCode } from '../../log/code.ts';
import type { SqliteData } from '../sqlite.ts';
import { decodeRecord, encodeRecord } from './record-json.ts';
import { guarded } from './statements.ts';

const ADD = `INSERT INTO approval (id, state, requester, made_at, ended_at, record, version)
VALUES (?, ?, ?, ?, ?, ?, 1)`;
const FIND = 'SELECT id, record, version FROM approval WHERE id = ?';
const REPLACE = `UPDATE approval SET state = ?, ended_at = ?, record = ?, version = version + 1
WHERE id = ? AND version = ?`;
const COUNT = "SELECT count(*) AS n FROM approval WHERE requester = ? AND state = 'open'";
const ADD_PART = 'INSERT INTO approval_part (id, part, status, content_type, bytes) VALUES (?, ?, ?, ?, ?)';
const FIND_PART = 'SELECT status, content_type, bytes FROM approval_part WHERE id = ? AND part = ?';
const DROP_REQUEST = "DELETE FROM approval_part WHERE id = ? AND part = 'request'";
const FORGET = 'DELETE FROM approval WHERE ended_at < ?';

const LIST = `SELECT id, record FROM approval
WHERE (?1 IS NULL OR state = ?1) AND (?2 IS NULL OR requester = ?2)
AND (?3 IS NULL OR (made_at, id) < (SELECT made_at, id FROM approval WHERE id = ?3))
ORDER BY made_at DESC, id DESC LIMIT ?4`;

/** What waits for people, in an open database; beside the ledger, as no act is in it. */
export function sqlApprovals({ statements, transaction, select }: SqliteData): ApprovalStore {
  const part = (id: ApprovalId, name: ApprovalPart): Record<string, unknown> | undefined =>
    guarded(() => statements.get(FIND_PART).get(id, name));
  return {
    async add(approval, body) {
      const { id, state, requester, madeAt } = approval;
      const record = encodeRecord(approval);
      transaction(() => {
        statements.get(ADD).run(id, state, requester.person, madeAt, null, record);
        statements.get(ADD_PART).run(id, 'request', 0, '', body);
      });
    },
    async find(id) {
      const row = guarded(() => statements.get(FIND).get(id));
      return row && { record: approvalOf(row), version: Number(row['version']) };
    },
    async list({ state, requester, before, limit }) {
      return select(LIST, [state ?? null, requester ?? null, before ?? null, limit]).map(approvalOf);
    },
    async countOpen(requester) {
      return Number(guarded(() => statements.get(COUNT).get(requester))?.['n']);
    },
    async findBody(id) {
      const bytes = part(id, 'request')?.['bytes'];
      return bytes instanceof Uint8Array ? bytes : undefined;
    },
    async findAnswer(id) {
      const kept = part(id, 'answer');
      if (!(kept?.['bytes'] instanceof Uint8Array)) return undefined;
      return { status: Number(kept['status']), contentType: String(kept['content_type']), body: kept['bytes'] };
    },
    async replace(approval, ifVersion, answer) {
      const { id, state, end } = approval;
      const record = encodeRecord(approval);
      return transaction(() => {
        const { changes } = statements.get(REPLACE).run(state, end?.at ?? null, record, id, ifVersion);
        if (Number(changes) !== 1) return false;
        if (state !== 'open') statements.get(DROP_REQUEST).run(id);
        if (answer) keep(id, answer);
        return true;
      });
    },
    async forget(at) {
      return transaction(() => Number(statements.get(FORGET).run(at).changes));
    },
  };

  function keep(id: ApprovalId, { status, contentType, body }: KeptAnswer): void {
    statements.get(ADD_PART).run(id, 'answer', status, contentType, body);
  }
}

/** Whoever edits a row makes at most nonsense of it: what it leads to is judged by the assertions. */
function approvalOf(row: Record<string, unknown>): Approval {
  const approval = read(String(row['record']));
  if (approval && approval.id === row['id'] && APPROVAL_STATES.includes(approval.state)) return approval;
  const facts = { noun: 'approval', key: String(row['id']) };
  throw new Refusal<LogCode>('log/corrupt', `the row ${facts.key} of approval is damaged`, facts);
}

function read(json: string): Approval | undefined {
  try {
    return decodeRecord(json) as Approval;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
