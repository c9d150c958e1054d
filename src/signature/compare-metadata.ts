import { fromUtf8 } from '../core/bytes.ts';
import type { PdfDocument } from '../pdf/document.ts';
import { isPdf, type PdfDict, type PdfObject } from '../pdf/object.ts';
import { textOf } from '../pdf/text-string.ts';
import { changedKeys, dictOf, isChanged, itemsOf, sameObject } from './graph.ts';
import type { Comparison } from './revisions.ts';
import type { Walk } from './walk.ts';

/** What a save writes again of the document information. */
export const INFO_REWRITTEN: ReadonlySet<string> = new Set(['ModDate', 'Producer']);

/**
 * Metadata show nothing on a page, but a title or author is what people read first. They may change only together with
 * something that is allowed, as a side effect of that save: of Info only the date and the program, of XMP whatever is not
 * title, author or description.
 */
export function compareMetadata(comparison: Comparison, walk: Walk): void {
  const { signed, now } = comparison;
  const [before, after] = [signed, now].map((doc) => doc.catalog.entries.get('Metadata') ?? null) as [
    PdfObject,
    PdfObject,
  ];
  const rewritten =
    !sameObject(before, after) ||
    (isPdf(before, 'ref') && isChanged(comparison, before) && !walk.reached.has(before.number));
  const info = dictOf(signed, signed.trailer.entries.get('Info'));
  const infoNow = dictOf(now, now.trailer.entries.get('Info'));
  const keys = info && infoNow ? changedKeys(info, infoNow) : info || infoNow ? ['Info'] : [];
  const strange = keys.filter((key) => !INFO_REWRITTEN.has(key));
  if (strange.length > 0) comparison.forbid('catalog', `document information was changed: ${strange.join(', ')}`);
  if (rewritten) {
    const fault = findFaultOfXmp(describe(signed, before), describe(now, after), signed, info);
    if (fault) comparison.forbid('catalog', fault);
  }
  if (!rewritten && keys.length === strange.length) return;
  const licence = comparison.changes.list.some(({ kind, allowed }) => {
    return allowed && kind !== 'metadata' && (kind !== 'validation-data' || holdsValidationData(now));
  });
  if (licence) comparison.allow('metadata', 'metadata were rewritten by the same save');
  else comparison.forbid('catalog', 'metadata were changed and nothing else');
}

/** An empty store is no act that a program rewrites metadata for. */
function holdsValidationData(now: PdfDocument): boolean {
  const store = dictOf(now, now.catalog.entries.get('DSS'));
  return ['Certs', 'OCSPs', 'CRLs'].some((key) => itemsOf(now, store?.entries.get(key)).length > 0);
}

const NAMES = ['title', 'creator', 'description'] as const;
const INFO_NAMES = { title: 'Title', creator: 'Author', description: 'Subject' } as const;

/** What Dublin Core properties say, as text without mark-up, by name. */
type Description = Readonly<Record<(typeof NAMES)[number], string>>;

/** Programs that write XMP where there was none repeat what Info says. */
function findFaultOfXmp(
  before: Description | undefined,
  after: Description | undefined,
  signed: PdfDocument,
  info: PdfDict | undefined,
): string | undefined {
  if (!after) return 'metadata were rewritten in a form that cannot be compared';
  const changed = NAMES.filter((name) => {
    const said = before?.[name] ?? '';
    const repeated =
      said === '' && after[name] === plain(textOf(signed.resolve(info?.entries.get(INFO_NAMES[name]))) ?? '');
    return after[name] !== said && !repeated;
  });
  return changed.length > 0 ? `metadata say another ${changed.join(', ')}` : undefined;
}

const MAX_XMP_BYTES = 4 << 20;
/** Of Dublin Core, in one packet. */
const MAX_PREFIXES = 5;
const NOTHING: Description = { title: '', creator: '', description: '' };

/** What programs that look for a prefix, and not for the address that it stands for, take these for (ISO 16684-1). */
const ADDRESSES: Readonly<Record<string, string>> = {
  dc: 'http://purl.org/dc/elements/1.1/',
  xmp: 'http://ns.adobe.com/xap/1.0/',
  xap: 'http://ns.adobe.com/xap/1.0/',
  xmpMM: 'http://ns.adobe.com/xap/1.0/mm/',
  xapMM: 'http://ns.adobe.com/xap/1.0/mm/',
  pdf: 'http://ns.adobe.com/pdf/1.3/',
  pdfaid: 'http://www.aiim.org/pdfa/ns/id/',
  rdf: 'http://www.w3.org/1999/02/22-rdf-syntax-ns#',
};

/**
 * Undefined where a reader might find something that we do not: what is not UTF-8, XML that defines names of its own, and a
 * prefix that everybody knows and that stands for something else.
 */
function describe(doc: PdfDocument, metadata: PdfObject): Description | undefined {
  const stream = doc.resolve(metadata);
  if (stream === null) return NOTHING;
  const bytes = isPdf(stream, 'stream') ? doc.decode(stream, MAX_XMP_BYTES) : undefined;
  const text = bytes && fromUtf8(bytes);
  if (text === undefined || /<!|\0|xmlns:[^\s=]{65}/.test(text)) return undefined;
  doc.spend(text.length);
  // Whether it stands for anything or not: some readers look for these letters.
  const prefixes = new Set(['dc']);
  for (const [, prefix, , uri] of text.matchAll(/xmlns(?::([^\s=]{1,64}))?\s*=\s*(["'])([^"']*)\2/g)) {
    if (uri!.includes('&')) return undefined;
    if (prefix !== undefined && Object.hasOwn(ADDRESSES, prefix) && ADDRESSES[prefix] !== uri) return undefined;
    if (!/purl\.org\/dc\//i.test(uri!)) continue;
    if (prefix === undefined || !/^[\w.-]+$/.test(prefix)) return undefined;
    prefixes.add(prefix.replaceAll('.', '\\.'));
  }
  if (prefixes.size > MAX_PREFIXES) return undefined;
  // Some readers take `DC:Title` for `dc:title`, which nobody writes.
  for (const [, prefix, name] of text.matchAll(/<\/?([^\s<>/:]{1,64}):(title|creator|description)(?=[\s/>])/gi)) {
    const isKnown = prefixes.has(prefix!) || prefixes.has(prefix!.toLowerCase());
    if (isKnown && (name !== name!.toLowerCase() || !prefixes.has(prefix!))) return undefined;
  }
  const of = (name: string): string => {
    const found: string[] = [];
    for (const prefix of prefixes) {
      for (const part of text.split(new RegExp(`<${prefix}:${name}(?=[\\s/>])`)).slice(1)) {
        found.push(plain(part.split(new RegExp(`</${prefix}:${name}\\s*>`))[0]!.replace(/^[^>]*>/, '')));
      }
      for (const [, , value] of text.matchAll(new RegExp(`\\s${prefix}:${name}\\s*=\\s*(["'])([^"']*)\\1`, 'g'))) {
        found.push(plain(value!));
      }
    }
    return found.filter((value) => value !== '').join('\n');
  };
  return { title: of('title'), creator: of('creator'), description: of('description') };
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Text without tags, entities undone, white space as one space. */
function plain(text: string): string {
  const bare = text
    .replaceAll(/<[^<>]*>/g, ' ')
    .replaceAll(/&(\w{2,4});/g, (whole, name: string) => ENTITIES[name] ?? whole);
  return bare.replaceAll(/\s+/g, ' ').trim();
}
