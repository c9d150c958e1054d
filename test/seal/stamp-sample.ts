import { sealQr } from '../../src/seal/qr.ts';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { concat } from '../../src/core/bytes.ts';
import { openPdf } from '../../src/pdf/document.ts';
import { beginUpdate } from '../../src/pdf/update.ts';
import { type PlacementRequest, type SealPlacement, placeSeal } from '../../src/seal/placement.ts';
import { type PageTexts, type StampedPages, stampPages } from '../../src/seal/stamp-pages.ts';
import type { StampContent } from '../../src/seal/stamp-content.ts';
import { drawStamp } from '../../src/seal/stamp.ts';
import { surveyPages } from '../../src/seal/survey.ts';
import { ADDRESS } from './samples.ts';

/** The seal of a letter of an ordinary length, in version 10 or so. */
export const CONTENT: StampContent = {
  qr: sealQr(ADDRESS),
  link: ADDRESS,
  institution: 'Alcaldía Cuauhtémoc',
  title: 'Oficio firmado electrónicamente',
  folio: { label: 'Folio', value: 'AC/DGG/SCI/0042/2026' },
  demand: 'No pide dinero',
  fields: [
    { label: 'Firma', value: 'Lic. Iris Crystal Núñez Güereña' },
    { label: 'Cargo', value: 'Directora Ejecutiva de Acuerdos de la Dirección General de Gobierno' },
    { label: 'Número de certificado', value: '3A7F 0C21 94D8 6B55 E102' },
    { label: 'Fecha y hora', value: '21 de noviembre de 2026, 12:04:31 (hora del centro)' },
  ],
  check: {
    lead: 'Compruébelo sin cámara: escriba usted esta dirección',
    address: 'verifica.cuauhtemoc.cdmx.gob.mx',
    code: { label: 'y este código', value: '7QK2-M9XD-4TRA' },
    telephone: { label: 'o llame a Locatel', value: '55 5658 1111' },
  },
  original: {
    label: 'Cadena original',
    value:
      '||1|AC/DGG/SCI/0042/2026|1|2026-11-21T12:00:00-06:00|-|0123456789abcdef|184223|' +
      '00112233445566778899aabbccddeeff01234567|2|0.00|523111|a1b2c3d4||',
  },
  signature: {
    label: 'Sello digital',
    value: 'm2Yw0Z8X1vQnJ5r7cVd3kLp9sTgHb4FaEoUiYxRzNqWjKlMhGfDsApOi0u9y8t7r6e5w4q3Z2x1CvBnM/+AbCd==',
  },
  legend:
    'Firmado con firma electrónica conforme a la Ley de Ciudadanía Digital de la Ciudad de México. ' +
    'La integridad y la autoría de este oficio se comprueban en la dirección indicada.',
  keepClear: 'NO SELLAR AQUÍ',
};

export const TEXTS: PageTexts = {
  folioLine: (page, pages) => `Folio AC/DGG/SCI/0042/2026 · Página ${page} de ${pages}`,
  alternative: 'Sello del oficio AC/DGG/SCI/0042/2026: código QR que lleva a su comprobación.',
  linkHint: 'Comprobar este oficio',
  added: {
    title: 'Hoja de firma electrónica',
    text: 'Esta hoja forma parte del oficio AC/DGG/SCI/0042/2026 y se agregó al firmarlo.',
  },
};

export interface StampedFile {
  readonly bytes: Uint8Array;
  readonly placement: SealPlacement;
  readonly stamped: StampedPages;
}

/** The file with the seal in it, not signed. */
export function stampFile(
  bytes: Uint8Array,
  at?: PlacementRequest['at'],
  content: StampContent = CONTENT,
): StampedFile {
  const document = openPdf(bytes, nodePrimitives);
  const survey = surveyPages(document);
  const placement = placeSeal(survey, { mayAppend: true, ...(at && { at }) });
  const update = beginUpdate(document);
  const stamp = drawStamp(content, placement.shape);
  const stamped = stampPages(update, survey, placement, stamp, TEXTS, content.link);
  return { bytes: concat(bytes, update.finish().appended), placement, stamped };
}
