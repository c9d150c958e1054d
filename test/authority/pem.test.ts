import { rootCertificates } from 'node:tls';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readCertificate } from '../../src/authority/certificate.ts';
import { decodeOnePem, decodePem, encodePem } from '../../src/authority/pem.ts';
import { codeOf } from '../support/refuses.ts';

test('what was written is read back, several as well', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 200 }), { minLength: 1, maxLength: 5 }), (blocks) => {
      const text = blocks.map((block) => encodePem('CERTIFICATE', block)).join('');
      expect(decodePem('CERTIFICATE', text)).toEqual(blocks);
      expect(decodePem('CERTIFICATE', `Subject: Ana\n${text.replaceAll('\n', '\r\n')}`)).toEqual(blocks);
    }),
  );
});

const good = encodePem('CERTIFICATE', new Uint8Array(60));
test.each([
  ['nothing', ''],
  ['another label', good.replaceAll('CERTIFICATE', 'X509 CRL')],
  ['a private key beside it', good + encodePem('PRIVATE KEY', new Uint8Array(8))],
  ['a block that does not end', good.replace(/-----END.*\n/, '')],
  ['a block in a block', good.replace(/\n/, '\n-----BEGIN CERTIFICATE-----\n')],
  ['an end without a beginning', good.replace(/.*\n/, '')],
  ['no contents', '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n'],
  ['a header inside', good.replace(/\n/, '\nProc-Type: 4,ENCRYPTED\n')],
  ['an empty line inside', good.replace(/\n/, '\n\n')],
  ['a blank inside', good.replace('AAAA\n', 'AAA \n')],
  ['pad bits that are not zero', good.replace(/A\n-----END/, 'B=\n-----END')],
  ['two blocks', good + good],
])('refuses %s', (_, text) => expect(codeOf(() => decodeOnePem('CERTIFICATE', text))).toBe('authority/malformed'));

test('refuses more blocks than asked for', () => {
  expect(codeOf(() => decodePem('CERTIFICATE', good.repeat(17)))).toBe('authority/malformed');
});

test('reads every root that Node ships, as it stands', () => {
  for (const root of rootCertificates) {
    const der = decodeOnePem('CERTIFICATE', root);
    expect(readCertificate(der).encoded).toEqual(der);
  }
});
