import type { LivingFindings } from './living.ts';
import { isName, isPdf, type PdfDict, type PdfObject } from './object.ts';

/** Usage categories that say nothing about when a group shows (ISO 32000-2 §8.11.4.4). */
const INERT_USAGE = ['CreatorInfo', 'PageElement'];
/** Groups times categories: a drawing has hundreds of groups. */
const MAX_STEPS = 100_000;
const STATES: Readonly<Record<string, string>> = { View: 'ViewState', Print: 'PrintState', Export: 'ExportState' };

/** Optional content is accepted where all of it shows, on screen and on paper alike (ISO 32000-2 §8.11). */
export function judgeLayers(findings: LivingFindings): void {
  const properties = findings.dictAt(findings.document.catalog, 'OCProperties');
  if (!properties) return;
  const configuration = findings.dictAt(properties, 'D');
  if (!configuration) return;
  const base = findings.nameAt(configuration, 'BaseState') ?? 'ON';
  if (base !== 'ON') findings.changing('layers', base);
  if (findings.arrayAt(configuration, 'OFF').length > 0) findings.changing('layers', 'OFF');
  let steps = 0;
  for (const item of findings.arrayAt(configuration, 'AS')) {
    const automatic = findings.document.resolve(item);
    if (!isPdf(automatic, 'dict')) continue;
    const categories = findings.arrayAt(automatic, 'Category');
    const groups = findings.arrayAt(automatic, 'OCGs');
    steps += 1 + categories.length * groups.length;
    if (steps > MAX_STEPS) return findings.changing('layers', 'AS');
    judgeAutomatic(
      findings,
      categories.map((name) => findings.document.resolve(name)),
      groups,
    );
  }
}

function judgeAutomatic(
  findings: LivingFindings,
  categories: readonly PdfObject[],
  groups: readonly PdfObject[],
): void {
  for (const item of groups) {
    const group = findings.document.resolve(item);
    const usage = isPdf(group, 'dict') ? findings.dictAt(group, 'Usage') : undefined;
    for (const category of usage ? categories : []) {
      if (!isPdf(category, 'name') || INERT_USAGE.includes(category.name)) continue;
      const wanted = findings.dictAt(usage!, category.name);
      const state = STATES[category.name];
      if (!wanted || (state !== undefined && isName(findings.entry(wanted, state), 'ON'))) continue;
      findings.changing('layers', category.name);
      if (findings.full) return;
    }
  }
}

/** Membership that shows something when a group does not: it is hidden now (ISO 32000-2 §8.11.2.2). */
export function judgeMembership(findings: LivingFindings, dict: PdfDict, page: number | undefined): void {
  const hidden = ['AllOff', 'AnyOff'].includes(findings.nameAt(dict, 'P') ?? '');
  if (dict.entries.has('VE') || (hidden && dict.entries.has('OCGs'))) findings.changing('layers', 'OCMD', page);
}
