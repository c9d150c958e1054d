import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { contextTag } from '../../src/asn1/tag.ts';
import { boolean, der, enumerated, integer, octetString, oid, sequence, time } from '../../src/asn1/write.ts';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { systemClock, systemRandom } from '../../src/adapters/system.ts';
import { encodeSignatureAlgorithm } from '../../src/authority/algorithm.ts';
import { validateChain } from '../../src/authority/chain.ts';
import { encodePem } from '../../src/authority/pem.ts';
import { crlAddress } from '../../src/authority/profile.ts';
import { toHex } from '../../src/core/bytes.ts';
import { isRefusal } from '../../src/core/refusal.ts';
import type { UnixSeconds } from '../../src/core/time.ts';
import { crlRevocation } from '../../src/revocation/crl-check.ts';
import { completeCrl, prepareCrl } from '../../src/revocation/crl-complete.ts';
import { type CrlDraft, encodeTbsCrl } from '../../src/revocation/crl-encode.ts';
import { lintCrl } from '../../src/revocation/crl-lint.ts';
import { type Crl, findRevoked, readCrl, readCrlBody, type RevokedEntry } from '../../src/revocation/crl.ts';
import {
  DAY_SECONDS,
  issueTestLeaf,
  later,
  MADE_AT,
  makeTestAuthorities,
  ORIGIN,
  type TestAuthorities,
  type TestLeaf,
} from '../support/authorities.ts';
import { ask, missingJudge, withFolder } from '../support/judges.ts';
import { codeOf } from '../support/refuses.ts';
import { processorTime } from '../support/processor-time.ts';

const ES256 = { name: 'ECDSA', digest: 'SHA-256' } as const;
const ES384 = { name: 'ECDSA', digest: 'SHA-384' } as const;

let authorities: TestAuthorities;
let leaf: TestLeaf;

beforeAll(async () => {
  authorities = await makeTestAuthorities();
  leaf = await issueTestLeaf(authorities, 'signer');
});

function draftOf(id: 'raiz' | 'oficios', changes: Partial<CrlDraft> = {}, of = authorities): CrlDraft {
  const { subject, extensions } = of.certificates[id];
  return {
    issuer: subject.encoded,
    authorityKeyIdentifier: extensions.subjectKeyIdentifier!,
    signatureAlgorithm: id === 'raiz' ? ES384 : ES256,
    thisUpdate: later(3600),
    nextUpdate: later(3600 + DAY_SECONDS),
    number: 1,
    entries: [],
    ...changes,
  };
}

async function makeCrl(id: 'raiz' | 'oficios', changes: Partial<CrlDraft> = {}, of = authorities): Promise<Crl> {
  const draft = draftOf(id, changes, of);
  const issuer = of.certificates[id];
  const at = draft.thisUpdate;
  const { partition } = draft;
  const tbs = prepareCrl(draft, { issuer, at, ...(partition && { partition }) });
  const signature = await of.keys[id].signer.sign(tbs);
  return completeCrl(tbs, signature, draft.signatureAlgorithm, issuer, nodePrimitives);
}

const entry = (serial: string, more: Partial<RevokedEntry> = {}): RevokedEntry => ({ serial, since: MADE_AT, ...more });

describe('what was written is read back', () => {
  test('with every entry, in numeric order', () => {
    const serial = fc.uint8Array({ minLength: 1, maxLength: 19 }).map((bytes) => {
      bytes[0] = (bytes[0]! & 0x7f) | 1;
      return toHex(bytes);
    });
    const record = fc.record({
      serial,
      since: fc.nat({ max: 3600 }).map((seconds) => later(seconds)),
      reason: fc.constantFrom(undefined, 1, 3, 4, 5, 6, 9),
      invalidityDate: fc.constantFrom(undefined, MADE_AT),
    });
    const entries = fc.uniqueArray(record, { selector: (one) => one.serial, maxLength: 30 });
    fc.assert(
      fc.property(entries, (drawn) => {
        const clean = drawn.map(
          (one) => Object.fromEntries(Object.entries(one).filter(([, value]) => value !== undefined)) as never,
        ) as RevokedEntry[];
        const body = readCrlBody(encodeTbsCrl(draftOf('oficios', { entries: clean })));
        const numeric = clean.toSorted((a, b) => (BigInt(`0x${a.serial}`) < BigInt(`0x${b.serial}`) ? -1 : 1));
        expect([...body.entries.values()]).toEqual(numeric);
        expect(encodeTbsCrl(draftOf('oficios', { entries: numeric }))).toEqual(body.tbs);
      }),
    );
  });

  test('with its head, its scope and its promise about expired certificates', async () => {
    const uri = crlAddress(ORIGIN, 'oficios');
    const crl = await makeCrl('oficios', { number: 300, partition: { uri, only: 'user' }, expiredSince: MADE_AT });
    expect(crl).toMatchObject({
      number: 300n,
      thisUpdate: later(3600),
      nextUpdate: later(3600 + DAY_SECONDS),
      scope: { uris: [uri], onlyUserCertificates: true, onlyAuthorityCertificates: false, unsupported: false },
      expiredSince: MADE_AT,
    });
    expect(crl.entries.size).toBe(0);
  });

  test('100,000 entries, at the cost of ten times 10,000', async () => {
    const costOf = (count: number): Promise<number> => {
      const bytes = systemRandom(16 * count);
      const entries = Array.from({ length: count }, (_, i) => {
        const serial = bytes.slice(16 * i, 16 * i + 16);
        serial[0] = 0x40;
        return entry(toHex(serial), { reason: 1 + (i % 6), since: later(i % 3600) });
      });
      return processorTime(async () => {
        const tbs = encodeTbsCrl(draftOf('oficios', { entries }));
        const signature = await authorities.keys.oficios.signer.sign(tbs);
        const crl = await completeCrl(tbs, signature, ES256, authorities.certificates.oficios, nodePrimitives);
        expect(crl.entries.size).toBe(count);
        expect(findRevoked(crl, entries[count - 7]!.serial)).toEqual(entries[count - 7]);
      });
    };
    await costOf(10_000);
    // A search among all that came before would cost a hundred times as much.
    expect((await costOf(100_000)) / (await costOf(10_000))).toBeLessThan(50);
  });
});

describe('refuses to write', () => {
  test('a certificate twice', () => {
    const draft = draftOf('oficios', { entries: [entry('40aa'), entry('40ab'), entry('40aa')] });
    expect(codeOf(() => encodeTbsCrl(draft))).toBe('revocation/duplicate-serial');
  });

  test.each<[string, string, Partial<CrlDraft>, object]>([
    ['a number that is not greater', 'crl/number', { number: 7 }, { previousNumber: 7 }],
    ['a list of the future', 'crl/this-update', {}, { at: later(3599) }],
    ['a next update before this one', 'crl/readable', { nextUpdate: later(3599) }, {}],
    ['a next update that is too far', 'crl/next-update', { nextUpdate: later(12 * DAY_SECONDS) }, {}],
    ['another name', 'crl/issuer', { issuer: sequence() }, {}],
    ['another key identifier', 'crl/authority-key-identifier', { authorityKeyIdentifier: new Uint8Array(20) }, {}],
    ['another algorithm', 'crl/algorithm', { signatureAlgorithm: ES384 }, {}],
    ['a removal', 'crl/readable', { entries: [entry('40', { reason: 8 })] }, {}],
    ['reason 7', 'crl/readable', { entries: [entry('40', { reason: 7 })] }, {}],
    ['reason 10', 'crl/entries', { entries: [entry('40', { reason: 10 })] }, {}],
    ['a revocation of the future', 'crl/entries', { entries: [entry('40', { since: later(3601) })] }, {}],
    ['serial number zero', 'crl/entries', { entries: [entry('00')] }, {}],
    ['a scope that nobody asked for', 'crl/scope', { partition: { uri: 'http://a.example/x.crl' } }, {}],
    ['a part without its scope', 'crl/scope', {}, { partition: { uri: 'http://a.example/x.crl' } }],
  ])('%s', (_, rule, changes, held) => {
    const tbs = encodeTbsCrl(draftOf('oficios', changes));
    const context = { issuer: authorities.certificates.oficios, at: later(3600), ...held };
    expect(lintCrl(tbs, context).map((finding) => finding.rule)).toContain(rule);
    expect(codeOf(() => prepareCrl(draftOf('oficios', changes), context))).toBe('revocation/lint');
  });

  test('entries out of order', () => {
    const good = encodeTbsCrl(draftOf('oficios', { entries: [entry('41'), entry('42')] }));
    const swapped = good.slice();
    const at = [...swapped.keys()].find((i) => swapped[i] === 2 && swapped[i + 1] === 1 && swapped[i + 2] === 0x41)!;
    swapped[at + 2] = 0x43;
    const context = { issuer: authorities.certificates.oficios, at: later(3600) };
    expect(lintCrl(swapped, context)).toMatchObject([{ rule: 'crl/canonical' }]);
    expect(lintCrl(good, context)).toEqual([]);
  });

  test('a list with the signature of another key', async () => {
    const tbs = encodeTbsCrl(draftOf('oficios'));
    const wrong = await authorities.keys.credenciales.signer.sign(tbs);
    const work = completeCrl(tbs, wrong, ES256, authorities.certificates.oficios, nodePrimitives);
    await expect(work).rejects.toMatchObject({ code: 'revocation/wrong-signature' });
  });
});

describe('refuses to read', () => {
  const NUMBER = sequence(oid('2.5.29.20'), octetString(integer(1)));

  function body(parts: { version?: Uint8Array; entries?: Uint8Array[]; extensions?: Uint8Array[]; next?: boolean }) {
    return sequence(
      parts.version ?? integer(1),
      encodeSignatureAlgorithm(ES256),
      authorities.certificates.oficios.subject.encoded,
      time(MADE_AT),
      ...(parts.next === false ? [] : [time(later(60))]),
      ...(parts.entries ? [sequence(...parts.entries)] : []),
      der(contextTag(0), sequence(...(parts.extensions ?? [NUMBER]))),
    );
  }
  const revoked = (...more: Uint8Array[]) => sequence(integer(0x40), time(MADE_AT), ...more);
  const reason = (value: Uint8Array) => sequence(sequence(oid('2.5.29.21'), octetString(value)));

  test('nothing that is good', () => {
    expect(() => readCrlBody(body({ entries: [revoked(reason(enumerated(1)))] }))).not.toThrow();
  });

  test.each<[string, () => Uint8Array]>([
    ['version 1', () => body({ version: new Uint8Array(0) })],
    ['version 3', () => body({ version: integer(2) })],
    ['no next update', () => body({ next: false })],
    ['an empty list of entries', () => body({ entries: [] })],
    ['a certificate twice', () => body({ entries: [revoked(), revoked()] })],
    ['a reason that is an integer', () => body({ entries: [revoked(reason(integer(1)))] })],
    ['reason 11', () => body({ entries: [revoked(reason(enumerated(11)))] })],
    [
      'an unknown critical entry extension',
      () => body({ entries: [revoked(sequence(sequence(oid('2.5.29.29'), boolean(true), octetString(sequence()))))] }),
    ],
    ['no number', () => body({ extensions: [sequence(oid('1.2.3'), octetString(sequence()))] })],
    ['no extensions', () => body({ extensions: [] })],
    ['a number twice', () => body({ extensions: [NUMBER, NUMBER] })],
    [
      'a critical number',
      () => body({ extensions: [sequence(oid('2.5.29.20'), boolean(true), octetString(integer(1)))] }),
    ],
    [
      'a scope that is not critical',
      () => body({ extensions: [NUMBER, sequence(oid('2.5.29.28'), octetString(sequence()))] }),
    ],
    [
      'a scope with FALSE written out',
      () =>
        body({
          extensions: [
            NUMBER,
            sequence(
              oid('2.5.29.28'),
              boolean(true),
              octetString(sequence(der(contextTag(1, 'primitive'), Uint8Array.of(0)))),
            ),
          ],
        }),
    ],
  ])('%s', (_, make) => expect(codeOf(() => readCrlBody(make()))).toBe('revocation/malformed'));

  test('bytes after the end, and a list that is cut short', async () => {
    const { encoded } = await makeCrl('oficios');
    expect(codeOf(() => readCrl(Uint8Array.of(...encoded, 0)))).toBe('revocation/malformed');
    expect(codeOf(() => readCrl(encoded.subarray(0, -1)))).toBe('revocation/malformed');
    expect(codeOf(() => readCrl(new Uint8Array(0)))).toBe('revocation/malformed');
  });
});

describe('a list answers', () => {
  async function outcomeOf(crls: readonly Crl[], at: UnixSeconds = later(3700), freshAt?: UnixSeconds) {
    const revocation = crlRevocation(crls, nodePrimitives, freshAt === undefined ? {} : { freshAt });
    const { raiz, oficios } = authorities.certificates;
    const request = { certificate: leaf.certificate, intermediates: [oficios], anchors: [raiz], at, revocation };
    const result = await validateChain(request, nodePrimitives);
    return [result.outcome, ...(result.revocation ?? []).map(({ status }) => status)];
  }

  test('good, revoked and suspended', async () => {
    const { hex } = leaf.certificate.serial;
    const root = await makeCrl('raiz');
    expect(await outcomeOf([root, await makeCrl('oficios', { entries: [entry('40')] })])).toEqual([
      'pass',
      'good',
      'good',
    ]);
    const revoked = await makeCrl('oficios', { entries: [entry(hex, { reason: 1 })] });
    expect(await outcomeOf([root, revoked])).toEqual(['fail', 'revoked', 'good']);
    const held = await makeCrl('oficios', { entries: [entry(hex, { reason: 6 })] });
    expect(await outcomeOf([root, held])).toEqual(['fail', 'suspended', 'good']);
  });

  test('by the one with the highest number', async () => {
    const root = await makeCrl('raiz');
    const old = await makeCrl('oficios', { entries: [entry(leaf.certificate.serial.hex, { reason: 6 })] });
    const resumed = await makeCrl('oficios', { number: 2 });
    expect(await outcomeOf([old, root, resumed])).toEqual(['pass', 'good', 'good']);
    expect(await outcomeOf([resumed, root, old])).toEqual(['pass', 'good', 'good']);
  });

  test('for the time that is judged, from the list of today', async () => {
    const root = await makeCrl('raiz', { thisUpdate: later(9 * DAY_SECONDS), nextUpdate: later(10 * DAY_SECONDS) });
    const today = {
      thisUpdate: later(9 * DAY_SECONDS),
      nextUpdate: later(10 * DAY_SECONDS),
      entries: [entry(leaf.certificate.serial.hex, { reason: 1, since: later(5 * DAY_SECONDS) })],
    };
    const crls = [root, await makeCrl('oficios', today)];
    const fresh = later(9 * DAY_SECONDS + 5);
    expect(await outcomeOf(crls, later(4 * DAY_SECONDS), fresh)).toEqual(['pass', 'good', 'good']);
    expect(await outcomeOf(crls, later(5 * DAY_SECONDS), fresh)).toEqual(['fail', 'revoked', 'good']);
    const earlier = [
      entry(leaf.certificate.serial.hex, { ...today.entries[0]!, invalidityDate: later(3 * DAY_SECONDS) }),
    ];
    const dated = [root, await makeCrl('oficios', { ...today, entries: earlier })];
    expect(await outcomeOf(dated, later(4 * DAY_SECONDS), fresh)).toEqual(['fail', 'revoked', 'good']);
  });

  test('nothing when it is stale, of the future, of another issuer or scope, or forged', async () => {
    const root = await makeCrl('raiz');
    const own = await makeCrl('oficios');
    expect(await outcomeOf([root])).toEqual(['unknown', 'unknown', 'good']);
    expect(await outcomeOf([root, own], later(3600 + DAY_SECONDS + 1))).toEqual(['unknown', 'unknown', 'unknown']);
    expect(await outcomeOf([root, own], later(3599))).toEqual(['unknown', 'unknown', 'unknown']);
    const part = await makeCrl('oficios', { partition: { uri: 'http://a.example/other.crl' } });
    expect(await outcomeOf([root, part])).toEqual(['unknown', 'unknown', 'good']);
    const ofAuthorities = { partition: { uri: crlAddress(ORIGIN, 'oficios'), only: 'authority' as const } };
    expect(await outcomeOf([root, await makeCrl('oficios', ofAuthorities)])).toEqual(['unknown', 'unknown', 'good']);
    const ours = await makeCrl('oficios', { partition: { uri: crlAddress(ORIGIN, 'oficios'), only: 'user' } });
    expect(await outcomeOf([root, ours])).toEqual(['pass', 'good', 'good']);
    const forged = own.encoded.slice();
    forged[forged.length - 1]! ^= 1;
    expect(await outcomeOf([root, readCrl(forged)])).toEqual(['unknown', 'unknown', 'good']);
  });

  test('nothing good after any single bit of it changed', async () => {
    const root = await makeCrl('raiz');
    const { encoded } = await makeCrl('oficios', { entries: [entry(leaf.certificate.serial.hex, { reason: 4 })] });
    for (let round = 0; round < 500; round++) {
      const [a, b] = systemRandom(2) as unknown as [number, number];
      const bit = ((a << 8) | b) % (8 * encoded.length);
      const changed = encoded.slice();
      changed[bit >> 3]! ^= 0x80 >> (bit & 7);
      try {
        const [outcome] = await outcomeOf([root, readCrl(changed)]);
        expect(outcome, `bit ${bit}`).toBe('unknown');
      } catch (error) {
        if (!isRefusal(error)) throw error;
        expect(error.code).toBe('revocation/malformed');
      }
    }
  });
});

describe("others' programs", () => {
  const noOpenssl = missingJudge('openssl');
  const noCerttool = missingJudge('certtool');

  test.skipIf(noOpenssl)(`openssl verifies lists and follows them (${noOpenssl ?? 'here'})`, async () => {
    const { hex } = leaf.certificate.serial;
    const root = await makeCrl('raiz');
    const uri = crlAddress(ORIGIN, 'oficios');
    const clean = await makeCrl('oficios', { entries: [entry('41'), entry('42', { reason: 5 })], partition: { uri } });
    const revoked = await makeCrl('oficios', {
      number: 2,
      partition: { uri },
      entries: [entry(hex, { reason: 1, invalidityDate: MADE_AT }), entry('42', { reason: 5 })],
    });
    const empty = await makeCrl('oficios', { number: 3 });
    withFolder((folder) => {
      const write = (name: string, label: 'CERTIFICATE' | 'X509 CRL', ...items: { encoded: Uint8Array }[]): string => {
        const path = join(folder, name);
        writeFileSync(path, items.map(({ encoded }) => encodePem(label, encoded)).join(''));
        return path;
      };
      const { raiz, oficios } = authorities.certificates;
      const rootPath = write('root.pem', 'CERTIFICATE', raiz);
      const caPath = write('ca.pem', 'CERTIFICATE', oficios);
      const leafPath = write('leaf.pem', 'CERTIFICATE', leaf.certificate);
      for (const crl of [clean, revoked, empty]) {
        const path = write('one.crl', 'X509 CRL', crl);
        const trusted = write('both.pem', 'CERTIFICATE', raiz, oficios);
        const ruling = ask('openssl', ['crl', '-in', path, '-verify', '-CAfile', trusted, '-noout', '-text']);
        expect(ruling.text).toContain('verify OK');
      }
      const verify = (crl: Crl) => {
        const lists = write('lists.crl', 'X509 CRL', root, crl);
        const time = ['-attime', String(MADE_AT + 3700)];
        const how = ['verify', '-x509_strict', '-crl_check_all', '-extended_crl', ...time, '-CRLfile', lists];
        return ask('openssl', [...how, '-CAfile', rootPath, '-untrusted', caPath, leafPath]);
      };
      expect(verify(clean)).toMatchObject({ status: 0 });
      expect(verify(empty)).toMatchObject({ status: 0 });
      expect(verify(revoked).text).toContain('certificate revoked');
      expect(verify(revoked).status).not.toBe(0);
    });
  });

  test.skipIf(noCerttool)(`certtool verifies a list (${noCerttool ?? 'here'})`, async () => {
    // certtool knows no other time than now.
    const now = systemClock();
    const today = await makeTestAuthorities(now);
    const entries = [{ serial: '4000ff', since: now, reason: 6 }];
    const dates = { thisUpdate: now, nextUpdate: (now + DAY_SECONDS) as UnixSeconds };
    const crl = await makeCrl('oficios', { entries, ...dates }, today);
    withFolder((folder) => {
      const [list, ca] = [join(folder, 'list.pem'), join(folder, 'ca.pem')];
      writeFileSync(list, encodePem('X509 CRL', crl.encoded));
      writeFileSync(ca, encodePem('CERTIFICATE', today.certificates.oficios.encoded));
      expect(ask('certtool', ['--crl-info', '--infile', list]).text).toContain('CRL Number');
      const ruling = ask('certtool', ['--verify-crl', '--infile', list, '--load-ca-certificate', ca]);
      expect(ruling.text).toContain('Verification output: Verified');
    });
  });
});
