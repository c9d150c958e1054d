import type { LivingFindings } from './living.ts';
import { isName, isPdf, type PdfDict, type PdfObject } from './object.ts';

/**
 * What a group says of when it shows (ISO 32000-2 §8.11.4.4): some readers follow it whether /AS says so or not, and whether
 * the group is listed in the catalog or not.
 */
const STATES = ['ViewState', 'PrintState', 'ExportState'];
/** Categories that /AS may turn groups on and off by; judged above, or without any effect on what is seen. */
const HARMLESS = ['View', 'Print', 'Export', 'CreatorInfo', 'PageElement'];
/** Groups that /AS lists, times categories: a drawing has hundreds of groups. */
const MAX_STEPS = 100_000;

/** Optional content is accepted where all of it shows, on screen and on paper alike (ISO 32000-2 §8.11). */
export function judgeLayers(findings: LivingFindings): void {
  const properties = findings.dictAt(findings.document.catalog, 'OCProperties');
  if (!properties) return;
  const configuration = findings.dictAt(properties, 'D');
  if (configuration) judgeConfiguration(findings, configuration);
  // Some readers take the first of these where they should not.
  for (const item of findings.arrayAt(properties, 'Configs')) {
    const other = findings.document.resolve(item);
    if (isPdf(other, 'dict')) judgeConfiguration(findings, other);
    if (findings.full) return;
  }
}

function judgeConfiguration(findings: LivingFindings, configuration: PdfDict): void {
  const base = findings.nameAt(configuration, 'BaseState') ?? 'ON';
  if (base !== 'ON') findings.changing('layers', base);
  if (findings.arrayAt(configuration, 'OFF').length > 0) findings.changing('layers', 'OFF');
  const intent = findings.entry(configuration, 'Intent');
  if (findings.has(configuration, 'Intent') && !isName(intent, 'View')) findings.changing('layers', 'Intent');
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

/**
 * Of any dictionary, whatever it says it is and whatever leads to it: membership that shows something when a group does
 * not, which is hidden now (ISO 32000-2 §8.11.2.2), an expression, a group that is not for all to see. Membership of no
 * group hides to some readers what it shows to others, and so does a group that is meant for another use than viewing.
 */
export function judgeOptional(findings: LivingFindings, dict: PdfDict, page: number | undefined): void {
  const isMembership = findings.nameAt(dict, 'Type') === 'OCMD';
  if (isMembership || dict.entries.has('OCGs')) judgeMembership(findings, dict, isMembership, page);
  else if (findings.has(dict, 'VE')) findings.changing('layers', 'OCMD', page);
  if (findings.nameAt(dict, 'Type') === 'OCG' && findings.has(dict, 'Intent') && !isForViewing(findings, dict)) {
    findings.changing('layers', 'Intent', page);
  }
  if (findings.has(dict, 'OC') && !isOptional(findings, findings.entry(dict, 'OC'))) {
    findings.changing('layers', 'OC', page);
  }
  for (const state of STATES) {
    if (dict.entries.has(state) && isName(findings.entry(dict, state), 'OFF')) findings.changing('layers', state, page);
  }
}

function isOptional(findings: LivingFindings, object: PdfObject): boolean {
  const type = isPdf(object, 'dict') ? findings.nameAt(object, 'Type') : undefined;
  return type === 'OCG' || type === 'OCMD';
}

function judgeMembership(
  findings: LivingFindings,
  dict: PdfDict,
  isMembership: boolean,
  page: number | undefined,
): void {
  const policy = findings.entry(dict, 'P');
  const isShown = policy === null || isName(policy, 'AnyOn') || isName(policy, 'AllOn');
  const listed = findings.entry(dict, 'OCGs');
  const groups = isPdf(listed, 'array') ? listed.items : [listed];
  const isGroup = (group: PdfObject): boolean => isPdf(group, 'dict') && findings.nameAt(group, 'Type') === 'OCG';
  // The catalog lists all groups by the same key, and a document may have none.
  const areGroups =
    !isMembership || (groups.length > 0 && groups.every((ref) => isGroup(findings.document.resolve(ref))));
  if (!isShown || !areGroups || findings.has(dict, 'VE')) findings.changing('layers', 'OCMD', page);
}

function isForViewing(findings: LivingFindings, group: PdfDict): boolean {
  const intent = findings.entry(group, 'Intent');
  const intents = isPdf(intent, 'array') ? intent.items : [intent];
  const names = intents.map((item) => findings.document.resolve(item));
  return (
    names.some((name) => isName(name, 'View')) && names.every((name) => isName(name, 'View') || isName(name, 'Design'))
  );
}
