import type { AccessOffice } from './compose-access.ts';
import type { ActingContext } from './access/acting.ts';
import type { OfficeDoor } from './access/door.ts';
import type { ToldActs } from './access/told-act.ts';
import type { WitnessLog } from './adapters/logged/first-leaves.ts';
import type { ApprovalOfficeDeps } from './approval/office.ts';
import type { AuthorityId } from './authority/authority.ts';
import type { Charter } from './authority/charter.ts';
import type { AuthorityStore } from './authority/store.ts';
import type { CardNumber } from './card/card.ts';
import type { CardOffice } from './card/office.ts';
import type { ToldCards } from './card/office/history.ts';
import type { Clock } from './core/time.ts';
import type { Credential, RevocationGrounds } from './credential/credential.ts';
import type { RootCrlOffice } from './compose-lists.ts';
import type { CredentialRequest } from './credential/issue.ts';
import type { CredentialStore } from './credential/store.ts';
import type { ChangeRequest } from './directory/change.ts';
import type { DistinctiveOffice } from './directory/distinctive/office.ts';
import type { EndRequest } from './directory/end.ts';
import type { ImportOptions, ImportReport } from './directory/import.ts';
import type { Institution } from './directory/institution.ts';
import type { Official } from './directory/official.ts';
import type { PhotoReader } from './directory/photo.ts';
import type { RegisterRequest } from './directory/register.ts';
import type { DirectoryStore } from './directory/store.ts';
import type { Unit, UnitChange } from './directory/unit.ts';
import type { AuditLogDeps } from './log/audit.ts';
import type { InstallationAudit } from './log/claim.ts';
import type { CheckpointStore, StoredCheckpoint } from './log/ledger.ts';
import type { Opening } from './log/leaf.ts';
import type { ExplainedProof } from './log/prove.ts';
import type { NoticeOffice } from './notice/office.ts';
import type { CountersignedOficio, CountersignRequest } from './oficio/countersign.ts';
import type { OfferedCountersignature } from './oficio/countersign-elsewhere.ts';
import type { Countersignature, CountersignatureId } from './oficio/countersignature.ts';
import type { FindDelivery } from './oficio/delivery.ts';
import type { Ending } from './oficio/end.ts';
import type { InspectedDocument } from './oficio/inspect.ts';
import type { Oficio, OficioId } from './oficio/oficio.ts';
import type { OficioRequest } from './oficio/request.ts';
import type { FolioSeries } from './oficio/series.ts';
import type { SeriesChange } from './oficio/set-series.ts';
import type { PublicVersionOffice } from './oficio/public-version-store.ts';
import type { ReceptionOffice } from './oficio/reception-store.ts';
import type { SealedOficio } from './oficio/sign.ts';
import type { OfferedLetter } from './oficio/check-prepared.ts';
import type { SignatureElsewhere } from './oficio/sign-elsewhere.ts';
import type { OficioStore } from './oficio/store.ts';
import type { FindVoid } from './oficio/void.ts';
import type { PersonalDataOffice } from './personal/office.ts';
import type { Publications } from './publications.ts';
import type { Verdicts } from './verdicts.ts';

/** Everything that an installation can do, its ports filled once. What goes in and out is the domain's own. */
export interface Services extends Verdicts {
  readonly dev: boolean;
  readonly institution: Institution;
  readonly charter: Charter;
  readonly clock: Clock;
  readonly authorities: Pick<AuthorityStore, 'findAuthority'>;
  readonly directory: DirectoryStore;
  readonly credentials: CredentialStore;
  readonly cards: CardOffice;
  readonly toldCards: ToldCards;
  readonly distinctives: DistinctiveOffice;
  /** One by itself, as the log has it. @throws Refusal `log/corrupt` for a row that is not */
  readonly shown: { readonly credential: CredentialStore['find']; readonly oficio: OficioStore['find'] };
  readonly oficios: OficioStore;
  readonly log: WitnessLog;
  readonly checkpoints: CheckpointStore;
  readonly readPhoto: PhotoReader;
  readonly publications: Publications;

  /** @throws Refusal as `checkSignedLog`; `log/corrupt` unless charter, telephones and texts are those that the log has */
  checkInstitution(): Promise<void>;
  setUnit(unit: UnitChange): Promise<Unit>;
  registerOfficial(request: Omit<RegisterRequest, 'by'>): Promise<Official>;
  changeOfficial(request: Omit<ChangeRequest, 'by'>): Promise<Official>;
  endOfficial(request: Omit<EndRequest, 'by'>): Promise<Official>;
  importOfficials(csv: Uint8Array, photoFolder: string | undefined, options: ImportOptions): Promise<ImportReport>;

  /** With a request (CSR, DER or PEM), or with a key that we make and hold. */
  issueCredential(request: CredentialRequest & { readonly csr?: Uint8Array }): Promise<Credential>;
  suspendCredential(serial: string): Promise<Credential>;
  resumeCredential(serial: string): Promise<Credential>;
  revokeCredential(serial: string, grounds: RevocationGrounds): Promise<Credential>;

  /** The artwork of a card: a PDF. @throws Refusal as `makeBadge` */
  makeBadge(number: CardNumber): Promise<Uint8Array>;

  signOficio(request: OficioRequest, idempotencyKey: string): Promise<SealedOficio>;
  /** What the card with this certificate has to sign for it. @throws Refusal as `prepareElsewhere` */
  prepareElsewhere(
    request: OficioRequest & { readonly serial: string },
    idempotencyKey: string,
  ): Promise<OfferedLetter | SealedOficio>;
  /** @throws Refusal as `completeElsewhere` */
  completeElsewhere(id: OficioId, signed: SignatureElsewhere): Promise<SealedOficio>;
  /** With a key that we hold. @throws Refusal as `countersignOficio` */
  countersignOficio(request: CountersignRequest): Promise<CountersignedOficio>;
  /** What the card with this certificate has to sign for it. @throws Refusal as `prepareCountersignature` */
  prepareCountersignature(
    request: CountersignRequest & { readonly serial: string },
  ): Promise<OfferedCountersignature | CountersignedOficio>;
  /** @throws Refusal as `completeCountersignedElsewhere` */
  completeCountersignature(
    letter: OficioId,
    id: CountersignatureId,
    signature: Uint8Array,
  ): Promise<CountersignedOficio>;
  /** Who countersigned a letter, by the log; what nobody can read any more is left out. */
  countersignaturesOf(oficio: Oficio): Promise<readonly Countersignature[]>;
  /** The letters on which a countersignature was begun with this certificate. */
  lettersBegunWith(serial: string): Promise<readonly OficioId[]>;
  /** Who received a letter, as the log tells it. @throws Refusal `log/corrupt` for a row that is not */
  readonly receptions: ReceptionOffice;
  readonly publicVersions: PublicVersionOffice;
  readonly findDelivery: FindDelivery;
  readonly personal: PersonalDataOffice;
  endOficio(id: OficioId, ending: Ending): Promise<Oficio>;
  readonly findVoid: FindVoid;
  setSeries(change: SeriesChange): Promise<FolioSeries>;
  /**
   * The signed file in its parts: the input, and what each signature appended. The newest version, or the one with so many
   * countersignatures; `undefined` for a draft, and a version that there is not.
   */
  signedFile(id: OficioId, version?: number): Promise<readonly Uint8Array[] | undefined>;

  /** Whoever has left is on the list; that their credential could not be revoked is told by `revokeEnded`. */
  publishCrl(authority: AuthorityId): Promise<Uint8Array>;
  readonly rootCrl: RootCrlOffice;
  /** Their access to the office too. @throws Refusal of the first credential of somebody who has left that cannot be revoked */
  revokeEnded(): Promise<void>;
  /** What no card proved in time. @throws Refusal of the first credential that cannot be revoked */
  revokeUnproven(): Promise<void>;
  publishCheckpoint(): Promise<StoredCheckpoint>;
  /** The newest signed one, once the log was shown to contain it. @throws Refusal as `checkSignedLog` */
  signedCheckpoint(): Promise<StoredCheckpoint | undefined>;
  /** Whether this process has committed an act. */
  hasCommitted(): boolean;
  proveEntry(index: number): Promise<ExplainedProof>;
  openEntry(index: number): Promise<Opening>;
  /** Every act of the log, with who authorised it. */
  readonly toldActs: ToldActs;
  /** The log by itself, and every row against it. */
  auditLog(options?: Pick<AuditLogDeps, 'kept' | 'onProgress'>): Promise<InstallationAudit>;

  /**
   * Where its owner willed the letter as it was sealed: with a key that we hold, or the signature that their card made.
   * @throws Refusal as `signWaiting`
   */
  signWaiting(id: OficioId, sealText: string, signature?: Uint8Array): Promise<SealedOficio>;
  /** What a card has to sign for a draft. @throws Refusal as `prepareDraft` */
  prepareDraft(id: OficioId, serial: string): Promise<OfferedLetter | SealedOficio>;
  /** The document of a draft, as it was given. @throws Refusal as `draftDocument` */
  draftDocument(id: OficioId): Promise<Uint8Array>;
  /** A draft once more, from its document. @throws Refusal as `signDraft` */
  signDraft(id: OficioId): Promise<SealedOficio>;
  /** What a PDF is like, before it is sealed. @throws Refusal as `inspectDocument`; `pdf/too-large` */
  inspectLetter(document: Uint8Array): Promise<InspectedDocument>;
  /** @throws Refusal as `waitingDocument` */
  waitingDocument(id: OficioId, sealText: string): Promise<Uint8Array>;
  /** @throws Refusal as `waitingVersion` */
  waitingVersion(id: OficioId, own: CountersignatureId): Promise<Uint8Array>;
  /** Who works here, and with what right. */
  readonly access: AccessOffice;
  readonly door: OfficeDoor;
  readonly notices: NoticeOffice;
  /** In whose name requests are answered. */
  readonly acting: ActingContext;
  /** What waits for people, and what it is judged by. */
  readonly approvals: ApprovalOfficeDeps;
  close(): void;
}
