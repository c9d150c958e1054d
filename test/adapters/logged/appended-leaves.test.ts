import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { nodePrimitives } from '../../../src/adapters/primitives.ts';
import { sqlCrls } from '../../../src/adapters/sql/revocation.ts';
import { systemClock } from '../../../src/adapters/system.ts';
import { certificateOf, type AuthorityId } from '../../../src/authority/authority.ts';
import { readDer } from '../../../src/asn1/read.ts';
import { readPublicKey } from '../../../src/authority/algorithm.ts';
import { readCertificateBody, type Certificate } from '../../../src/authority/certificate.ts';
import { ATTRIBUTE, findAttribute } from '../../../src/authority/name.ts';
import { encodeTbsCertificate, issuerAlgorithm, type CertificateDraft } from '../../../src/authority/prepare.ts';
import { encodeCbor } from '../../../src/core/cbor.ts';
import { fromHex, toHex } from '../../../src/core/bytes.ts';
import { unixSeconds } from '../../../src/core/time.ts';
import type { Credential } from '../../../src/credential/credential.ts';
import { intentRecord, statusRecord } from '../../../src/credential/record.ts';
import { staffApp, STAFF_PREFIX } from '../../../src/http/staff/app.ts';
import { parseUnitCode } from '../../../src/directory/unit.ts';
import { LeafKind, type KeyId8, type LeafDraft } from '../../../src/log/leaf.ts';
import type { Act } from '../../../src/log/ledger.ts';
import { formatFolio } from '../../../src/oficio/folio.ts';
import type { Oficio } from '../../../src/oficio/oficio.ts';
import { claimsOf, intentRecord as letterIntent } from '../../../src/oficio/register.ts';
import { encodeTbsCrl, type CrlDraft } from '../../../src/revocation/crl-encode.ts';
import { readCrl, type Crl } from '../../../src/revocation/crl.ts';
import { crlIntentRecord, crlPublishedRecord } from '../../../src/revocation/recorded-crl.ts';
import type { CrlRow } from '../../../src/revocation/store.ts';
import { composeServices } from '../../../src/compose.ts';
import type { Services } from '../../../src/services.ts';
import { encodeClaims } from '../../../src/seal/seal.ts';
import { plainLeaf } from '../../support/acts.ts';
import { issueTo, letterOf, newcomer, openOffice, TWO_PAGES } from '../../support/office.ts';

/* Whoever may write to the database file appends leaves of their own, and rows that these vouch for. */

/** So many acts are committed before everything stops, of the one that follows. */
let stopAfter = Infinity;
/** What somebody makes of an act before it is committed. */
let exchange: ((act: Act) => Act) | undefined;
let ahead = 0;
const office = await openOffice({
  clock: () => unixSeconds(systemClock() + ahead),
  replace: (real) => ({
    ...real,
    ledger: {
      commit: (act) => {
        const stopped = stopAfter-- <= 0;
        const committed = exchange?.(act) ?? act;
        exchange = undefined;
        if (!stopped) return real.ledger.commit(committed);
        stopAfter = Infinity;
        return Promise.reject(new Error('stopped'));
      },
    },
  }),
});
const { services, ports } = office;
const DAY = 86_400;
const documented = await office.sign();
const person = await newcomer(office);
const badge = await issueTo(services, person, 'staff');
const revoked = await issueTo(services, office.inspector, 'staff');
await services.revokeCredential(revoked.serial, { reason: 'superseded' });

let salted = 0;

/** The row of one noun and what the leaf commits to, exchanged by `forge`. */
function exchanging<Row extends object>(
  noun: string,
  forge: (row: Row) => readonly [Row, Uint8Array],
): typeof exchange {
  return (act) => {
    const write = act.writes.find(({ put }) => put === noun)!;
    const [row, record] = forge(write.record as Row);
    const writes = act.writes.map((one) => (one === write ? { ...one, record: row } : one));
    return { ...act, leaf: { ...act.leaf, record }, writes };
  };
}

describe('a body of a list that somebody recorded is never signed', () => {
  async function recordBody(id: AuthorityId, changes: Partial<CrlDraft>): Promise<void> {
    const authority = (await services.authorities.findAuthority(id))!.record;
    const issuer = certificateOf(authority);
    const before = await sqlCrls(ports.data).findCrl(id);
    const thisUpdate = systemClock();
    const draft: CrlDraft = {
      issuer: issuer.subject.encoded,
      authorityKeyIdentifier: issuer.extensions.subjectKeyIdentifier!,
      signatureAlgorithm: issuerAlgorithm(issuer.key),
      thisUpdate,
      nextUpdate: unixSeconds(thisUpdate + (id === 'raiz' ? 9 : 1) * DAY),
      number: 1 + (await services.log.ofKinds([LeafKind.crlIntent])).length,
      entries: [],
      expiredSince: issuer.notBefore,
      ...changes,
    };
    const { number, nextUpdate } = draft;
    const row: CrlRow = {
      ...{ authority: id, number, state: 'prepared', thisUpdate, nextUpdate },
      ...{ tbs: encodeTbsCrl(draft), intentLeaf: -1 },
    };
    await ports.ledger.commit({
      leaf: plainLeaf(`crl ${salted++}`, {
        kind: LeafKind.crlIntent,
        issuer: fromHex(authority.keyId)! as KeyId8,
        record: crlIntentRecord(row),
      }),
      writes: [{ put: 'crl', key: id, record: row, ifVersion: before?.version ?? 0, leafAs: 'intentLeaf' }],
    });
  }

  const published = async (id: AuthorityId): Promise<Crl> => readCrl(await services.publishCrl(id));
  const at = systemClock();

  test.each<[string, AuthorityId, Partial<CrlDraft>]>([
    ['without what is revoked', 'credenciales', {}],
    ['that lasts for years', 'oficios', { nextUpdate: unixSeconds(at + 3000 * DAY) }],
    ['that revokes an authority', 'raiz', { entries: [{ serial: '79'.repeat(8), since: at, reason: 2 }] }],
    ['with a number that leaves none after it', 'oficios', { number: Number.MAX_SAFE_INTEGER }],
    ['of another authority', 'oficios', { authorityKeyIdentifier: new Uint8Array(20) }],
    ['of tomorrow', 'oficios', { thisUpdate: unixSeconds(at + DAY), nextUpdate: unixSeconds(at + 2 * DAY) }],
    ['that says nothing of what expired', 'oficios', { expiredSince: at }],
  ])('%s', async (_, id, changes) => {
    const before = await published(id);
    await recordBody(id, changes);
    const crl = await published(id);
    expect(crl.nextUpdate - crl.thisUpdate).toBe((id === 'raiz' ? 9 : 1) * DAY);
    expect(Math.abs(crl.thisUpdate - systemClock())).toBeLessThan(60);
    expect([...crl.entries.keys()]).toEqual(id === 'credenciales' ? [revoked.serial] : []);
    expect(crl.number > before.number && crl.number < 1000n).toBe(true);
    expect(await services.publishCrl(id), 'the next is the same').toEqual(crl.encoded);
  });

  test('and nothing that is appended about lists stops them', async () => {
    const authority = (await services.authorities.findAuthority('oficios'))!.record;
    for (const kind of [LeafKind.crlIntent, LeafKind.crlPublished]) {
      const before = await published('oficios');
      const issuer = fromHex(authority.keyId)! as KeyId8;
      await ports.ledger.commit({ leaf: plainLeaf(`junk ${salted++}`, { kind, issuer }), writes: [] });
      expect((await published('oficios')).number > before.number).toBe(true);
    }
  });
});

test('a list that no key of ours signed is not served, though a leaf vouches for it', async () => {
  const signed = await services.publishCrl('oficios');
  const before = (await sqlCrls(ports.data).findCrl('oficios'))!;
  const crl = signed.slice();
  crl[crl.length - 1]! ^= 1;
  const record: CrlRow = { ...before.record, crl };
  await ports.ledger.commit({
    leaf: plainLeaf(`crl ${salted++}`, {
      kind: LeafKind.crlPublished,
      issuer: fromHex((await services.authorities.findAuthority('oficios'))!.record.keyId)! as KeyId8,
      record: crlPublishedRecord(record, nodePrimitives),
    }),
    writes: [{ put: 'crl', key: 'oficios', record, ifVersion: before.version, leafAs: 'publishedLeaf' }],
  });
  expect(await services.publishCrl('oficios')).not.toEqual(crl);
});

/** Does an act up to its first leaf. */
async function stopped(act: () => Promise<unknown>): Promise<void> {
  stopAfter = 1;
  // By what was exchanged, or there.
  await expect(act()).rejects.toThrow();
  stopAfter = Infinity;
}

describe('a body of a certificate that somebody recorded is never signed', () => {
  const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const ownSpki = new Uint8Array(own.publicKey.export({ type: 'spki', format: 'der' }));
  const foreign: CertificateDraft = {
    ...{ profile: 'signer', arc: services.charter.arc, origin: 'https://crl.evil.example' },
    ...{ serial: new Uint8Array(16), key: readPublicKey(readDer(ownSpki)) },
    ...{ subject: { country: 'MX', organization: 'x', commonName: 'x' } },
    ...{ notBefore: systemClock(), notAfter: systemClock() },
  };

  /** A certificate of which nothing was signed yet, whose row and intent were exchanged by `forge`. */
  async function retryAfter(
    forge: (row: Credential, issuer: Certificate) => Partial<Credential>,
    wait = 0,
  ): Promise<Credential> {
    const official = await newcomer(office);
    const request = {
      officialId: official.id,
      kind: 'signer',
      days: 30,
      idempotencyKey: `forged ${salted++}`,
    } as const;
    const authority = (await services.authorities.findAuthority('oficios'))!.record;
    exchange = exchanging<Credential>('credential', (before) => {
      const record = { ...before, ...forge(before, certificateOf(authority)) };
      return [record, intentRecord(record)];
    });
    await stopped(() => services.issueCredential(request));
    ahead = wait;
    try {
      return await services.issueCredential(request);
    } finally {
      ahead = 0;
    }
  }

  const bodyOf = (row: Credential, issuer: Certificate, changes: Partial<CertificateDraft>): Uint8Array => {
    const { serial, subject, key, notBefore, notAfter } = readCertificateBody(row.tbs);
    const text = (type: string): string => findAttribute(subject, type)!;
    const named = { country: 'MX', organization: text(ATTRIBUTE.O), commonName: text(ATTRIBUTE.CN) };
    const more = { title: text(ATTRIBUTE.title), serialNumber: text(ATTRIBUTE.serialNumber) };
    const draft: CertificateDraft = {
      ...foreign,
      ...{ serial: serial.bytes, subject: { ...named, ...more }, key, notBefore, notAfter, issuer },
      ...{ origin: services.charter.origin, profileHash: nodePrimitives.digest('SHA-256', row.profile) },
      ...changes,
    };
    return encodeTbsCertificate(draft, nodePrimitives);
  };

  test('one that nobody exchanged is', async () => {
    expect(await retryAfter(() => ({}))).toMatchObject({ state: 'issued' });
    const again = (row: Credential, issuer: Certificate): Partial<Credential> => ({ tbs: bodyOf(row, issuer, {}) });
    expect(await retryAfter(again)).toMatchObject({ state: 'issued' });
  });

  test.each<[string, Partial<CertificateDraft>]>([
    ['of another key', { key: foreign.key }],
    ['with addresses elsewhere', { origin: foreign.origin }],
    ['of another profile', { profileHash: new Uint8Array(32) }],
    ['of another person', { subject: { country: 'MX', organization: 'Alcaldía de Ejemplo', commonName: 'Otra' } }],
    ['that lasts longer', { notAfter: unixSeconds(systemClock() + 300 * DAY) }],
    ['that began long ago', { notBefore: unixSeconds(systemClock() - 3600) }],
    ['under another arc', { arc: '2.999.7' }],
    ['of another profile of ours', { profile: 'staff' }],
  ])('%s', async (_, changes) => {
    const forge = (row: Credential, issuer: Certificate): Partial<Credential> => ({
      tbs: bodyOf(row, issuer, changes),
      ...(changes.notAfter !== undefined && { notAfter: changes.notAfter }),
      ...(changes.key && { keyHash: toHex(nodePrimitives.digest('SHA-256', ownSpki)) }),
    });
    await expect(retryAfter(forge)).rejects.toMatchObject({ code: 'log/corrupt' });
  });

  test.each<[string, Partial<Credential>]>([
    ["another credential's place in the status list", { statusIndex: office.signer.statusIndex }],
    ['another key of ours', { keyName: office.signer.keyName! }],
  ])('with %s', async (_, changes) => {
    await expect(retryAfter(() => changes)).rejects.toMatchObject({ code: 'log/corrupt' });
  });

  test('nor one that was prepared more than a day ago', async () => {
    await expect(retryAfter(() => ({}), DAY + 60)).rejects.toMatchObject({ code: 'authority/lint' });
  });

  test('but the same command then makes another', async () => {
    const { id } = await newcomer(office);
    const app = staffApp(services);
    const issue = async (): Promise<number> => {
      const body = JSON.stringify({ officialId: id, kind: 'staff' });
      const headers = { 'content-type': 'application/json' };
      return (await app.request(`${STAFF_PREFIX}/credentials`, { method: 'POST', headers, body })).status;
    };
    stopAfter = 1;
    expect(await issue()).toBe(500);
    ahead = DAY + 60;
    expect(await issue()).toBe(200);
    ahead = 0;
    const states = (await services.credentials.list({ officialId: id, limit: 9 })).map(({ state }) => state);
    expect(states.toSorted()).toEqual(['issued', 'prepared']);
  });
});

describe('a letter that somebody recorded is never signed', () => {
  /** A draft whose row and intent were exchanged by `forge`; then the same order again. */
  async function retryAfter(forge: (draft: Oficio) => Partial<Oficio>): Promise<string> {
    const order = letterOf(office.director, TWO_PAGES);
    const key = `forged ${salted++}`;
    exchange = exchanging<Oficio>('oficio', (draft) => {
      const record = { ...draft, ...forge(draft) };
      return [record, letterIntent(record, encodeClaims(claimsOf(record)))];
    });
    await stopped(() => services.signOficio(order, key));
    const { oficio } = await services.signOficio(order, key);
    return oficio.state;
  }
  const folio = (number: number, year = 2026): Partial<Oficio> => ({
    ...{ number, year, folio: formatFolio({ unit: office.director.unit, year, number }) },
  });

  test('one that nobody exchanged is', async () => {
    expect(await retryAfter(() => ({}))).toBe('signed');
  });

  test.each<[string, (draft: Oficio) => Partial<Oficio>]>([
    ['of other pages', () => ({ pages: 1 })],
    ['that was signed before', () => ({ alreadySigned: true })],
    ['with a folio that nobody took', () => folio(777_777)],
    ['with a folio of another year', ({ number }) => folio(number, 2025)],
    ['whose folio is another in the row', ({ folio: own }) => ({ ...folio(777), folio: own })],
    ["with another letter's place in the status list", ({ statusIndex }) => ({ statusIndex: statusIndex ^ 1 })],
    ['of tomorrow', ({ sealedAt }) => ({ sealedAt: unixSeconds(sealedAt + DAY) })],
    ['from before its signer could sign', ({ sealedAt }) => ({ sealedAt: unixSeconds(sealedAt - 3600) })],
    ['of another length', ({ inputLength }) => ({ inputLength: inputLength + 1 })],
    ["with another letter's code", () => ({ typedCode: '000000000000' })],
    ['of another unit', () => ({ unit: 'AE', folio: formatFolio({ unit: 'AE', year: 2026, number: 1 }), number: 1 })],
  ])('%s', async (_, forge) => {
    const forged = retryAfter(forge);
    await expect(forged).rejects.toMatchObject({ code: 'log/corrupt' });
  });
});

describe('a leaf that is of no act is named, and stops nothing:', () => {
  const JUNK = encodeCbor([1, 'x', 'AE/DGG', 1, 1, 1, 1]);
  const ALL = Object.values(LeafKind);
  const refs = (): readonly (number | undefined)[] => [
    undefined,
    0,
    person.registeredLeaf,
    badge.intentLeaf,
    badge.issuedLeaf!,
    documented.oficio.intentLeaf,
    documented.oficio.signedLeaf!,
  ];

  async function append(kind: LeafKind, ref: number | undefined): Promise<void> {
    const leaf = plainLeaf(`junk ${salted++}`, { kind, record: JUNK, ...(ref !== undefined && { ref }) });
    await ports.ledger.commit({ leaf, writes: [] });
  }

  /** What an office does every day, in a process that has read none of it yet. */
  async function everything(all: Services): Promise<void> {
    await all.checkInstitution();
    for (const id of ['raiz', 'credenciales', 'oficios'] as const) await all.publishCrl(id);
    for (const list of ['seals', 'credenciales', 'oficios'] as const) await all.publications.statusList(list);
    expect((await all.verifyTyped(documented.oficio.sealText!)).state).toBe('current');
    expect((await all.verifyCredential(badge.serial)).state).toBe('current');
    await all.changeOfficial({ id: person.id, changes: { post: `Verificadora ${salted++}` } });
    await all.changeOfficial({ id: person.id, changes: { post: person.post } });
    expect((await all.signOficio(letterOf(office.director, TWO_PAGES), `letter ${salted++}`)).oficio.state).toBe(
      'signed',
    );
    await all.suspendCredential(badge.serial);
    await all.resumeCredential(badge.serial);
    expect((await all.credentials.find(badge.serial))?.record.state).toBe('issued');
    expect((await all.directory.findUnit(parseUnitCode('AE/DGG')!))?.record.code).toBe('AE/DGG');
  }

  test('the audit names each', async () => {
    const { services: all, ports: own } = await openOffice();
    const named = async (draft: Partial<LeafDraft>): Promise<boolean> => {
      const leaf = plainLeaf(`junk ${salted++}`, { record: JUNK, ...draft });
      const { index } = await own.ledger.commit({ leaf, writes: [] });
      const { sound, register } = await all.auditLog();
      return !sound && register.findings.some((finding) => finding.leaf === index);
    };
    for (const kind of ALL) expect(await named({ kind }), kind.toString(16)).toBe(true);
    // Of its kind, and about a leaf that such an act is never about.
    const revoked = statusRecord('credential/revoked', office.signer, systemClock());
    expect(await named({ kind: LeafKind.credentialRevoked, record: revoked, ref: 0 })).toBe(true);
    const tbs = new Uint8Array(9);
    for (const number of [1, Number.MAX_SAFE_INTEGER]) {
      const record = crlIntentRecord({ authority: 'oficios', number, tbs });
      expect(await named({ kind: LeafKind.crlIntent, record })).toBe(true);
    }
    const nouns = new Set((await all.auditLog()).register.findings.map(({ noun }) => noun));
    expect(nouns, 'and blames no row of people').toEqual(new Set(['leaf', 'crl', 'document']));
  });

  test.each(ALL.map((kind) => [kind.toString(16), kind] as const))('kind %s', async (_, kind) => {
    for (const ref of refs()) await append(kind, ref);
    await everything(services);
    const later = await composeServices(office.config, ports);
    await everything(later);
  });

  test('but a revocation or end whose record was erased stops the lists that need it', async () => {
    const gone = await issueTo(services, await newcomer(office), 'staff');
    const { statusLeaf } = await services.revokeCredential(gone.serial, { reason: 'superseded' });
    ports.data.database.exec(`DROP TRIGGER IF EXISTS opening_kept; DELETE FROM opening WHERE idx = ${statusLeaf}`);
    const later = await composeServices(office.config, ports);
    await expect(later.publishCrl('credenciales')).rejects.toMatchObject({ code: 'log/opening-missing' });
    await expect(later.publications.statusList('credenciales')).rejects.toMatchObject({ code: 'log/opening-missing' });
  });
});
