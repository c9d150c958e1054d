import type { Hono } from 'hono';
import { z } from 'zod';
import { keyFingerprint } from '../../access/fingerprint.ts';
import type { Person } from '../../access/people.ts';
import type { PersonId } from '../../access/person.ts';
import { ACCESS_END_REASONS } from '../../access/record.ts';
import { MAX_GRANTS, readGrant, type RoleGrant } from '../../access/role.ts';
import type { Primitives } from '../../core/primitives.ts';
import { fromBase64Url, toBase64Url } from '../../core/base64.ts';
import type { StaffDeps } from './deps.ts';
import { readJson, type RouteInputs } from './input.ts';

const grant = z
  .strictObject({
    role: z.string().max(20),
    unit: z.string().max(60).optional(),
    from: z.string().max(10),
    until: z.string().max(10).optional(),
  })
  .transform((given, context) => readGrant(given) ?? (context.addIssue('not a role as it is written'), z.NEVER));
const roles = z.strictObject({ grants: z.array(grant).max(MAX_GRANTS) });
const credentialId = z
  .string()
  .max(1400)
  .transform((text, context) => fromBase64Url(text) ?? (context.addIssue('not base64url'), z.NEVER));
/** What whoever approves is shown: whether the other passkeys of the person end. */
const enrolling = z.strictObject({ replaces: z.boolean().optional() });
const ending = z.strictObject({
  scope: z.enum(['passkey', 'person']),
  reason: z.enum(ACCESS_END_REASONS),
  credentialId: credentialId.optional(),
});

/** Who works here, and with what right. */
export function peopleRoutes(app: Hono, { access, door }: StaffDeps): void {
  const { primitives } = access.judge;
  app.get('/people', async (c) => c.json((await access.listPeople()).map((one) => personView(one, primitives))));
  app.post('/enrolments/:id', async (c) => {
    const { replaces = false } = await readJson(c, enrolling);
    return c.json(personView(await door.enrolPending(c.req.param('id'), { replaces }), primitives));
  });
  app.post('/people/:id/roles', async (c) => {
    const { grants } = await readJson(c, roles);
    return c.json(personView(await access.setRoles(c.req.param('id') as PersonId, grants), primitives));
  });
  app.post('/people/:id/end', async (c) => {
    const { credentialId: of, ...end } = await readJson(c, ending);
    const given = { ...end, ...(of && { credentialId: of }) };
    return c.json(personView(await access.endAccess(c.req.param('id') as PersonId, given), primitives));
  });
}

export interface PersonView {
  readonly id: string;
  readonly name: string;
  readonly official?: string;
  readonly grants: readonly RoleGrant[];
  readonly passkeys: readonly {
    readonly credentialId: string;
    readonly fingerprint: string;
    readonly ended: boolean;
  }[];
  readonly ended: boolean;
}

function personView(person: Person, primitives: Pick<Primitives, 'digest'>): PersonView {
  const { id, name, official, grants, passkeys, endedLeaf } = person;
  return {
    id,
    name,
    ...(official !== undefined && { official }),
    grants,
    passkeys: passkeys.map((one) => ({
      credentialId: toBase64Url(one.credentialId),
      fingerprint: keyFingerprint(one.key, primitives),
      ended: one.endedLeaf !== undefined || endedLeaf !== undefined,
    })),
    ended: endedLeaf !== undefined,
  };
}

/** What these routes take, for whoever reads their description. */
export const PEOPLE_INPUTS: RouteInputs = {
  'POST /enrolments/:id': {},
  'POST /people/:id/roles': { body: roles },
  'POST /people/:id/end': { body: ending },
};
