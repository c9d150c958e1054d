import type { Context, Hono } from 'hono';
import { z } from 'zod';
import {
  CARD_END_REASONS,
  formatCardNumber,
  isCardEndReason,
  parseCardNumber,
  type CardNumber,
  type CardRegisterCode,
} from '../../card/card.ts';
import { ACCESS_PURPOSES, isAccessPurpose } from '../../card/access-proof.ts';
import type { Opening } from '../../card/office.ts';
import { parseTagUid, type TagUid } from '../../card/ntag424/uid.ts';
import { fromHex } from '../../core/bytes.ts';
import { toBase64 } from '../../core/base64.ts';
import { Refusal } from '../../core/refusal.ts';
import { CARD_SLOTS, isCardSlot } from '../../credential/on-card.ts';
import { parseOfficialId } from '../../directory/official.ts';
import {
  accessChallengeView,
  cardCertificateView,
  cardHolderView,
  managementKeysView,
  tagAssignmentView,
} from './card-views.ts';
import { checkMayReadCardOf, READS_CARDS } from './card-access.ts';
import type { StaffDeps } from './deps.ts';
import { base64Bytes, checked, readJson, type RouteInputs } from './input.ts';

const tagUid = z.string().transform((text, context): TagUid => {
  const uid = /^[0-9A-F]{14}$/.test(text) ? parseTagUid(fromHex(text.toLowerCase())!) : undefined;
  if (uid) return uid;
  context.addIssue('expected the 14 digits of a tag');
  return z.NEVER;
});
const counter = z.int().min(0).max(0xffffff);
const keyVersion = z.int().min(1).max(255);

const registering = z.strictObject({
  officialId: z.string().max(40),
  idempotencyKey: z.string().min(8).max(200),
});
const station = z.string().max(100);
const assigning = z.strictObject({ uid: tagUid, isBlank: z.boolean(), station: station.optional() });
const certifying = z.strictObject({ slot: z.string().refine(isCardSlot, 'expected 9A, 9C or 9E'), csr: base64Bytes });
const proving = z.strictObject({ challenge: base64Bytes, signature: base64Bytes });
const challenging = z.strictObject({
  purpose: z.string().refine(isAccessPurpose, `expected one of ${ACCESS_PURPOSES.join(', ')}`),
});
const opening = z.strictObject({ proof: proving.optional(), station: station.optional() });
const signing = z.strictObject({ bytes: base64Bytes });
const serial = z.string().regex(/^[0-9a-f]{1,40}$/);
const activating = z.strictObject({
  serials: z.array(serial).max(CARD_SLOTS.length),
  tag: z.strictObject({ uid: tagUid, keyVersion, counter }).optional(),
});
const ending = z.strictObject({
  reason: z.string().refine(isCardEndReason, `expected one of ${CARD_END_REASONS.join(', ')}`),
});
const asked = z.union([
  z.strictObject({ number: z.string().max(60) }),
  z.strictObject({ guid: z.string().regex(/^[0-9a-f]{32}$/) }),
  z.strictObject({ tagUid: z.string().regex(/^[0-9A-F]{14}$/) }),
]);

/** However it was typed. @throws Refusal `card/not-found` */
export function cardNumber(typed: string): CardNumber {
  const number = parseCardNumber(typed);
  if (number !== undefined) return number;
  throw new Refusal<CardRegisterCode>('card/not-found', 'not the number of a card', { asked: typed.slice(0, 40) });
}

async function readOpening(c: Context): Promise<Opening> {
  const { proof, station } = await readJson(c, opening);
  const number = cardNumber(c.req.param('number') ?? '');
  return { number, ...(proof && { proof }), ...(station !== undefined && { station }) };
}

export function cardRoutes(app: Hono, deps: StaffDeps): void {
  const { cards } = deps;
  app.get('/card-holders/:official', async (c) => {
    const official = c.req.param('official');
    await checkMayReadCardOf(deps, ['hr'], parseOfficialId(official) ?? official);
    return c.json(cardHolderView(await cards.holder(official)));
  });
  app.post('/cards', async (c) => c.json(await cards.register(await readJson(c, registering))));
  app.get('/cards', async (c) => {
    const by = checked(asked, c.req.query());
    const found = await cards.find('number' in by ? { number: cardNumber(by.number) } : by);
    if (found) await checkMayReadCardOf(deps, READS_CARDS, found.officialId, formatCardNumber(found.number));
    return c.json({ card: found ?? null });
  });
  app.get('/cards/:number/certificates', async (c) => {
    const number = cardNumber(c.req.param('number'));
    const found = await cards.find({ number });
    if (found) await checkMayReadCardOf(deps, READS_CARDS, found.officialId, formatCardNumber(number));
    const issued = await cards.certificates(number);
    return c.json(issued.map(cardCertificateView));
  });
  app.post('/cards/:number/access-challenge', async (c) => {
    const { purpose } = await readJson(c, challenging);
    return c.json(accessChallengeView(await cards.accessChallenge(cardNumber(c.req.param('number')), purpose)));
  });
  app.post('/cards/:number/management-key', async (c) => {
    c.header('cache-control', 'no-store');
    return c.json(managementKeysView(await cards.managementKey(await readOpening(c))));
  });
  app.post('/cards/:number/puk', async (c) => {
    c.header('cache-control', 'no-store');
    return c.json({ puk: await cards.puk(await readOpening(c)) });
  });
  app.post('/cards/:number/key-replacement', async (c) => {
    await cards.replaceKey(await readOpening(c));
    return c.json({});
  });
  app.post('/cards/:number/tag', async (c) => {
    const { uid, isBlank, station } = await readJson(c, assigning);
    c.header('cache-control', 'no-store');
    const number = cardNumber(c.req.param('number'));
    return c.json(
      tagAssignmentView(await cards.assignTag(number, uid, { isBlank, ...(station !== undefined && { station }) })),
    );
  });
  app.post('/cards/:number/certify', async (c) => {
    const request = await readJson(c, certifying);
    return c.json(cardCertificateView(await cards.certify({ number: cardNumber(c.req.param('number')), ...request })));
  });
  app.post('/cards/:number/activate', async (c) => {
    const { serials, tag } = await readJson(c, activating);
    const number = cardNumber(c.req.param('number'));
    return c.json(await cards.activate({ number, serials, ...(tag && { tag }) }));
  });
  app.post('/cards/:number/end', async (c) => {
    const { reason } = await readJson(c, ending);
    return c.json(await cards.end({ number: cardNumber(c.req.param('number')), reason }));
  });
  app.post('/card-credentials/:serial/challenge', async (c) =>
    c.json({ challenge: toBase64(await cards.challenge(c.req.param('serial'))) }),
  );
  app.post('/card-credentials/:serial/prove', async (c) => {
    await cards.prove({ serial: c.req.param('serial'), ...(await readJson(c, proving)) });
    return c.json({});
  });
  app.post('/card-credentials/:serial/discard', async (c) => {
    await cards.discard(c.req.param('serial'));
    return c.json({});
  });
  app.post('/cards/:number/content', async (c) => {
    const { bytes } = await readJson(c, signing);
    return c.json({ signed: toBase64(await cards.signContent({ number: cardNumber(c.req.param('number')), bytes })) });
  });
}

/** What these routes take, for whoever reads their description. */
export const CARD_INPUTS: RouteInputs = {
  'GET /cards': { query: asked },
  'POST /cards': { body: registering },
  'POST /cards/:number/access-challenge': { body: challenging },
  'POST /cards/:number/management-key': { body: opening },
  'POST /cards/:number/puk': { body: opening },
  'POST /cards/:number/key-replacement': { body: opening },
  'POST /cards/:number/tag': { body: assigning },
  'POST /cards/:number/certify': { body: certifying },
  'POST /cards/:number/activate': { body: activating },
  'POST /cards/:number/end': { body: ending },
  'POST /cards/:number/content': { body: signing },
  'POST /card-credentials/:serial/challenge': {},
  'POST /card-credentials/:serial/prove': { body: proving },
  'POST /card-credentials/:serial/discard': {},
};
