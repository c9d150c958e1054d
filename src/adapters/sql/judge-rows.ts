import type { JudgeDeps as EvidenceJudge } from '../../access/judge.ts';
import { authorityClaims, charterClaims } from '../../authority/replay.ts';
import type { CharterRow } from '../../authority/store.ts';
import type { Authority, CertifiedKeyId } from '../../authority/authority.ts';
import type { Card } from '../../card/card.ts';
import { cardClaims } from '../../card/office/replay.ts';
import { equal } from '../../core/bytes.ts';
import type { Primitives } from '../../core/primitives.ts';
import { isRefusal } from '../../core/refusal.ts';
import type { Credential } from '../../credential/credential.ts';
import { credentialClaims } from '../../credential/replay.ts';
import type { Institution } from '../../directory/institution.ts';
import type { Official } from '../../directory/official.ts';
import { institutionRecord } from '../../directory/record.ts';
import type { Distinctive } from '../../directory/distinctive/distinctive.ts';
import { distinctiveClaims } from '../../directory/distinctive/replay.ts';
import { officialClaims, unitClaims, type LastAct } from '../../directory/replay.ts';
import type { PhotoRow } from '../../directory/store.ts';
import type { Unit } from '../../directory/unit.ts';
import type { ClaimedAct, RowClaims } from '../../log/claim.ts';
import { LeafKind } from '../../log/leaf.ts';
import { encodeCountersignedRecord } from '../../oficio/countersignature.ts';
import { parseFolio } from '../../oficio/folio.ts';
import type { LoggedSeries } from '../../oficio/numbering.ts';
import type { Oficio } from '../../oficio/oficio.ts';
import { oficioClaims, seriesClaims } from '../../oficio/replay.ts';
import type { DeliveryRow } from '../../oficio/delivery.ts';
import { erasedRecord, type ErasureTarget } from '../../oficio/erasure.ts';
import { receivedRecord, type Reception } from '../../oficio/reception.ts';
import { publicVersionRecord, withdrawalRecord, type PublicVersion } from '../../oficio/public-version.ts';
import type { FolioSeries } from '../../oficio/series.ts';
import { crlClaims } from '../../revocation/replay.ts';
import type { CrlRow } from '../../revocation/store.ts';
import { findSeal, verifySealSignature, type SealPlaces } from '../../seal/open.ts';
import { isDishonest } from '../../log/vouch.ts';
import { wrongWithIssuance, wrongWithSignature, type WrongThen } from '../logged/acts-then.ts';
import { loggedCountersignatures } from '../logged/countersignatures.ts';
import { toldCredential } from '../logged/credentials.ts';
import { toldOfficial } from '../logged/directory.ts';
import { toldLetter } from '../logged/oficios.ts';
import { toldDeliveryRow } from '../logged/beside-letter.ts';
import { loggedPublicVersions } from '../logged/public-versions.ts';
import { loggedReceptions, toldReception } from '../logged/receptions.ts';
import type { WitnessLog } from '../logged/first-leaves.ts';
import {
  credentials,
  deliveries,
  INSTITUTION_KEY,
  institutions,
  oficios,
  officials,
  photos,
  receptions,
} from './nouns.ts';
import { findRecord, listRecords, type ReadOptions } from './record-table.ts';
import type { SqliteData } from '../sqlite.ts';

export interface JudgeDeps {
  readonly data: SqliteData;
  readonly log: WitnessLog;
  readonly primitives: Primitives;
  readonly places: SealPlaces;
  /** Of the key that makes seals. */
  readonly sealSpki: Uint8Array;
  /** The charter's: addresses in certificates lead there. */
  readonly origins: readonly string[];
  /** What evidence is judged by; absent where the development policy asks nobody. */
  readonly evidence?: EvidenceJudge;
}

/** What the audit has seen of the log besides the row. */
export interface Seen {
  /** The leaf that told of the row last, where the row does not name it. */
  readonly last: number | undefined;
  /** The last leaf that refers to this one. */
  lastAbout(leaf: number): LastAct | undefined;
  series(unit: string, year: number): LoggedSeries;
}

/** A row that somebody edited is a finding of its own; others are not blamed for it. */
const AS_IT_STANDS: ReadOptions = { acceptEdited: true };

async function judgeOficio(deps: JudgeDeps, oficio: Oficio): Promise<RowClaims> {
  const seal = oficio.sealText === undefined ? undefined : findSeal(oficio.sealText, deps.places);
  let replacedBy: string | undefined;
  if (oficio.ended?.replacedBy !== undefined) {
    const { unit, year, number } = parseFolio(oficio.ended.replacedBy).parts;
    const [found] = await listRecords(deps.data, oficios, { where: { unit, year, number }, limit: 1, ...AS_IT_STANDS });
    replacedBy = found?.record.id;
  }
  const claims = oficioClaims(oficio, {
    ...(seal && { sealed: seal.claims }),
    ...(replacedBy !== undefined && { replacedBy }),
  });
  const official = (await findRecord(deps.data, officials, oficio.signer.officialId, AS_IT_STANDS))?.record;
  const credential = (await findRecord(deps.data, credentials, oficio.signer.serial, AS_IT_STANDS))?.record;
  const wrong = await unlessDamaged(() =>
    wrongWithSignature(deps.log, oficio, { official, credential }, deps.primitives),
  );
  const told = await unlessUnread(() => toldLetter(oficio, deps.log, deps.primitives));
  const { signedLeaf } = oficio;
  // Those of the letter as the log tells it: a row that says anything else is named for that.
  const countersigned = await judgeCountersignatures(deps, told.told ?? oficio);
  const acts = [...claims.acts, ...countersigned.acts];
  const { delivery } = told.told ?? oficio;
  const besides = delivery && (await findRecord(deps.data, deliveries, oficio.id, AS_IT_STANDS));
  const fields = {
    ...claims.fields,
    ...(delivery && { 'delivery.kept': besides !== undefined }),
    ...(seal && { sealSignature: await verifySealSignature(seal, deps.sealSpki, deps.primitives) }),
  };
  return signedLeaf === undefined
    ? { acts, ...told, fields }
    : { acts, ...told, fields, wrong: [...wrongAt(signedLeaf, 'signer.', wrong, official), ...countersigned.wrong] };
}

/** What the log tells of who countersigned a letter: its row says of that only which leaf was the last. */
async function judgeCountersignatures(
  { data, log, primitives }: JudgeDeps,
  oficio: Oficio,
): Promise<Pick<Required<RowClaims>, 'acts' | 'wrong'>> {
  const acts: ClaimedAct[] = [];
  const wrong: { readonly leaf: number; readonly field: string }[] = [];
  const made = await unlessDamaged(
    async () => (await loggedCountersignatures(log, oficio, primitives, { acceptUnread: true })).made,
  );
  for (const one of made) {
    const { signedLeaf: leaf, leaf: ref, signer, at: sealedAt } = one;
    acts.push({ ...COUNTERSIGNED, leaf, ref, record: encodeCountersignedRecord(one), salt: one.salt });
    const official = (await findRecord(data, officials, signer.officialId, AS_IT_STANDS))?.record;
    const credential = (await findRecord(data, credentials, signer.serial, AS_IT_STANDS))?.record;
    const then = { signedLeaf: leaf, signer, sealedAt };
    const found = await unlessDamaged(() => wrongWithSignature(log, then, { official, credential }, primitives));
    wrong.push(...wrongAt(leaf, 'countersigner.', found, official));
    if (signer.officialId === oficio.signer.officialId) wrong.push({ leaf, field: 'countersigner.twice' });
    if (oficio.endedLeaf !== undefined && oficio.endedLeaf < leaf) wrong.push({ leaf, field: 'state' });
  }
  return { acts, wrong };
}

const COUNTERSIGNED: Pick<ClaimedAct, 'field' | 'kind' | 'items'> = {
  field: 'countersignedLeaf',
  kind: LeafKind.oficioCountersigned,
  items: ['id', 'letter', 'byteRangeDigest', 'certificateDigest', 'ordinal', 'signature'],
};

/** A log that does not lead to its head, or lacks a record, is for its own audit to name: it tells nothing of what came first. */
async function unlessDamaged<One>(judge: () => Promise<readonly One[]>): Promise<readonly One[]> {
  try {
    return await judge();
  } catch (error) {
    if (isRefusal(error, 'log/corrupt') || isRefusal(error, 'log/opening-missing')) return [];
    throw error;
  }
}

async function leadsToItsHead(log: WitnessLog): Promise<boolean> {
  try {
    await log.leaf(0);
    return true;
  } catch (error) {
    if (isRefusal(error, 'log/corrupt')) return false;
    throw error;
  }
}

/** What the log tells; nothing where it is damaged, or nobody can read it any more: both are findings of their own. */
async function unlessUnread<Told extends object>(
  tell: () => Promise<Told | undefined>,
): Promise<{ readonly told?: Told }> {
  try {
    const told = await tell();
    return told ? { told } : {};
  } catch (error) {
    if (isDishonest(error)) return {};
    throw error;
  }
}

/** A row that tells nothing of an official is a finding of its own. */
function wrongAt(
  leaf: number,
  about: string,
  wrong: readonly WrongThen[],
  official: Official | undefined,
): NonNullable<RowClaims['wrong']> {
  return wrong
    .filter((one) => one !== 'official' || official === undefined)
    .map((one) => ({ leaf, field: `${about}${one}` }));
}

/** What the intent of its letter commits to; a row beside a letter that says nothing of it has no leaf. */
async function judgeDelivery({ data, log, primitives }: JudgeDeps, row: DeliveryRow): Promise<RowClaims | undefined> {
  const letter = (await findRecord(data, oficios, row.letter, AS_IT_STANDS))?.record;
  const told = letter && ((await unlessUnread(() => toldLetter(letter, log, primitives))).told ?? letter);
  const delivery = told?.id === row.letter ? told.delivery : undefined;
  if (!delivery) return undefined;
  const whole = await unlessDamaged(async () => {
    const one = await toldDeliveryRow(log, told!, row, primitives);
    return one ? [one] : [];
  });
  const acts = erasureActs({ letter: row.letter }, told!.intentLeaf, row);
  // Of a log that leads nowhere, no row is to blame.
  const isBlamed = whole.length > 0 || (await leadsToItsHead(log));
  return { acts, fields: isBlamed ? { kept: whole.length > 0 } : {}, ...(whole[0] && { told: whole[0] }) };
}

/** The leaf by which a row says that what it kept was erased. */
function erasureActs(
  target: ErasureTarget,
  ref: number,
  { erased, erasedLeaf }: Pick<DeliveryRow, 'erased' | 'erasedLeaf'>,
): readonly ClaimedAct[] {
  if (!erased || erasedLeaf === undefined) return [];
  const kind = LeafKind.oficioDetailsErased;
  const items = ['letter', 'id', 'erased.at', 'erased.ground', 'erased.reference'];
  return [{ field: 'erasedLeaf', leaf: erasedLeaf, kind, ref, record: erasedRecord({ ...target, ...erased }), items }];
}

/** What its leaf says is told by the log; what the leaf only commits to, by the row. */
async function judgeReception({ data, log, primitives }: JudgeDeps, reception: Reception): Promise<RowClaims> {
  const { id, letter, leaf, corrects } = reception;
  const row = (await findRecord(data, oficios, letter, AS_IT_STANDS))?.record;
  const told = row && ((await unlessUnread(() => toldLetter(row, log, primitives))).told ?? row);
  const all = told ? await unlessDamaged(() => loggedReceptions(log, told, primitives, { acceptUnread: true })) : [];
  const logged = all.find((one) => one.id === id);
  // Of a log that leads nowhere, no row is to blame: a correction then stands by the row that it names.
  const corrected =
    corrects !== undefined && !(await leadsToItsHead(log))
      ? (await findRecord(data, receptions, corrects, AS_IT_STANDS))?.record
      : all.find((one) => one.id === corrects);
  const about = corrects === undefined ? told?.signedLeaf : corrected?.leaf;
  const whole = logged && told && toldReception(logged, reception, told.unit, primitives);
  return {
    acts: [
      {
        field: 'leaf',
        leaf,
        kind: LeafKind.oficioReceived,
        ...(about !== undefined && { ref: about }),
        record: receivedRecord(reception),
        items: ['letter', 'id', 'at', 'receivedAt', 'how', 'apart', 'corrects'],
      },
      ...erasureActs({ letter, reception: id }, leaf, reception),
    ],
    fields: logged ? { kept: whole !== undefined } : {},
    ...(whole && { told: whole }),
  };
}

/** All of it is told by the log. */
async function judgePublicVersion({ data, log, primitives }: JudgeDeps, version: PublicVersion): Promise<RowClaims> {
  const { id, letter, leaf, withdrawn, withdrawnLeaf, replaces } = version;
  const row = (await findRecord(data, oficios, letter, AS_IT_STANDS))?.record;
  const of = row && ((await unlessUnread(() => toldLetter(row, log, primitives))).told ?? row);
  const all = of ? await unlessDamaged(() => loggedPublicVersions(log, of, primitives, { acceptUnread: true })) : [];
  const told = all.find((one) => one.id === id);
  const before = replaces === undefined ? of?.signedLeaf : all.find((one) => one.id === replaces)?.leaf;
  const act: ClaimedAct = {
    ...{ field: 'leaf', leaf, kind: LeafKind.oficioPublicVersion, ...(before !== undefined && { ref: before }) },
    record: publicVersionRecord(version),
    items: ['letter', 'id', 'at', 'sha256', 'length', 'pages', 'ground', 'replaces'],
  };
  const end: readonly ClaimedAct[] =
    withdrawn && withdrawnLeaf !== undefined
      ? [
          {
            ...{ field: 'withdrawnLeaf', leaf: withdrawnLeaf, ref: leaf },
            kind: LeafKind.oficioPublicVersionWithdrawn,
            record: withdrawalRecord({ letter, id, ...withdrawn }),
            items: ['letter', 'id', 'withdrawn.at', 'withdrawn.reason'],
          },
        ]
      : [];
  return { acts: [act, ...end], fields: {}, ...(told && { told }) };
}

async function judgeCredential(deps: JudgeDeps, credential: Credential): Promise<RowClaims> {
  const claims = credentialClaims(credential, deps.origins, deps.primitives);
  const official = (await findRecord(deps.data, officials, credential.officialId, AS_IT_STANDS))?.record;
  const wrong = await unlessDamaged(() => wrongWithIssuance(deps.log, credential, official, deps.primitives));
  const told = await unlessUnread(() => toldCredential(credential, deps.log, deps.primitives));
  const leaf = credential.issuedLeaf ?? credential.intentLeaf;
  return { ...claims, ...told, wrong: [...(claims.wrong ?? []), ...wrongAt(leaf, '', wrong, official)] };
}

/** The pixels that pages show are those whose hashes the official's record has. */
async function judgeOfficial(deps: JudgeDeps, official: Official, { lastAbout }: Seen): Promise<RowClaims> {
  const { acts, fields } = officialClaims(official, lastAbout(official.registeredLeaf), deps.primitives);
  const pixels: PhotoRow = (await findRecord(deps.data, photos, official.id, AS_IT_STANDS))?.record ?? {};
  const { photo } = official;
  // The pixels go when somebody leaves.
  const isKept = photo !== undefined && !official.ended;
  const holds = (bytes: Uint8Array | undefined, sha256: Uint8Array | undefined): boolean =>
    bytes ? sha256 !== undefined && equal(deps.primitives.digest('SHA-256', bytes), sha256) : !isKept;
  const told = await unlessUnread(() => toldOfficial(official, deps.log, deps.primitives));
  return {
    acts,
    ...told,
    fields: {
      ...fields,
      'photo.jpeg': holds(pixels.jpeg, photo?.sha256),
      'photo.thumbnail': holds(pixels.thumbnail, photo?.thumbnailSha256),
    },
  };
}

async function judgeCharter({ data, primitives }: JudgeDeps, row: CharterRow, leaf: number): Promise<RowClaims> {
  const institution: Institution | undefined = (await findRecord(data, institutions, INSTITUTION_KEY, AS_IT_STANDS))
    ?.record;
  return charterClaims(row, leaf, institution ? institutionRecord(institution) : new Uint8Array(), primitives);
}

/** What a row of one noun claims; nothing where it lacks its leaf. */
type Judge<Record> = (deps: JudgeDeps, record: Record, seen: Seen) => Promise<RowClaims | undefined>;

/** By noun: every table whose rows a leaf vouches for. */
export const JUDGES: ReadonlyMap<string, Judge<never>> = new Map<string, Judge<never>>([
  ['authority', async (deps, row: Authority<CertifiedKeyId>) => authorityClaims(row, deps.origins, deps.primitives)],
  [
    'charter',
    async (deps, row: CharterRow, { last }) => (last === undefined ? undefined : judgeCharter(deps, row, last)),
  ],
  ['unit', async (_, row: Unit, { last }) => (last === undefined ? undefined : unitClaims(row, last))],
  ['official', judgeOfficial],
  ['credential', judgeCredential],
  ['card', async (_, row: Card) => cardClaims(row)],
  ['distinctive', async (_, row: Distinctive) => distinctiveClaims(row)],
  [
    'folio-series',
    async (_, row: FolioSeries, { last, series }) => seriesClaims(row, last, series(row.unit, row.year)),
  ],
  ['oficio', judgeOficio],
  ['reception', judgeReception],
  ['public-version', judgePublicVersion],
  ['delivery', judgeDelivery],
  ['crl', async (deps, row: CrlRow) => crlClaims(row, deps.primitives)],
]);
