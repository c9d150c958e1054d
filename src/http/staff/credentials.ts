import type { Hono } from 'hono';
import { z } from 'zod';
import { MAX_BACKDATED_SECONDS } from '../../authority/lint.ts';
import { Refusal } from '../../core/refusal.ts';
import {
  isPersonReason,
  PERSON_REASONS,
  serialsTyped,
  type Credential,
  type CredentialCode,
  type CredentialKind,
} from '../../credential/credential.ts';
import type { Oficio } from '../../oficio/oficio.ts';
import type { LogCode } from '../../log/code.ts';
import type { StaffDeps } from './deps.ts';
import { base64Bytes, checked, queryNumber, readJson, type RouteInputs } from './input.ts';
import { toldAfter } from './told-after.ts';
import { credentialView, type RevokedView } from './views.ts';

const kind = z.enum(['staff', 'signer']);
const issuing = z.strictObject({
  officialId: z.string().max(40),
  kind,
  csr: base64Bytes.optional(),
  days: z.int().min(1).max(1098).default(365),
  idempotencyKey: z.string().min(8).max(200).optional(),
});
const revoking = z.strictObject({
  reason: z.string().refine(isPersonReason, `expected one of ${PERSON_REASONS.join(', ')}`),
  compromisedFrom: z.int().min(0).optional(),
});

/** However its number was typed. @throws Refusal `credential/not-found`; `log/corrupt` where another one is found */
async function findCredential({ credentials }: StaffDeps, typed: string): Promise<Credential> {
  for (const serial of serialsTyped(typed)) {
    const found = await credentials.find(serial);
    if (found?.record.serial === serial) return found.record;
    if (!found) continue;
    const facts = { noun: 'credential', key: serial };
    throw new Refusal<LogCode>('log/corrupt', `the row ${serial} of credential is of another one`, facts);
  }
  const facts = { serial: typed.slice(0, 60) };
  throw new Refusal<CredentialCode>('credential/not-found', 'no such credential', facts);
}

/**
 * The key of a request that brings none: it changes when a credential was issued, so that after a stop the same command
 * finishes what it began, and a finished one can be repeated for a further credential. What nobody finished while it could be
 * issued is left behind.
 */
async function nextKey(deps: StaffDeps, officialId: string, wanted: CredentialKind): Promise<string> {
  const all = await deps.credentials.list({ officialId, kind: wanted, limit: 1000 });
  const oldest = deps.clock() - MAX_BACKDATED_SECONDS;
  const past = all.filter(({ state, notBefore }) => state !== 'prepared' || notBefore < oldest);
  return `next/${officialId}/${wanted}/${past.length}`;
}

/** Folios that the answer to a revocation names; `oficio list` shows them all. */
const FOLIOS_TOLD = 5;
const PAGE = 1000;

/** The letters that do not count by this key, the earliest first; those that had ended are not among them. */
async function foliosVoidBy(deps: StaffDeps, { serial, officialId }: Credential): Promise<readonly string[]> {
  const found: Oficio[] = [];
  for (let after: string | undefined; ;) {
    const query = { signer: officialId, state: 'signed', limit: PAGE, ...(after !== undefined && { after }) } as const;
    const page = await deps.oficios.list(query);
    const theirs = page.filter(({ signer }) => signer.serial === serial);
    const spoilt = await deps.findVoid(theirs);
    found.push(...theirs.filter(({ id }) => spoilt.has(id)));
    if (page.length < PAGE) break;
    after = page.at(-1)!.id;
  }
  return found.toSorted((a, b) => a.signedLeaf! - b.signedLeaf!).map(({ folio }) => folio);
}

/** The letters that stand by themselves, and on which what was countersigned with this key does not count. */
async function foliosCountersignedInVain(deps: StaffDeps, { serial }: Credential): Promise<readonly string[]> {
  const folios: string[] = [];
  for (const id of await deps.lettersBegunWith(serial)) {
    const letter = (await deps.oficios.find(id))?.record;
    const theirs = letter && (await deps.countersignaturesOf(letter)).filter(({ signer }) => signer.serial === serial);
    if (letter && theirs && (await deps.findVoid(theirs)).size > 0) folios.push(letter.folio);
  }
  return folios;
}

export function credentialRoutes(app: Hono, deps: StaffDeps): void {
  app.post('/credentials', async (c) => {
    const { csr, idempotencyKey, ...request } = await readJson(c, issuing);
    const issued = await deps.issueCredential({
      ...request,
      ...(csr && { csr }),
      idempotencyKey: idempotencyKey ?? (await nextKey(deps, request.officialId, request.kind)),
    });
    return c.json(credentialView(issued));
  });
  app.get('/credentials', async (c) => {
    const officialId = c.req.query('official');
    const state = c.req.query('state');
    const after = c.req.query('after');
    const found = await deps.credentials.list({
      ...(officialId !== undefined && { officialId }),
      ...(state !== undefined && { state: checked(z.enum(['prepared', 'issued', 'suspended', 'revoked']), state) }),
      ...(after !== undefined && { after }),
      limit: queryNumber(c, 'limit', 1000, 1000),
    });
    return c.json(found.map(credentialView));
  });
  app.get('/credentials/:serial', async (c) => {
    const { serial } = await findCredential(deps, c.req.param('serial'));
    return c.json(credentialView((await deps.shown.credential(serial))!.record));
  });
  app.post('/credentials/:serial/suspend', async (c) => {
    const { serial } = await findCredential(deps, c.req.param('serial'));
    return c.json(credentialView(await deps.suspendCredential(serial)));
  });
  app.post('/credentials/:serial/resume', async (c) => {
    const { serial } = await findCredential(deps, c.req.param('serial'));
    return c.json(credentialView(await deps.resumeCredential(serial)));
  });
  app.post('/credentials/:serial/revoke', async (c) => {
    const { reason, compromisedFrom } = await readJson(c, revoking);
    const { serial } = await findCredential(deps, c.req.param('serial'));
    const grounds = { reason, ...(compromisedFrom !== undefined && { compromisedFrom }) };
    const revoked = await deps.revokeCredential(serial, grounds);
    const tell = async (): Promise<RevokedView> => {
      const folios = await foliosVoidBy(deps, revoked);
      const countersigned = await foliosCountersignedInVain(deps, revoked);
      return {
        ...credentialView(revoked),
        ...{ voidLetters: folios.length, voidFolios: folios.slice(0, FOLIOS_TOLD) },
        ...{ voidCountersignatures: countersigned.length, voidCountersigned: countersigned.slice(0, FOLIOS_TOLD) },
      };
    };
    const none = { voidLetters: 0, voidFolios: [], voidCountersignatures: 0, voidCountersigned: [] };
    return c.json(await toldAfter(tell, { ...credentialView(revoked), ...none }));
  });
}

/** What these routes take, for whoever reads their description. */
export const CREDENTIAL_INPUTS: RouteInputs = {
  'POST /credentials': { body: issuing },
  'POST /credentials/:serial/suspend': {},
  'POST /credentials/:serial/resume': {},
  'POST /credentials/:serial/revoke': { body: revoking },
};
