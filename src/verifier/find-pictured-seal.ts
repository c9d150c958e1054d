import { isRefusal } from '../core/refusal.ts';
import type { PdfDocument } from '../pdf/document.ts';
import { isName, isPdf, type PdfDict, type PdfStream } from '../pdf/object.ts';
import { findSeal, type OpenedSeal, type SealPlaces } from '../seal/open.ts';
import { isLargeImage, pictureOf, type Picture } from './picture.ts';
import { readable } from './readable.ts';

/** What a picture shows: the text of its QR code, if there is one and the picture was looked at to the end. */
export interface PictureFinding {
  /** False where it is too large, or there was no time for it. */
  readonly lookedAt: boolean;
  readonly text?: string | undefined;
}

/**
 * Reads the QR code in a picture; it refuses what is none. Given by platforms that can decode pictures, with bounds of
 * its own on time: a new one for each file.
 */
export type ReadPicture = (picture: Picture) => Promise<PictureFinding>;

/** The seal that a picture shows, if one does, and how many pictures were passed over until then. */
export interface PicturedSeal {
  readonly seal?: OpenedSeal;
  readonly passedOver: number;
}

/** From the last page on; pictures of earlier pages are only counted. */
const MAX_PAGES = 6;
const MAX_NAMES = 200;
const MAX_PICTURES = 2;

/**
 * The seal in a scanned page: the QR of the first picture, from the last page on, that shows one of ours. Without `read`
 * every picture is passed over.
 */
export async function findPicturedSeal(
  document: PdfDocument,
  places: SealPlaces,
  read: ReadPicture | undefined,
): Promise<PicturedSeal> {
  let left = MAX_PICTURES;
  let passedOver = 0;
  for (const { image, late } of imagesOf(document)) {
    const picture = read && late && left > 0 ? pictureOf(document, image) : undefined;
    if (!read || !picture) {
      passedOver++;
      continue;
    }
    left--;
    const { lookedAt, text } = await lookAt(picture, read);
    if (!lookedAt) passedOver++;
    const seal = text === undefined ? undefined : findSeal(text, places);
    if (seal) return { seal, passedOver };
  }
  return { passedOver };
}

interface FoundImage {
  readonly image: PdfStream;
  /** On one of the last pages, where seals are. */
  readonly late: boolean;
}

/** Each object once, however many names and pages it has, also where a page draws it by way of a form. */
function* imagesOf(document: PdfDocument): Generator<FoundImage> {
  const seen = new Set<number>();
  for (const [i, page] of document.pages().toReversed().entries()) {
    for (const image of imagesIn(document, page.resources, seen)) yield { image, late: i < MAX_PAGES };
  }
}

function* imagesIn(document: PdfDocument, resources: PdfDict, seen: Set<number>): Generator<PdfStream> {
  const dict = readable(document, resources.entries.get('XObject'));
  if (!isPdf(dict, 'dict')) return;
  for (const item of dict.entries.values()) {
    if (!isPdf(item, 'ref') || seen.has(item.number)) continue;
    if (seen.size === MAX_NAMES) return;
    seen.add(item.number);
    const object = readable(document, item);
    if (isLargeImage(document, object)) yield object;
    else if (isPdf(object, 'stream') && isName(object.dict.entries.get('Subtype'), 'Form')) {
      const own = readable(document, object.dict.entries.get('Resources'));
      if (isPdf(own, 'dict')) yield* imagesIn(document, own, seen);
    }
  }
}

/** What is damaged shows nothing. */
async function lookAt(picture: Picture, read: ReadPicture): Promise<PictureFinding> {
  try {
    return await read(picture);
  } catch (error) {
    if (isRefusal(error)) return { lookedAt: true };
    throw error;
  }
}
