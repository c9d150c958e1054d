import 'reflect-metadata';
import { X509Certificate } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as peculiar from '@peculiar/x509';
import { beforeAll, describe, expect, test } from 'vitest';
import { generateKey } from '../../src/adapters/keys.ts';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { systemClock, systemRandom } from '../../src/adapters/system.ts';
import { authorityRecord, certificateOf, isDevelopmentRoot, makeAuthority } from '../../src/authority/authority.ts';
import { createAuthorities } from '../../src/authority/ceremony.ts';
import { findExtension, readCertificate } from '../../src/authority/certificate.ts';
import { validateChain } from '../../src/authority/chain.ts';
import { USAGE } from '../../src/authority/extension.ts';
import { completeCertificate, prepareCertificate } from '../../src/authority/issue.ts';
import { formatName } from '../../src/authority/name.ts';
import { encodePem } from '../../src/authority/pem.ts';
import { makeSerial } from '../../src/authority/prepare.ts';
import { crlAddress, profileHashOid } from '../../src/authority/profile.ts';
import { decodeCbor } from '../../src/core/cbor.ts';
import { isRefusal } from '../../src/core/refusal.ts';
import {
  ARC,
  DAY_SECONDS,
  draftFor,
  issueTestLeaf,
  later,
  MADE_AT,
  makeTestAuthorities,
  ORIGIN,
  publicKeyOf,
  type TestAuthorities,
  type TestLeaf,
} from '../support/authorities.ts';
import { ask, missingJudge, withFolder } from '../support/judges.ts';
import { codeOfAct } from '../support/refuses.ts';

let authorities: TestAuthorities;
let staff: TestLeaf;
let signer: TestLeaf;
let card: TestLeaf;

beforeAll(async () => {
  authorities = await makeTestAuthorities();
  staff = await issueTestLeaf(authorities, 'staff', { email: 'maria.nunez@alcaldia.example' });
  signer = await issueTestLeaf(authorities, 'signer');
  card = await issueTestLeaf(authorities, 'card');
});

function chainOf(leaf: TestLeaf, issuer: 'credenciales' | 'oficios', at = MADE_AT) {
  const { raiz, ...others } = authorities.certificates;
  return validateChain(
    { certificate: leaf.certificate, intermediates: Object.values(others), anchors: [raiz], at },
    nodePrimitives,
  ).then((result) => ({ ...result, issuer: result.path?.[1] === authorities.certificates[issuer] }));
}

describe('the ceremony', () => {
  test('records every body before the root signs it', () => {
    expect(authorities.intents.map(({ authority }) => authority)).toEqual(['raiz', 'credenciales', 'oficios']);
    const { raiz, credenciales, oficios } = authorities.certificates;
    expect(authorities.intents.map(({ tbs }) => tbs)).toEqual([raiz.tbs, credenciales.tbs, oficios.tbs]);
  });

  test('signs nothing that could not be recorded', async () => {
    const signers = Object.fromEntries(
      Object.entries(authorities.keys).map(([id, { signer: own }]) => [
        id,
        { ...own, sign: () => Promise.reject(new Error('signed')) },
      ]),
    ) as never;
    const deps = {
      clock: () => MADE_AT,
      random: systemRandom,
      primitives: nodePrimitives,
      recordIntent: () => Promise.reject(new Error('not recorded')),
    };
    const request = { institution: 'I', country: 'MX', origin: ORIGIN, arc: ARC, signers };
    await expect(createAuthorities(deps, request)).rejects.toThrow('not recorded');
  });

  test('refuses two authorities with one key', async () => {
    const { raiz, oficios } = authorities.keys;
    const signers = { raiz: raiz.signer, credenciales: oficios.signer, oficios: oficios.signer };
    const deps = {
      clock: () => MADE_AT,
      random: systemRandom,
      primitives: nodePrimitives,
      recordIntent: async () => {},
    };
    const request = { institution: 'I', country: 'MX', origin: ORIGIN, arc: ARC, signers };
    expect(await codeOfAct(() => createAuthorities(deps, request))).toBe('authority/key-in-use');
  });

  test('makes a root of a development installation that says so', () => {
    const record = makeAuthority('raiz', authorities.certificates.raiz, MADE_AT, nodePrimitives);
    expect(isDevelopmentRoot(record)).toBe(true);
    expect(certificateOf(record)).toEqual(authorities.certificates.raiz);
    expect(record.keyId).toBe(authorities.keys.raiz.keyId);
    expect(decodeCbor(authorityRecord(record, nodePrimitives))).toMatchObject([1, 'authority/created', 'raiz', {}]);
  });
});

describe('what we issue', () => {
  test('stands under our root by our own rules, for what it is for', async () => {
    const forLetters = await chainOf(signer, 'oficios');
    expect(forLetters).toMatchObject({ outcome: 'pass', issuer: true, development: true });
    const { raiz, oficios } = authorities.certificates;
    const base = { certificate: signer.certificate, intermediates: [oficios], anchors: [raiz], at: MADE_AT };
    const asked = {
      ...base,
      requiredEku: USAGE.documentSigning,
      requiredKeyUsage: ['nonRepudiation'] as const,
      requiredPolicy: `${ARC}.1.2`,
    };
    expect((await validateChain(asked, nodePrimitives)).outcome).toBe('pass');
    for (const wrong of [
      { requiredEku: USAGE.clientAuth },
      { requiredKeyUsage: ['keyEncipherment'] as const },
      { requiredPolicy: `${ARC}.1.1` },
      { at: later(-1) },
      { at: later(365 * DAY_SECONDS + 1) },
    ]) {
      expect((await validateChain({ ...asked, ...wrong }, nodePrimitives)).outcome).toBe('fail');
    }
  });

  test('binds the public profile of a staff member by its hash', () => {
    const extension = findExtension(staff.certificate, profileHashOid(ARC));
    expect(extension).toMatchObject({ critical: false });
    expect(extension!.value.subarray(2)).toEqual(nodePrimitives.digest('SHA-256', Uint8Array.of(1)));
  });

  test('has an unpredictable serial number of sixteen octets', () => {
    const serials = Array.from({ length: 64 }, () => makeSerial(systemRandom));
    expect(new Set(serials.map(String)).size).toBe(64);
    expect(serials.every((serial) => serial.length === 16 && serial[0]! >= 0x40 && serial[0]! < 0x80)).toBe(true);
  });

  test('points at plain http, whatever the origin is', () => {
    expect(staff.certificate.extensions.crlDistributionPoints).toEqual([
      'http://verifica.alcaldia.example/crl/credenciales.crl',
    ]);
    expect(crlAddress('https://a.example:8443/base', 'raiz')).toBe('http://a.example/base/crl/raiz.crl');
    expect(crlAddress('http://localhost:8080', 'raiz')).toBe('http://localhost:8080/crl/raiz.crl');
  });

  test('is refused when the signer returns another signature', async () => {
    const draft = draftFor(authorities, 'signer', publicKeyOf(await generateKey('P-256')));
    const prepared = prepareCertificate(draft, MADE_AT, nodePrimitives);
    const wrong = await authorities.keys.credenciales.signer.sign(prepared.tbs);
    const issuerKey = authorities.certificates.oficios.key;
    const complete = () => completeCertificate(prepared, wrong, issuerKey, nodePrimitives);
    expect(await codeOfAct(complete)).toBe('authority/wrong-signature');
  });

  test.each([
    ['outlives its issuer', { notAfter: later(11 * 366 * DAY_SECONDS) }, 'authority/validity'],
    ['outlives its profile', { notAfter: later(4 * 366 * DAY_SECONDS) }, 'authority/validity'],
    ['ends before it begins', { notAfter: later(-1) }, 'authority/validity'],
    ['begins long ago', { notBefore: later(-2 * DAY_SECONDS) }, 'authority/lint'],
    ['has a serial number that is too short', { serial: Uint8Array.of(1, 2, 3) }, 'authority/lint'],
    ['has a serial number of zeros', { serial: new Uint8Array(16).fill(0x41) }, 'authority/lint'],
    ['has an address that is none', { email: 'ñandú@x.example' }, 'authority/name'],
    ['has no hash of its profile', { profileHash: undefined }, 'authority/lint'],
    ['is of another profile', { profile: 'signer' as const }, 'authority/lint'],
  ])('is not prepared when it %s', async (_, changes, code) => {
    const draft = { ...draftFor(authorities, 'staff', publicKeyOf(await generateKey('P-256'))), ...changes } as never;
    expect(await codeOfAct(() => prepareCertificate(draft, MADE_AT, nodePrimitives))).toBe(code);
  });

  test.each([
    ['more than 64 characters', 'ñ'.repeat(65)],
    ['nothing', ''],
    ['letters and marks apart', 'María'.normalize('NFD')],
    ['a mark that turns the direction', 'Ana\u202e Ruiz'],
    ['a control character', 'Ana\u0000Ruiz'],
    ['spaces at an end', 'Ana '],
    ['half a character', '\ud800'],
  ])('names nobody with %s', async (_, commonName) => {
    const draft = draftFor(authorities, 'staff', publicKeyOf(await generateKey('P-256')));
    const changed = { ...draft, subject: { ...draft.subject, commonName } };
    expect(await codeOfAct(() => prepareCertificate(changed, MADE_AT, nodePrimitives))).toBe('authority/name');
  });

  test('is never for a key of an authority', async () => {
    const key = authorities.certificates.credenciales.key;
    const draft = draftFor(authorities, 'staff', key);
    expect(await codeOfAct(() => prepareCertificate(draft, MADE_AT, nodePrimitives))).toBe('authority/lint');
  });
});

describe("others' programs", () => {
  const noOpenssl = missingJudge('openssl');
  const noCerttool = missingJudge('certtool');

  function writeAll(
    folder: string,
    { certificates }: TestAuthorities,
    leaf: TestLeaf,
    issuer: 'credenciales' | 'oficios',
  ) {
    const paths = { root: join(folder, 'root.pem'), ca: join(folder, 'ca.pem'), leaf: join(folder, 'leaf.pem') };
    const pem = (der: Uint8Array): string => encodePem('CERTIFICATE', der);
    writeFileSync(paths.root, pem(certificates.raiz.encoded));
    writeFileSync(paths.ca, pem(certificates[issuer].encoded));
    writeFileSync(paths.leaf, pem(leaf.certificate.encoded));
    const chain = join(folder, 'chain.pem');
    const { raiz } = certificates;
    const parts = [leaf.certificate, certificates[issuer], raiz].map(({ encoded }) => pem(encoded));
    writeFileSync(chain, parts.join(''));
    return { ...paths, chain };
  }

  test.skipIf(noOpenssl)(`openssl verifies all chains strictly (${noOpenssl ?? 'here'})`, () => {
    for (const [leaf, issuer, purposes] of [
      [staff, 'credenciales', ['sslclient']],
      [signer, 'oficios', ['smimesign']],
      [card, 'credenciales', []],
    ] as const) {
      withFolder((folder) => {
        const { root, ca, leaf: leafPath } = writeAll(folder, authorities, leaf, issuer);
        const time = ['-attime', String(MADE_AT + 60)];
        const policy = ['-policy_check', '-explicit_policy', '-policy', `${ARC}.1.${leaf === signer ? 2 : 1}`];
        const args = ['verify', '-x509_strict', ...time, ...policy, '-CAfile', root, '-untrusted', ca, leafPath];
        const ruling = ask('openssl', args);
        expect(ruling.text).toContain(': OK');
        expect(ruling.status).toBe(0);
        for (const purpose of purposes) {
          const asked = ask('openssl', [
            'verify',
            ...time,
            '-purpose',
            purpose,
            '-CAfile',
            root,
            '-untrusted',
            ca,
            leafPath,
          ]);
          expect(asked).toMatchObject({ status: 0 });
        }
      });
    }
  });

  test.skipIf(noCerttool)(`certtool verifies the chain (${noCerttool ?? 'here'})`, async () => {
    // certtool knows no other time than now.
    const today = await makeTestAuthorities(systemClock());
    const leaf = await issueTestLeaf(today, 'signer');
    withFolder((folder) => {
      const { chain, root } = writeAll(folder, today, leaf, 'oficios');
      expect(ask('certtool', ['--verify-chain', '--infile', chain]).text).toContain(
        'Chain verification output: Verified',
      );
      const args = ['--verify', '--load-ca-certificate', root, '--infile', chain];
      expect(ask('certtool', args)).toMatchObject({ status: 0 });
      expect(ask('certtool', ['-i', '--infile', chain])).toMatchObject({ status: 0 });
    });
  });

  test("Node's and @peculiar/x509's readers see the same", async () => {
    for (const { certificate } of [staff, signer, card]) {
      const node = new X509Certificate(Buffer.from(certificate.encoded));
      expect(node.serialNumber.toLowerCase()).toBe(certificate.serial.hex);
      expect(Date.parse(node.validTo) / 1000).toBe(certificate.notAfter);
      expect(node.ca).toBe(false);
      const other = new peculiar.X509Certificate(new Uint8Array(certificate.encoded));
      expect(other.serialNumber).toBe(certificate.serial.hex);
      expect(other.subject).toBe(
        formatName(certificate.subject).replace('title=', 'T=').replace('serialNumber=', '2.5.4.5='),
      );
      const issuer = signer.certificate === certificate ? 'oficios' : 'credenciales';
      const issuerCertificate = new peculiar.X509Certificate(new Uint8Array(authorities.certificates[issuer].encoded));
      expect(await other.verify({ publicKey: issuerCertificate.publicKey, signatureOnly: true })).toBe(true);
    }
  });
});

test('no single bit of a certificate can change and stay good', async () => {
  const { encoded } = signer.certificate;
  const { raiz, oficios } = authorities.certificates;
  for (let round = 0; round < 500; round++) {
    const [a, b, c] = systemRandom(3) as unknown as [number, number, number];
    const bit = ((a << 16) | (b << 8) | c) % (8 * encoded.length);
    const changed = encoded.slice();
    changed[bit >> 3]! ^= 0x80 >> (bit & 7);
    try {
      const certificate = readCertificate(changed);
      const request = { certificate, intermediates: [oficios], anchors: [raiz], at: MADE_AT };
      expect((await validateChain(request, nodePrimitives)).outcome, `bit ${bit}`).toBe('fail');
    } catch (error) {
      if (!isRefusal(error)) throw error;
      expect(error.code).toBe('authority/malformed');
    }
  }
});
