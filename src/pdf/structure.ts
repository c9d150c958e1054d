import { isTagged } from './facts.ts';
import {
  currentArray,
  currentDict,
  currentOf,
  highestKey,
  isRef,
  numberTreeValue,
  setInNumberTree,
} from './number-tree.ts';
import type { Rect } from './geometry.ts';
import { type PdfRef, isPdf, pdfArray, pdfName } from './object.ts';
import { type Writable, type WritableDict, withWritable, writableArray, writableDict } from './serialise.ts';
import { textString } from './text-string.ts';
import type { PdfUpdate } from './update.ts';

/** Marked-content identifiers on one page; a forged page must not make us write a long list. */
const MAX_MCID = 100_000;

/** Where marked content is tied to the structure tree (ISO 32000-2 §14.7.5). */
export interface MarkedContent {
  readonly mcid: number;
  /** For the page's /StructParents. */
  readonly structParents: number;
}

/** Adds to the structure tree of a tagged document, in an update. */
export interface StructureEditor {
  /**
   * A figure at the end of the document, its content on `page` to be marked as answered; `undefined` when the page has
   * no identifier left. `lastMcid` is the highest one in its content, `box` the figure's in the
   * page's user space.
   */
  addFigure(
    page: PdfRef,
    structParents: number | undefined,
    lastMcid: number,
    alternative: string,
    box: Rect,
  ): MarkedContent | undefined;
  /** A link; answers the /StructParent for its annotation. */
  addLink(page: PdfRef, annotation: PdfRef): number;
}

/** `undefined` when the document is not tagged, or its tree cannot be added to: what is drawn is then an artifact. */
export function editStructure(update: PdfUpdate): StructureEditor | undefined {
  const { document } = update;
  if (!isTagged(document)) return undefined;
  const rootRef = document.catalog.entries.get('StructTreeRoot');
  if (!isPdf(rootRef, 'ref') || currentDict(update, rootRef) === undefined) return undefined;
  const root = (): WritableDict => currentDict(update, rootRef)!;
  const parent = parentElement(update, rootRef);

  const setParent = (key: number, value: Writable): void => {
    const dict = root();
    const next = currentOf(update, dict.entries.get('ParentTreeNextKey'));
    const tree = setInNumberTree(update, dict.entries.get('ParentTree'), key, value);
    const atLeast = typeof next === 'number' ? next : 0;
    update.put(rootRef, withWritable(dict, { ParentTree: tree, ParentTreeNextKey: Math.max(atLeast, key + 1) }));
  };
  const freshKey = (): number => {
    const next = currentOf(update, root().entries.get('ParentTreeNextKey'));
    const used = highestKey(update, root().entries.get('ParentTree')) + 1;
    return Math.max(typeof next === 'number' && Number.isSafeInteger(next) ? next : 0, used);
  };
  const append = (element: WritableDict): PdfRef => {
    const ref = update.add(element);
    const dict = currentDict(update, parent)!;
    const kids = currentOf(update, dict.entries.get('K'));
    const list = typeof kids === 'object' && kids !== null && kids.type === 'array' ? kids.items : undefined;
    const before = list ?? (kids === null ? [] : [dict.entries.get('K')!]);
    update.put(parent, withWritable(dict, { K: { type: 'array', items: [...before, ref] } }));
    return ref;
  };

  return {
    addFigure(page, structParents, lastMcid, alternative, box) {
      const known = structParents !== undefined && Number.isSafeInteger(structParents) && structParents >= 0;
      const key = known ? structParents : freshKey();
      const value = known ? numberTreeValue(update, root().entries.get('ParentTree'), key) : undefined;
      const parents = currentArray(update, value)?.items ?? [];
      const mcid = Math.max(parents.length, lastMcid + 1);
      if (mcid > MAX_MCID) return undefined;
      const figure = append(
        writableDict({
          Type: pdfName('StructElem'),
          S: pdfName('Figure'),
          P: parent,
          Pg: page,
          K: mcid,
          Alt: textString(alternative),
          A: writableDict({ O: pdfName('Layout'), BBox: pdfArray(...box) }),
        }),
      );
      const items: Writable[] = [...parents];
      while (items.length < mcid) items.push(null);
      items.push(figure);
      const list: Writable = { type: 'array', items };
      if (isRef(value)) update.put(value, list);
      else setParent(key, list);
      return { mcid, structParents: key };
    },
    addLink(page, annotation) {
      const key = freshKey();
      const reference = writableDict({ Type: pdfName('OBJR'), Obj: annotation, Pg: page });
      const link = append(
        writableDict({
          Type: pdfName('StructElem'),
          S: pdfName('Link'),
          P: parent,
          Pg: page,
          K: writableArray(reference),
        }),
      );
      setParent(key, link);
      return key;
    },
  };
}

/** The element that stands for the whole document, or the root where there is none. */
function parentElement(update: PdfUpdate, root: PdfRef): PdfRef {
  const kids = currentDict(update, root)!.entries.get('K');
  const list = currentArray(update, kids);
  const only = list === undefined ? kids : list.items.length === 1 ? list.items[0] : undefined;
  const element = currentDict(update, only);
  const role = currentOf(update, element?.entries.get('S'));
  const isDocument = typeof role === 'object' && role !== null && role.type === 'name' && role.name === 'Document';
  return isRef(only) && isDocument ? only : root;
}
