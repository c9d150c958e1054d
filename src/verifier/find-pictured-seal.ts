import { isRefusal } from '../core/refusal.ts';
import type { PdfDocument } from '../pdf/document.ts';
import { isName, isPdf, type PdfObject } from '../pdf/object.ts';
import { openSeal, type OpenedSeal, type SealPlaces } from '../seal/open.ts';

/** Reads the QR code in a JPEG; `undefined` when there is none. Given by platforms that can decode pictures. */
export type ReadPicture = (jpeg: Uint8Array) => Promise<string | undefined>;

const MAX_PAGES = 6;
const MAX_PICTURES = 8;
const MIN_SIDE = 150;
const MAX_BYTES = 8_000_000;

/** The seal in a scanned page: the QR of the first picture, from the last page on, that shows one of ours. */
export async function findPicturedSeal(
  document: PdfDocument,
  places: SealPlaces,
  read: ReadPicture,
): Promise<OpenedSeal | undefined> {
  let left = MAX_PICTURES;
  for (const page of document.pages().slice(-MAX_PAGES).toReversed()) {
    for (const jpeg of jpegsOf(document, page.resources.entries.get('XObject'))) {
      if (left-- <= 0) return undefined;
      const seal = await sealIn(jpeg, places, read);
      if (seal) return seal;
    }
  }
  return undefined;
}

function* jpegsOf(document: PdfDocument, named: PdfObject | undefined): Generator<Uint8Array> {
  const dict = document.resolve(named ?? null);
  if (!isPdf(dict, 'dict')) return;
  for (const item of dict.entries.values()) {
    const image = resolved(document, item);
    if (!isPdf(image, 'stream') || !isName(image.dict.entries.get('Subtype'), 'Image')) continue;
    const { entries } = image.dict;
    const side = (name: string): number => Number(document.resolve(entries.get(name) ?? null));
    const filter = document.resolve(entries.get('Filter') ?? null);
    const only = isPdf(filter, 'array') && filter.items.length === 1 ? filter.items[0] : filter;
    const large = side('Width') >= MIN_SIDE && side('Height') >= MIN_SIDE;
    if (isName(only, 'DCTDecode') && large && image.data.length <= MAX_BYTES) yield image.data;
  }
}

function resolved(document: PdfDocument, item: PdfObject): PdfObject {
  try {
    return document.resolve(item);
  } catch (error) {
    if (isRefusal(error)) return null;
    throw error;
  }
}

async function sealIn(jpeg: Uint8Array, places: SealPlaces, read: ReadPicture): Promise<OpenedSeal | undefined> {
  try {
    const text = await read(jpeg);
    return text === undefined ? undefined : openSeal(text, places);
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}
