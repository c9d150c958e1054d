import type { LivingFindings } from './living.ts';
import { isName, isPdf, type PdfDict } from './object.ts';

/** What a group says of when it shows (ISO 32000-2 §8.11.4.4): some readers follow it whether /AS says so or not. */
const STATES: readonly (readonly [string, string])[] = [
  ['View', 'ViewState'],
  ['Print', 'PrintState'],
  ['Export', 'ExportState'],
];
/** Categories that /AS may turn groups on and off by; judged above, or without any effect on what is seen. */
const HARMLESS = ['View', 'Print', 'Export', 'CreatorInfo', 'PageElement'];
/** Groups that /AS lists, times categories: a drawing has hundreds of groups. */
const MAX_STEPS = 100_000;

/** Optional content is accepted where all of it shows, on screen and on paper alike (ISO 32000-2 §8.11). */
export function judgeLayers(findings: LivingFindings): void {
  const properties = findings.dictAt(findings.document.catalog, 'OCProperties');
  if (!properties) return;
  for (const item of findings.arrayAt(properties, 'OCGs')) {
    const group = findings.document.resolve(item);
    const usage = isPdf(group, 'dict') ? findings.dictAt(group, 'Usage') : undefined;
    for (const [category, state] of usage ? STATES : []) {
      const wanted = findings.dictAt(usage!, category);
      if (wanted && isName(findings.entry(wanted, state), 'OFF')) findings.changing('layers', state);
    }
    if (findings.full) return;
  }
  const configuration = findings.dictAt(properties, 'D');
  if (configuration) judgeConfiguration(findings, configuration);
}

function judgeConfiguration(findings: LivingFindings, configuration: PdfDict): void {
  const base = findings.nameAt(configuration, 'BaseState') ?? 'ON';
  if (base !== 'ON') findings.changing('layers', base);
  if (findings.arrayAt(configuration, 'OFF').length > 0) findings.changing('layers', 'OFF');
  let steps = 0;
  for (const item of findings.arrayAt(configuration, 'AS')) {
    const automatic = findings.document.resolve(item);
    if (!isPdf(automatic, 'dict')) continue;
    const groups = findings.arrayAt(automatic, 'OCGs');
    for (const name of findings.arrayAt(automatic, 'Category')) {
      const category = findings.document.resolve(name);
      steps += 1 + groups.length;
      if (steps > MAX_STEPS || findings.full) return findings.changing('layers', 'AS');
      if (!isPdf(category, 'name') || HARMLESS.includes(category.name)) continue;
      const follows = groups.some((ref) => {
        const group = findings.document.resolve(ref);
        const usage = isPdf(group, 'dict') ? findings.dictAt(group, 'Usage') : undefined;
        return usage !== undefined && findings.has(usage, category.name);
      });
      // By zoom, language or user: not the same for everybody.
      if (follows) findings.changing('layers', category.name);
    }
  }
}

/** Membership that shows something when a group does not: it is hidden now (ISO 32000-2 §8.11.2.2). */
export function judgeMembership(findings: LivingFindings, dict: PdfDict, page: number | undefined): void {
  const hidden = ['AllOff', 'AnyOff'].includes(findings.nameAt(dict, 'P') ?? '');
  const isMembership = isName(findings.entry(dict, 'Type'), 'OCMD');
  if ((isMembership && findings.has(dict, 'VE')) || (hidden && dict.entries.has('OCGs'))) {
    findings.changing('layers', 'OCMD', page);
  }
}
