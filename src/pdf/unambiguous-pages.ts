import { ambiguous } from './ambiguity.ts';
import type { PdfDocument } from './document.ts';
import { hasPlainFilters } from './filter-steps.ts';
import { isName, isPdf, isSameRef, type PdfDict, type PdfObject } from './object.ts';
import type { PdfPage } from './page.ts';

/**
 * Refuses a page tree, or the contents of a page, that readers may understand in more than one way.
 * @throws Refusal `pdf/ambiguous` with the fact `finding`, and those of `PdfDocument`
 */
export function checkPages(document: PdfDocument): void {
  const { catalog } = document;
  if (!isName(document.resolve(catalog.entries.get('Type')), 'Catalog')) ambiguous('catalog');
  const pages = document.pages();
  checkNode(document, catalog.entries.get('Pages'), undefined);
  for (const page of pages) checkPage(document, page);
}

/**
 * Page tree nodes are reached from the root; `pages` has shown that they form a tree, of bounded depth. What a page
 * inherits some readers look for where the tree lists it, and others above what it says is its parent: both are one. And
 * some skip what a node counts, to find a page by its number: each counts its own. Answers the pages below.
 */
function checkNode(document: PdfDocument, node: PdfObject | undefined, above: PdfObject | undefined): number {
  const dict = document.resolve(node);
  if (!isPdf(dict, 'dict')) return 0;
  const parent = dict.entries.get('Parent') ?? null;
  if (above ? !isSameRef(parent, above) : parent !== null) ambiguous('page-parent');
  const kids = document.resolve(dict.entries.get('Kids'));
  const type = document.resolve(dict.entries.get('Type'));
  if (!isName(type, isPdf(kids, 'array') ? 'Pages' : 'Page')) ambiguous('page-type');
  if (!isPdf(kids, 'array')) return 1;
  let pages = 0;
  for (const kid of kids.items) pages += checkNode(document, kid, node);
  if (document.resolve(dict.entries.get('Count')) !== pages) ambiguous('page-count');
  return pages;
}

function checkPage(document: PdfDocument, page: PdfPage): void {
  checkContentsKey(page.dict);
  if (!page.turnsByQuarters) ambiguous('page-rotation');
  if (!page.hasPlainSize) ambiguous('page-size');
  const contents = document.resolve(page.dict.entries.get('Contents'));
  if (contents === null) {
    if (page.dict.entries.has('Contents')) ambiguous('contents');
    return;
  }
  for (const part of isPdf(contents, 'array') ? contents.items : [contents]) {
    const stream = document.resolve(part);
    if (!isPdf(stream, 'stream')) return ambiguous('contents');
    const filters = document.filters(stream);
    if (!filters || !hasPlainFilters(stream.dict, (object) => document.resolve(object))) ambiguous('contents-filter');
    // White space to some readers, the end of a text to others.
    if (filters?.length === 0 && stream.data[0] === 0) ambiguous('contents-start');
  }
}

const CONTENTS = 'Contents';

/** A key one character away from /Contents: lenient readers have been seen to take it for it. */
function checkContentsKey(dict: PdfDict): void {
  for (const key of dict.entries.keys()) {
    if (key !== CONTENTS && Math.abs(key.length - CONTENTS.length) <= 1 && isNear(key)) ambiguous('contents-key');
  }
}

function isNear(key: string): boolean {
  let start = 0;
  while (start < key.length && key[start] === CONTENTS[start]) start++;
  let end = 0;
  const shorter = Math.min(key.length, CONTENTS.length);
  while (end < shorter - start && key.at(-1 - end) === CONTENTS.at(-1 - end)) end++;
  return Math.max(key.length, CONTENTS.length) - start - end <= 1;
}
