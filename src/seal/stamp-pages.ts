import { utf8 } from '../core/bytes.ts';
import { type Matrix, type Rect, IDENTITY, multiply, pageView, transformRect } from '../pdf/geometry.ts';
import { currentArray, currentDict, currentOf } from '../pdf/number-tree.ts';
import { type PdfRef, pdfArray, pdfDict, pdfName, pdfString } from '../pdf/object.ts';
import { type Writable, type WritableDict, withWritable, writableArray, writableDict } from '../pdf/serialise.ts';
import { type StructureEditor, editStructure } from '../pdf/structure.ts';
import { textString } from '../pdf/text-string.ts';
import type { PdfUpdate } from '../pdf/update.ts';
import { type FolioLine, placeFolioLine } from './folio-line.ts';
import { addFonts } from './font/font.ts';
import { addContent, pageNames, wrapContents } from './page-content.ts';
import type { SealPlacement } from './placement.ts';
import type { Stamp } from './stamp.ts';
import type { Survey } from './survey.ts';
import { FACES, type Face, mm, pdfNumber, shorten, showLine, wrapWords } from './typeset.ts';

/** The words around the seal, in the language of the letter. */
export interface PageTexts {
  /** "Folio AC/… · Página 1 de 4". */
  readonly folioLine: (page: number, pages: number) => string;
  /** What the seal says, for those who cannot see it. */
  readonly alternative: string;
  /** What its link does. */
  readonly linkHint: string;
  /** Heading and sentence of an added page. */
  readonly added: { readonly title: string; readonly text: string };
}

export interface StampedPages {
  /** The page that has the seal. */
  readonly page: PdfRef;
  /** In that page's user space: the whole seal, and the part of it where a signature field covers no link. */
  readonly sealRect: Rect;
  readonly fieldRect: Rect;
}

/** Fonts by face, as indirect objects. */
type Fonts = Readonly<Record<Face, PdfRef>>;

function addFaces(update: PdfUpdate): Fonts {
  const [regular, bold] = addFonts((object) => update.add(object), [FACES.regular.font, FACES.bold.font]);
  return { regular: regular!, bold: bold! };
}

function fontNames(fonts: Fonts): WritableDict {
  return writableDict({ [FACES.regular.name]: fonts.regular, [FACES.bold.name]: fonts.bold });
}

function addForm(update: PdfUpdate, stamp: Stamp, fonts: Fonts, matrix: Matrix | undefined): PdfRef {
  return update.add({
    type: 'stream',
    dict: writableDict({
      Type: pdfName('XObject'),
      Subtype: pdfName('Form'),
      BBox: pdfArray(0, 0, round(stamp.width), round(stamp.height)),
      Matrix: matrix === undefined ? undefined : pdfArray(...matrix),
      Resources: writableDict({ Font: fontNames(fonts) }),
    }),
    data: stamp.content,
  });
}

/** The seal as the appearance (/AP /N) of an annotation on a page turned by `rotate`: upright for the reader. */
export function addStampAppearance(update: PdfUpdate, stamp: Stamp, rotate: 0 | 90 | 180 | 270): PdfRef {
  const [a, b, c, d] = pageView({ mediaBox: [0, 0, 1, 1], rotate }).toUser;
  return addForm(update, stamp, addFaces(update), rotate === 0 ? undefined : [a, b, c, d, 0, 0]);
}

/** One stamping. */
interface Work {
  readonly update: PdfUpdate;
  readonly structure: StructureEditor | undefined;
  readonly placement: SealPlacement;
  readonly stamp: Stamp;
  readonly form: PdfRef;
  readonly fonts: Fonts;
  readonly texts: PageTexts;
  readonly link: string;
}

/**
 * Draws the seal on its page, adding that page where the placement says so, and the folio small on every page, in an
 * update of a document that nobody has signed yet. What the pages show stays as it is: it is wrapped so that no state
 * it leaves behind reaches what we draw, and new content is marked for those who have the pages read to them.
 *
 * @throws Refusal of reading the pages
 */
export function stampPages(
  update: PdfUpdate,
  survey: Survey,
  placement: SealPlacement,
  stamp: Stamp,
  texts: PageTexts,
  link: string,
): StampedPages {
  const fonts = addFaces(update);
  const form = addForm(update, stamp, fonts, undefined);
  const work: Work = { update, structure: editStructure(update), placement, stamp, form, fonts, texts, link };
  const isolate = new Map<string, PdfRef>();
  let stamped: StampedPages | undefined;
  for (const [i, surveyed] of survey.pages.entries()) {
    const number = i + 1;
    const { page, view, ink } = surveyed;
    const sealed = number === placement.page;
    const painted = sealed ? [...surveyed.painted, placement.box] : surveyed.painted;
    const folio = placeFolioLine(texts.folioLine(number, placement.pages), view, painted);
    const dict = currentDict(update, page.ref) ?? page.dict;
    const names = pageNames(update, page.resources);
    let drawn = folioOperators(folio, names.font);
    let entries: Record<string, Writable | undefined> = {};
    if (sealed) {
      const seal = sealOn(work, page.ref, dict, view.toUser, ink.lastMcid, names.seal);
      drawn += seal.operators;
      ({ entries, stamped } = seal);
    }
    const content = `q ${matrixOperator(view.toUser)}\n${drawn}Q\n`;
    update.put(
      page.ref,
      withWritable(dict, {
        ...entries,
        Resources: names.resources(fonts.regular, sealed ? form : undefined),
        Contents: wrapContents(update, surveyed, content, isolate),
      }),
    );
  }
  return stamped ?? addPage(work);
}

interface SealOnPage {
  readonly operators: string;
  /** Of the page dictionary. */
  readonly entries: Record<string, Writable | undefined>;
  readonly stamped: StampedPages;
}

/** The seal under its name in the page's resources, marked as a figure where the document is tagged, and its links. */
function sealOn(
  work: Work,
  page: PdfRef,
  dict: WritableDict,
  toUser: Matrix,
  lastMcid: number,
  name: string,
): SealOnPage {
  const { update, structure, placement, stamp, texts } = work;
  const sealRect = inUser([0, 0, stamp.width, stamp.height], placement, toUser);
  const fieldRect = inUser(stamp.fieldArea, placement, toUser);
  const parents = currentOf(update, dict.entries.get('StructParents'));
  const known = typeof parents === 'number' ? parents : undefined;
  const marked = structure?.addFigure(page, known, lastMcid, texts.alternative, sealRect);
  const begin = marked === undefined ? '/Artifact BMC' : `/Figure <</MCID ${marked.mcid}>> BDC`;
  const [x, y] = placement.box;
  const before = currentArray(update, dict.entries.get('Annots'))?.items ?? [];
  const links = stamp.links.map((rect) => addLink(work, page, inUser(rect, placement, toUser)));
  return {
    operators: `${begin}\nq 1 0 0 1 ${pdfNumber(x)} ${pdfNumber(y)} cm /${name} Do Q\nEMC\n`,
    entries: {
      Annots: writableArray(...before, ...links),
      ...(marked !== undefined && { StructParents: marked.structParents }),
    },
    stamped: { page, sealRect, fieldRect },
  };
}

function addLink({ update, structure, texts, link }: Work, page: PdfRef, rect: Rect): PdfRef {
  const ref = update.allocate();
  const key = structure?.addLink(page, ref);
  update.put(
    ref,
    writableDict({
      Type: pdfName('Annot'),
      Subtype: pdfName('Link'),
      Rect: pdfArray(...rect),
      P: page,
      // Printed, as PDF/A asks of every annotation.
      F: 4,
      Border: pdfArray(0, 0, 0),
      A: pdfDict({ S: pdfName('URI'), URI: pdfString(utf8(link)) }),
      Contents: textString(texts.linkHint),
      StructParent: key,
    }),
  );
  return ref;
}

/** A rectangle of the seal in the user space of its page. */
function inUser(rect: Rect, { box }: SealPlacement, toUser: Matrix): Rect {
  const [x0, y0, x1, y1] = transformRect(rect, multiply([1, 0, 0, 1, box[0], box[1]], toUser));
  return [round(x0), round(y0), round(x1), round(y1)];
}

function folioOperators({ line, x, y, plate }: FolioLine, font: string): string {
  const back =
    plate === undefined
      ? ''
      : `1 g ${[plate[0], plate[1], plate[2] - plate[0], plate[3] - plate[1]].map(pdfNumber).join(' ')} re f\n`;
  const text = showLine(line, x, y, 0.2, 'left', font);
  return `/Artifact <</Type /Pagination /Subtype /Footer>> BDC\n${back}${text}EMC\n`;
}

/** A page of its own for the seal, behind the last one and upright whatever the others are. */
function addPage(work: Work): StampedPages {
  const { update, structure, placement, texts, fonts, form } = work;
  const { width, height, pages, box } = placement;
  const ref = update.allocate();
  const seal = sealOn(work, ref, writableDict({}), IDENTITY, -1, 'CtjSeal');
  const folio = placeFolioLine(texts.folioLine(pages, pages), pageView({ mediaBox: [0, 0, width, height] }), [box]);
  const content = headingOperators(texts, placement) + seal.operators + folioOperators(folio, FACES.regular.name);
  const root = update.document.catalog.entries.get('Pages') as PdfRef;
  const tree = currentDict(update, root)!;
  const kids = currentArray(update, tree.entries.get('Kids'))?.items ?? [];
  update.put(root, withWritable(tree, { Kids: writableArray(...kids, ref), Count: pages }));
  const shape = pdfArray(0, 0, round(width), round(height));
  update.put(
    ref,
    writableDict({
      Type: pdfName('Page'),
      Parent: root,
      MediaBox: shape,
      // Said again because the page tree may say otherwise for all its pages.
      CropBox: shape,
      Rotate: 0,
      Resources: writableDict({ Font: fontNames(fonts), XObject: writableDict({ CtjSeal: form }) }),
      Contents: addContent(update, content),
      Tabs: structure === undefined ? undefined : pdfName('S'),
      ...seal.entries,
    }),
  );
  return seal.stamped;
}

/** What the added page is, above the seal. It says nothing of its own, so it is no part of the reading order. */
function headingOperators(texts: PageTexts, { box }: SealPlacement): string {
  const [left, , right, top] = box;
  const lines = wrapWords(texts.added.text, 'regular', 9.5, right - left, 3);
  let y = top + mm(5) + (lines.length - 1) * 12;
  let out = showLine(shorten(texts.added.title, 'bold', 14, 9, right - left), left, y + mm(6));
  for (const line of lines) {
    out += showLine(line, left, y, 0.2);
    y -= 12;
  }
  return `/Artifact BMC\n${out}EMC\n`;
}

function matrixOperator(matrix: Matrix): string {
  const [a, b, c, d, e, f] = matrix;
  return `${[a, b, c, d].map(fine).join(' ')} ${fine(e)} ${fine(f)} cm`;
}

function fine(value: number): string {
  return String(Math.round(value * 1e6) / 1e6);
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
