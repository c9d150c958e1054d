import { DEVICE_SECONDS } from '../access/device-login.ts';
import { INVITATION_SECONDS } from '../access/invitation.ts';
import { CHALLENGE_SECONDS } from '../access/login.ts';
import { PENDING_SECONDS } from '../access/pending-enrolment.ts';
import { APPROVAL_KEPT_SECONDS } from '../approval/settle.ts';
import { DETAILS_KEPT_SECONDS } from '../oficio/erasure.ts';

/** Of whom something is kept; `nobody`: no person is told of. */
export type Subjects = 'officials' | 'staff' | 'addressees' | 'visitors' | 'everybody' | 'nobody';

/** From when the time of keeping counts. */
export type RetentionEvent =
  | 'registering'
  | 'mandate-end'
  | 'access-end'
  | 'letter'
  | 'reception'
  | 'erasure'
  | 'invitation'
  | 'asking'
  | 'login'
  | 'notice'
  | 'decision'
  | 'export';

/** The lines of the table. */
export type RetentionId =
  | 'officials'
  | 'photos'
  | 'credentials'
  | 'cards'
  | 'letters'
  | 'addressees'
  | 'receptions'
  | 'requests'
  | 'access'
  | 'log'
  | 'invitations'
  | 'enrolments'
  | 'sessions'
  | 'logins'
  | 'tokens'
  | 'approvals'
  | 'exports'
  | 'mail-addresses'
  | 'notices'
  | 'institution';

/**
 * One line of what is kept. Words for people, purpose and legal ground stand in the texts, by `id`. `kept`: it stays, because the public
 * log and what was signed could not be checked without it, or archives keep it.
 */
export interface RetentionLine {
  readonly id: RetentionId;
  /** Tables of the database; none where the log alone, or a folder, holds it. */
  readonly tables: readonly string[];
  readonly of: Subjects;
  readonly from: RetentionEvent;
  /** How long after that event; `at-once`: with the event; `own`: until the time that it bears; `kept`: for good. */
  readonly time: number | 'at-once' | 'own' | 'kept';
  readonly end: 'erased' | 'kept';
  /** The source that erases it, or that holds it. */
  readonly by: string;
}

/** Who asked for the data of whom is told to auditors for two years. */
export const EXPORT_KEPT_SECONDS: number = 731 * 86_400;

const SWEEP = 'src/adapters/sql/personal-sweep.ts';

type Line = Omit<RetentionLine, 'id'>;

/** Stays: with what source. */
function kept(of: Subjects, by: string, ...tables: readonly string[]): Line {
  return { tables, of, from: 'registering', time: 'kept', end: 'kept', by };
}

/** Goes with the sweep, so long after the event. */
function erased(of: Subjects, from: RetentionEvent, time: RetentionLine['time'], ...tables: readonly string[]): Line {
  return { tables, of, from, time, end: 'erased', by: SWEEP };
}

const LINES: Readonly<Record<RetentionId, Line>> = {
  // Who an official is: public while in office, and what their signatures are checked with afterwards.
  officials: kept('officials', 'src/directory/register.ts', 'official'),
  photos: erased('officials', 'mandate-end', 'at-once', 'photo', 'blob'),
  credentials: kept('officials', 'src/credential/issue.ts', 'credential', 'status_place'),
  cards: kept('officials', 'src/card/office/register.ts', 'card', 'distinctive', 'tap_counter'),
  letters: { ...kept('everybody', 'src/oficio/register.ts', 'oficio', 'document', 'public_version'), from: 'letter' },
  addressees: erased('addressees', 'letter', DETAILS_KEPT_SECONDS, 'delivery'),
  receptions: erased('addressees', 'reception', DETAILS_KEPT_SECONDS, 'reception'),
  // Digests of requests, unsalted: whoever knows the rest of one could try names.
  requests: erased('addressees', 'erasure', 'at-once', 'attempt'),
  access: kept('staff', 'src/access/enrol.ts'),
  log: kept('officials', 'src/adapters/sql/ledger.ts', 'log_entry', 'log_node', 'log_head', 'opening', 'checkpoint'),
  invitations: erased('staff', 'invitation', INVITATION_SECONDS, 'invitation'),
  enrolments: erased('staff', 'asking', PENDING_SECONDS, 'pending_enrolment'),
  sessions: erased('staff', 'login', 'own', 'session', 'passkey_count'),
  logins: erased('staff', 'asking', Math.max(DEVICE_SECONDS, CHALLENGE_SECONDS), 'login_challenge', 'device_login'),
  tokens: erased('staff', 'asking', 'own', 'program_token'),
  approvals: erased('staff', 'decision', APPROVAL_KEPT_SECONDS, 'approval', 'approval_part'),
  exports: erased('everybody', 'export', EXPORT_KEPT_SECONDS, 'data_export'),
  'mail-addresses': erased('staff', 'access-end', 'at-once', 'mail_address'),
  // What they say goes when they were sent; that they were told, when it is of no use any more.
  notices: erased('staff', 'notice', 'own', 'notice', 'notice_mark'),
  institution: kept(
    ...([
      'nobody',
      'src/adapters/install.ts',
      'institution',
      'authority',
      'unit',
      'folio_series',
      'crl',
      'charter',
    ] as const),
  ),
};

/** What is kept, of whom, from which event, for how long, how it ends, and by which code: the one table, for the sweep and the notice. */
export const RETENTION: readonly RetentionLine[] = (Object.keys(LINES) as RetentionId[]).map((id) => ({
  id,
  ...LINES[id],
}));
