/** The read side: takes bytes and a date, returns a verdict. Nothing reachable from here writes or asks the machine. */
export { verifyCertificate, verifyCredential } from './verify-credential.ts';
export { verifyBadge } from './verify-badge.ts';
export { verifyCardOffline, type OfflineAnswer, type ShownToCounter } from './verify-card-offline.ts';
export { MAX_FILE_BYTES, MAX_LETTER_BYTES } from './file-size.ts';
export { findUnmadeSignature, unreadablePdf, verifyPdf } from './verify-pdf.ts';
export { standingBy } from './replacement.ts';
export { verifySeal } from './verify-seal.ts';
export { verifyPlainTag, verifyTap, type TapAnswer } from './verify-tap.ts';
export { folioIn, namesLetter, verifyTyped } from './verify-typed.ts';
export type { PictureFinding, ReadPicture } from './find-pictured-seal.ts';
export type { Picture, SamplePicture } from './picture.ts';
export type {
  AccessAsked,
  CardRegister,
  DistinctiveRegister,
  KnownStatusList,
  Knowledge,
  LeafProof,
  Register,
  RegisteredCard,
  RegisteredCredential,
  RegisteredDistinctive,
  RegisteredLetter,
} from './knowledge.ts';
export type {
  AnnouncedVisit,
  Answer,
  Countersigner,
  LetterSigner,
  CredentialSubject,
  DistinctiveSubject,
  LetterSubject,
  SignatureReport,
  Subject,
  Visitor,
} from './subject.ts';

/** What a page needs to put an answer into words. */
export { formatAmount } from '../oficio/amount.ts';
export { formatDistinctiveNumber } from '../directory/distinctive/distinctive.ts';
export { formatCardNumber } from '../card/card.ts';
export { oficioTypeOf, type OficioType } from '../oficio/type.ts';
export type { Institution, LetterTexts, Telephone } from '../directory/institution.ts';
export type { Change, ChangeKind } from '../signature/change.ts';
