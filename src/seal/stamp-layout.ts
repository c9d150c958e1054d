import type { Rect } from '../pdf/geometry.ts';
import { STAMP_SIZE, type StampContent } from './stamp-content.ts';
import { CHECK_SIZE, check, demand, field, inlineField, labelled, small, tallField } from './stamp-parts.ts';
import { type Pen, put, rule } from './stamp-pen.ts';
import { FRAME, FRAME_HEIGHT, PAD } from './stamp-qr.ts';
import { mm, shorten, wrapWords } from './typeset.ts';

/** Everything beside the symbol, for a gap as wide as the text of a page; answers where the address stands. */
export function drawWide(pen: Pen, content: StampContent): Rect {
  const left = 2 * PAD + FRAME;
  const width = STAMP_SIZE.wide.width - left - PAD;
  // Two columns for everything, so that what belongs together stands on one edge.
  const column = (width - PAD) / 2;
  const second = left + column + PAD;
  put(pen, shorten(content.institution, 'bold', 10.5, 7, width), left, mm(6));
  put(pen, shorten(content.title, 'regular', 8, 6, width), left, mm(9.6));
  rule(pen, left, mm(11.6), width);

  const alone = content.demand === undefined;
  labelled(pen, content.folio, left, mm(12.2), alone ? width : column, 15, 'the folio');
  if (content.demand !== undefined) demand(pen, content.demand, second, mm(13), column, mm(7.2));

  const fields = content.fields.slice(0, 6);
  const stacked = fields.length <= 4;
  for (const [i, item] of fields.entries()) {
    const row = Math.floor(i / 2);
    const x = i % 2 === 0 ? left : second;
    if (stacked) field(pen, item, x, mm(21.2) + row * mm(6.5), column, 8.5);
    else inlineField(pen, item, x, mm(24.6) + row * mm(4.2), column);
  }

  rule(pen, left, mm(35), width);
  const telephone = mm(26);
  const address = check(pen, content, left, mm(35.2), column);
  labelled(pen, content.check.code, second, mm(35.2), column - telephone - PAD, CHECK_SIZE, 'the code');
  labelled(pen, content.check.telephone, second + column - telephone, mm(35.2), telephone, CHECK_SIZE);
  rule(pen, left, mm(42.8), width);

  small(pen, content, left, mm(43.2), width, mm(53));
  return address;
}

/** The same beside and below the symbol, for a narrower gap. */
export function drawTall(pen: Pen, content: StampContent): Rect {
  const { width: all } = STAMP_SIZE.tall;
  const left = 2 * PAD + FRAME;
  const width = all - left - PAD;
  const bottom = PAD + FRAME_HEIGHT;
  let top = mm(2.6);
  for (const line of wrapWords(content.institution, 'bold', 9.5, width, 3)) put(pen, line, left, (top += mm(3.7)));
  top += mm(0.4);
  for (const line of wrapWords(content.title, 'regular', 7.5, width, 2)) put(pen, line, left, (top += mm(3)));
  top += mm(1.6);
  rule(pen, left, top, width);
  labelled(pen, content.folio, left, top + mm(0.4), width, 13, 'the folio');
  top += mm(8.8);
  if (content.demand !== undefined) {
    demand(pen, content.demand, left, top, width, mm(7));
    top += mm(8);
  }
  const besides = content.fields.slice(0, 2);
  for (const [i, item] of besides.entries()) {
    const below = besides.length - i - 1;
    const lines = Math.max(1, Math.floor((bottom - top - below * mm(6) - mm(2.6)) / mm(3.1)));
    top += tallField(pen, item, left, top, width, Math.min(lines, 3));
  }

  const inner = all - 2 * PAD;
  const others = content.fields.slice(2, 6);
  top = bottom + mm(1.6);
  for (const [i, item] of others.entries()) {
    const even = i % 2 === 0;
    field(pen, item, even ? PAD : left, top + Math.floor(i / 2) * mm(6), even ? FRAME : width, 8);
  }
  top += Math.ceil(others.length / 2) * mm(6) + mm(0.8);
  rule(pen, PAD, top, inner);
  const address = check(pen, content, PAD, top + mm(0.2), inner);
  top += mm(7.6);
  labelled(pen, content.check.code, PAD, top, FRAME, CHECK_SIZE, 'the code');
  labelled(pen, content.check.telephone, left, top, width, CHECK_SIZE);
  top += mm(7.8);
  rule(pen, PAD, top, inner);
  small(pen, content, PAD, top + mm(0.6), inner, mm(95.4));
  return address;
}
