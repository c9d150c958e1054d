import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodePrimitives as primitives } from '../../src/adapters/primitives.ts';
import { concat, equal, fromLatin1, toLatin1 } from '../../src/core/bytes.ts';
import { isRefusal } from '../../src/core/refusal.ts';
import { openPdf, type PdfDocument } from '../../src/pdf/document.ts';
import { FieldLocks } from '../../src/signature/field-lock.ts';
import { compareRevisions } from '../../src/signature/revisions.ts';
import { PdfBuilder } from '../pdf/build.ts';
import { missingJudge } from '../support/judges.ts';
import { signPdf } from '../support/sign-pdf.ts';
import { makeThrowawayChain, type ThrowawayChain } from '../support/throwaway-chain.ts';
import { entriesOf, numberOf, written, type Save } from '../support/written-save.ts';

/*
 * A save behind a signature is held to one form, byte by byte, and each object in it to a role. So any change of an honest
 * save that is none in the values of its entries is forbidden: whatever is put between two of its bytes, into a dictionary,
 * in the place of a value, or beside its objects. Its table is made anew for each, so that nothing else gives it away.
 */

const missing = missingJudge('openssl');

/** What stands in no name, number or keyword of an honest save, nor between them. */
const ODD = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte)).filter((c) =>
  /[^\x20-\x7e\n\r]|[()<>[\]{}/%#]/.test(c),
);

/** The places of a text outside its literal strings and the data of its stream. */
function placesIn(text: string): number[] {
  const data = text.indexOf('stream\n');
  const places: number[] = [];
  for (let at = 0, isString = false; at <= text.length; at++) {
    const isData = data >= 0 && at > data + 6 && at <= text.lastIndexOf('endstream');
    if (!isString && !isData) places.push(at);
    if (text[at] === '(') isString = true;
    if (text[at] === ')') isString = false;
  }
  return places;
}

const VALUES = ['(x)', '/X', '7', '1.5', '[7 7 7]', '<</X 1>>', 'true', 'null', '<58>', '3 0 R'];

/** What begins a value of the kind: another kind in its place is another form. */
const kindOf = (value: string): string => {
  if (/^\d+ \d+ R/.test(value)) return 'reference';
  if (/^[\d.-]/.test(value)) return value.includes('.') ? 'real' : 'number';
  return value.startsWith('<<')
    ? 'dict'
    : ({ '(': 'string', '<': 'string', '/': 'name', '[': 'array' }[value[0]!] ?? 'word');
};

const LOOK = 'BT /F1 9 Tf 2 6 Td (Visto) Tj ET';
const FONT = '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>';

describe.skipIf(missing)(`a save behind a signature${missing ? ` (${missing})` : ''}`, () => {
  let chain: ThrowawayChain;
  let signed: Uint8Array;
  let bases: readonly PdfDocument[];
  let saves: Readonly<Record<string, Save>>;
  beforeAll(async () => {
    chain = makeThrowawayChain();
    // Ambiguous when it was signed, so that only the save itself is judged: nothing else may give it away.
    const draft = new PdfBuilder().letter('BT ET').raw('% 9 0 obj\n');
    draft.table();
    signed = await signPdf(draft.done(), chain);
    const streamed = new PdfBuilder().letter('BT ET').raw('% 9 0 obj\n');
    streamed.tableStream(5);
    const behind = await signPdf(streamed.done(), chain);
    const base = openPdf(signed, primitives);
    bases = [base, openPdf(behind, primitives)];
    const signedAgain = async (pdf: Uint8Array): Promise<string> => {
      const twice = await signPdf(pdf, chain.colleague(), { rect: [300, 50, 400, 100] });
      return toLatin1(twice.subarray(pdf.length)).replace(/<0{0,9}[0-9a-f]{500,}>/, '<00>');
    };
    const objectsOf = (save: string): string[] => save.split(/(?<=endobj)\n/).slice(0, -1);
    const second = await signedAgain(signed);
    const objects = objectsOf(second.slice(0, second.indexOf('xref\n')));
    const inStream = await signedAgain(behind);
    // The last one is its table.
    const table = objectsOf(inStream).at(-1)!;
    const trailer = second.slice(second.indexOf('trailer\n') + 8, second.indexOf('\nstartxref'));
    const size = Number(/\/Size (\d+)/.exec(trailer)![1]);
    const widget = objects.find((object) => object.includes('/Widget'))!;
    const shown = objects.map((object) => {
      if (!object.includes('/Subtype /Form')) return object;
      return `${numberOf(object)} 0 obj\n<</Type/XObject/Subtype/Form/BBox[0 0 100 50]/Resources<</Font<</F1 ${size} 0 R>>>>/Length ${LOOK.length}>>\nstream\n${LOOK}\nendstream\nendobj`;
    });
    expect(widget).toContain('/AP');
    const root = objects.find((object) => object.includes('/Catalog')) ?? expectCatalog(base);
    const store = root.replace('>>\nendobj', `/DSS ${size} 0 R>>\nendobj`);
    const blob = (number: number): string => `${number} 0 obj\n<</Length 4>>\nstream\n0\x82\x01\x00\nendstream\nendobj`;
    const grown = (by: number): string => trailer.replace(/\/Size \d+/, `/Size ${size + by}`);
    saves = {
      'of a second signature': { objects, trailer },
      'of one that shows words': { objects: [...shown, `${size} 0 obj\n${FONT}\nendobj`], trailer: grown(1) },
      'of validation data': {
        objects: [
          store,
          `${size} 0 obj\n<</Type/DSS/Certs[${size + 1} 0 R]/CRLs[]/VRI<</00FF ${size + 2} 0 R>>>>\nendobj`,
          blob(size + 1),
          `${size + 2} 0 obj\n<</Type/VRI/Cert[${size + 1} 0 R]/TU(D:20260101000000Z)>>\nendobj`,
        ],
        trailer: grown(3),
      },
      'with a cross-reference stream': {
        ...{ behind, objects: objectsOf(inStream).slice(0, -1), stream: numberOf(table) },
        trailer: `<<${table.slice(table.indexOf('/Type /XRef') + 11, table.indexOf('\nstream')).replaceAll(/\/(?:Length \d+|(?:W|Index) \[[^\]]*\])/g, '')}`,
      },
    };
  });
  afterAll(() => chain.remove());

  function expectCatalog(doc: PdfDocument): string {
    const entry = doc.xrefEntry(1);
    const at = entry?.kind === 'offset' ? entry.offset : expect.fail('no catalog');
    const text = toLatin1(doc.bytes.subarray(at));
    return text.slice(0, text.indexOf('endobj') + 6);
  }

  /** Whether nothing in it is forbidden. */
  const isAllowed = (pdf: Uint8Array): boolean => {
    try {
      const now = openPdf(pdf, primitives);
      const base = bases.find(({ bytes }) => equal(bytes, pdf.subarray(0, bytes.length)))!;
      const rules = { permission: undefined, locks: new FieldLocks([], now) };
      return compareRevisions(base, now, rules).list.every(({ allowed }) => allowed);
    } catch (error) {
      if (isRefusal(error)) return false;
      throw error;
    }
  };
  const each = (judge: (save: Save, name: string) => void): void => {
    for (const [name, save] of Object.entries(saves)) judge(save, name);
  };
  /** The objects of the others are among these. */
  const eachWithObjects = (judge: (save: Save, name: string) => void): void => {
    for (const name of ['of one that shows words', 'of validation data']) judge(saves[name]!, name);
  };
  const withObject = (save: Save, index: number, object: string): Uint8Array =>
    written(signed, { ...save, objects: save.objects.with(index, object) });

  test('is allowed as it is, whichever end of line it uses', () => {
    each((save, name) => {
      expect(isAllowed(written(signed, save)), name).toBe(true);
      for (const eol of ['\r', '\r\n', ' ']) {
        const objects = save.objects.map((object) => object.replace(/^(.*?obj)\n(.*)\n(\w*)/, `$1${eol}$2${eol}$3`));
        expect(isAllowed(written(signed, { ...save, objects })), name).toBe(true);
      }
    });
  });

  test('ends the file, but for the ends of lines that a transport adds', () => {
    each((save, name) => {
      const plain = written(signed, save);
      for (const [more, allowed] of [
        ['\r\n ', true],
        [' '.repeat(65), false],
        ['\0', false],
        ['%%EOF\n', false],
      ] as const) {
        expect(isAllowed(concat(plain, fromLatin1(more))), `${name} ${more}`).toBe(allowed);
      }
    });
  });

  test('may hold no odd byte anywhere', () => {
    let turn = 0;
    const next = (): string => ODD[(turn += 7) % ODD.length]!;
    eachWithObjects((save, name) => {
      for (const [i, object] of save.objects.entries()) {
        for (const at of placesIn(object)) {
          const byte = next();
          const odd = withObject(save, i, object.slice(0, at) + byte + object.slice(at));
          expect(isAllowed(odd), `${name}: ${JSON.stringify(byte)} at ${at} of ${object}`).toBe(false);
        }
      }
    });
    each((save, name) => {
      const plain = toLatin1(written(signed, save));
      const table = plain.slice(plain.lastIndexOf('endobj\n', plain.lastIndexOf('/Size')) + 7);
      for (const at of placesIn(table)) {
        const byte = next();
        const odd = written(signed, save, { inTable: { at, text: byte } });
        expect(isAllowed(odd), `${name}: ${JSON.stringify(byte)} at ${at} of ${table}`).toBe(false);
      }
    });
  }, 120_000);

  test('may hold nothing between its objects, nor before its table', () => {
    each((save, name) => {
      for (const more of ['%x\n', '7 0 obj\nnull\nendobj\n', '\t\n', '\0\n', 'x\n', '<<>>\n', ' '.repeat(99), '7\n']) {
        for (const i of save.objects.keys()) {
          expect(isAllowed(written(signed, save, { before: new Map([[i, more]]) })), `${name} ${more}`).toBe(false);
        }
        expect(isAllowed(written(signed, save, { inTable: { at: 0, text: more } })), `${name} ${more}`).toBe(false);
      }
    });
  });

  test('may hold no word in its data, strings or names that a reader without a table looks for', () => {
    const save = saves['of validation data']!;
    const judged = (from: string | RegExp, to: string): boolean =>
      isAllowed(written(signed, { ...save, objects: save.objects.map((object) => object.replace(from, () => to)) }));
    const blob = (data: string): boolean =>
      judged(/<<\/Length 4>>\nstream\n[^]*?\nendstream/, `<</Length ${data.length}>>\nstream\n${data}\nendstream`);
    for (const word of [
      '4 0 obj',
      '4\0 0\vobj',
      'endobj',
      '\nxref\n',
      'trailer',
      'startxref',
      '%%EOF',
      '%PDF-',
      '/Root',
      'endstream',
    ]) {
      expect(blob(`0 ${word} `), word).toBe(false);
      expect(judged('(D:2026', `(${word} D:2026`), word).toBe(false);
    }
    expect(blob('obj xrefs stream Root Catalog EOF')).toBe(true);
    expect(judged('(D:2026', '(obj xrefs stream Root D:2026')).toBe(true);
    expect(judged('/00FF', '/0trailer0')).toBe(false);
  });

  test('shows what the grammar of contents has, and nothing else', () => {
    const save = saves['of one that shows words']!;
    const shows = (content: string): boolean => {
      const look = (object: string): string =>
        object.includes(LOOK)
          ? object.replace(`/Length ${LOOK.length}`, `/Length ${content.length}`).replace(LOOK, content)
          : object;
      return isAllowed(written(signed, { ...save, objects: save.objects.map(look) }));
    };
    expect(shows('q 1 0 0 rg 0 0 9 9 re f Q')).toBe(true);
    for (const content of [
      'q',
      'ET',
      '/F2 9 Tf',
      '/Fm Do',
      '1 0 0 rgb',
      '(x) Tj',
      '0 0 9 re f',
      '/OC<</Type/OCG>>BDC EMC',
    ])
      expect(shows(content), content).toBe(false);
  });

  test('may say nothing more in any dictionary but of names', () => {
    const keys = [
      '/Zz 1',
      '/Root 1 0 R',
      '/OC<<>>',
      '/A<<>>',
      '/Kids[3 0 R]',
      '/Contents 4 0 R',
      '/Type/Catalog',
      '/XFA(x)',
    ];
    eachWithObjects((save, name) => {
      for (const [i, object] of save.objects.entries()) {
        for (const { index } of object.matchAll(/(?<!\/Font|\/VRI)<</g)) {
          for (const key of keys) {
            const more = object.slice(0, index + 2) + key + object.slice(index + 2);
            expect(isAllowed(withObject(save, i, more)), `${name} ${more}`).toBe(false);
          }
        }
      }
      for (const key of ['/Zz 1', '/Encrypt 1 0 R', '/XRefStm 9', '/Info 4 0 R', '/ID[(a)]']) {
        const trailer = save.trailer.replace('<<', `<<${key} `).replace(/(?<=<<\/ID\[\(a\)\].*)\/ID \[.*?\]/, '');
        expect(isAllowed(written(signed, { ...save, trailer })), `${name} ${key}`).toBe(false);
      }
    });
  });

  test('may hold no value of another kind', () => {
    let tried = 0;
    eachWithObjects((save, name) => {
      for (const [i, object] of save.objects.entries()) {
        for (const { from, to, value } of entriesOf(object)) {
          for (const other of VALUES) {
            if (kindOf(other) === kindOf(value)) continue;
            tried++;
            const swapped = `${object.slice(0, from)} ${other} ${object.slice(to)}`;
            expect(isAllowed(withObject(save, i, swapped)), `${name} ${swapped}`).toBe(false);
          }
        }
      }
    });
    expect(tried).toBeGreaterThan(300);
  }, 120_000);

  test('shows a signature on the page that lists it, where it stands at any size', () => {
    const save = saves['of a second signature']!;
    const changed = (from: RegExp, to: string): boolean =>
      isAllowed(written(signed, { ...save, objects: save.objects.map((object) => object.replace(from, to)) }));
    expect(changed(/\/F 132/, '/F 4')).toBe(true);
    // NoZoom, NoRotate, ToggleNoView.
    for (const flag of [8, 16, 256]) expect(changed(/\/F 132/, `/F ${4 + flag}`), `${flag}`).toBe(false);
    expect(changed(/(?<=\/Annots ?\[.*?) \d+ 0 R(?=\])/, '')).toBe(false);
    expect(changed(/\/P 3 0 R/, '')).toBe(true);
    expect(changed(/\/P 3 0 R/, '/P 2 0 R')).toBe(false);
  });

  test('leaves nothing of a widget for readers to draw', () => {
    const save = saves['of a second signature']!;
    const changed = (to: string): boolean => {
      const dressed = save.objects.map((object) =>
        /\/Subtype ?\/Widget/.test(object) ? object.replace(/\/AP ?<<[^]*?>>/, to) : object,
      );
      return isAllowed(written(signed, { ...save, objects: dressed }));
    };
    const look = /\/AP ?<<[^]*?>>/.exec(save.objects.find((object) => /\/Widget/.test(object))!)![0];
    // An appearance that nothing shows would be an object to which nothing leads.
    const aside = look.replace(/\/N\b/, '/D');
    for (const traits of ['/BC[1 0 0]', '/BG[1 0 0]', '/CA(x)', '/RC(x)', '/AC(x)']) {
      expect(changed(`${look}/MK<<${traits}>>`), traits).toBe(true);
      expect(changed(`${aside}/MK<<${traits}>>`), traits).toBe(false);
    }
    expect(changed(`${aside}/MK<</R 90>>`)).toBe(true);
  });

  test('has streams in Flate, parameters beside their filter, and no other', () => {
    const save = saves['of validation data']!;
    const blob = (dict: string): boolean => {
      const data = toLatin1(primitives.deflate(fromLatin1('0\x82\x01\x00')));
      const stream = `<<${dict}/Length ${data.length}>>\nstream\n${data}\nendstream`;
      const coded = save.objects.map((object) =>
        object.replace(/<<\/Length 4>>\nstream\n[^]*?\nendstream/, () => stream),
      );
      return isAllowed(written(signed, { ...save, objects: coded }));
    };
    for (const dict of ['', '/Filter/FlateDecode', '/Filter[/FlateDecode]', '/Filter[/FlateDecode]/DecodeParms[null]'])
      expect(blob(dict), dict).toBe(true);
    for (const dict of [
      '/Filter[]',
      '/Filter/ASCIIHexDecode',
      '/Filter/LZWDecode',
      '/Filter[/FlateDecode/FlateDecode]',
      '/Filter/FlateDecode/DecodeParms<</Predictor 12>>',
      '/Filter/FlateDecode/DecodeParms[null]',
      '/Filter[/FlateDecode]/DecodeParms[null null]',
    ])
      expect(blob(dict), dict).toBe(false);
  });

  test('brings each object once, lists it once, and no other', () => {
    each((save, name) => {
      for (const [i, object] of save.objects.entries()) {
        const others = save.objects.filter((_, j) => j !== i);
        const number = numberOf(object);
        expect(isAllowed(written(signed, { ...save, objects: [...save.objects, object] })), name).toBe(false);
        expect(
          isAllowed(written(signed, { ...save, objects: others }, { before: new Map([[0, `${object}\n`]]) })),
        ).toBe(false);
        const elsewhere = written(signed, { ...save, objects: others }, { rows: [[number, signed.length + 1]] });
        expect(isAllowed(elsewhere), name).toBe(false);
        // Signing programs leave entries of their store behind.
        if (/\/Type\/(?:DSS|VRI)/.test(object)) continue;
        const renamed = object.replace(/^\d+/, '900');
        expect(
          isAllowed(
            written(signed, {
              ...save,
              objects: [...save.objects, renamed],
              trailer: save.trailer.replace(/\/Size \d+/, '/Size 901'),
            }),
          ),
          name,
        ).toBe(false);
      }
    });
  });
});
