import type { Primitives } from '../core/primitives.ts';
import { isRefusal } from '../core/refusal.ts';
import { formatTime, type UnixSeconds } from '../core/time.ts';
import { openSeal, type OpenedSeal } from '../seal/open.ts';
import { Inquiry } from './inquiry.ts';
import { judgeSeal, type SealFinding } from './judge-seal.ts';
import type { Knowledge, RegisteredLetter, RegisteredVisitor } from './knowledge.ts';
import { personOf } from './person.ts';
import type { AnnouncedVisit, Answer, LetterSubject, Visitor } from './subject.ts';

/** What the holder of the seal may be told: its claims, and from the register what stands behind them. */
export function letterSubject(
  seal: OpenedSeal,
  { state, letter, replacement, countersigners }: SealFinding,
): LetterSubject {
  const { claims } = seal;
  return {
    kind: 'oficio',
    folio: claims.folio,
    sealedAt: claims.issuedAt,
    type: claims.type,
    amount: claims.amount,
    pages: claims.pages,
    ...(countersigners && { countersigners }),
    ...(claims.expiresAt === undefined ? {} : { expires: claims.expiresAt }),
    ...(letter && {
      unit: letter.unit,
      subject: letter.subject,
      signer: {
        ...(letter.signerReserved === undefined
          ? { name: letter.signer.name }
          : { legalGround: letter.signerReserved }),
        post: letter.signer.post,
        serial: letter.signer.serial,
      },
      ...(letter.endedAt === undefined ? {} : { endedAt: letter.endedAt }),
      ...(letter.replacedBy === undefined ? {} : { replacedBy: letter.replacedBy }),
      ...(replacement && { replacement }),
      ...(state === 'current' && toldBeside(letter)),
    }),
  };
}

/** What only a letter in force tells: whom it is for, who comes, and that it was handed over before. */
function toldBeside({ receivedOn, addressee, visit, publicVersion }: RegisteredLetter): Partial<LetterSubject> {
  return {
    ...(receivedOn !== undefined && { receivedOn }),
    ...(addressee && { addressee }),
    ...(visit && { visit: announced(visit) }),
    ...(publicVersion && {
      availablePublicVersion: {
        id: publicVersion.id,
        ground: publicVersion.ground,
        registeredAt: formatTime(publicVersion.at),
      },
    }),
  };
}

function announced({ from, to, place, officials }: NonNullable<RegisteredLetter['visit']>): AnnouncedVisit {
  return {
    from: formatTime(from),
    to: formatTime(to),
    ...(place !== undefined && { place }),
    officials: officials.map(visitor),
  };
}

function visitor({ id, mandate, profile }: RegisteredVisitor): Visitor {
  if (mandate !== 'current' || !profile) return { officialId: id, state: 'ended' };
  const { name, legalGround, post, unit, photo } = personOf(profile);
  return {
    officialId: id,
    ...(name !== undefined && { name }),
    ...(legalGround !== undefined && { legalGround }),
    ...(post !== undefined && { post }),
    ...(unit !== undefined && { unit }),
    ...(photo !== undefined && { photo }),
    state: 'current',
  };
}

/**
 * The verdict on what a camera, a hand scanner or a person read from a letter: the address in its QR, or the base32 in
 * it. Never throws on hostile input; outages of the register do throw.
 */
export async function verifySeal(
  text: string,
  knowledge: Knowledge,
  at: UnixSeconds,
  primitives: Primitives,
): Promise<Answer> {
  const inquiry = new Inquiry(at, knowledge.trust.dev);
  let seal: OpenedSeal;
  try {
    seal = openSeal(text, knowledge.places);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const { host } = error.facts;
    if (error.code === 'seal/other-host') {
      inquiry.fail('seal/host', host === undefined ? 'leads elsewhere' : `leads to ${host}`);
      return inquiry.answer('not-ours', { kind: 'unknown', ...(host !== undefined && { host: String(host) }) });
    }
    inquiry.unknown('seal/format', `${error.code}: ${error.message}`);
    return inquiry.answer('unreadable', { kind: 'unknown' });
  }
  inquiry.pass('seal/format', `a seal of version 1, ${seal.bytes.length} bytes`);
  const finding = await judgeSeal(inquiry, seal, knowledge, primitives);
  return inquiry.answer(finding.state, letterSubject(seal, finding));
}
