import { isRefusal } from '../core/refusal.ts';
import type { PdfDocument } from '../pdf/document.ts';
import { isName, isPdf, type PdfObject } from '../pdf/object.ts';
import { openSeal, type OpenedSeal, type SealPlaces } from '../seal/open.ts';
import { readable } from './readable.ts';

/** What a picture shows: the text of its QR code, if there is one and the picture was looked at to the end. */
export interface PictureFinding {
  /** False where it is too large, or there was no time for it. */
  readonly lookedAt: boolean;
  readonly text?: string | undefined;
}

/**
 * Reads the QR code in a JPEG; it refuses what is no picture. Given by platforms that can decode pictures, with bounds of
 * its own on time: a new one for each file.
 */
export type ReadPicture = (jpeg: Uint8Array) => Promise<PictureFinding>;

const MAX_PAGES = 6;
const MAX_NAMES = 200;
const MAX_PICTURES = 2;
const MIN_SIDE = 150;
const MAX_BYTES = 8_000_000;

/** The seal in a scanned page: the QR of the first picture, from the last page on, that shows one of ours. */
export async function findPicturedSeal(
  document: PdfDocument,
  places: SealPlaces,
  read: ReadPicture,
): Promise<OpenedSeal | undefined> {
  let left = MAX_PICTURES;
  for (const jpeg of jpegsOf(document)) {
    if (left-- <= 0) return undefined;
    const seal = await sealIn(jpeg, places, read);
    if (seal) return seal;
  }
  return undefined;
}

/** Each object once, however many names and pages it has. */
function* jpegsOf(document: PdfDocument): Generator<Uint8Array> {
  const seen = new Set<number>();
  for (const page of document.pages().slice(-MAX_PAGES).toReversed()) {
    const dict = readable(document, page.resources.entries.get('XObject'));
    if (!isPdf(dict, 'dict')) continue;
    for (const item of dict.entries.values()) {
      if (!isPdf(item, 'ref') || seen.has(item.number)) continue;
      if (seen.size === MAX_NAMES) return;
      seen.add(item.number);
      const jpeg = jpegIn(document, item);
      if (jpeg) yield jpeg;
    }
  }
}

function jpegIn(document: PdfDocument, item: PdfObject): Uint8Array | undefined {
  const image = readable(document, item);
  if (!isPdf(image, 'stream') || !isName(image.dict.entries.get('Subtype'), 'Image')) return undefined;
  const { entries } = image.dict;
  const side = (name: string): number => Number(readable(document, entries.get(name)));
  const filter = readable(document, entries.get('Filter'));
  const only = isPdf(filter, 'array') && filter.items.length === 1 ? filter.items[0] : filter;
  const large = side('Width') >= MIN_SIDE && side('Height') >= MIN_SIDE;
  return isName(only, 'DCTDecode') && large && image.data.length <= MAX_BYTES ? image.data : undefined;
}

async function sealIn(jpeg: Uint8Array, places: SealPlaces, read: ReadPicture): Promise<OpenedSeal | undefined> {
  try {
    const { text } = await read(jpeg);
    return text === undefined ? undefined : openSeal(text, places);
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}
