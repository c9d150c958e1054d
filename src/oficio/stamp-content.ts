import { dayInMexicoCity, formatMexicoCityTime } from '../core/time.ts';
import type { Institution } from '../directory/institution.ts';
import { decodeSeal } from '../seal/open.ts';
import { digitalSeal, originalString } from '../seal/original-string.ts';
import { sealQr } from '../seal/qr.ts';
import type { StampContent } from '../seal/stamp.ts';
import type { PageTexts } from '../seal/stamp-pages.ts';
import { formatTypedCode } from '../seal/text.ts';
import { codeOfLetter, type Oficio } from './oficio.ts';
import type { OficioTexts } from './texts.ts';

export interface Letterhead {
  readonly institution: Pick<Institution, 'name' | 'telephone' | 'legend'>;
  /** Public base address, as people type it. */
  readonly origin: string;
  readonly texts: OficioTexts;
  /** Of a development installation. */
  readonly dev: boolean;
}

/** The certificate number as Mexican documents print it: decimal digits. */
function certificateNumber(serial: string): string {
  return BigInt(`0x${serial}`).toString();
}

/** `21/11/2026 12:00` in Mexico City. */
function printedTime(at: Oficio['sealedAt']): string {
  const text = formatMexicoCityTime(at);
  return `${text.slice(8, 10)}/${text.slice(5, 7)}/${text.slice(0, 4)} ${text.slice(11, 16)}`;
}

function printedDay(at: Oficio['sealedAt']): string {
  return dayInMexicoCity(at).split('-').toReversed().join('/');
}

/** Where somebody without a camera types the code: the address without what every browser adds. */
function typedAddress(origin: string): string {
  return origin.replace(/^https?:\/\//, '');
}

/** What of a letter is seen in its file, beside its seal. */
export type ShownLetter = Pick<Oficio, 'id' | 'folio' | 'type' | 'amount' | 'expires' | 'signer' | 'sealedAt'>;

/** Everything that the seal of this letter shows. `seal` are its bytes, `address` the text of the QR. */
export function stampContent(
  oficio: ShownLetter,
  seal: Uint8Array,
  address: string,
  letterhead: Letterhead,
): StampContent {
  const { institution, origin, texts } = letterhead;
  const { labels } = texts;
  const opened = decodeSeal(seal);
  return {
    qr: sealQr(address),
    link: address,
    institution: institution.name,
    title: letterhead.dev ? texts.testTitle : texts.title,
    folio: { label: labels.folio, value: oficio.folio },
    demand: texts.demand(oficio.amount),
    fields: [
      { label: labels.signer, value: oficio.signer.name },
      { label: labels.post, value: oficio.signer.post },
      { label: labels.type, value: texts.types[oficio.type] },
      { label: labels.date, value: printedTime(oficio.sealedAt) },
      ...(oficio.expires === undefined ? [] : [{ label: labels.expires, value: printedDay(oficio.expires) }]),
      { label: labels.certificate, value: certificateNumber(oficio.signer.serial) },
    ],
    check: {
      lead: texts.checkLead,
      address: typedAddress(origin),
      code: { label: labels.code, value: formatTypedCode(codeOfLetter(oficio)!) },
      telephone: { label: labels.telephone, value: institution.telephone },
    },
    original: { label: labels.original, value: originalString(opened) },
    signature: { label: labels.signature, value: digitalSeal(opened) },
    legend: institution.legend,
    keepClear: texts.keepClear,
  };
}

export function pageTexts(oficio: ShownLetter, { origin, texts }: Letterhead): PageTexts {
  const code = formatTypedCode(codeOfLetter(oficio)!);
  return {
    folioLine: (page, pages) => texts.folioLine(oficio.folio, page, pages),
    alternative: texts.alternative(oficio.folio, code, typedAddress(origin)),
    linkHint: texts.linkHint,
    added: texts.added,
  };
}
