import type { SeriesFault } from '../../oficio/series.ts';

/** Words of the domain, as a person reads them. */

export const MANDATES: Readonly<Record<string, string>> = {
  ended: 'no longer holds the post',
  'not-yet': 'the mandate has not begun',
  expired: 'the mandate has expired',
};

export const OFICIO_STATES: Readonly<Record<string, string>> = {
  cancelled: 'has been cancelled',
  replaced: 'has been replaced by another',
  expired: 'has expired',
  'not-yet-signed': 'was never finished',
  revoked: "is void by its signer's key",
  'not-authorised': 'is void, as its signer was not allowed to',
};

/** What was taken as well in place of a folio. */
export const FOLIO_OR: Readonly<Record<string, string>> = { code: ' and not a code of 12 letters and digits' };

export const SERIES_FAULTS: Readonly<Record<SeriesFault, string>> = {
  'too-many': 'there are too many ranges',
  first: 'the first number cannot be that one',
  range: 'that range goes backwards or beyond the numbers',
  overlap: 'that range overlaps another',
  'before-first': 'those printed numbers come before the first of the series',
  reason: 'that gap lacks its reason',
};

export const FIELDS: Readonly<Record<string, string>> = {
  name: 'name',
  post: 'post',
  unit: 'unit',
  code: 'unit code',
  parent: 'parent unit',
  powers: 'powers',
  mayAsk: 'may ask',
  neverAsks: 'never asks',
  validFrom: 'from',
  validUntil: 'until',
  coveredSince: 'covered since',
  publication: 'publication',
  legalGround: 'legal ground',
  phone: 'telephone',
  mail: 'e-mail',
  photo: 'photo',
  office: 'receiving office',
  'addressee-name': 'addressee',
  'addressee-post': 'post of the addressee',
  address: 'address',
  place: 'place of the visit',
  folio: 'folio of the receiving office',
  on: 'end date',
  until: 'until',
  'trust-exam': 'trust exam',
  'link-analysis': 'link analysis',
  training: 'training',
};

export const ACTIVE_CONTENT: Readonly<Record<string, string>> = {
  'on-opening': 'an action that starts by itself',
  action: 'a link or button that does more than open a page',
  script: 'a program (JavaScript)',
  'dynamic-form': 'a dynamic form (XFA)',
  multimedia: 'sound, video or a 3D model',
  'outside-content': 'content that stands in another file',
  portfolio: 'a portfolio of files',
};

export const CHANGING_CONTENT: Readonly<Record<string, string>> = {
  layers: 'layers that can be hidden or shown',
  'alternate-image': 'a picture with another version',
  'hidden-page': 'pages that are not shown',
  'not-on-paper': 'something that differs between screen and paper',
  'covers-content': 'a field, stamp or note on top of the text',
  overlaps: 'fields or notes on top of each other',
  'drawn-by-reader': 'a field, note or figure that each program draws in its own way',
  'field-value': 'a field that does not show what it holds',
  'stray-field': 'a field outside the form',
  rollover: 'a picture that changes under the pointer',
  'pending-redaction': 'parts marked for redaction',
  'too-many-annotations': 'too many fields or notes',
};

/** Why the system neither reads nor saves a file. */
export const SYSTEM_REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'the folder does not exist',
  ENOTDIR: 'a part of the path is no folder',
  EACCES: 'permission is missing',
  EPERM: 'permission is missing',
  EROFS: 'the disk is read-only',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'the links go round in a circle',
  ENOSPC: 'the disk is full',
  EDQUOT: 'this account has no space left',
  EFBIG: 'the file would be too large',
  EIO: 'the disk does not answer',
};

/** The form of each setting. */
export const SETTING_FORMS: Readonly<Record<string, string>> = {
  COTEJO_DATA: 'a folder, for example ./data',
  COTEJO_DATABASE_URL: 'sqlite:PATH, for example sqlite:./data/cotejo.sqlite',
  COTEJO_ORIGIN: 'an http or https address without "?", for example https://verifica.alcaldia.example',
  COTEJO_LISTEN: 'HOST:PORT with a port from 0 to 65535, for example localhost:8080',
  COTEJO_KEYS: 'file:FOLDER, for example file:./data/keys',
  COTEJO_INSTITUTION: 'the name of a JSON file',
  COTEJO_CARD_DRIVER: 'nfc-pcsc or pcsc-mini',
  COTEJO_CARD_MAKERS: 'a folder with certificates, or one of them',
  COTEJO_CARD_ATTESTATION: 'told or required',
  COTEJO_SMTP_URL: 'smtp://, smtps:// or file:PATH, for example smtps://user:password@mail.alcaldia.example',
  COTEJO_MAIL_FROM: 'a mail address, for example notices@alcaldia.example',
  'inside-data': 'database and folder "keys" inside the data folder (COTEJO_DATA)',
};

/** The form of each field of the institution's file. */
export const INSTITUTION_FORMS: Readonly<Record<string, string>> = {
  json: 'it has to be a JSON object in UTF-8',
  superfluous: 'there is no such field, remove it',
  name: 'text of 3 to 64 characters',
  shortName: 'text of 3 to 80 characters',
  address: 'text of 1 to 400 characters',
  telephone:
    'telephone of 10 digits, with an extension if there is one (55 1234 5678 ext. 12), or a short number such as 911 or *0311',
  policyArc: 'object identifier, for example 2.999.1',
  legend: 'text of 1 to 400 characters',
  telephones:
    'list of up to 12 { "label": text, "labelEn": text if there is one, "number": telephone of 10 digits or short number }',
  letterTexts:
    'by type of letter, { "payment": text, "expired": text } of up to 400 characters each; in English, paymentEn and expiredEn',
  checkedOn: 'date YYYY-MM-DD',
};

/** Why a card was ended. */
export const ENDED_FOR = {
  lost: 'it was reported lost',
  stolen: 'it was reported stolen',
  damaged: 'it was ended because it broke',
  replaced: 'another one took its place',
  wiped: 'it was erased',
  left: 'its holder left the post',
};
/** Of one that was reported: whoever carries it may not be its holder. */
export const REPORTED = {
  lost: 'Keep it if you can, do not hand it back, and give it to human resources: whoever carries it may not be its holder.',
  stolen:
    'Do not hand it back, and do not argue: keep it only where there is no risk, and tell human resources. In danger call 911.',
};

/** Why somebody cannot make a visit. */
export const VISITOR_FAULTS: Readonly<Record<string, string>> = {
  unknown: 'not in the directory',
  reserved: 'the name is under reserve, and whoever is visited could not compare it',
  'leaves-before': 'leaves the post before it is over',
  ended: 'has left the post',
  'not-yet': 'the appointment has not begun',
  expired: 'the appointment is over',
};

/** What a file has without showing it. */
export const HIDDEN_WORDS: Readonly<Record<string, string>> = {
  'earlier-version': 'an earlier version of the document, not blacked out',
  signature: 'a digital signature',
  form: 'form fields',
  attachment: 'attached files',
  metadata: 'properties of the document (title, author, subject or keywords)',
  annotation: 'comments, or marks that were not applied',
  thumbnail: 'thumbnails of the pages',
  'program-data': 'data of the program that made it',
};

/** What the office keeps apart and must not be published. */
export const SECRET_WORDS: Readonly<Record<string, string>> = {
  addressee: 'the name of the addressee',
  address: 'the address of the addressee',
  receiver: 'the name of who received the letter',
};
