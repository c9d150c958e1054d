#!/bin/sh
# Makes regular.ts and bold.ts: Roboto Condensed (Apache-2.0, see LICENSE) cut down to the characters of WinAnsiEncoding,
# without hinting, kerning, layout features and names, as zlib data in base64 with the widths that PDF wants beside it.
# Run by hand when the font changes; needs Debian's fonts-roboto-unhinted and fonttools (pyftsubset), and Node 24.
set -eu
cd "$(dirname "$0")"
fonts=${FONTS:-/usr/share/fonts/truetype/roboto/unhinted}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for weight in Regular Bold; do
  pyftsubset "$fonts/RobotoCondensed-$weight.ttf" --output-file="$work/$weight.ttf" \
    --unicodes='U+0020-007E,U+00A0-00FF,U+0152,U+0153,U+0160,U+0161,U+0178,U+017D,U+017E,U+0192,U+02C6,U+02DC,U+2013,U+2014,U+2018-201A,U+201C-201E,U+2020-2022,U+2026,U+2030,U+2039,U+203A,U+20AC,U+2122' \
    --layout-features='' --no-hinting --notdef-outline --no-glyph-names --no-legacy-kern --name-IDs='' \
    --drop-tables+=GPOS,GSUB,GDEF,kern,gasp,DSIG,hdmx,LTSH,VDMX,name,OS/2
  node --input-type=module - "$work/$weight.ttf" "$weight" <<'NODE'
import { readFileSync, writeFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';
const [file, weight] = process.argv.slice(2);
const bytes = readFileSync(file);
const tables = new Map();
for (let i = 0; i < bytes.readUInt16BE(4); i++) {
  const at = 12 + 16 * i;
  tables.set(bytes.toString('latin1', at, at + 4), bytes.subarray(bytes.readUInt32BE(at + 8)));
}
const head = tables.get('head');
const hhea = tables.get('hhea');
const hmtx = tables.get('hmtx');
const cmap = tables.get('cmap');
const scale = (units) => Math.round((units * 1000) / head.readUInt16BE(18));
const long = hhea.readUInt16BE(34);
const advance = (glyph) => scale(hmtx.readUInt16BE(4 * Math.min(glyph, long - 1)));
let unicode;
for (let i = 0; i < cmap.readUInt16BE(2); i++) {
  const at = 4 + 8 * i;
  if (cmap.readUInt16BE(at) === 3 && cmap.readUInt16BE(at + 2) === 1) unicode = cmap.subarray(cmap.readUInt32BE(at + 4));
}
if (unicode.readUInt16BE(0) !== 4) throw new Error('expected a format 4 cmap for platform 3, encoding 1');
const segments = unicode.readUInt16BE(6) / 2;
function glyphOf(code) {
  for (let i = 0; i < segments; i++) {
    if (unicode.readUInt16BE(14 + 2 * i) < code) continue;
    const start = unicode.readUInt16BE(16 + 2 * segments + 2 * i);
    if (start > code) return 0;
    const delta = unicode.readUInt16BE(16 + 4 * segments + 2 * i);
    const rangeAt = 16 + 6 * segments + 2 * i;
    const range = unicode.readUInt16BE(rangeAt);
    if (range === 0) return (code + delta) & 0xffff;
    const glyph = unicode.readUInt16BE(rangeAt + range + 2 * (code - start));
    return glyph === 0 ? 0 : (glyph + delta) & 0xffff;
  }
  return 0;
}
const decode = new TextDecoder('windows-1252');
const widths = [];
for (let code = 32; code < 256; code++) widths.push(advance(glyphOf(decode.decode(Uint8Array.of(code)).codePointAt(0))));
const box = [36, 38, 40, 42].map((at) => scale(head.readInt16BE(at)));
writeFileSync(
  `${weight.toLowerCase()}.ts`,
  `// Made by make.sh: do not edit. Roboto Condensed ${weight}, Copyright 2015 Google Inc., Apache-2.0 (see LICENSE).
import type { FontAsset } from './font.ts';

export const ${weight.toLowerCase()}: FontAsset = {
  name: 'CTJOAA+RobotoCondensed-${weight}',
  weight: ${weight === 'Bold' ? 700 : 400},
  stemV: ${weight === 'Bold' ? 146 : 82},
  ascent: ${scale(hhea.readInt16BE(4))},
  descent: ${scale(hhea.readInt16BE(6))},
  box: [${box.join(', ')}],
  length: ${bytes.length},
  // prettier-ignore
  widths: [${widths.join(', ')}],
  zlib: '${deflateSync(bytes, { level: 9 }).toString('base64')}',
};
`,
);
NODE
done
