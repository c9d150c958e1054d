import { LeafKind, type LeafDraft } from '../log/leaf.ts';
import type { Enrolment } from './person.ts';
import { readEnrolled, readRoles } from './record.ts';
import type { ActScope } from './requirement.ts';

/** The scope of an act with what every reader of the log sees of it: whose access a record of this kind makes or changes. */
export function withSubject(scope: ActScope, { kind, record }: Pick<LeafDraft, 'kind' | 'record'>): ActScope {
  const read = { [LeafKind.accessEnrolled]: readEnrolled, [LeafKind.accessRolesSet]: readRoles }[kind as number];
  const told: Pick<Enrolment, 'person' | 'official'> | undefined = read?.(record);
  if (!told) return scope;
  const { person, official } = told;
  return { ...scope, subject: { person, ...(official !== undefined && { official }) } };
}
