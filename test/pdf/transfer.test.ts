import { expect, test } from 'vitest';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { openPdf } from '../../src/pdf/document.ts';
import { livingContent } from '../../src/pdf/living-content.ts';
import { letter } from './build.ts';

const INVERTS = '<</FunctionType 2/Domain[0 1]/C0[1]/C1[0]/N 1>>';

function found(entries: string): readonly string[] {
  const page = `/Resources<</ExtGState<</G<<${entries}>>>>>>`;
  return livingContent(openPdf(letter('BT ET', page), nodePrimitives)).map(({ kind }) => kind);
}

test.each([
  ['a graphics state that turns colours into others', `/TR ${INVERTS}`],
  ['one of the later kind', `/TR2 ${INVERTS}`],
  ['one for each colour of the printer', `/TR[/Identity /Identity /Identity ${INVERTS}]`],
  ['ink that leaves what lies below, of lines', '/OP true/OPM 1'],
  ['ink that leaves what lies below, of areas', '/op true'],
  ['a halftone that does', `/HT<</HalftoneType 1/TransferFunction ${INVERTS}>>`],
])('finds what paper may show otherwise: %s', (_, entries) => expect(found(entries)).toEqual(['not-on-paper']));

test.each([
  ['ink that covers', '/OP false/op false/OPM 1'],
  ['the identity', '/TR/Identity/TR2/Default'],
  ['the function of a soft mask', `/SMask<</S/Luminosity/TR ${INVERTS}>>`],
])('accepts what layout programs write: %s', (_, entries) => expect(found(entries)).toEqual([]));
