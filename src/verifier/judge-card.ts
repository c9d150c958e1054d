import { cardGuidOf } from '../authority/card-name.ts';
import { readCertificate } from '../authority/certificate.ts';
import { toHex } from '../core/bytes.ts';
import type { Primitives } from '../core/primitives.ts';
import { dayInMexicoCity, formatTime } from '../core/time.ts';
import type { State } from '../core/verdict.ts';
import type { Inquiry } from './inquiry.ts';
import type { Knowledge, Register, RegisteredCard, RegisteredCredential } from './knowledge.ts';
import { isPersonShown, personOf } from './person.ts';
import type { CredentialSubject } from './subject.ts';
import { judgeCredential } from './verify-credential.ts';
import { withDistinctive } from './verify-distinctive.ts';

export interface JudgedCard {
  readonly state: State;
  readonly subject: CredentialSubject & Required<Pick<CredentialSubject, 'card'>>;
}

/**
 * What a card says of its holder today, however it was found: the state of the card itself, and of the credential in its slot
 * 9A; of a tag alone, the mandate of its holder. That this is the card, and not a copy of its number, the caller knows or not.
 */
export async function judgeCard(
  inquiry: Inquiry,
  card: RegisteredCard,
  knowledge: Knowledge & { readonly register: Register },
  primitives: Primitives,
): Promise<JudgedCard> {
  const [serial] = card.credentials;
  const holder =
    serial === undefined ? judgeHolder(inquiry, card) : await judgeSlot(inquiry, card, serial, knowledge, primitives);
  const state = stateOfCard(inquiry, card, holder);
  const subject = { ...told(card, holder.subject, state), card: card.number };
  return { state, subject: await withDistinctive(subject, state, knowledge, inquiry.at) };
}

type Judged = Awaited<ReturnType<typeof judgeCredential>>;

async function judgeSlot(
  inquiry: Inquiry,
  card: RegisteredCard,
  serial: string,
  knowledge: Knowledge & { readonly register: Register },
  primitives: Primitives,
): Promise<Judged> {
  const subject: CredentialSubject = { kind: 'credential', serial, officialId: card.official.id };
  const credential = await knowledge.register.credential(serial);
  if (!credential) {
    inquiry.unknown('register/credential', 'no credential with this serial number');
    return { state: 'stale-status', subject };
  }
  const isOfCard = credential.official.id === card.official.id && namesCard(credential, card);
  if (
    !inquiry.holds('card/credential', isOfCard, 'the certificate names this card', 'the certificate names another card')
  ) {
    return { state: 'not-registered', subject };
  }
  return judgeCredential(inquiry, credential, knowledge, primitives);
}

/** Whether the certificate is for a key of this card. */
function namesCard({ certificate }: RegisteredCredential, { guid }: RegisteredCard): boolean {
  // What was never issued is found out by who judges the credential.
  if (!certificate) return true;
  const named = cardGuidOf(readCertificate(certificate));
  return named !== undefined && toHex(named) === guid;
}

/** Without a certificate the directory alone speaks. */
function judgeHolder(inquiry: Inquiry, { official }: RegisteredCard): Judged {
  const { id, mandate, endedOn, profile } = official;
  const state: State = mandate === 'current' ? 'current' : mandate === 'not-yet' ? 'not-yet-valid' : 'ended';
  inquiry.holds('directory/mandate', state === 'current', 'a mandate today', `mandate ${mandate}`);
  return {
    state,
    subject: {
      kind: 'credential',
      officialId: id,
      ...(endedOn !== undefined && { endedOn }),
      ...(isPersonShown(state) && personOf(profile)),
    },
  };
}

/** An ended card is told before anything else, but for who left: the one at the door has to know that they did. */
function stateOfCard(
  inquiry: Inquiry,
  { state, ended, expires }: RegisteredCard,
  { state: holder, subject }: Judged,
): State {
  if (state === 'ended') {
    inquiry.fail('card/state', `the card was ended at ${formatTime(ended?.at ?? inquiry.at)}`);
    return holder === 'ended' && ended?.reason !== 'stolen' ? 'ended' : 'revoked';
  }
  if (state === 'registered') {
    inquiry.fail('card/state', 'the card is being made');
    // Its certificates are on hold until then, and revoked where that takes too long: others are made then.
    const waits = holder === 'suspended' || (holder === 'revoked' && subject.reason !== 'keyCompromise');
    return holder === 'current' || waits ? 'not-yet-valid' : holder;
  }
  // Where there is a chip, its certificates end on the same day; a tag alone has none that would.
  if (dayInMexicoCity(inquiry.at) > expires) {
    inquiry.fail('card/state', `the last day of the card was ${expires}`);
    return holder === 'current' ? 'expired' : holder;
  }
  inquiry.pass('card/state', 'the card is active');
  return holder;
}

/**
 * Of a card that counts no more, or that was never handed out, only words remain: whoever carries it may be somebody else. Why it
 * ended is the card's to say. The serial number of what is on one that is being made is not told: by itself that credential
 * names its holder.
 */
function told(card: RegisteredCard, subject: CredentialSubject, state: State): CredentialSubject {
  const { ended } = card;
  const isMade = card.state !== 'registered';
  if (isMade && isPersonShown(state)) return subject;
  const { kind, serial, credentialKind, officialId, endedOn } = subject;
  const reason = ended === undefined ? subject.reason : ended.reason === 'stolen' ? 'keyCompromise' : undefined;
  return {
    kind,
    ...(isMade && serial !== undefined && { serial }),
    ...(credentialKind !== undefined && { credentialKind }),
    ...(officialId !== undefined && { officialId }),
    ...(reason !== undefined && { reason }),
    ...(endedOn !== undefined && { endedOn }),
  };
}
