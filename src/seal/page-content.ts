import { utf8 } from '../core/bytes.ts';
import { currentArray, currentDict } from '../pdf/number-tree.ts';
import type { PdfRef } from '../pdf/object.ts';
import { type Writable, type WritableDict, withWritable, writableDict } from '../pdf/serialise.ts';
import type { PdfUpdate } from '../pdf/update.ts';
import type { SurveyedPage } from './survey.ts';
import { FACES } from './typeset.ts';

/**
 * /Contents with the old content between ours, and isolated from it: what it holds has been seen to be balanced. `isolate`
 * keeps what several pages share.
 */
export function wrapContents(
  update: PdfUpdate,
  page: SurveyedPage,
  drawn: string,
  isolate: Map<string, PdfRef>,
): Writable {
  const { dict } = page.page;
  const old = dict.entries.get('Contents');
  const list = currentArray(update, old)?.items ?? (old === undefined || old === null ? [] : [old]);
  let first = isolate.get(SAVE);
  if (first === undefined) isolate.set(SAVE, (first = addContent(update, SAVE)));
  return { type: 'array', items: [first, ...list, addContent(update, RESTORE + drawn)] };
}

const SAVE = 'q\n';
const RESTORE = '\nQ\n';

export function addContent(update: PdfUpdate, operators: string): PdfRef {
  return update.add({ type: 'stream', dict: writableDict({}), data: utf8(operators) });
}

export interface PageNames {
  readonly font: string;
  readonly seal: string;
  resources(font: PdfRef, seal: PdfRef | undefined): Writable;
}

/** Names for our font and form that the page does not use, and its resources with them. */
export function pageNames(update: PdfUpdate, resources: WritableDict): PageNames {
  const fonts = currentDict(update, resources.entries.get('Font'));
  const objects = currentDict(update, resources.entries.get('XObject'));
  const font = freeName(fonts, FACES.regular.name);
  const seal = freeName(objects, 'CtjSeal');
  const merged = (dict: WritableDict | undefined, name: string, ref: PdfRef): WritableDict =>
    withWritable(dict ?? writableDict({}), { [name]: ref });
  return {
    font,
    seal,
    resources: (fontRef, sealRef) =>
      withWritable(resources, {
        Font: merged(fonts, font, fontRef),
        ...(sealRef === undefined ? {} : { XObject: merged(objects, seal, sealRef) }),
      }),
  };
}

function freeName(dict: WritableDict | undefined, wanted: string): string {
  let name = wanted;
  for (let i = 1; dict?.entries.has(name) === true; i++) name = `${wanted}${i}`;
  return name;
}
