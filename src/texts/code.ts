import type { AccessCode } from '../access/code.ts';
import type { FoundingCode } from '../access/founding-code.ts';
import type { DeviceCode, InvitationCode, LoginCode, TokenCode } from '../access/login-code.ts';
import type { ApprovalCode } from '../approval/code.ts';
import type { DataCode, DataOutageCode } from '../adapters/data-code.ts';
import type { InstallCode } from '../adapters/install.ts';
import type { MediaCode, MediaOutageCode } from '../adapters/founding/media-code.ts';
import type { KeysCode } from '../adapters/keys-code.ts';
import type { PictureCode } from '../adapters/qr-picture.ts';
import type { Asn1Code } from '../asn1/read.ts';
import type { AuthorityCode } from '../authority/code.ts';
import type { TrustListCode } from '../authority/charter.ts';
import type { BadgeCode } from '../badge/badge.ts';
import type { CardBundleCode } from '../card/bundle.ts';
import type { CardRegisterCode } from '../card/card.ts';
import type { CardCode, CardOutageCode } from '../card/code.ts';
import type { TagCode } from '../card/ntag424/code.ts';
import type { PivCode } from '../card/piv/code.ts';
import type { StationCode, StationOutageCode } from '../card/station/station-code.ts';
import type { ConfigCode } from '../config.ts';
import type { CborCode } from '../core/cbor.ts';
import type { CoseCode } from '../core/cose.ts';
import type { CredentialCode } from '../credential/credential.ts';
import type { DistinctiveCode } from '../directory/distinctive/code.ts';
import type { DirectoryCode, DirectoryOutageCode } from '../directory/code.ts';
import type { LogCode, LogOutageCode } from '../log/code.ts';
import type { NoticeCode, NoticeOutageCode } from '../notice/code.ts';
import type { AmountCode } from '../oficio/amount.ts';
import type { FolioCode } from '../oficio/folio.ts';
import type { OficioCode } from '../oficio/oficio.ts';
import type { SeriesCode } from '../oficio/series.ts';
import type { PdfCode } from '../pdf/refusal.ts';
import type { RevocationCode, RevocationOutageCode } from '../revocation/code.ts';
import type { PlaceCode } from '../revocation/place.ts';
import type { StatusListCode } from '../revocation/status-list.ts';
import type { SealCode } from '../seal/code.ts';
import type { SignatureCode } from '../signature/code.ts';

/** What the rim declines before any domain is asked. It stands here because `http` imports the texts. */
export type HttpCode =
  /** A request that is not in the form that its description says (`field`). */
  | 'http/malformed'
  /** The same of a body that is not what the route takes. */
  | 'http/body-malformed'
  | 'http/not-found'
  | 'http/forbidden'
  | 'http/method-not-allowed'
  | 'http/address-too-long'
  | 'http/too-large'
  | 'http/media-type'
  | 'http/too-many-requests'
  /** Where the service should listen, another program does. */
  | 'http/address-in-use'
  /** No such address on this machine, or no permission to listen there. */
  | 'http/address-unavailable'
  /** The service is starting or stopping, or its socket does not answer. */
  | 'http/unavailable'
  /** An answer that is no problem document: something else listens there. */
  | 'http/unexpected'
  /** A bug: what happened is told to telemetry only. */
  | 'internal';

/** What the entry points and the command line decline: they import the texts as well. */
export type EntryCode =
  | 'installation/none'
  /** The data folder is a file, or what lies under one: none can be made there (`path`). */
  | 'data/not-a-folder'
  | 'demo/not-development'
  | 'file/not-found'
  | 'file/not-a-file'
  | 'file/too-large'
  | 'file/same-as-input'
  /** Where the signed file should go there is another file (`path`). */
  | 'file/would-replace'
  /** The output would lie among the files of the installation (`path`): its database, socket or keys. */
  | 'file/of-installation'
  | 'file/unreadable'
  | 'file/unwritable'
  | 'file/disk-full'
  /** The command did what it was asked for, and could not say so on standard output (`reason`). */
  | 'file/output-lost'
  /** A list of those who get cards has no column of ids (`column`). */
  | 'card/list-column-missing'
  /** A list of those who get cards has headings, and nobody under them. */
  | 'card/list-empty'
  /** A line of such a list has something in other columns, and no id. */
  | 'card/list-id-missing'
  /** An id stands above the headings of such a list. */
  | 'card/list-id-above'
  | 'oficio/list-column-missing'
  /** To look at: nobody declared it, and no letter has begun it. */
  | 'oficio/series-none'
  /** Two lines of a list would give the same file (`firstLine`). */
  | 'oficio/list-output-repeated'
  | 'oficio/type-unknown'
  | 'oficio/expires-malformed';

/** What the command line declines about a service elsewhere. */
export type RemoteCode =
  /** Nobody is logged in at that service from here (`remote`). */
  | 'remote/login-needed'
  /** An address at which what is sent could be read on the way, or that is none (`remote`). */
  | 'remote/not-https'
  /** The service lets nobody in from the command line, or is another program. */
  | 'remote/no-login'
  /** Somebody refused in the browser. */
  | 'remote/refused'
  /** Nobody allowed it in time. */
  | 'remote/too-late'
  /** What keeps the login can be read by others, or not by us (`path`). */
  | 'remote/login-file';

export type { KeysCode };
export type CardsCode = CardCode | CardOutageCode | PivCode;
export type CardStationCode = StationCode | StationOutageCode;
export type DocumentCode = PdfCode | SignatureCode | SealCode | PictureCode;
export type LetterCode = OficioCode | SeriesCode | FolioCode | AmountCode;
export type PersonCode = DirectoryCode | DirectoryOutageCode | CredentialCode;
export type RegisterCode = LogCode | LogOutageCode | DataCode | DataOutageCode | ConfigCode | InstallCode;
export type TrustCode =
  | AuthorityCode
  | TrustListCode
  | RevocationCode
  | RevocationOutageCode
  | PlaceCode
  | StatusListCode
  | Asn1Code
  | CborCode
  | CoseCode;

export type LoginsCode = LoginCode | InvitationCode | DeviceCode | TokenCode;
export type NoticesCode = NoticeCode | NoticeOutageCode;
export type FoundingsCode = FoundingCode | MediaCode | MediaOutageCode;

/** Every code with which Cotejo declines something or says that it cannot do it now. */
export type Code =
  | AccessCode
  | ApprovalCode
  | FoundingsCode
  | BadgeCode
  | CardBundleCode
  | CardsCode
  | CardRegisterCode
  | CardStationCode
  | DistinctiveCode
  | DocumentCode
  | KeysCode
  | LetterCode
  | LoginsCode
  | NoticesCode
  | PersonCode
  | RegisterCode
  | RemoteCode
  | TagCode
  | TrustCode
  | HttpCode
  | EntryCode;
