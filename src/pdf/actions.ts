import { toLatin1 } from '../core/bytes.ts';
import type { LivingFindings } from './living.ts';
import { isPdf, type PdfDict, type PdfObject } from './object.ts';

/** Entries that hold an action whatever dictionary they stand in (ISO 32000-2 §12.6.2); these when somebody asks for it. */
const ON_REQUEST = ['A', 'PA', 'NA', 'Next'];
/** Turning pages, as presentations do; `Print` and what else readers know by name is refused. */
const PAGE_TURNS = ['NextPage', 'PrevPage', 'FirstPage', 'LastPage'];
const MULTIMEDIA = ['Rendition', 'Movie', 'Sound', 'RichMediaExecute', 'GoTo3DView'];
/** Where /S names something else: dictionaries of resources may bear any name, `AA` too. */
const NO_ACTION = ['Luminosity', 'Alpha', 'Transparency'];
const SCRIPT_ADDRESS = /^[\s\0]*(?:javascript|vbscript|data):/i;

/**
 * Notes the actions that stand in `dict`, wherever it is met: going elsewhere in the document and to an address is all that
 * a letter needs (ISO 32000-2 §12.6.4), and only when somebody asks for it. What no table names is refused too.
 */
export function judgeActions(findings: LivingFindings, dict: PdfDict, page: number | undefined): void {
  if (dict.entries.has('OpenAction')) judge(findings, findings.entry(dict, 'OpenAction'), true, page);
  for (const key of ON_REQUEST) {
    if (!dict.entries.has(key)) continue;
    const value = findings.entry(dict, key);
    if (!isPdf(value, 'array')) judge(findings, value, false, page);
    else if (findings.once(value))
      for (const item of value.items) judge(findings, findings.document.resolve(item), false, page);
  }
  const triggers = dict.entries.has('AA') ? findings.dictAt(dict, 'AA') : undefined;
  if (!triggers || !findings.once(triggers)) return;
  for (const key of triggers.entries.keys()) judge(findings, findings.entry(triggers, key), true, page);
}

function judge(findings: LivingFindings, action: PdfObject, byItself: boolean, page: number | undefined): void {
  if (!isPdf(action, 'dict') || findings.full) return;
  const type = findings.nameAt(action, 'S');
  if (type === undefined || type === 'GoTo' || NO_ACTION.includes(type)) return;
  if (type === 'JavaScript') findings.active('script', type, page);
  else if (MULTIMEDIA.includes(type)) findings.active('multimedia', type, page);
  else if (byItself) findings.active('on-opening', type, page);
  else if (type === 'URI') {
    const address = findings.entry(action, 'URI');
    if (isPdf(address, 'string') && SCRIPT_ADDRESS.test(toLatin1(address.bytes.subarray(0, 64)))) {
      findings.active('script', type, page);
    }
  } else if (type !== 'Named' || !PAGE_TURNS.includes(findings.nameAt(action, 'N') ?? '')) {
    findings.active('action', type, page);
  }
}

/** Entries of the catalog's /Names that act or show something (ISO 32000-2 §7.7.4). */
export function judgeCatalog(findings: LivingFindings): void {
  const { catalog } = findings.document;
  const names = findings.dictAt(catalog, 'Names');
  if (names) {
    if (findings.has(names, 'JavaScript')) findings.active('script', 'Names');
    for (const key of ['Renditions', 'AlternatePresentations']) {
      if (findings.has(names, key)) findings.active('multimedia', key);
    }
    for (const key of ['Pages', 'Templates']) if (findings.has(names, key)) findings.changing('hidden-page', key);
  }
  const form = findings.dictAt(catalog, 'AcroForm');
  if (form && findings.has(form, 'XFA')) findings.active('dynamic-form', 'XFA');
  if (form && findings.entry(form, 'NeedAppearances') === true) {
    findings.changing('drawn-by-reader', 'NeedAppearances');
  }
  if (findings.has(catalog, 'Collection')) findings.active('portfolio', 'Collection');
}
