import type { AnyPut } from '../log/ledger.ts';
import type { ActScope } from './requirement.ts';

type Row = Readonly<Record<string, unknown>>;

function textOf(row: object | undefined, field: string): string | undefined {
  const value = (row as Row | undefined)?.[field];
  return typeof value === 'string' ? value : undefined;
}

/**
 * The scope of an act, by what it changes: of a letter and what is kept beside it its own unit, of a series of folios theirs, of an official (and what is issued
 * to them) the one that they are in. No verifier knows it: a role of one unit is kept to it here alone.
 */
export function scopeOf(writes: readonly AnyPut[]): ActScope {
  const row = (noun: string): AnyPut | undefined => writes.find(({ put }) => put === noun);
  const [letter, reception, delivery, version, series, official] = [
    ...['oficio', 'reception', 'delivery', 'public-version', 'folio-series', 'official'].map(row),
  ];
  const unit =
    textOf(letter?.record, 'unit') ??
    textOf(reception?.record, 'unit') ??
    textOf(delivery?.record, 'unit') ??
    textOf(version?.record, 'unit') ??
    textOf(series?.record, 'unit') ??
    textOf(official?.record, 'unit') ??
    row('unit')?.key;
  return { ...(unit !== undefined && { unit }), ...(official && { official: official.key }) };
}
