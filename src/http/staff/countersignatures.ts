import type { Hono } from 'hono';
import { z } from 'zod';
import { toBase64 } from '../../core/base64.ts';
import { fromHex } from '../../core/bytes.ts';
import { formatTime } from '../../core/time.ts';
import { parseOfficialId } from '../../directory/official.ts';
import type { CountersignedOficio, CountersignRequest } from '../../oficio/countersign.ts';
import type { OfferedCountersignature } from '../../oficio/countersign-elsewhere.ts';
import type { CountersignatureId, CountersignIntent } from '../../oficio/countersignature.ts';
import type { StaffDeps } from './deps.ts';
import { base64Bytes, readJson, type RouteInputs } from './input.ts';

import { checkMayTouch } from './letter-access.ts';
import { findOficio, viewOf } from './oficios.ts';
import { toldAfter, type ToldAfter } from './told-after.ts';
import { countersignerView, oficioView, type CountersignerView, type OficioView } from './views.ts';

const countersigning = z.strictObject({
  signerId: z.string().max(40),
  /** SHA-256 of the file at hand. */
  fileDigest: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
});
const preparing = countersigning.extend({ serial: z.string().regex(/^[0-9a-f]{2,40}$/) });
const completing = z.strictObject({ signature: base64Bytes });

/** A letter as the answer to its countersigning tells it. */
export interface CountersignedView extends OficioView, ToldAfter {
  readonly countersignature: CountersignerView;
  /** They countersigned it before: nothing new came to be. */
  readonly repeated: boolean;
}

/** A countersignature that waits for a card: with the file, everything from which whoever holds the card makes it themselves. Bytes are base64. */
export interface OfferedCountersignatureView {
  readonly letter: OficioView;
  readonly countersignature: Pick<CountersignIntent, 'id' | 'letter' | 'ordinal' | 'signer'> & {
    readonly at: string;
    readonly salt: string;
  };
  readonly certificate: string;
  readonly signerChain: readonly string[];
  readonly toBeSigned: string;
}

async function offeredView(deps: StaffDeps, offered: OfferedCountersignature): Promise<OfferedCountersignatureView> {
  const { id, letter, ordinal, signer, at, salt } = offered.intent;
  return {
    letter: await viewOf(deps, offered.oficio),
    countersignature: { id, letter, ordinal, signer, at: formatTime(at), salt: toBase64(salt) },
    certificate: toBase64(offered.certificate),
    signerChain: offered.signerChain.map((certificate) => toBase64(certificate)),
    toBeSigned: toBase64(offered.toBeSigned),
  };
}

function countersignedView(
  deps: StaffDeps,
  { oficio, countersignature, repeated }: CountersignedOficio,
): Promise<CountersignedView> {
  const own = { countersignature: countersignerView(countersignature, undefined), repeated };
  return toldAfter<CountersignedView>(
    async () => {
      const shown = await viewOf(deps, oficio);
      const told = shown.countersigners?.find(({ leaf }) => leaf === countersignature.signedLeaf);
      return { ...shown, ...own, ...(told && { countersignature: told }) };
    },
    { ...oficioView(oficio, undefined), ...own },
  );
}

export function countersignatureRoutes(app: Hono, deps: StaffDeps): void {
  const requestOf = async (
    name: string,
    { signerId, fileDigest }: z.output<typeof countersigning>,
  ): Promise<CountersignRequest> => {
    const { id, unit } = await findOficio(deps, name);
    await checkMayTouch(deps, { unit }, parseOfficialId(signerId));
    return { id, signerId, ...(fileDigest !== undefined && { fileDigest: fromHex(fileDigest)! }) };
  };
  app.post('/oficios/:id/countersignatures', async (c) => {
    const request = await requestOf(c.req.param('id'), await readJson(c, countersigning));
    return c.json(await countersignedView(deps, await deps.countersignOficio(request)));
  });
  // The two halves, where a card signs in between.
  app.post('/oficios/:id/countersignatures/prepared', async (c) => {
    const { serial, ...asked } = await readJson(c, preparing);
    const request = await requestOf(c.req.param('id'), asked);
    const answer = await deps.prepareCountersignature({ ...request, serial });
    return c.json(await ('intent' in answer ? offeredView(deps, answer) : countersignedView(deps, answer)));
  });
  app.post('/oficios/:id/countersignatures/:own/signature', async (c) => {
    const { signature } = await readJson(c, completing);
    const { id } = await findOficio(deps, c.req.param('id'));
    const own = c.req.param('own') as CountersignatureId;
    return c.json(await countersignedView(deps, await deps.completeCountersignature(id, own, signature)));
  });
}

/** What these routes take, for whoever reads their description. */
export const COUNTERSIGNATURE_INPUTS: RouteInputs = {
  'POST /oficios/:id/countersignatures': { body: countersigning },
  'POST /oficios/:id/countersignatures/prepared': { body: preparing },
  'POST /oficios/:id/countersignatures/:own/signature': { body: completing },
};
