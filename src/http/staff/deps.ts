import type { OfficeDoor } from '../../access/door.ts';
import type { AccessEnding } from '../../access/enrol.ts';
import type { JudgeDeps } from '../../access/judge.ts';
import type { Person } from '../../access/people.ts';
import type { PersonId } from '../../access/person.ts';
import type { RoleGrant } from '../../access/role.ts';
import type { AccessStore } from '../../access/store.ts';
import type { ToldActs } from '../../access/told-act.ts';
import type { ActingContext } from '../../access/acting.ts';
import type { ApprovalOfficeDeps } from '../../approval/office.ts';
import type { AuthorityId } from '../../authority/authority.ts';
import type { Charter } from '../../authority/charter.ts';
import type { AuthorityStore } from '../../authority/store.ts';
import type { CardNumber } from '../../card/card.ts';
import type { ToldCards } from '../../card/office/history.ts';
import type { CardOffice } from '../../card/office.ts';
import type { Clock } from '../../core/time.ts';
import type { Credential, RevocationGrounds } from '../../credential/credential.ts';
import type { CredentialRequest } from '../../credential/issue.ts';
import type { CredentialStore } from '../../credential/store.ts';
import type { ChangeRequest } from '../../directory/change.ts';
import type { DistinctiveOffice } from '../../directory/distinctive/office.ts';
import type { EndRequest } from '../../directory/end.ts';
import type { ImportOptions, ImportReport } from '../../directory/import.ts';
import type { Institution } from '../../directory/institution.ts';
import type { Official } from '../../directory/official.ts';
import type { PhotoReader } from '../../directory/photo.ts';
import type { RegisterRequest } from '../../directory/register.ts';
import type { DirectoryStore } from '../../directory/store.ts';
import type { Unit, UnitChange } from '../../directory/unit.ts';
import type { AuditLogDeps } from '../../log/audit.ts';
import type { InstallationAudit } from '../../log/claim.ts';
import type { StoredCheckpoint } from '../../log/ledger.ts';
import type { Opening } from '../../log/leaf.ts';
import type { ExplainedProof } from '../../log/prove.ts';
import type { NoticeOffice } from '../../notice/office.ts';
import type { OfferedLetter } from '../../oficio/check-prepared.ts';
import type { SealedOficio } from '../../oficio/sign.ts';
import type { SignatureElsewhere } from '../../oficio/sign-elsewhere.ts';
import type { CountersignedOficio, CountersignRequest } from '../../oficio/countersign.ts';
import type { OfferedCountersignature } from '../../oficio/countersign-elsewhere.ts';
import type { Countersignature, CountersignatureId } from '../../oficio/countersignature.ts';
import type { FindDelivery } from '../../oficio/delivery.ts';
import type { Ending } from '../../oficio/end.ts';
import type { InspectedDocument } from '../../oficio/inspect.ts';
import type { Oficio, OficioId } from '../../oficio/oficio.ts';
import type { PublicVersionOffice } from '../../oficio/public-version-store.ts';
import type { ReceptionOffice } from '../../oficio/reception-store.ts';
import type { OficioRequest } from '../../oficio/request.ts';
import type { FolioSeries } from '../../oficio/series.ts';
import type { SeriesChange } from '../../oficio/set-series.ts';
import type { OficioStore } from '../../oficio/store.ts';
import type { FindVoid } from '../../oficio/void.ts';
import type { PersonalDataOffice } from '../../personal/office.ts';
import type { Crl } from '../../revocation/crl.ts';
import type { PreparedRootCrl } from '../../revocation/root-crl.ts';
import type { Answer, TapAnswer } from '../../verifier/index.ts';

/** What the staff API asks of an installation. */
export interface StaffDeps {
  readonly dev: boolean;
  readonly institution: Institution;
  readonly charter: Pick<Charter, 'origin' | 'formerOrigins' | 'root'>;
  readonly clock: Clock;
  readonly directory: DirectoryStore;
  readonly credentials: CredentialStore;
  readonly cards: CardOffice;
  readonly toldCards: ToldCards;
  readonly distinctives: DistinctiveOffice;
  readonly authorities: Pick<AuthorityStore, 'findAuthority'>;
  readonly oficios: OficioStore;
  /** One by itself, as the log has it. @throws Refusal `log/corrupt` for a row that is not */
  readonly shown: { readonly credential: CredentialStore['find']; readonly oficio: OficioStore['find'] };
  readonly readPhoto: PhotoReader;
  /** Who works here, and with what right. */
  readonly access: AccessStore & {
    readonly judge: Pick<JudgeDeps, 'primitives' | 'founders'>;
    setRoles(person: PersonId, grants: readonly RoleGrant[]): Promise<Person>;
    endAccess(person: PersonId, end: AccessEnding): Promise<Person>;
  };
  readonly notices: Pick<NoticeOffice, 'isOn' | 'addressOf' | 'setAddress' | 'list' | 'test'>;
  readonly door: Pick<OfficeDoor, 'enrolPending' | 'sessionsOf' | 'tokensOf'>;
  readonly acting: ActingContext;
  /** What waits for people. */
  readonly approvals: ApprovalOfficeDeps;
  /** The second half of a letter whose signer willed it. */
  signWaiting(id: OficioId, sealText: string, signature?: Uint8Array): Promise<SealedOficio>;
  /** A draft once more, from the document that is kept with it. */
  signDraft(id: OficioId): Promise<SealedOficio>;
  /** What a card has to sign for a draft. @throws Refusal as `prepareDraft` */
  prepareDraft(id: OficioId, serial: string): Promise<OfferedLetter | SealedOficio>;
  /** The document of a draft, as it was given. @throws Refusal as `draftDocument` */
  draftDocument(id: OficioId): Promise<Uint8Array>;
  /** What a PDF is like, before it is sealed. @throws Refusal as `inspectDocument`; `pdf/too-large` */
  inspectLetter(document: Uint8Array): Promise<InspectedDocument>;
  /** The file of a letter that waits for its signature. */
  waitingDocument(id: OficioId, sealText: string): Promise<Uint8Array>;
  /** The file of a letter with a countersignature that waits. */
  waitingVersion(id: OficioId, own: CountersignatureId): Promise<Uint8Array>;
  setUnit(unit: UnitChange): Promise<Unit>;
  registerOfficial(request: Omit<RegisterRequest, 'by'>): Promise<Official>;
  changeOfficial(request: Omit<ChangeRequest, 'by'>): Promise<Official>;
  endOfficial(request: Omit<EndRequest, 'by'>): Promise<Official>;
  importOfficials(csv: Uint8Array, photoFolder: string | undefined, options: ImportOptions): Promise<ImportReport>;
  issueCredential(request: CredentialRequest & { readonly csr?: Uint8Array }): Promise<Credential>;
  suspendCredential(serial: string): Promise<Credential>;
  resumeCredential(serial: string): Promise<Credential>;
  revokeCredential(serial: string, grounds: RevocationGrounds): Promise<Credential>;
  makeBadge(number: CardNumber): Promise<Uint8Array>;
  signOficio(request: OficioRequest, idempotencyKey: string): Promise<SealedOficio>;
  prepareElsewhere(
    request: OficioRequest & { readonly serial: string },
    idempotencyKey: string,
  ): Promise<OfferedLetter | SealedOficio>;
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
  readonly receptions: ReceptionOffice;
  readonly publicVersions: PublicVersionOffice;
  readonly findDelivery: FindDelivery;
  readonly personal: PersonalDataOffice;
  endOficio(id: OficioId, ending: Ending): Promise<Oficio>;
  readonly findVoid: FindVoid;
  setSeries(change: SeriesChange): Promise<FolioSeries>;
  signedFile(id: OficioId, version?: number): Promise<readonly Uint8Array[] | undefined>;
  publishCrl(authority: AuthorityId): Promise<Uint8Array>;
  readonly rootCrl: {
    prepare(): Promise<PreparedRootCrl>;
    complete(signature: Uint8Array): Promise<Crl>;
  };
  revokeEnded(): Promise<void>;
  publishCheckpoint(): Promise<StoredCheckpoint>;
  proveEntry(index: number): Promise<ExplainedProof>;
  openEntry(index: number): Promise<Opening>;
  /** Every act of the log, with who authorised it. */
  readonly toldActs: ToldActs;
  auditLog(options: Pick<AuditLogDeps, 'kept' | 'onProgress'>): Promise<InstallationAudit>;
  verifyTyped(text: string): Promise<Answer>;
  verifyPdf(pdf: Uint8Array): Promise<Answer>;
  verifyPicture(picture: Uint8Array): Promise<Answer>;
  verifyCredential(serial: string): Promise<Answer>;
  /** Uses the tap up. */
  verifyTap(path: string): Promise<TapAnswer>;
  verifyCertificate(der: Uint8Array): Promise<Answer>;
}
