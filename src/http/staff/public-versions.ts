import type { Hono } from 'hono';
import { z } from 'zod';
import { toHex } from '../../core/bytes.ts';
import { formatTime } from '../../core/time.ts';
import { LeafKind } from '../../log/leaf.ts';
import { stateOfVersion, type PublicVersion, type PublicVersionId } from '../../oficio/public-version.ts';
import type { StaffDeps } from './deps.ts';
import { checked, readJson, type RouteInputs } from './input.ts';
import { checkMayReadLetter } from './letter-access.ts';
import { findOficio, readParts } from './oficios.ts';
import { checkMayDo } from './who-may-ask.ts';

const registering = z.strictObject({
  ground: z.string().max(2000),
  /** Text that lies under something dark was looked at. */
  acceptCovered: z.boolean().optional(),
  idempotencyKey: z.string().min(8).max(200),
});
const withdrawing = z.strictObject({ reason: z.string().max(2000) });

/** A public version of a letter, whatever became of it. */
export interface PublicVersionView {
  readonly id: string;
  readonly state: 'current' | 'replaced' | 'withdrawn';
  readonly registeredAt: string;
  /** Hexadecimal SHA-256 of the file. */
  readonly sha256: string;
  /** Bytes. */
  readonly length: number;
  readonly pages: number;
  readonly ground: string;
  readonly replaces?: string;
  readonly withdrawnAt?: string;
  readonly reason?: string;
  readonly leaf: number;
}

function versionView(version: PublicVersion): PublicVersionView {
  const { id, at, sha256, length, pages, ground, replaces, withdrawn, leaf } = version;
  return {
    ...{ id, state: stateOfVersion(version), registeredAt: formatTime(at) },
    ...{ sha256: toHex(sha256), length, pages, ground },
    ...(replaces !== undefined && { replaces }),
    ...(withdrawn && { withdrawnAt: formatTime(withdrawn.at), reason: withdrawn.reason }),
    leaf,
  };
}

export function publicVersionRoutes(app: Hono, deps: StaffDeps): void {
  app.get('/oficios/:id/public-versions', async (c) => {
    const letter = await findOficio(deps, c.req.param('id'));
    await checkMayReadLetter(deps, letter);
    return c.json((await deps.publicVersions.listOf(letter)).map(versionView));
  });
  app.post('/oficios/:id/public-versions', async (c) => {
    const { json, document } = await readParts(c);
    const { acceptCovered, ...asked } = checked(registering, json);
    const { id, unit } = await findOficio(deps, c.req.param('id'));
    checkMayDo(deps, LeafKind.oficioPublicVersion, unit);
    const accepted = acceptCovered === undefined ? {} : { acceptCovered };
    return c.json(versionView(await deps.publicVersions.register({ letter: id, document, ...asked, ...accepted })));
  });
  app.post('/oficios/:id/public-versions/:own/withdraw', async (c) => {
    const { reason } = await readJson(c, withdrawing);
    const { id, unit } = await findOficio(deps, c.req.param('id'));
    checkMayDo(deps, LeafKind.oficioPublicVersionWithdrawn, unit);
    const own = c.req.param('own') as PublicVersionId;
    return c.json(versionView(await deps.publicVersions.withdraw({ letter: id, id: own, reason })));
  });
}

/** What these routes take, for whoever reads their description. */
export const PUBLIC_VERSION_INPUTS: RouteInputs = {
  'POST /oficios/:id/public-versions': { form: registering },
  'POST /oficios/:id/public-versions/:own/withdraw': { body: withdrawing },
};
