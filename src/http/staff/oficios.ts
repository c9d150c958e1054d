import type { Context, Hono } from 'hono';
import { z } from 'zod';
import { fromUtf8 } from '../../core/bytes.ts';
import { isRefusal, Refusal } from '../../core/refusal.ts';
import { parseTime, type UnixSeconds } from '../../core/time.ts';
import type { LogCode } from '../../log/code.ts';
import { listReplacedBy } from '../../oficio/end.ts';
import { parseFolio, type FolioCode } from '../../oficio/folio.ts';
import { withoutLabel } from '../../oficio/label.ts';
import { codeOfLetter, type Oficio, type OficioCode, type OficioId } from '../../oficio/oficio.ts';
import { attemptKey, type OficioRequest } from '../../oficio/request.ts';
import { earlierInForce } from '../../oficio/same-document.ts';
import type { SealedOficio } from '../../oficio/sign.ts';
import { isOficioType, OFICIO_TYPES } from '../../oficio/type.ts';
import { parseTypedCode, type TypedCode } from '../../seal/text.ts';
import type { StaffDeps } from './deps.ts';
import type { HttpCode } from '../../texts/code.ts';
import { base64Bytes, checked, parseJson, queryNumber, readJson, type RouteInputs } from './input.ts';
import { checkMayReadLetter, checkMayTouch, letterReader } from './letter-access.ts';
import { offeredView, type OfferedView } from './offered-view.ts';
import { toldAfter } from './told-after.ts';
import {
  countersignerView,
  oficioView,
  type CountersignerView,
  type EndedView,
  type OficioView,
  type SealedView,
} from './views.ts';

const time = z
  .string()
  .transform((text, context) => parseTime(text) ?? (context.addIssue('not a time of RFC 3339'), z.NEVER));

const text = z.string().max(2000);

const signing = z.strictObject({
  signerId: z.string().max(40),
  type: z.string().refine(isOficioType, `expected one of ${Object.keys(OFICIO_TYPES).join(', ')}`),
  /** Centavos. */
  amount: z.int().min(0),
  subject: z.string().max(2000),
  folio: z.string().max(80).optional(),
  expires: time.optional(),
  place: z.strictObject({ page: z.int().min(1), left: z.number(), top: z.number() }).optional(),
  addressee: z
    .strictObject({
      name: text,
      post: text.optional(),
      address: text.optional(),
      /** Answers name them only where somebody chose so. */
      isPublic: z.boolean().default(false),
    })
    .optional(),
  visit: z
    .strictObject({ place: text, from: time, to: time, officials: z.array(z.string().max(40)).max(100) })
    .optional(),
  keepClear: z.boolean().optional(),
  idempotencyKey: z.string().min(8).max(200),
});
const preparing = signing.extend({ serial: z.string().regex(/^[0-9a-f]{2,40}$/) });
const completing = z.strictObject({ seal: z.string().max(600), signature: base64Bytes });
const range = z.strictObject({ from: z.int(), to: z.int() });
const series = z.strictObject({
  unit: z.string().max(80),
  year: z.int().min(2000).max(2999),
  first: z.int().optional(),
  printed: z.array(range).default([]),
  gaps: z.array(range.extend({ reason: z.string().max(300) })).default([]),
});
const cancelling = z.strictObject({ reason: z.string().max(2000) });
const replacing = z.strictObject({ reason: z.string().max(2000), by: z.string().max(80) });

interface Asked<Request extends OficioRequest> {
  readonly request: Request;
  readonly idempotencyKey: string;
}

/** One part `request` of JSON and one part `document` of PDF. */
async function readSigning(c: Context): Promise<Asked<OficioRequest>> {
  const { json, document } = await readParts(c);
  return askedFor(checked(signing, json), document);
}

/** The same, and the certificate whose key will sign. */
async function readPreparing(c: Context): Promise<Asked<OficioRequest & { readonly serial: string }>> {
  const { json, document } = await readParts(c);
  const { serial, ...asked } = checked(preparing, json);
  const { request, idempotencyKey } = askedFor(asked, document);
  return { request: { ...request, serial }, idempotencyKey };
}

/** @throws Refusal `http/body-malformed` */
export async function readParts(c: Context): Promise<{ readonly json: unknown; readonly document: Uint8Array }> {
  const form = await c.req.formData().catch(() => undefined);
  const document = form?.get('document');
  const json = form?.get('request') ?? null;
  if (!(document instanceof File) || json === null) {
    throw new Refusal<HttpCode>('http/body-malformed', 'expected the parts document and request', {
      field: 'document',
    });
  }
  const text = typeof json === 'string' ? json : fromUtf8(new Uint8Array(await json.arrayBuffer()));
  return { json: parseJson(text), document: new Uint8Array(await document.arrayBuffer()) };
}

function askedFor(asked: z.output<typeof signing>, document: Uint8Array): Asked<OficioRequest> {
  const { idempotencyKey, folio, expires, place, keepClear, type, addressee, visit, ...rest } = asked;
  const request: OficioRequest = {
    ...rest,
    type: type as OficioRequest['type'],
    document,
    ...(folio !== undefined && { folio }),
    ...(expires !== undefined && { expires: expires as UnixSeconds }),
    ...(place && { place }),
    ...(addressee && { addressee: addresseeOf(addressee) }),
    ...(visit && { visit }),
    ...(keepClear !== undefined && { keepClear }),
  };
  return { request, idempotencyKey };
}

function addresseeOf({
  post,
  address,
  ...rest
}: NonNullable<z.output<typeof signing>['addressee']>): NonNullable<OficioRequest['addressee']> {
  return { ...rest, ...(post !== undefined && { post }), ...(address !== undefined && { address }) };
}

/** By id, folio or typed code. @throws Refusal `log/corrupt` where another letter is found than was asked for */
export async function findOficio(deps: StaffDeps, name: string): Promise<Oficio> {
  const found = await lookUp(deps, withoutLabel(name.slice(0, 100)).trim());
  if (found) return found;
  throw new Refusal<OficioCode>('oficio/not-found', 'no such letter', { found: name.slice(0, 60) });
}

/** @throws Refusal `oficio/folio-malformed` for what looks neither like a folio nor like a code; `seal/code-mistyped` */
function typedCode(name: string): TypedCode {
  try {
    return parseTypedCode(name);
  } catch (error) {
    if (!isRefusal(error, 'seal/not-a-code')) throw error;
    const facts = { found: name.slice(0, 60), or: 'code' };
    throw new Refusal<FolioCode>('oficio/folio-malformed', 'neither a folio nor a code', facts);
  }
}

async function lookUp({ oficios }: StaffDeps, name: string): Promise<Oficio | undefined> {
  if (/^[0-9a-f]{16}$/.test(name)) {
    return asAsked((await oficios.find(name as OficioId))?.record, ({ id }) => id === name);
  }
  if (name.includes('/')) {
    const { folio, parts } = parseFolio(name);
    const found = await oficios.findByFolio(parts.unit, parts.year, parts.number);
    return asAsked(found?.record, (one) => one.folio === folio);
  }
  const code = typedCode(name);
  return asAsked((await oficios.findByCode(code))?.record, (one) => codeOfLetter(one) === code);
}

/** An act on a letter is for the one that was named: a row that leads to another one was edited. */
function asAsked(found: Oficio | undefined, isAsked: (found: Oficio) => boolean): Oficio | undefined {
  if (!found || isAsked(found)) return found;
  const facts = { noun: 'oficio', key: found.id };
  throw new Refusal<LogCode>('log/corrupt', `the row ${found.id} of oficio is not the one that was asked for`, facts);
}

/** The letter that a request with this key made. */
async function madeUnder({ oficios }: StaffDeps, idempotencyKey: string): Promise<Oficio | undefined> {
  const attempt = await oficios.findAttempt(attemptKey(idempotencyKey));
  return attempt && (await oficios.find(attempt.made as OficioId))?.record;
}

export async function viewsOf(deps: StaffDeps, letters: readonly Oficio[]): Promise<readonly OficioView[]> {
  const spoilt = await deps.findVoid(letters);
  const views: OficioView[] = [];
  for (const one of letters) {
    const isCountersigned = one.countersignedLeaf !== undefined;
    const countersigners = isCountersigned ? await countersignersOf(deps, one) : [];
    views.push({ ...oficioView(one, spoilt.get(one.id)), ...(countersigners.length > 0 && { countersigners }) });
  }
  return views;
}

async function countersignersOf(deps: StaffDeps, letter: Oficio): Promise<readonly CountersignerView[]> {
  const made = await deps.countersignaturesOf(letter);
  const spoilt = await deps.findVoid(made);
  return made.map((one) => countersignerView(one, spoilt.get(one.id)));
}

export async function viewOf(deps: StaffDeps, letter: Oficio): Promise<OficioView> {
  return (await viewsOf(deps, [letter]))[0]!;
}

/** Whoever holds a letter that the ended one replaced was sent to ask for it. */
function endedView(deps: StaffDeps, ended: Oficio): Promise<EndedView> {
  return toldAfter<EndedView>(
    async () => ({ ...(await viewOf(deps, ended)), replaces: await listReplacedBy(deps.oficios, ended.folio) }),
    { ...oficioView(ended, undefined), replaces: [] },
  );
}

/** The folios of letters of the same document that are in force, before this one is signed. */
export function earlierView(deps: StaffDeps, id: OficioId): Promise<Pick<OfferedView, 'earlierInForce' | 'untold'>> {
  return toldAfter<Pick<OfferedView, 'earlierInForce'>>(
    async () => {
      const draft = (await deps.oficios.find(id))?.record;
      const earlier = draft ? await earlierInForce(deps.oficios, draft, deps.clock(), deps.findVoid) : [];
      return { earlierInForce: earlier.map(({ folio }) => folio) };
    },
    { earlierInForce: [] },
  );
}

/** The letter, and the folios of those of the same document that were signed before and are in force. */
function signedView(deps: StaffDeps, signed: Oficio): Promise<OficioView & Pick<SealedView, 'earlierInForce'>> {
  return toldAfter<OficioView & Pick<SealedView, 'earlierInForce'>>(
    async () => {
      const earlier = await earlierInForce(deps.oficios, signed, deps.clock(), deps.findVoid);
      return { ...(await viewOf(deps, signed)), earlierInForce: earlier.map(({ folio }) => folio) };
    },
    { ...oficioView(signed, undefined), earlierInForce: [] },
  );
}

export async function sealedView(
  deps: StaffDeps,
  { oficio, seal }: SealedOficio,
  repeated: boolean,
): Promise<SealedView> {
  return {
    ...(await signedView(deps, oficio)),
    sealPage: seal.page,
    pageAppended: seal.appended,
    sealCovers: seal.covers,
    repeated,
  };
}

export function oficioRoutes(app: Hono, deps: StaffDeps): void {
  app.post('/oficios', async (c) => {
    const { request, idempotencyKey } = await readSigning(c);
    const before = await madeUnder(deps, idempotencyKey);
    const sealed = await deps.signOficio(request, idempotencyKey);
    return c.json(await sealedView(deps, sealed, before?.signedLeaf !== undefined));
  });
  // The two halves, where a card signs in between.
  app.post('/oficios/prepared', async (c) => {
    const { request, idempotencyKey } = await readPreparing(c);
    const answer = await deps.prepareElsewhere(request, idempotencyKey);
    if ('document' in answer) return c.json(await sealedView(deps, answer, true));
    return c.json(offeredView(answer, await earlierView(deps, answer.letter.id)));
  });
  app.post('/oficios/:id/signature', async (c) => {
    const { seal: sealText, signature } = await readJson(c, completing);
    const { id, signedLeaf } = await findOficio(deps, c.req.param('id'));
    const sealed = await deps.completeElsewhere(id, { sealText, signature });
    return c.json(await sealedView(deps, sealed, signedLeaf !== undefined));
  });
  app.get('/oficios', async (c) => {
    const name = c.req.query('name');
    if (name !== undefined) {
      const letter = await findOficio(deps, name);
      await checkMayReadLetter(deps, letter);
      return c.json([await viewOf(deps, (await deps.shown.oficio(letter.id))!.record)]);
    }
    const key = c.req.query('idempotencyKey');
    if (key !== undefined) {
      const made = await madeUnder(deps, key);
      if (made) await checkMayReadLetter(deps, made);
      return c.json(made ? [await viewOf(deps, made)] : []);
    }
    const unit = c.req.query('unit');
    const after = c.req.query('after');
    const limit = queryNumber(c, 'limit', 1000, 1000);
    const query = { ...(unit !== undefined && { unit }), ...(after !== undefined && { after }), limit };
    const mayRead = await letterReader(deps);
    const theirs: Oficio[] = [];
    for (const one of await deps.oficios.list(query)) if (await mayRead(one)) theirs.push(one);
    return c.json(await viewsOf(deps, theirs));
  });
  app.get('/oficios/:id/document', async (c) => {
    const letter = await findOficio(deps, c.req.param('id'));
    await checkMayReadLetter(deps, letter);
    const { id, folio } = letter;
    // The newest version, or the one with so many countersignatures.
    const version = c.req.query('version') === undefined ? undefined : queryNumber(c, 'version', 0, 1000);
    const file = await deps.signedFile(id, version);
    if (!file) throw new Refusal<OficioCode>('oficio/not-signed', 'not signed yet', { folio });
    const body = new Uint8Array(file.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of file) {
      body.set(part, at);
      at += part.length;
    }
    return c.body(body, 200, { 'content-type': 'application/pdf' });
  });
  app.post('/oficios/:id/cancel', async (c) => {
    const { reason } = await readJson(c, cancelling);
    const { id, unit } = await findOficio(deps, c.req.param('id'));
    await checkMayTouch(deps, { unit });
    return c.json(await endedView(deps, await deps.endOficio(id, { reason })));
  });
  app.post('/oficios/:id/replace', async (c) => {
    const { reason, by } = await readJson(c, replacing);
    const { id, unit } = await findOficio(deps, c.req.param('id'));
    await checkMayTouch(deps, { unit });
    const ended = await deps.endOficio(id, { reason, replacedBy: await findOficio(deps, by) });
    return c.json(await endedView(deps, ended));
  });
  app.get('/folio-series', async (c) => c.json(await deps.oficios.listSeries()));
  app.post('/folio-series', async (c) => {
    const { first, ...change } = await readJson(c, series);
    return c.json(await deps.setSeries({ ...change, ...(first !== undefined && { first }) }));
  });
}

/** What these routes take, for whoever reads their description. */
export const OFICIO_INPUTS: RouteInputs = {
  'POST /oficios': { form: signing },
  'POST /oficios/prepared': { form: preparing },
  'POST /oficios/:id/signature': { body: completing },
  'POST /oficios/:id/cancel': { body: cancelling },
  'POST /oficios/:id/replace': { body: replacing },
  'POST /folio-series': { body: series },
};
