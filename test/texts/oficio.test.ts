import { describe, expect, test } from 'vitest';
import { toLatin1 } from '../../src/core/bytes.ts';
import { OFICIO_TYPES } from '../../src/oficio/type.ts';
import { toWinAnsi } from '../../src/seal/font/win-ansi.ts';
import { drawStamp } from '../../src/seal/stamp.ts';
import { oficioEs } from '../../src/texts/oficio.es.ts';
import { CONTENT } from '../seal/stamp-sample.ts';

const FOLIO = 'AC/DGG/SCI/0042/2026';
const { labels, types, demand, checkLead, keepClear, linkHint, added } = oficioEs;

describe('the words on a letter', () => {
  test('say that it asks for no money only when nothing was declared', () => {
    expect(demand(0)).toBe('Este oficio no pide dinero');
    expect(demand(125_000)).toBe('Este oficio pide $1,250.00');
    expect(demand(1)).toBe('Este oficio pide $0.01');
  });

  test('name every type of letter', () => {
    expect(Object.keys(types).toSorted()).toEqual(Object.keys(OFICIO_TYPES).toSorted());
  });

  test('can all be printed: no character becomes another', () => {
    const printed = [
      ...[oficioEs.title, ...Object.values(labels), ...Object.values(types), demand(0), demand(1e12)],
      ...[checkLead, keepClear, oficioEs.folioLine(FOLIO, 1, 12), added.title, added.text],
    ];
    for (const text of printed) expect(toWinAnsi(text)).toBe(text);
  });

  test('fit the seal in both shapes: none is shortened', () => {
    const content = {
      ...CONTENT,
      title: oficioEs.title,
      folio: { label: labels.folio, value: FOLIO },
      demand: demand(1_250_000_00),
      check: {
        ...CONTENT.check,
        lead: checkLead,
        code: { ...CONTENT.check.code, label: labels.code },
        telephone: { ...CONTENT.check.telephone, label: labels.telephone },
      },
      original: { ...CONTENT.original, label: labels.original },
      signature: { ...CONTENT.signature, label: labels.signature },
      keepClear,
    };
    const ellipsis = '\\205';
    for (const shape of ['wide', 'tall'] as const) {
      expect(toLatin1(drawStamp(content, shape).content)).not.toContain(ellipsis);
    }
    const long = { ...content, check: { ...content.check, lead: checkLead.repeat(3) } };
    expect(toLatin1(drawStamp(long, 'tall').content)).toContain(ellipsis);
  });

  test('tell those who cannot see the seal how to check it', () => {
    const spoken = oficioEs.alternative(FOLIO, 'ABCD-EFGH-JKMN', 'verifica.alcaldia.mx');
    for (const part of [FOLIO, 'ABCD-EFGH-JKMN', 'verifica.alcaldia.mx']) expect(spoken).toContain(part);
    expect(linkHint).not.toBe('');
  });

  test('number the pages as Mexican documents do', () => {
    expect(oficioEs.folioLine(FOLIO, 1, 2)).toBe('Folio AC/DGG/SCI/0042/2026 · Página 1 de 2');
  });
});
