import type { Hono } from 'hono';
import { z } from 'zod';
import { AUTHORITY_IDS, type AuthorityId } from '../../authority/authority.ts';
import { toBase64, toBase64Url } from '../../core/base64.ts';
import { toHex } from '../../core/bytes.ts';
import { Outage } from '../../core/refusal.ts';
import { formatTime } from '../../core/time.ts';
import { readCrl, type Crl } from '../../revocation/crl.ts';
import { auditStream, auditView } from './audit-stream.ts';
import type { StaffDeps } from './deps.ts';
import { base64Bytes, queryNumber, readJson, type RouteInputs } from './input.ts';

/** Signed notes that somebody kept elsewhere. */
const auditing = z.strictObject({ kept: z.array(z.string().max(10_000)).max(1000).default([]) });

/** Of the root's offline key, over the list that was prepared. */
const completing = z.strictObject({ signature: base64Bytes });

/** One JSON document a line (NDJSON), for whoever wants to see a long audit go on. */
const LINES = 'application/x-ndjson';

export function logRoutes(app: Hono, deps: StaffDeps): void {
  app.get('/log/checkpoint', async (c) => {
    const { size, root, note } = await deps.publishCheckpoint();
    return c.json({ size, root: toHex(root), note });
  });
  app.get('/log/proof', async (c) => {
    const proof = await deps.proveEntry(queryNumber(c, 'index', 0, Number.MAX_SAFE_INTEGER));
    const { index, size, sides, checkpoint } = proof;
    const [entry, leafHash, ...path] = [proof.entry, proof.leafHash, ...proof.path].map(toBase64);
    return c.json({ index, size, entry, leafHash, path, sides, checkpoint });
  });
  // Apart from the proof, which anybody may see: names and grounds of reserve stand in records.
  app.get('/log/opening', async (c) => {
    const { record, salt, evidence } = await deps.openEntry(queryNumber(c, 'index', 0, Number.MAX_SAFE_INTEGER));
    const told = evidence && { kind: evidence.kind, bytes: toBase64(evidence.bytes) };
    return c.json({ record: toBase64(record), salt: toBase64(salt), ...(told && { evidence: told }) });
  });
  app.post('/log/audit', async (c) => {
    const { kept } = await readJson(c, auditing);
    if (!(c.req.header('accept') ?? '').includes(LINES)) return c.json(await auditView(deps, { kept }));
    return c.body(auditStream(deps, kept), 200, { 'content-type': LINES, 'cache-control': 'no-store' });
  });
  app.get('/revocation', async (c) => {
    const lists: object[] = [];
    for (const authority of AUTHORITY_IDS) {
      const list = await deps.publishCrl(authority).catch(unlessOver);
      lists.push('ended' in list ? { authority, ...list } : listView(authority, readCrl(list)));
    }
    return c.json(lists);
  });
  app.post('/revocation/publish', async (c) => {
    const published: { authority: string; bytes: number; crl: string }[] = [];
    // The root's last: one that its offline key did not renew in time keeps no other list back.
    for (const authority of AUTHORITY_IDS.toSorted((a, b) => Number(a === 'raiz') - Number(b === 'raiz'))) {
      const crl = await deps.publishCrl(authority);
      published.push({ authority, bytes: crl.length, crl: toBase64Url(crl) });
    }
    // Once all are out: the operator has to know of a credential that only they say is over.
    await deps.revokeEnded();
    return c.json(published);
  });
  app.post('/revocation/root/prepare', async (c) => {
    const { tbs, number } = await deps.rootCrl.prepare();
    return c.json({ number, tbs: toBase64(tbs), root: toBase64(deps.charter.root) });
  });
  app.post('/revocation/root/complete', async (c) => {
    const { signature } = await readJson(c, completing);
    return c.json(listView('raiz', await deps.rootCrl.complete(signature)));
  });
}

/** Of an offline root whose list nobody renewed: the others are told all the same. */
function unlessOver(error: unknown): { readonly ended: string } {
  const isOver = error instanceof Outage && error.code === 'revocation/root-list-over';
  if (isOver) return { ended: String(error.facts['ended'] ?? '') };
  throw error;
}

function listView(authority: AuthorityId, { number, entries, thisUpdate, nextUpdate }: Crl): object {
  return {
    authority,
    number: String(number),
    entries: entries.size,
    thisUpdate: formatTime(thisUpdate),
    nextUpdate: formatTime(nextUpdate),
  };
}

/** What these routes take, for whoever reads their description. */
export const LOG_INPUTS: RouteInputs = {
  'POST /log/audit': { body: auditing },
  'POST /revocation/publish': {},
  'POST /revocation/root/prepare': {},
  'POST /revocation/root/complete': { body: completing },
};
