import { fromHex, equal } from '../core/bytes.ts';
import { parseOfficialId, type Official } from '../directory/official.ts';
import { parseUnitCode } from '../directory/unit.ts';
import { publicView } from '../directory/view.ts';
import { folioIn, type AnnouncedVisit, type Answer, type Visitor } from '../verifier/index.ts';
import type { PageFacts } from '../../verifier-web/facts.ts';
import type { PublicDeps } from './deps.ts';

type OfPerson = Extract<Answer['subject'], { kind: 'credential' | 'distinctive' }>;

function isOfPerson(subject: Answer['subject']): subject is OfPerson {
  return subject.kind === 'credential' || subject.kind === 'distinctive';
}

type DirectoryDeps = Pick<PublicDeps, 'directory' | 'clock'>;

async function findOfficial({ directory }: DirectoryDeps, text: string | undefined): Promise<Official | undefined> {
  const id = text === undefined ? undefined : parseOfficialId(text);
  return id === undefined ? undefined : (await directory.findOfficial(id))?.record;
}

/**
 * The answer as the public may see it now. A credential binds what its holder's profile was when it was issued; whoever
 * was put under reserve since then has neither name nor photo any more, and shows the legal ground instead.
 */
export async function publicAnswer(deps: DirectoryDeps, answer: Answer): Promise<Answer> {
  const { subject } = answer;
  if (subject.kind === 'oficio' && subject.visit) {
    return { ...answer, subject: { ...subject, visit: await publicVisit(deps, subject.visit) } };
  }
  // Where the answer may show no profile, it shows no ground either.
  if (!isOfPerson(subject) || subject.post === undefined) return answer;
  const official = await findOfficial(deps, subject.officialId);
  const view = official && publicView(official, deps.clock());
  const { name, photo, legalGround: _, ...rest } = subject;
  const shown =
    view?.photo !== undefined && equal(view.photo.thumbnailSha256, fromHex(photo ?? '') ?? new Uint8Array());
  return {
    ...answer,
    subject: {
      ...rest,
      ...(view?.name !== undefined && name !== undefined && { name }),
      ...(shown && photo !== undefined && { photo }),
      ...(view?.publication.state === 'reserved' && { legalGround: view.publication.legalGround }),
    },
  };
}

/** Photos that the directory shows today; the log told the names. */
async function publicVisit(deps: DirectoryDeps, visit: AnnouncedVisit): Promise<AnnouncedVisit> {
  const officials: Visitor[] = [];
  for (const { photo, ...one } of visit.officials) {
    const isShown = photo !== undefined && (await publicPhoto(deps, one.officialId, photo)) !== undefined;
    officials.push({ ...one, ...(isShown && { photo }) });
  }
  return { ...visit, officials };
}

/** The small picture with this hash, while the official's public view shows it. */
export async function publicPhoto(
  deps: DirectoryDeps,
  officialId: string,
  sha256: string,
): Promise<Uint8Array | undefined> {
  const official = await findOfficial(deps, officialId);
  const hash = fromHex(sha256);
  const shown = official && publicView(official, deps.clock()).photo;
  if (!official || !hash || !shown || !equal(shown.thumbnailSha256, hash)) return undefined;
  return (await deps.directory.findPhoto(official.id))?.record.thumbnail;
}

type FactsOfAnswer = Pick<PageFacts, 'unit' | 'wanted' | 'photo'>;

/** What the page adds to an answer that `publicAnswer` gave: the unit's name, since when it is covered, the picture. */
export async function factsOfAnswer(
  deps: DirectoryDeps,
  base: string,
  answer: Answer,
  typed = '',
): Promise<FactsOfAnswer> {
  const { subject } = answer;
  const wanted = answer.state === 'not-found' ? folioIn(typed.slice(0, 100)) : undefined;
  // The last two parts of a folio are number and year.
  const named = wanted?.split('/').slice(0, -2).join('/') ?? (subject.kind === 'unknown' ? undefined : subject.unit);
  const code = named === undefined ? undefined : parseUnitCode(named);
  const unit = code === undefined ? undefined : (await deps.directory.findUnit(code))?.record;
  const photo =
    isOfPerson(subject) && subject.photo !== undefined
      ? `${base}/foto/${subject.officialId}/${subject.photo}.jpg`
      : undefined;
  return {
    ...(unit && {
      unit: {
        name: unit.name,
        coveredSince: unit.coveredSince,
        ...(unit.phone !== undefined && { telephone: unit.phone }),
      },
    }),
    ...(wanted !== undefined && { wanted }),
    ...(photo !== undefined && { photo }),
  };
}
