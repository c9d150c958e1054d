import type { Context, Hono } from 'hono';
import { z } from 'zod';
import { Refusal } from '../../core/refusal.ts';
import { formatTime, parseTime } from '../../core/time.ts';
import type { Erased } from '../../oficio/erasure.ts';
import type { Oficio, OficioCode } from '../../oficio/oficio.ts';
import type { Reception, ReceptionId } from '../../oficio/reception.ts';
import type { ReceptionRequest } from '../../oficio/reception-store.ts';
import type { HttpCode } from '../../texts/code.ts';
import type { StaffDeps } from './deps.ts';
import { checked, parseJson, readJson, type RouteInputs } from './input.ts';
import { findOficio } from './oficios.ts';
import { checkMayRead } from './who-may-ask.ts';

const time = z
  .string()
  .transform((text, context) => parseTime(text) ?? (context.addIssue('not a time of RFC 3339'), z.NEVER));
const text = z.string().max(2000);

const received = z.strictObject({
  receivedAt: time,
  how: text,
  name: text,
  post: text.optional(),
  office: text.optional(),
  folio: text.optional(),
});
/** One of the two, or both: a correction without `received` says that the earlier reception never took place. */
const receiving = z.strictObject({
  received: received.optional(),
  correction: z.strictObject({ corrects: z.string().regex(/^[0-9a-f]{16}$/), reason: text }).optional(),
  idempotencyKey: z.string().min(8).max(200),
});

/** A reception, for those who may read it. */
export interface ReceptionView {
  readonly id: string;
  /** `never`: it says that what it corrects did not take place. */
  readonly state: 'registered' | 'corrected' | 'never';
  readonly receivedAt?: string;
  readonly how?: string;
  readonly name?: string;
  readonly post?: string;
  readonly office?: string;
  /** The number that the receiving office gave it. */
  readonly folio?: string;
  readonly hasPhoto: boolean;
  readonly registeredAt: string;
  readonly corrects?: string;
  readonly reason?: string;
  readonly leaf: number;
  /** The leaf of what took its place. */
  readonly correctedLeaf?: number;
  /** That names, places and photo are kept no longer. */
  readonly erased?: ErasedView;
}

/** When details were erased, and why. */
export interface ErasedView {
  readonly at: string;
  readonly ground: string;
  readonly reference?: string;
}

function erasedView({ at, ground, reference }: Erased): ErasedView {
  return { at: formatTime(at), ground, ...(reference !== undefined && { reference }) };
}

export function receptionView({
  id,
  at,
  receivedAt,
  how,
  kept,
  photo,
  corrects,
  leaf,
  correctedLeaf,
  erased,
}: Reception): ReceptionView {
  const { name, post, office, folio, reason } = kept ?? {};
  return {
    id,
    state: correctedLeaf === undefined ? (receivedAt === undefined ? 'never' : 'registered') : 'corrected',
    ...(receivedAt !== undefined && { receivedAt: formatTime(receivedAt) }),
    ...(how !== undefined && { how }),
    ...(name !== undefined && { name }),
    ...(post !== undefined && { post }),
    ...(office !== undefined && { office }),
    ...(folio !== undefined && { folio }),
    hasPhoto: photo !== undefined,
    registeredAt: formatTime(at),
    ...(corrects !== undefined && { corrects }),
    ...(reason !== undefined && { reason }),
    leaf,
    ...(correctedLeaf !== undefined && { correctedLeaf }),
    ...(erased && { erased: erasedView(erased) }),
  };
}

interface Asked {
  readonly asked: z.output<typeof receiving>;
  readonly photo?: Uint8Array;
}

/** JSON; or a form whose part `request` is JSON, with a part `photo` (JPEG, PNG or WebP): in base64 it would take seconds to read. */
async function readReceiving(c: Context): Promise<Asked> {
  if (!/^multipart\/form-data\b/i.test(c.req.header('content-type') ?? '')) {
    return { asked: await readJson(c, receiving) };
  }
  const form = await c.req.formData().catch(() => undefined);
  const [request, photo] = [form?.get('request'), form?.get('photo')];
  if (typeof request !== 'string') {
    throw new Refusal<HttpCode>('http/body-malformed', 'expected a part request', { field: 'request' });
  }
  const asked = checked(receiving, parseJson(request));
  return { asked, ...(photo instanceof File && { photo: new Uint8Array(await photo.arrayBuffer()) }) };
}

type Received = NonNullable<ReceptionRequest['received']>;

function receivedOf(
  { post, office, folio, ...rest }: z.output<typeof received>,
  photo: Uint8Array | undefined,
): Received {
  return {
    ...rest,
    ...(post !== undefined && { post }),
    ...(office !== undefined && { office }),
    ...(folio !== undefined && { folio }),
    ...(photo && { photo }),
  };
}

function requestOf(letter: Oficio['id'], { asked, photo }: Asked): ReceptionRequest {
  const { received: told, correction, idempotencyKey } = asked;
  if (!told && !correction) {
    throw new Refusal<HttpCode>('http/body-malformed', 'received: missing', { field: 'received' });
  }
  return {
    letter,
    idempotencyKey,
    ...(told && { received: receivedOf(told, photo) }),
    ...(correction && { correction: { corrects: correction.corrects as ReceptionId, reason: correction.reason } }),
  };
}

/** Whom a letter is for and where its visit is to be, for those who may read it; empty where nobody said. */
export interface DeliveryView {
  readonly addressee?: {
    readonly name: string;
    readonly post?: string;
    readonly address?: string;
    readonly isPublic: boolean;
  };
  readonly place?: string;
  readonly erased?: ErasedView;
}

export async function deliveryView(deps: StaffDeps, letter: Oficio): Promise<DeliveryView> {
  const { name, post, address, place, erased } = (await deps.findDelivery(letter)) ?? {};
  const isPublic = letter.delivery?.addressee === 'public';
  return {
    ...(name !== undefined && {
      addressee: { name, ...(post !== undefined && { post }), ...(address !== undefined && { address }), isPublic },
    }),
    ...(place !== undefined && { place }),
    ...(erased && { erased: erasedView(erased) }),
  };
}

/** By the log, once it is known that whoever asks may see what is personal of it. */
async function readable(deps: StaffDeps, name: string): Promise<Oficio> {
  const { id, unit } = await findOficio(deps, name);
  // Of a row that was edited the unit is not believed.
  const letter = (await deps.shown.oficio(id))?.record;
  checkMayRead(deps, letter?.unit ?? unit);
  return letter ?? notFound(name);
}

export function receptionRoutes(app: Hono, deps: StaffDeps): void {
  app.post('/oficios/:id/receptions', async (c) => {
    const asked = await readReceiving(c);
    const { id } = await findOficio(deps, c.req.param('id'));
    return c.json(receptionView(await deps.receptions.receive(requestOf(id, asked))));
  });
  app.get('/oficios/:id/delivery', async (c) => {
    return c.json(await deliveryView(deps, await readable(deps, c.req.param('id'))));
  });
  app.get('/oficios/:id/receptions', async (c) => {
    const letter = await readable(deps, c.req.param('id'));
    return c.json((await deps.receptions.listOf(letter)).map(receptionView));
  });
  app.get('/oficios/:id/receptions/:own/photo', async (c) => {
    const letter = await readable(deps, c.req.param('id'));
    const found = (await deps.receptions.listOf(letter)).find(({ id }) => id === c.req.param('own'));
    if (!found?.photo) return notFound(c.req.param('own'), 'oficio/reception-not-found');
    return c.body(new Uint8Array(found.photo), 200, { 'content-type': 'image/jpeg' });
  });
}

function notFound(name: string, code: OficioCode = 'oficio/not-found'): never {
  throw new Refusal<OficioCode>(code, 'no such thing', { found: name.slice(0, 60) });
}

/** What these routes take, for whoever reads their description. */
export const RECEPTION_INPUTS: RouteInputs = {
  'POST /oficios/:id/receptions': { body: receiving, photo: true },
};
