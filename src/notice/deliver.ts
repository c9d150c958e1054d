import type { Primitives } from '../core/primitives.ts';
import { unixSeconds, type Clock } from '../core/time.ts';
import type { MailAddress } from '../directory/contact.ts';
import type { PersonId } from '../access/person.ts';
import type { Mailer, MailReason } from './mailer.ts';
import type { NoticeAbout, NoticeKind, WaitingNotice } from './notice.ts';
import type { NoticeStore } from './store.ts';
import { nameWords, oneLine, type NoticeFrame, type NoticeTexts } from './text.ts';

export interface DeliverDeps {
  readonly store: NoticeStore;
  readonly mailer: Mailer;
  readonly clock: Clock;
  readonly texts: NoticeTexts;
  readonly frame: Pick<NoticeFrame, 'institution' | 'origin'>;
  readonly primitives: Pick<Primitives, 'digest'>;
  nameOf(person: PersonId): Promise<string | undefined>;
  /** What of it still holds; `undefined` where nothing does: an invitation that was used, a request that ended. */
  stillTrue(about: NoticeAbout): Promise<NoticeAbout | undefined>;
}

/** What became of those that were due: kinds and numbers alone. */
export interface DeliveryReport {
  readonly sent: number;
  /** Given up, each with why. */
  readonly failed: readonly { readonly kind: NoticeKind; readonly reason: MailReason; readonly reply?: number }[];
  /** Nothing goes through the server now. */
  readonly outage?: { readonly reason: MailReason; readonly reply?: number };
}

const MOST_EACH = 50;
const FIRST_WAIT_SECONDS = 30;
const LONGEST_WAIT_SECONDS = 3600;

/** After so many tries: half a minute, doubled each time, an hour at most. */
export function waitAfter(tries: number): number {
  return Math.min(FIRST_WAIT_SECONDS * 2 ** Math.min(tries, 12), LONGEST_WAIT_SECONDS);
}

/**
 * Sends what is due. Each message is noted as sent as soon as the server took it, so that a stop leads at most that one to be sent again,
 * under the same id. Where the server does not answer, the rest waits as well: it is asked once, and not once for each.
 */
export async function deliverDue(deps: DeliverDeps): Promise<DeliveryReport> {
  const { store, clock, mailer } = deps;
  const failed: DeliveryReport['failed'][number][] = [];
  let sent = 0;
  for (const notice of await store.due(clock(), MOST_EACH)) {
    const { id, about, tries } = notice;
    if (clock() >= notice.expiresAt) {
      await store.end(id, 'failed', 'too-late');
      failed.push({ kind: about.kind, reason: 'too-late' });
      continue;
    }
    const mail = await mailOf(deps, notice);
    if (!mail) {
      await store.end(id, 'moot');
      continue;
    }
    const said = await mailer.send(mail);
    if (said.outcome === 'sent') {
      await store.end(id, 'sent');
      sent++;
      continue;
    }
    const { reason, reply } = said;
    const told = { reason, ...(reply !== undefined && { reply }) };
    if (said.outcome === 'refused') {
      await store.end(id, 'failed', `${reason} ${reply}`);
      failed.push({ kind: about.kind, ...told });
      continue;
    }
    const nextAt = unixSeconds(clock() + waitAfter(tries));
    await store.delay(id, nextAt, reply === undefined ? reason : `${reason} ${reply}`);
    if (said.isServer) return { sent, failed, outage: told };
  }
  return { sent, failed };
}

async function mailOf(deps: DeliverDeps, notice: WaitingNotice): Promise<Parameters<Mailer['send']>[0] | undefined> {
  const { texts, frame, store } = deps;
  const { id, to } = notice;
  const about = await deps.stillTrue(notice.about);
  const person = 'person' in to ? to.person : undefined;
  const address: MailAddress | undefined = 'address' in to ? to.address : await store.findAddress(to.person);
  if (!about || address === undefined) return undefined;
  const name = person && (await deps.nameOf(person));
  const institution = oneLine(frame.institution);
  const { subject, text } = texts(about, {
    institution,
    origin: frame.origin,
    ...(name !== undefined && { name: nameWords(name) }),
  });
  return {
    messageId: `${id}@${new URL(frame.origin).hostname}`,
    to: address,
    fromName: institution,
    subject: oneLine(subject),
    text,
  };
}
