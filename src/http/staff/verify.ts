import type { Hono } from 'hono';
import { z } from 'zod';
import { tapPathIn } from '../../card/ntag424/tap-address.ts';
import type { StaffDeps } from './deps.ts';
import { base64Bytes, readJson, type RouteInputs } from './input.ts';
import { verdictJson } from '../verdict-json.ts';

const target = z.union([
  z.strictObject({ text: z.string().max(5000) }),
  z.strictObject({ certificate: base64Bytes }),
  z.strictObject({ serial: z.string().max(100) }),
]);

export function verifyRoutes(app: Hono, deps: StaffDeps): void {
  app.post('/verify', async (c) => {
    const body = await readJson(c, target);
    if ('text' in body) {
      const { origin, formerOrigins } = deps.charter;
      const tap = tapPathIn(body.text, [origin, ...formerOrigins]);
      const answer = tap === undefined ? await deps.verifyTyped(body.text) : (await deps.verifyTap(tap)).answer;
      return c.json(verdictJson(answer));
    }
    if ('serial' in body) return c.json(verdictJson(await deps.verifyCredential(body.serial)));
    return c.json(verdictJson(await deps.verifyCertificate(body.certificate)));
  });
  app.post('/verify/picture', async (c) => {
    const picture = new Uint8Array(await c.req.arrayBuffer());
    return c.json(verdictJson(await deps.verifyPicture(picture)));
  });
  app.post('/verify/pdf', async (c) => {
    const pdf = new Uint8Array(await c.req.arrayBuffer());
    return c.json(verdictJson(await deps.verifyPdf(pdf)));
  });
}

/** What these routes take, for whoever reads their description. */
export const VERIFY_INPUTS: RouteInputs = {
  'POST /verify': { body: target },
  'POST /verify/picture': { bytes: ['image/png', 'image/jpeg'] },
  'POST /verify/pdf': { bytes: ['application/pdf'] },
};
