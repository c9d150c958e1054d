import type { PersonId } from '../../access/person.ts';
import type { Approval } from '../../approval/approval.ts';
import { isRefusal } from '../../core/refusal.ts';
import type { OfficialId } from '../../directory/official.ts';
import { readRecord } from '../../log/record.ts';
import type { StaffDeps } from './deps.ts';
import { recordFacts, type Fact } from './record-facts.ts';

type Facts = Readonly<Record<string, Fact>>;
type SubjectDeps = Pick<StaffDeps, 'access' | 'cards' | 'credentials' | 'directory'>;

/** Whom or what a request is about, where that is no letter. */
export interface ApprovalSubject {
  readonly words: string;
  /** The id of the official whom it concerns. */
  readonly official?: string;
}

/**
 * Of the record that waits itself, so that people find it in a list. A name under reserve stands in no list: its id does.
 */
export async function subjectOf(
  deps: SubjectDeps,
  { pending }: Pick<Approval, 'pending'>,
): Promise<ApprovalSubject | undefined> {
  const [first] = pending.asked;
  const record = first && readRecord(first.record);
  const act = record?.[1];
  if (!record || typeof act !== 'string') return undefined;
  return OF_KIND[act.slice(0, act.indexOf('/'))]?.(deps, recordFacts(record));
}

type Told = ApprovalSubject | undefined;
const text = (value: Fact | undefined): string => (typeof value === 'string' ? value : '');

async function officialOf({ directory }: SubjectDeps, id: string): Promise<Told> {
  const found = (await directory.findOfficial(id as OfficialId))?.record;
  if (!found) return undefined;
  return { words: found.publication.state === 'reserved' ? id : found.name, official: id };
}

async function holderOf(deps: SubjectDeps, number: string): Promise<Told> {
  try {
    const card = await deps.cards.find({ number });
    return card && (await officialOf(deps, card.officialId));
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}

const OF_KIND: Readonly<Record<string, (deps: SubjectDeps, facts: Facts) => Promise<Told>>> = {
  official: async (_, { id, name, legalGround }) => ({
    words: text(legalGround === null ? name : id),
    official: text(id),
  }),
  unit: async (_, { code, name }) => ({ words: [text(code), text(name)].filter(Boolean).join(', ') }),
  distinctive: async (deps, { officialId, number }) =>
    (await officialOf(deps, text(officialId))) ?? { words: text(number) },
  credential: async (deps, { officialId, serial }) =>
    officialOf(deps, text(officialId) || ((await deps.credentials.find(text(serial)))?.record.officialId ?? '')),
  card: (deps, { number }) => holderOf(deps, text(number)),
  'folio-series': async (_, { unit, year }) => ({
    words: [text(unit), typeof year === 'number' ? year : 0].join(', '),
  }),
  access: async ({ access }, { person, name }) => {
    const words = text(name) || ((await access.findPerson(text(person) as PersonId))?.name ?? '');
    return words === '' ? undefined : { words };
  },
};
