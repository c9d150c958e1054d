import { toBase64 } from '../../core/base64.ts';
import { toHex } from '../../core/bytes.ts';
import { formatTime, type UnixSeconds } from '../../core/time.ts';
import type { Credential } from '../../credential/credential.ts';
import type { Official } from '../../directory/official.ts';
import type { Countersignature } from '../../oficio/countersignature.ts';
import { codeOfLetter, type Oficio } from '../../oficio/oficio.ts';
import { formatTypedCode, type TypedCode } from '../../seal/text.ts';
import type { ToldAfter } from './told-after.ts';

/** What the staff API says of an official: everything but the key under which their leaves are tagged. */
export interface OfficialView extends Omit<Official, 'subjectKey' | 'photo'> {
  /** Empty where it is reserved, and whoever asks may not know it. */
  readonly name: string;
  readonly photo?: { readonly width: number; readonly height: number; readonly sha256: string };
}

export function officialView(official: Official): OfficialView {
  const { subjectKey: _, photo, ...shown } = official;
  return {
    ...shown,
    ...(photo && { photo: { width: photo.width, height: photo.height, sha256: toHex(photo.thumbnailSha256) } }),
  };
}

/** The same for whoever may not know reserved names: no name, no picture, no mailbox, which mostly spells the name. */
export function maskedView({ contact, photo: _photo, ...shown }: OfficialView): OfficialView {
  return { ...shown, name: '', ...(contact?.phone !== undefined && { contact: { phone: contact.phone } }) };
}

export interface CredentialView {
  readonly serial: string;
  readonly kind: string;
  readonly authority: string;
  readonly officialId: string;
  readonly keyPlace: string;
  readonly state: string;
  readonly notBefore: string;
  readonly notAfter: string;
  readonly statusIndex: number;
  readonly suspendedAt?: string;
  readonly revokedAt?: string;
  readonly reason?: string;
  readonly compromisedFrom?: number;
  /** PEM. */
  readonly certificate?: string;
  readonly leaf?: number;
}

/** A credential as the answer to its revocation tells it. */
export interface RevokedView extends CredentialView, ToldAfter {
  /** How many letters do not count by it: signed from `compromisedFrom` on. */
  readonly voidLetters: number;
  /** Folios of the first of them. */
  readonly voidFolios: readonly string[];
  /** On how many letters a countersignature does not count by it, and the folios of the first: those stand by themselves. */
  readonly voidCountersignatures: number;
  readonly voidCountersigned: readonly string[];
}

function pem(der: Uint8Array): string {
  const lines = toBase64(der).match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

export function credentialView(credential: Credential): CredentialView {
  const { certificate, revoked, suspendedAt } = credential;
  const leaf = credential.statusLeaf ?? credential.issuedLeaf;
  return {
    serial: credential.serial,
    kind: credential.kind,
    authority: credential.authority,
    officialId: credential.officialId,
    keyPlace: credential.keyPlace,
    state: credential.state,
    notBefore: formatTime(credential.notBefore),
    notAfter: formatTime(credential.notAfter),
    statusIndex: credential.statusIndex,
    ...(suspendedAt !== undefined && { suspendedAt: formatTime(suspendedAt) }),
    ...(revoked && { revokedAt: formatTime(revoked.at), reason: revoked.reason }),
    ...(revoked?.compromisedFrom !== undefined && { compromisedFrom: revoked.compromisedFrom }),
    ...(certificate && { certificate: pem(certificate) }),
    ...(leaf !== undefined && { leaf }),
  };
}

export interface OficioView {
  readonly id: string;
  readonly folio: string;
  readonly unit: string;
  readonly type: string;
  /** Centavos. */
  readonly amount: number;
  readonly subject: string;
  /** That of the letter; `void` where it was signed and not ended, and does not count by its signer's key. */
  readonly state: string;
  /** Leaf from which the signer's key does not count, where the letter is signed at that or a later one. */
  readonly voidFrom?: number;
  readonly code: string;
  readonly pages: number;
  /** The document carried somebody's signature before. */
  readonly alreadySigned: boolean;
  readonly signer: Oficio['signer'];
  /** Whether somebody said whom it is for, and whether answers name them; who it is: `GET /oficios/:id/delivery`. */
  readonly addressee?: 'kept' | 'public';
  /** The visit that it announces, without the place. */
  readonly visit?: { readonly from: string; readonly to: string; readonly officials: readonly string[] };
  readonly sealedAt: string;
  readonly signedAt?: string;
  readonly expires?: string;
  readonly endedAt?: string;
  readonly reason?: string;
  readonly replacedBy?: string;
  /** The text of the QR. */
  readonly seal?: string;
  /** The last of `leaves` that stands for what the letter is: signed, or ended. */
  readonly leaf?: number;
  readonly leaves: { readonly intent: number; readonly signed?: number; readonly ended?: number };
  /** Absent where nobody countersigned. */
  readonly countersigners?: readonly CountersignerView[];
}

/** Who signed a letter besides. */
export interface CountersignerView extends Pick<Countersignature, 'ordinal'> {
  readonly officialId: string;
  readonly name: string;
  readonly post: string;
  readonly serial: string;
  /** As the signature says. */
  readonly signedAt: string;
  /** `void` where their key does not count, from leaf `voidFrom` on. */
  readonly state: 'signed' | 'void';
  readonly voidFrom?: number;
  readonly leaf: number;
}

/** @param voidFrom only of one that does not count by the signer's key */
export function countersignerView(
  { ordinal, signer, at, signedLeaf }: Countersignature,
  voidFrom: number | undefined,
): CountersignerView {
  return {
    ordinal,
    ...signer,
    signedAt: formatTime(at),
    state: voidFrom === undefined ? 'signed' : 'void',
    ...(voidFrom !== undefined && { voidFrom }),
    leaf: signedLeaf,
  };
}

/** A letter as the answer to its signing tells it. */
export interface SealedView extends OficioView, ToldAfter {
  /** On which page the seal is, from 1. */
  readonly sealPage: number;
  /** That page was added for the seal. */
  readonly pageAppended: boolean;
  /** Where its place was chosen, it lies over something printed. */
  readonly sealCovers: boolean;
  /** It was signed by an earlier request with the same key: nothing new came to be. */
  readonly repeated: boolean;
  /** Folios of letters of the same document that were signed before and are in force. */
  readonly earlierInForce: readonly string[];
}

/** A letter as the answer to its end tells it. */
export interface EndedView extends OficioView, ToldAfter {
  /** Folios of the letters that it had replaced, at most 100. */
  readonly replaces: readonly string[];
}

function optionalTime(at: UnixSeconds | undefined): string | undefined {
  return at === undefined ? undefined : formatTime(at);
}

/** @param voidFrom only of a letter that does not count by its signer's key */
export function oficioView(oficio: Oficio, voidFrom: number | undefined): OficioView {
  const { ended, intentLeaf, signedLeaf, endedLeaf } = oficio;
  const signedAt = optionalTime(oficio.signedAt);
  const expires = optionalTime(oficio.expires);
  const leaf = endedLeaf ?? signedLeaf;
  const { addressee, visit } = oficio.delivery ?? {};
  return {
    id: oficio.id,
    folio: oficio.folio,
    unit: oficio.unit,
    type: oficio.type,
    amount: oficio.amount,
    subject: oficio.subject,
    state: voidFrom !== undefined && oficio.state === 'signed' ? 'void' : oficio.state,
    ...(voidFrom !== undefined && { voidFrom }),
    code: formatTypedCode(codeOfLetter(oficio) ?? (oficio.typedCode as TypedCode)),
    pages: oficio.pages,
    alreadySigned: oficio.alreadySigned,
    signer: oficio.signer,
    ...(addressee && { addressee }),
    ...(visit && { visit: { ...visit, from: formatTime(visit.from), to: formatTime(visit.to) } }),
    sealedAt: formatTime(oficio.sealedAt),
    ...(signedAt !== undefined && { signedAt }),
    ...(expires !== undefined && { expires }),
    ...(ended && { endedAt: formatTime(ended.at), reason: ended.reason }),
    ...(ended?.replacedBy && { replacedBy: ended.replacedBy }),
    ...(oficio.sealText !== undefined && { seal: oficio.sealText }),
    ...(leaf !== undefined && { leaf }),
    leaves: {
      intent: intentLeaf,
      ...(signedLeaf !== undefined && { signed: signedLeaf }),
      ...(endedLeaf !== undefined && { ended: endedLeaf }),
    },
  };
}
