import { describe, expect, test } from 'vitest';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { fromBase32, toBase32 } from '../../src/core/base32.ts';
import { concat } from '../../src/core/bytes.ts';
import { isRefusal } from '../../src/core/refusal.ts';
import { sealAddress, sealOrigin } from '../../src/seal/address.ts';
import { decodeSeal, openSeal, verifySealSignature } from '../../src/seal/open.ts';
import { codeOf, refusalOf } from '../support/refuses.ts';
import { softwareSigner } from '../support/software-signer.ts';
import { ADDRESS, CLAIMS, ORIGIN, PREFIXED, SEAL, signer } from './samples.ts';

const places = { origins: [ORIGIN, PREFIXED] };
const BASE32 = toBase32(SEAL);
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Whether a reader would go on with the seal: it was read, and its signature is good. */
async function isAccepted(read: () => ReturnType<typeof decodeSeal>): Promise<boolean> {
  try {
    return await verifySealSignature(read(), signer.spki, nodePrimitives);
  } catch (error) {
    if (isRefusal(error, 'seal/malformed')) return false;
    throw error;
  }
}

describe('the text of a seal', () => {
  const prefixed = sealAddress(PREFIXED, SEAL);
  test.each([
    ['the address as it is printed', ADDRESS],
    ['the address in small letters', ADDRESS.toLowerCase()],
    ['the address as a browser shows it', ADDRESS.replace(/^.*?(?=\/V\/)/, (place) => place.toLowerCase())],
    ['small path, capital seal', `${ORIGIN}/v/${BASE32}`],
    ['capital path, small seal', `${ORIGIN.toUpperCase()}/V/${BASE32.toLowerCase()}`],
    ['white space around', ` \t${ADDRESS}\r\n`],
    ['base32 alone', BASE32],
    ['base32 alone in small letters', BASE32.toLowerCase()],
    ['a former origin with a prefix', prefixed],
    ['a former origin with a prefix, in small letters', prefixed.toLowerCase()],
    ['a former origin as a browser shows it', prefixed.replace('HTTPS://WWW.GOB.MX', 'https://www.gob.mx')],
    ['a hand scanner on a Spanish keyboard', ADDRESS.replace(':', 'Ñ').replaceAll('/', '-')],
    ['the same with capitals locked', ADDRESS.toLowerCase().replace(':', 'ñ').replaceAll('/', '-')],
  ])('is opened from %s', async (_, text) => {
    const seal = openSeal(text, places);
    expect(seal.claims).toEqual(CLAIMS);
    expect(seal.bytes).toEqual(SEAL);
    expect(await verifySealSignature(seal, signer.spki, nodePrimitives)).toBe(true);
  });

  test.each([
    ['mixed case in the seal', `${ADDRESS.slice(0, -1)}${ADDRESS.at(-1)!.toLowerCase()}x`],
    ['one small letter in the seal', ADDRESS.replace(/[A-Z](?=[^A-Z]*$)/, (letter) => letter.toLowerCase())],
    ['mixed case in the prefix', prefixed.replace('/CUAUHTEMOC/', '/Cuauhtemoc/')],
    ['prefix and path in two cases', prefixed.replace('/V/', '/v/')],
    ['a character more', `${ADDRESS}A`],
    ['a query', `${ADDRESS}?utm=1`],
    ['a slash', `${ADDRESS}/`],
    ['padding', `${ADDRESS}=`],
    ['a percent sign', ADDRESS.replace(/.$/, '%41')],
    ['no seal', `${ORIGIN}/v/`],
    ['half a seal', ADDRESS.slice(0, 150)],
    ['half a seal alone', BASE32.slice(0, 100)],
    ['a long word', 'A'.repeat(300)],
    ['more than a seal', BASE32 + BASE32.slice(0, 64)],
  ])('is malformed with %s', (_, text) => {
    expect(codeOf(() => openSeal(text, places))).toBe('seal/malformed');
  });

  test.each([
    ['nothing', ''],
    ['words', 'hola, ¿es verdadero?'],
    ['a folio', 'AC/DGG/SCI/0042/2026'],
    ['a typed code', '04HM-ASW9-NF6X'],
    ['our page without a seal', `${ORIGIN}/directorio`],
    ['our host under another prefix', 'https://www.gob.mx/otra/v/AAAA'],
    ['a telephone', 'tel:+525555555555'],
    ['a script', 'javascript:alert(1)'],
    ['a whole book', 'A'.repeat(100_000)],
    ['a whole book of an address', `${ADDRESS}${'A'.repeat(100_000)}`],
  ])('is no seal: %s', (_, text) => {
    expect(codeOf(() => openSeal(text, places))).toBe('seal/not-a-seal');
  });

  test.each([
    ['another host', ADDRESS.replace('CUAUHTEMOC', 'CUAUHTEM0C'), 'verifica.cuauhtem0c.cdmx.gob.mx'],
    [
      'a host that begins like ours',
      ADDRESS.replace('.MX/', '.MX.EVIL.EXAMPLE/'),
      'verifica.cuauhtemoc.cdmx.gob.mx.evil.example',
    ],
    ['ours as user name', `https://verifica.cuauhtemoc.cdmx.gob.mx@evil.example/V/${BASE32}`, 'evil.example'],
    [
      'ours as user name and password',
      `https://verifica.cuauhtemoc.cdmx.gob.mx:x@evil.example/V/${BASE32}`,
      'evil.example',
    ],
    ['ours after a backslash', `https://evil.example\\@verifica.cuauhtemoc.cdmx.gob.mx/V/${BASE32}`, 'evil.example'],
    ['ours at another port', ADDRESS.replace('.MX/', '.MX:8443/'), 'verifica.cuauhtemoc.cdmx.gob.mx:8443'],
    ['a Kelvin sign for a K', `https://\u212anock.example/v/${BASE32}`, 'knock.example'],
    ['an accent', ADDRESS.replace('CUAUHTEMOC', 'CUAUHTÉMOC'), 'verifica.xn--cuauhtmoc-g4a.cdmx.gob.mx'],
    ['any page', 'https://evil.example/', 'evil.example'],
  ])('leads elsewhere: %s', (_, text, host) => {
    expect(refusalOf(() => openSeal(text, places))).toMatchObject({ code: 'seal/other-host', facts: { host } });
  });

  test.each(['https://tu oficio es auténtico: paga en oxxo, ref 1234', 'https://\u202egpj.example/v/AAAA', 'https://'])(
    'leads elsewhere, and repeats nothing that is no host: %s',
    (text) => {
      expect(refusalOf(() => openSeal(text, places))).toMatchObject({ code: 'seal/other-host', facts: {} });
      expect(refusalOf(() => openSeal(text, places))!.facts).toEqual({});
    },
  );

  test('shows the end of a foreign host that is long, at most a hundred characters', () => {
    const refusal = refusalOf(() => openSeal(`https://${ORIGIN.slice(8)}.${'a'.repeat(400)}.evil.example/`, places));
    const host = `…${'a'.repeat(86)}.evil.example`;
    expect(refusal).toMatchObject({ code: 'seal/other-host', facts: { host } });
  });

  test('does not take an origin with a Kelvin sign for ours', () => {
    const origin = sealOrigin('https://kiosko.example');
    const address = `https://\u212aiosko.example/v/${BASE32}`;
    expect(codeOf(() => openSeal(address, { origins: [origin] }))).toBe('seal/not-a-seal');
  });

  test('is refused over plain HTTP, unless the installation is one of development with such an origin', () => {
    const plain = ADDRESS.replace('HTTPS:', 'HTTP:');
    expect(codeOf(() => openSeal(plain, places))).toBe('seal/not-https');
    const dev = sealOrigin('http://localhost:8443', { allowHttp: true });
    expect(openSeal(sealAddress(dev, SEAL), { origins: [dev] }).claims).toEqual(CLAIMS);
  });
});

describe('the bytes of a seal', () => {
  test('with any one bit changed are not accepted', async () => {
    let accepted = 0;
    for (let bit = 0; bit < SEAL.length * 8; bit++) {
      const changed = Uint8Array.from(SEAL);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      if (await isAccepted(() => decodeSeal(changed))) accepted++;
    }
    expect(accepted).toBe(0);
  });

  test('with any one character of their base32 changed are not accepted', async () => {
    let accepted = 0;
    for (let at = 0; at < BASE32.length; at++) {
      for (const character of ALPHABET) {
        if (character === BASE32[at]) continue;
        const changed = BASE32.slice(0, at) + character + BASE32.slice(at + 1);
        // Pad bits: 158 bytes leave one of five bits of the last character unused.
        const bytes = fromBase32(changed);
        if (bytes && (await isAccepted(() => decodeSeal(bytes)))) accepted++;
      }
    }
    expect(accepted).toBe(0);
  });

  test('cut short, with a byte more, or with a byte left out are malformed', () => {
    for (let length = 0; length < SEAL.length; length++) {
      expect(codeOf(() => decodeSeal(SEAL.subarray(0, length)))).toBe('seal/malformed');
      const without = concat(SEAL.subarray(0, length), SEAL.subarray(length + 1));
      expect(codeOf(() => decodeSeal(without))).toBe('seal/malformed');
    }
    for (const more of [0, 0x40, 0xa0, 0xff]) {
      expect(codeOf(() => decodeSeal(concat(SEAL, Uint8Array.of(more))))).toBe('seal/malformed');
    }
  });

  test('are not accepted under another key', async () => {
    const seal = decodeSeal(SEAL);
    expect(await verifySealSignature(seal, softwareSigner().spki, nodePrimitives)).toBe(false);
    expect(await verifySealSignature(seal, softwareSigner('P-384').spki, nodePrimitives)).toBe(false);
    expect(await verifySealSignature(seal, new Uint8Array(), nodePrimitives)).toBe(false);
  });
});

describe('an origin', () => {
  test.each([
    ['https://Verifica.Example.MX', 'https://verifica.example.mx'],
    ['https://a.mx/', 'https://a.mx'],
    ['https://a.mx:443/x/', 'https://a.mx/x'],
    ['https://a.mx:8443/X-1.b', 'https://a.mx:8443/x-1.b'],
    ['https://xn--cuauhtmoc-i4a.mx', 'https://xn--cuauhtmoc-i4a.mx'],
  ])('%s is %s', (text, origin) => {
    expect(sealOrigin(text)).toBe(origin);
  });

  test.each([
    'a.mx',
    'ftp://a.mx',
    'https://',
    'https://a.mx/a_b',
    'https://a.mx/~x',
    'https://a.mx/%20',
    'https://a.mx/a b',
    'https://a.mx/../b',
    'https://a.mx/.',
    'https://a.mx//b',
    'https://a.mx?x',
    'https://a.mx#x',
    'https://u@a.mx',
    'https://[::1]',
    'https://á.mx',
    'https://a..mx',
    'https://-a.mx',
    'https://a.mx:0',
    'https://a.mx:65536',
    'https://a.mx\n',
    `https://${'a'.repeat(120)}.mx`,
  ])('%j cannot stand in a seal', (text) => {
    expect(codeOf(() => sealOrigin(text, { allowHttp: true }))).toBe('seal/origin');
  });

  test('without TLS is for development alone', () => {
    expect(codeOf(() => sealOrigin('http://a.mx'))).toBe('seal/not-https');
    expect(sealOrigin('http://a.mx:80', { allowHttp: true })).toBe('http://a.mx');
  });
});
