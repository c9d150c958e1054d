import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  verifyAssertion,
  type Assertion,
  type AssertionFault,
  type AssertionFinding,
  type ExpectedAssertion,
} from '../../src/access/assertion.ts';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { TAG } from '../../src/asn1/tag.ts';
import { bitString, der as encode, integer, nullValue, octetString, oid, sequence } from '../../src/asn1/write.ts';
import { concat, fromLatin1, utf8 } from '../../src/core/bytes.ts';
import type { Slips } from '../doubles/soft-authenticator.ts';
import { asserted, CHALLENGE, PANEL, RP_ID } from '../support/passkeys.ts';

function judge(assertion: Assertion, expected: ExpectedAssertion): Promise<AssertionFinding> {
  return verifyAssertion(assertion, expected, nodePrimitives);
}

/** What is found of an assertion that was made with `slips`, and signed as it then is. */
async function found(slips: Slips, change: Partial<ExpectedAssertion> = {}): Promise<AssertionFault | 'good'> {
  const { assertion, expected } = asserted(slips);
  const finding = await judge(assertion, { ...expected, ...change });
  return finding.outcome === 'bad' ? finding.why : 'good';
}

function der(publicKey: { export(options: { format: 'der'; type: 'spki' }): Buffer }): Uint8Array {
  return new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }));
}

/** An RSA key of 2048 bits in DER, except where it is told to be otherwise. */
function written({
  name = '1.2.840.113549.1.1.1',
  parameters = [nullValue()],
  modulus = new Uint8Array(256).fill(0xff),
  isRaw = false,
  more = [],
  beside = [],
}: {
  readonly name?: string;
  readonly parameters?: readonly Uint8Array[];
  readonly modulus?: Uint8Array;
  /** The modulus is the contents of its INTEGER. */
  readonly isRaw?: boolean;
  readonly more?: readonly Uint8Array[];
  readonly beside?: readonly Uint8Array[];
}): Uint8Array {
  const numbers = [isRaw ? encode(TAG.integer, modulus) : integer(modulus), integer(65537), ...more];
  return sequence(sequence(oid(name), ...parameters), bitString(sequence(...numbers)), ...beside);
}

const VERIFIED = { outcome: 'good', userVerified: true, backedUp: false, backupEligible: false };

describe('an assertion counts', () => {
  test.for(['ES256', 'RS256'] as const)('by %s', async (algorithm) => {
    const { assertion, expected } = asserted({ signCount: 0xfffffffe }, algorithm);
    const about = { signCount: 0xfffffffe, rpId: RP_ID, origin: PANEL };
    expect(await judge(assertion, expected)).toEqual({ ...VERIFIED, ...about });
  });

  const FORMS: readonly (readonly [string, Slips])[] = [
    ['of a browser that leaves crossOrigin out', { crossOrigin: 'absent' }],
    [
      'with fields that nobody knows yet',
      { extraData: { other_keys_can_be_added_here: 'do not compare «this» / <that>' } },
    ],
    ['with an object among them', { crossOrigin: 'absent', extraData: { tokenBinding: { status: 'supported' } } }],
    ['with s in the lower half', { s: 'low' }],
    ['with s in the upper half', { s: 'high' }],
    ['with extension outputs', { extensions: new Map([['uvm', [[2, 4, 2]]]]) }],
    ['of a synced passkey', { backupEligible: true, backedUp: true }],
  ];
  test.for(FORMS)('%s', async ([, slips]) => {
    expect(await found(slips)).toBe('good');
  });

  test('at any of several origins and rpIds, and tells at which', async () => {
    const { assertion, expected } = asserted({ backupEligible: true });
    const several = { rpIds: ['before.example', RP_ID], origins: ['https://before.example', PANEL] };
    const finding = await judge(assertion, { ...expected, ...several });
    expect(finding).toEqual({ ...VERIFIED, backupEligible: true, signCount: 1, rpId: RP_ID, origin: PANEL });
  });
});

/** Rewrites what the browser says before it is signed. */
function rewritten(from: string, to: string): Slips {
  return { clientData: (text) => text.replace(from, to) };
}

const GARBLED: readonly (readonly [string, Slips])[] = [
  ['with a second challenge in front', rewritten('"challenge"', '"challenge":"AAAA","challenge"')],
  ['with a second challenge behind', rewritten(',"crossOrigin"', `,"challenge":"AAAA","crossOrigin"`)],
  ['with a second field of any name', { extraData: { a: 1 }, clientData: (text) => text.replace('}', ',"a":2}') }],
  ['with a field spelled with an escape', rewritten('"challenge"', '"\\u0063hallenge"')],
  ['with a topOrigin spelled with an escape', rewritten('}', ',"topOr\\u0069gin":"https://x.example"}')],
  ['with a space', rewritten(',"origin"', ', "origin"')],
  [
    'with the challenge before the type',
    { clientData: (text) => text.replace(/("type":"[^"]*"),("challenge":"[^"]*")/, '$2,$1') },
  ],
  ['with a byte order mark', { clientData: (text) => `\ufeff${text}` }],
  ['with a line at the end', { clientData: (text) => `${text}\n` }],
  ['that stops in the middle', { clientData: (text) => text.slice(0, -1) }],
  ['that is a list', { clientData: (text) => `[${text}]` }],
  ['that is null', { clientData: () => 'null' }],
  ['that is a text', { clientData: () => '"webauthn.get"' }],
  ['that is empty', { clientData: () => '' }],
  ['that holds more than anybody reads', { extraData: { a: Array.from({ length: 20 }, () => []) } }],
  ['whose type is no text', rewritten('"webauthn.get"', '1')],
  ['whose challenge is no text', { clientData: (text) => text.replace(/"challenge":"[^"]*"/, '"challenge":null') }],
  ['whose origin is no text', rewritten(`"${PANEL}"`, `["${PANEL}"]`)],
  ['whose crossOrigin is no boolean', rewritten('false', '"false"')],
];

describe('client data are malformed', () => {
  test.for(GARBLED)('%s', async ([, slips]) => {
    expect(await found(slips)).toBe('client-data-malformed');
  });

  test('with bytes that are not UTF-8', async () => {
    const { assertion, expected } = asserted({ extraData: { a: 'ÿ' } });
    const text = new TextDecoder().decode(assertion.clientDataJSON);
    expect(await judge({ ...assertion, clientDataJSON: fromLatin1(text) }, expected)).toEqual({
      outcome: 'bad',
      why: 'client-data-malformed',
    });
  });
});

describe('an assertion is bad, whoever signed it,', () => {
  const CASES: readonly (readonly [string, AssertionFault, Slips, Partial<ExpectedAssertion>?])[] = [
    ['that is a registration', 'other-ceremony', { type: 'webauthn.create' }],
    ['that pays', 'other-ceremony', { type: 'payment.get' }],
    ['over another challenge', 'other-challenge', { challenge: new Uint8Array(32) }],
    ['over a longer challenge', 'other-challenge', { challenge: concat(CHALLENGE, Uint8Array.of(0)) }],
    ['over a padded challenge', 'other-challenge', { clientData: (text) => text.replace('","origin"', '=","origin"') }],
    ['over no challenge', 'other-challenge', { challenge: new Uint8Array() }, { challenge: new Uint8Array() }],
    ['made elsewhere', 'other-origin', { origin: 'https://panel.cuauhtemoc.example.evil.example' }],
    ['made at another port', 'other-origin', { origin: `${PANEL}:8443` }],
    ['made without TLS', 'other-origin', { origin: PANEL.replace('https', 'http') }],
    ['made in a frame of a stranger', 'framed', { crossOrigin: true }],
    ['made in a frame, told by its topOrigin alone', 'framed', { extraData: { topOrigin: PANEL } }],
    ['for another rpId', 'other-rp-id', { rpId: 'cuauhtemoc.example' }],
    ['while nobody was there', 'user-not-present', { userPresent: false }],
    ['of whoever was there', 'user-not-verified', { userVerified: false }],
    ['backed up and not eligible for it', 'backup-state-impossible', { backedUp: true }],
    ['with bytes at the end', 'authenticator-data-malformed', { extraBytes: Uint8Array.of(0) }],
    ['with the flag of an attested credential', 'authenticator-data-malformed', { flags: 0x40 }],
    ['with the flag of extensions and none', 'authenticator-data-malformed', { flags: 0x80 }],
    [
      'with bytes after its extensions',
      'authenticator-data-malformed',
      { extensions: new Map(), extraBytes: Uint8Array.of(0) },
    ],
    [
      'with extensions that are a list',
      'authenticator-data-malformed',
      { flags: 0x80, extraBytes: Uint8Array.of(0x80) },
    ],
    [
      'with extensions named by numbers',
      'authenticator-data-malformed',
      { flags: 0x80, extraBytes: Uint8Array.of(0xa1, 1, 1) },
    ],
    [
      'with extensions in two spellings',
      'authenticator-data-malformed',
      { flags: 0x80, extraBytes: Uint8Array.of(0xb8, 0) },
    ],
  ];
  test.for(CASES)('%s: %s', async ([, why, slips, change]) => {
    expect(await found(slips, change)).toBe(why);
  });

  test('a registration whose data are signed', async () => {
    const { assertion, expected } = asserted({ flags: 0x40, extraBytes: new Uint8Array(60) });
    expect(await judge(assertion, expected)).toEqual({ outcome: 'bad', why: 'authenticator-data-malformed' });
  });
});

describe('an assertion is bad whose signature', () => {
  test('is of another key', async () => {
    expect(await found({}, { spki: asserted().expected.spki })).toBe('signature-wrong');
    const { assertion, expected } = asserted({}, 'RS256');
    const other = der(generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey);
    expect(await judge(assertion, { ...expected, spki: other })).toEqual({ outcome: 'bad', why: 'signature-wrong' });
  });

  test('is not in DER: two encodings would be two pieces of evidence', async () => {
    const { assertion, expected } = asserted();
    const { signature } = assertion;
    for (const changed of [concat(signature, Uint8Array.of(0)), signature.subarray(0, -1), new Uint8Array()]) {
      const finding = await judge({ ...assertion, signature: changed }, expected);
      expect(finding).toEqual({ outcome: 'bad', why: 'signature-malformed' });
    }
  });
});

describe('a key is unfit', () => {
  const EC = (namedCurve: string): Uint8Array => der(generateKeyPairSync('ec', { namedCurve }).publicKey);
  const RSA = (modulusLength: number, publicExponent = 65537): Uint8Array =>
    der(generateKeyPairSync('rsa', { modulusLength, publicExponent }).publicKey);
  const fit = asserted().expected.spki;
  const CASES: readonly (readonly [string, () => Uint8Array])[] = [
    ['on P-384', () => EC('P-384')],
    ['on secp256k1', () => EC('secp256k1')],
    ['of Ed25519', () => der(generateKeyPairSync('ed25519').publicKey)],
    ['of RSA-PSS', () => der(generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).publicKey)],
    ['of RSA with 1024 bits', () => RSA(1024)],
    ['of RSA with 2047 bits', () => RSA(2047)],
    ['of RSA with 4104 bits', () => written({ modulus: new Uint8Array(513).fill(0xff) })],
    [
      'of RSA with a negative modulus',
      () => written({ modulus: Uint8Array.of(0x80, ...new Uint8Array(255)), isRaw: true }),
    ],
    ['of an algorithm that only looks like RSA', () => written({ name: '1.2.840.113549.1.1.2' })],
    ['of RSA with other parameters', () => written({ parameters: [octetString(new Uint8Array())] })],
    ['of RSA with parameters too many', () => written({ parameters: [nullValue(), nullValue()] })],
    ['of RSA with three numbers', () => written({ more: [integer(1)] })],
    ['of RSA with something beside the key', () => written({ beside: [nullValue()] })],
    ['of RSA with exponent 3', () => RSA(2048, 3)],
    ['with bytes at the end', () => concat(fit, Uint8Array.of(0))],
    ['of RSA with bytes at the end', () => concat(RSA(2048), Uint8Array.of(0))],
    ['that is nothing', () => new Uint8Array()],
  ];

  test('but not when it is written as it should be', async () => {
    expect(await found({}, { spki: written({}) })).toBe('signature-wrong');
  });

  test.for(CASES)('%s', async ([, make]) => {
    expect(await found({}, { spki: make() })).toBe('key-unfit');
  });

  test('whose exponent is even, negative or longer than any', async () => {
    const { assertion, expected } = asserted({}, 'RS256');
    const { spki } = expected;
    const withExponent = (...octets: readonly number[]): Uint8Array => {
      const more = octets.length - 3;
      const out = concat(spki.subarray(0, spki.length - 4), Uint8Array.of(octets.length, ...octets));
      for (const at of [3, 22, 27]) out[at]! += more;
      return out;
    };
    expect(await judge(assertion, { ...expected, spki: withExponent(1, 0, 1) })).toMatchObject({ outcome: 'good' });
    const long = [1, 0, 0, 0, 0, 0, 0, 0, 1];
    for (const octets of [[1, 0, 2], [0x81, 0, 1], long, [0], [0, 0x80, 1]]) {
      const finding = await judge(assertion, { ...expected, spki: withExponent(...octets) });
      expect(finding, String(octets)).toEqual({ outcome: 'bad', why: 'key-unfit' });
    }
  });
});

describe('no more is read than an assertion has', () => {
  const CASES: readonly (readonly [keyof Assertion, number])[] = [
    ['authenticatorData', 1024],
    ['clientDataJSON', 4096],
    ['signature', 1024],
  ];
  test.for(CASES)('%s: %i bytes', async ([field, most]) => {
    const { assertion, expected } = asserted();
    const why = async (length: number): Promise<unknown> =>
      judge({ ...assertion, [field]: new Uint8Array(length) }, expected).then(
        (finding) => 'why' in finding && finding.why,
      );
    expect(await why(most + 1)).toBe('too-long');
    expect(await why(most)).not.toBe('too-long');
  });

  test('authenticator data that are cut short', async () => {
    const { assertion, expected } = asserted();
    const cut = { ...assertion, authenticatorData: assertion.authenticatorData.subarray(0, 36) };
    expect(await judge(cut, expected)).toEqual({ outcome: 'bad', why: 'authenticator-data-malformed' });
  });
});

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const out = Uint8Array.from(bytes);
  out[bit >> 3]! ^= 0x80 >> (bit & 7);
  return out;
}

describe.for(['ES256', 'RS256'] as const)('of an assertion by %s', (algorithm) => {
  const { assertion, expected } = asserted({ extensions: new Map([['a', 1]]), backupEligible: true }, algorithm);

  test('no bit may be another, nor one of what it is about', { timeout: 60_000 }, async () => {
    expect(await judge(assertion, expected)).toMatchObject({ outcome: 'good' });
    const accepted: string[] = [];
    for (const field of ['authenticatorData', 'clientDataJSON', 'signature'] as const) {
      for (let bit = 0; bit < 8 * assertion[field].length; bit++) {
        const finding = await judge({ ...assertion, [field]: flipped(assertion[field], bit) }, expected);
        if (finding.outcome === 'good') accepted.push(`${field} ${bit}`);
      }
    }
    for (const field of ['challenge', 'spki'] as const) {
      for (let bit = 0; bit < 8 * expected[field].length; bit++) {
        const finding = await judge(assertion, { ...expected, [field]: flipped(expected[field], bit) });
        if (finding.outcome === 'good') accepted.push(`${field} ${bit}`);
      }
    }
    expect(accepted).toEqual([]);
  });

  test(
    '10,000 mutations are judged without an exception, and only an unchanged one is good',
    { timeout: 60_000 },
    async () => {
      const parts = { ...assertion, challenge: expected.challenge, spki: expected.spki };
      const names = Object.keys(parts) as (keyof typeof parts)[];
      const piece = fc.oneof(
        fc.uint8Array({ maxLength: 12 }),
        fc.string({ maxLength: 12 }).map(utf8),
        fc.constantFrom('"', '}', ',"challenge":"x"', '\\u0000', '[[[[', '{"a":', '=', '\u0000').map(utf8),
      );
      const edit = fc.record({ name: fc.constantFrom(...names), at: fc.nat(1200), cut: fc.nat(20), piece });
      await fc.assert(
        fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 3 }), async (edits) => {
          const changed = { ...parts };
          for (const { name, at, cut, piece: put } of edits) {
            const bytes = changed[name];
            const start = at % (bytes.length + 1);
            changed[name] = concat(bytes.subarray(0, start), put, bytes.subarray(start + cut));
          }
          const { challenge, spki, ...rest } = changed;
          const finding = await judge(rest, { ...expected, challenge, spki });
          const isSame = names.every((name) => Buffer.from(changed[name]).equals(parts[name]));
          expect(finding.outcome === 'good').toBe(isSame);
        }),
        { numRuns: 5_000 },
      );
    },
  );
});
