import { LeafKind, type LeafDraft } from '../log/leaf.ts';
import { readEnrolled, readRoles } from './record.ts';
import type { ActScope } from './requirement.ts';

/** The scope of an act with what every reader of the log sees of it: whose access a record of this kind makes or changes. */
export function withSubject(scope: ActScope, { kind, record }: Pick<LeafDraft, 'kind' | 'record'>): ActScope {
  const read = { [LeafKind.accessEnrolled]: readEnrolled, [LeafKind.accessRolesSet]: readRoles }[kind as number];
  const subject = read?.(record)?.person;
  return subject === undefined ? scope : { ...scope, subject };
}
