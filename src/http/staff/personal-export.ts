import { keyFingerprint } from '../../access/fingerprint.ts';
import type { Person } from '../../access/people.ts';
import type { ActQuery, ToldAct } from '../../access/told-act.ts';
import { toBase64 } from '../../core/base64.ts';
import { toHex } from '../../core/bytes.ts';
import { isRefusal } from '../../core/refusal.ts';
import { formatTime } from '../../core/time.ts';
import type { Official } from '../../directory/official.ts';
import { readRecord } from '../../log/record.ts';
import type { ExportSubject } from '../../personal/export-note.ts';
import type { RetentionId } from '../../personal/retention.ts';
import type { StaffDeps } from './deps.ts';
import { deliveryView, receptionView } from './receptions.ts';
import { recordFacts } from './record-facts.ts';
import { credentialView, oficioView, officialView } from './views.ts';

/** What is held under one line of the table of retention, whose id it bears. */
export interface ExportedPart {
  readonly line: RetentionId;
  readonly items: readonly object[];
  /** There is more than an answer holds. */
  readonly isBounded?: true;
}

/** All that is held about somebody. */
export interface ExportView {
  readonly about: ExportSubject;
  readonly at: string;
  readonly parts: readonly ExportedPart[];
}

const MOST_ACTS = 1000;
const MOST_LETTERS = 1000;
/** A longer log is read on by whoever reads the log itself. */
const MOST_MILLISECONDS = 20_000;

export async function exportOfficial(deps: StaffDeps, official: Official): Promise<readonly ExportedPart[]> {
  const { id } = official;
  const own = { official: id };
  const photo = (await deps.directory.findPhoto(id))?.record.jpeg;
  const credentials = await deps.credentials.list({ officialId: id, limit: MOST_LETTERS });
  const cards = (await deps.toldCards.list()).filter(({ officialId }) => officialId === id);
  const distinctives = (await deps.distinctives.list()).filter(({ officialId }) => officialId === id);
  const signed = await deps.oficios.list({ signer: id, limit: MOST_LETTERS });
  const people = (await deps.access.listPeople()).filter((person) => person.official === id);
  return [
    // With it whoever has the public log finds every leaf about themselves (docs/formats/leaf.md).
    part('officials', [{ ...officialView(official), subjectKey: toHex(official.subjectKey) }]),
    part('photos', photo ? [{ jpeg: toBase64(photo) }] : []),
    part('credentials', credentials.map(credentialView), credentials.length === MOST_LETTERS),
    part('cards', [...cards, ...distinctives]),
    part(
      'letters',
      signed.map((letter) => oficioView(letter, undefined)),
      signed.length === MOST_LETTERS,
    ),
    ...(await Promise.all(people.map((person) => exportAccess(deps, person)))).flat(),
    await exportLog(deps, own),
  ];
}

export async function exportPerson(deps: StaffDeps, person: Person): Promise<readonly ExportedPart[]> {
  return [...(await exportAccess(deps, person)), await exportLog(deps, { person: person.id })];
}

async function exportAccess(deps: StaffDeps, person: Person): Promise<readonly ExportedPart[]> {
  const { id, name, official, grants, passkeys, endedLeaf } = person;
  const { primitives } = deps.access.judge;
  const keys = passkeys.map((one) => ({
    fingerprint: keyFingerprint(one.key, primitives),
    enrolledLeaf: one.enrolledLeaf,
    ...(one.endedLeaf !== undefined && { endedLeaf: one.endedLeaf }),
  }));
  const address = await deps.notices.addressOf(id);
  const sessions = await deps.door.sessionsOf(id);
  const tokens = await deps.door.tokensOf(id);
  const asked = await deps.approvals.approvals.list({ requester: id, limit: MOST_ACTS });
  return [
    part('mail-addresses', address === undefined ? [] : [{ address }]),
    part('access', [{ person: id, name, official, grants, passkeys: keys, ended: endedLeaf !== undefined }]),
    part(
      'sessions',
      sessions.map(({ browser, network, since, lastSeen }) => {
        return { browser, network, since: formatTime(since), lastSeen: formatTime(lastSeen) };
      }),
    ),
    part(
      'tokens',
      tokens.map(({ label, grants: given, madeAt, expiresAt }) => {
        return { label, grants: given, madeAt: formatTime(madeAt), expiresAt: formatTime(expiresAt) };
      }),
    ),
    // Never their bodies: those tell of others.
    part(
      'approvals',
      asked.map(({ id: approval, state, madeAt }) => ({ id: approval, state, madeAt: formatTime(madeAt) })),
      asked.length === MOST_ACTS,
    ),
  ];
}

/** The leaves about them, and those that they authorised; of what is said of them as an official, every version. */
async function exportLog(deps: StaffDeps, about: Pick<ActQuery, 'official' | 'person'>): Promise<ExportedPart> {
  const until = performance.now() + MOST_MILLISECONDS;
  const acts: ToldAct[] = [];
  let before: number | undefined;
  do {
    const page = await deps.toldActs.list({ ...about, limit: 200, ...(before !== undefined && { before }) });
    acts.push(...page.acts);
    before = page.next;
  } while (before !== undefined && acts.length < MOST_ACTS && performance.now() < until);
  const items: object[] = [];
  for (const { index, action, at, result } of acts) {
    const said = action?.startsWith('official/') === true && (await factsOf(deps, index, about.official));
    items.push({ leaf: index, action, ...(at !== undefined && { at: formatTime(at) }), result, ...(said && { said }) });
  }
  return part('log', items, before !== undefined);
}

/** What a record says of this official; nothing of one that says it of somebody else, which they only authorised. */
async function factsOf(deps: StaffDeps, index: number, official: string | undefined): Promise<object | undefined> {
  const opening = await asLogged(() => deps.openEntry(index));
  const record = opening && readRecord(opening.record);
  return record && record[2] === official ? recordFacts(record) : undefined;
}

/** As the addressee or the receiver of letters, by name: of each letter only what tells of somebody so named. */
export async function exportName(deps: StaffDeps, name: string): Promise<readonly ExportedPart[]> {
  const { letters, isBounded } = await deps.personal.namedBeside(name);
  const addressees: object[] = [];
  const receptions: object[] = [];
  for (const id of letters) {
    const letter = await asLogged(() => deps.shown.oficio(id));
    if (!letter) continue;
    const { folio, unit } = letter.record;
    const delivery = await asLogged(() => deliveryView(deps, letter.record));
    if (delivery?.addressee && deps.personal.isNamed(delivery.addressee.name, name)) {
      addressees.push({ letter: id, folio, unit, ...delivery });
    }
    for (const one of (await asLogged(() => deps.receptions.listOf(letter.record))) ?? []) {
      const { name: receiver = '' } = one.kept ?? {};
      if (deps.personal.isNamed(receiver, name)) receptions.push({ folio, unit, letter: id, ...receptionView(one) });
    }
  }
  return [part('addressees', addressees, isBounded), part('receptions', receptions, isBounded)];
}

/** What somebody edited is for the audit to name: the rest is told. */
async function asLogged<Value>(read: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await read();
  } catch (error) {
    if (isRefusal(error, 'log/corrupt') || isRefusal(error, 'log/opening-missing')) return undefined;
    throw error;
  }
}

function part(line: RetentionId, items: readonly object[], isBounded = false): ExportedPart {
  return { line, items, ...(isBounded && { isBounded }) };
}
