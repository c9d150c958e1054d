import { equal } from '../../core/bytes.ts';
import type { Primitives } from '../../core/primitives.ts';
import { isRefusal } from '../../core/refusal.ts';
import type { Credential } from '../../credential/credential.ts';
import { issuedRecord, provenRecord } from '../../credential/record.ts';
import type { CredentialStore } from '../../credential/store.ts';
import type { Official, OfficialId } from '../../directory/official.ts';
import { officialRecord, unitRecord, type OfficialAct } from '../../directory/record.ts';
import type { DirectoryStore, PhotoRow } from '../../directory/store.ts';
import type { Unit, UnitCode } from '../../directory/unit.ts';
import { isActOf } from '../../log/act-shape.ts';
import { readRecord } from '../../log/claim.ts';
import { LeafKind } from '../../log/leaf.ts';
import { holdsOfRow, openedLeaf, openingMissing, type OpenedLeaf } from '../../log/vouch.ts';
import { codeOfLetter, type Oficio, type OficioId } from '../../oficio/oficio.ts';
import type { OficioStore } from '../../oficio/store.ts';
import { findingAsLogged } from './as-logged.ts';
import { loggedCard } from './card-proof.ts';
import { loggedDocuments } from './documents.ts';
import type { WitnessLog } from './first-leaves.ts';
import { LogWalk } from './log-walk.ts';
import { loggedSeries } from './series.ts';
import {
  agreesWithIntent,
  firstOutcome,
  isPreparedAsRecorded,
  lastOfOfficial,
  loggedEnd,
  loggedMandate,
  loggedStatus,
  toldAbout,
} from './witness.ts';

/*
 * The rows that acts rest on. Somebody may edit a row, wait for an honest act, and put the row back: so no act goes by a
 * row that is not what the last leaves about it commit to.
 */

type Log = Pick<WitnessLog, 'size' | 'leaf' | 'opening' | 'referring' | 'ofKinds' | 'isFirst' | 'firstOfCard'>;
type Digests = Pick<Primitives, 'digest' | 'hmac'>;
type Judging = Digests & Pick<Primitives, 'verify'>;

/** Records that are kept after they were shown to be what their leaf commits to: no leaf ever commits to another. */
const MOST_KEPT = 1024;

/** The leaves of one log that were opened. */
export class OpenedLeaves {
  readonly #log: Log;
  readonly #primitives: Digests;
  readonly #kept = new Map<number, OpenedLeaf>();
  /** The leaf that set each unit last. */
  readonly #units = new Map<string, number>();
  readonly #walk: LogWalk;

  constructor(log: Log, primitives: Digests) {
    this.#log = log;
    this.#primitives = primitives;
    this.#walk = new LogWalk(log, [LeafKind.unitSet], (index) => this.#noteUnit(index));
  }

  /** The leaf with the record that it commits to; `undefined` where the record is gone or another one. */
  async open(index: number | undefined): Promise<OpenedLeaf | undefined> {
    const kept = this.#kept.get(index ?? -1);
    if (kept || index === undefined) return kept;
    const opened = await openedLeaf(this.#log, index, this.#primitives);
    if (!opened) return undefined;
    if (this.#kept.size >= MOST_KEPT) this.#kept.delete(this.#kept.keys().next().value!);
    this.#kept.set(index, opened);
    return opened;
  }

  /** @throws Refusal `log/opening-missing` where a record that might be of this unit is gone */
  async lastOfUnit(code: string): Promise<number | undefined> {
    await this.#walk.keepUp();
    return this.#units.get(code);
  }

  async #noteUnit(index: number): Promise<void> {
    const opened = (await this.open(index)) ?? openingMissing(index);
    const record = readRecord(opened.record) ?? [];
    const code = record[2];
    if (isActOf(opened.kind, record) && typeof code === 'string') this.#units.set(code, index);
  }
}

/** How many leaves refer to these of a row; there is none to refer to where the row lacks one. */
async function saidOf(log: Log, ...leaves: readonly (number | undefined)[]): Promise<number> {
  let count = 0;
  for (const leaf of leaves) if (leaf !== undefined) count += (await log.referring(leaf)).length;
  return count;
}

const OFFICIAL_ACTS: Partial<Record<LeafKind, OfficialAct>> = {
  [LeafKind.officialRegistered]: 'official/registered',
  [LeafKind.officialChanged]: 'official/changed',
  [LeafKind.officialEnded]: 'official/ended',
};

/** Whether a leaf about an official commits to all that the row says. */
export function commitsTo(
  leaf: OpenedLeaf | undefined,
  official: Official,
  primitives: Pick<Primitives, 'digest'>,
): boolean {
  const act = leaf && OFFICIAL_ACTS[leaf.kind];
  if (!leaf || act === undefined) return false;
  // Letters and credentials count as acts too, and leave the record alone.
  const acts = readRecord(leaf.record)?.[4];
  if (typeof acts !== 'number' || !(official.acts >= acts)) return false;
  return holdsOfRow(() => equal(officialRecord(act, { ...official, acts }, primitives), leaf.record));
}

/** Whether the last leaf about them commits to all that the row of an official says. */
async function isOfficialAsLogged(
  official: Official,
  log: Log,
  leaves: OpenedLeaves,
  primitives: Digests,
): Promise<boolean> {
  const last = await lastOfOfficial(log, official, primitives);
  return last !== undefined && commitsTo(await leaves.open(last.leaf), official, primitives);
}

function arePixelsOf({ photo }: Official, { jpeg, thumbnail }: PhotoRow, { digest }: Digests): boolean {
  const fits = (bytes: Uint8Array | undefined, sha256: Uint8Array | undefined): boolean =>
    !bytes || (sha256 !== undefined && equal(digest('SHA-256', bytes), sha256));
  return holdsOfRow(() => fits(jpeg, photo?.sha256) && fits(thumbnail, photo?.thumbnailSha256));
}

/**
 * `rows`, of which one official, unit or photo is found only as the log has it: what acts rest on and pages show.
 * Whoever finds another row is refused with `log/corrupt`, whose facts name it.
 */
export function loggedDirectory(
  rows: DirectoryStore,
  log: Log,
  leaves: OpenedLeaves,
  primitives: Digests,
): DirectoryStore {
  const findOfficial = findingAsLogged<Official, OfficialId>({
    noun: 'official',
    read: (id) => rows.findOfficial(id),
    isAsLogged: async (row, id) => row.id === id && isOfficialAsLogged(row, log, leaves, primitives),
    said: ({ registeredLeaf }) => saidOf(log, registeredLeaf),
  });
  return {
    ...rows,
    findOfficial,
    findPhoto: findingAsLogged<PhotoRow, OfficialId>({
      noun: 'photo',
      read: (id) => rows.findPhoto(id),
      isAsLogged: async (row, id) => {
        const official = await findOfficial(id);
        return official !== undefined && arePixelsOf(official.record, row, primitives);
      },
      said: async () => 0,
    }),
    findUnit: findingAsLogged<Unit, UnitCode>({
      noun: 'unit',
      read: (code) => rows.findUnit(code),
      isAsLogged: async (row, code) => {
        const set = await leaves.open(await leaves.lastOfUnit(code));
        return set !== undefined && holdsOfRow(() => equal(unitRecord(row), set.record));
      },
      said: async ({ code }) => (await leaves.lastOfUnit(code)) ?? -1,
    }),
  };
}

/** `directory`, which has no official where the row is not as the log has it: for acts that must not fail because of one. */
export function withoutEdited(directory: DirectoryStore): DirectoryStore {
  return {
    ...directory,
    async findOfficial(id) {
      try {
        return await directory.findOfficial(id);
      } catch (error) {
        if (isRefusal(error, 'log/corrupt') || isRefusal(error, 'data/row-damaged')) return undefined;
        throw error;
      }
    },
  };
}

/** `rows`, where the end of an official that the log has stands although somebody took it out of the row. */
export function endedAsLogged(rows: DirectoryStore, log: Log, primitives: Digests): DirectoryStore {
  return {
    ...rows,
    async findOfficial(id) {
      const found = await rows.findOfficial(id);
      if (!found || found.record.ended) return found;
      const { record } = found;
      const isEnded = (await log.referring(record.registeredLeaf)).some(({ kind }) => kind === LeafKind.officialEnded);
      const mandate = isEnded ? await loggedMandate(log, record, primitives) : undefined;
      const ended = mandate === 'ended' ? undefined : mandate?.ended;
      return ended ? { ...found, record: { ...record, ended } } : found;
    },
  };
}

/** Whether its leaves commit to certificate, profile and holder, and whether it stands as they have it. */
async function isCredentialAsLogged(
  credential: Credential,
  log: Log,
  leaves: OpenedLeaves,
  primitives: Judging,
): Promise<boolean> {
  const { serial, intentLeaf, issuedLeaf, statusLeaf, certificate, profile, state } = credential;
  if (!(await isPreparedAsRecorded(log, credential, primitives))) return false;
  if ((await firstOutcome(log, intentLeaf, LeafKind.credentialIssued, primitives)) !== issuedLeaf) return false;
  if (issuedLeaf !== undefined) {
    const issued = await leaves.open(issuedLeaf);
    const said = (): boolean => equal(issuedRecord(certificate!, profile, primitives), issued!.record);
    if (!issued || !holdsOfRow(said)) return false;
  }
  if (!(await isProvenAsLogged(credential, log, leaves, primitives))) return false;
  const status = await loggedStatus(log, intentLeaf, serial, primitives);
  if (status) return state === status.state && statusLeaf === status.leaf;
  return state === (issuedLeaf === undefined ? 'prepared' : 'issued');
}

/** Whether it is proven on its card where the log has the proof, and on the card that was registered under its number. */
async function isProvenAsLogged(
  credential: Credential,
  log: Log,
  leaves: OpenedLeaves,
  primitives: Judging,
): Promise<boolean> {
  const { intentLeaf, card, proof, provenLeaf } = credential;
  const logged = await loggedCard(log, intentLeaf, primitives);
  if (!logged || card === undefined) return !logged && card === undefined && !proof && provenLeaf === undefined;
  const registered = await leaves.open(await log.firstOfCard(card));
  const guid = registered && readRecord(registered.record)?.[4];
  if (!(guid instanceof Uint8Array && logged.guid && equal(guid, logged.guid))) return false;
  const { proven } = logged;
  if (!proof || !proven) return !proof && !proven && provenLeaf === undefined;
  const isSame = (): boolean => equal(provenRecord(credential, proof), provenRecord(credential, proven.proof));
  return provenLeaf === proven.leaf && holdsOfRow(isSame);
}

/** `rows`, of which one credential is found only as the log has it. @throws Refusal `log/corrupt` for another */
export function loggedCredentials(
  rows: CredentialStore,
  log: Log,
  leaves: OpenedLeaves,
  primitives: Judging,
): CredentialStore {
  return {
    ...rows,
    find: findingAsLogged<Credential>({
      noun: 'credential',
      read: (serial) => rows.find(serial),
      isAsLogged: async (row, serial) => row.serial === serial && isCredentialAsLogged(row, log, leaves, primitives),
      said: ({ intentLeaf, issuedLeaf }) => saidOf(log, intentLeaf, issuedLeaf),
    }),
  };
}

/** Signed where the log has its signature, ended where the log has its end. */
async function isLetterAsLogged(oficio: Oficio, log: Log, primitives: Digests): Promise<boolean> {
  if (oficio.typedCode !== codeOfLetter(oficio) || !(await agreesWithIntent(log, oficio, primitives))) return false;
  const acts = await toldAbout(log, oficio.intentLeaf, primitives);
  if (acts.length === 0) return oficio.state === 'sealed' && oficio.signedLeaf === undefined;
  const signed = acts.find(({ kind }) => kind === LeafKind.oficioSigned);
  if (signed?.index !== oficio.signedLeaf) return false;
  const end = await loggedEnd(log, oficio, primitives);
  return oficio.state === (end?.state ?? (signed ? 'signed' : 'sealed'));
}

/** `rows`, of which one letter, its files and a series are found only as the log has them. @throws Refusal `log/corrupt` for another */
export function loggedOficios(rows: OficioStore, log: Log, primitives: Digests): OficioStore {
  return {
    ...rows,
    ...loggedDocuments(rows, log, primitives),
    ...loggedSeries(rows, log, primitives),
    find: findingAsLogged<Oficio, OficioId>({
      noun: 'oficio',
      read: (id) => rows.find(id),
      isAsLogged: async (row, id) => row.id === id && isLetterAsLogged(row, log, primitives),
      said: ({ intentLeaf, signedLeaf }) => saidOf(log, intentLeaf, signedLeaf),
    }),
  };
}
