import { describe, expect, test } from 'vitest';
import { systemClock } from '../../src/adapters/system.ts';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { readCertificate } from '../../src/authority/certificate.ts';
import { readKeyRequest } from '../../src/authority/csr.ts';
import { toHex, toLatin1 } from '../../src/core/bytes.ts';
import { dayInMexicoCity, startOfDay, unixSeconds, type CalendarDay } from '../../src/core/time.ts';
import { serialsTyped, type Credential, type RevocationGrounds } from '../../src/credential/credential.ts';
import type { OfficialInput } from '../../src/directory/fields.ts';
import type { Official } from '../../src/directory/official.ts';
import { whileEdited } from '../support/edited-row.ts';
import { ask, missingJudge, withFolder } from '../support/judges.ts';
import { codeOfAct } from '../support/refuses.ts';
import { issueTo, letterOf, newcomer, openOffice, TWO_PAGES } from '../support/office.ts';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

let ahead = 0;
const DAY = 86_400;
const clock = () => unixSeconds(systemClock() + ahead);
const office = await openOffice({ clock });
const { services } = office;

function day(days: number): CalendarDay {
  return dayInMexicoCity(unixSeconds(clock() + days * DAY));
}

let people = 0;
function register(term: Pick<OfficialInput, 'validFrom' | 'validUntil'>): Promise<Official> {
  const name = `Persona Número ${String.fromCodePoint(65 + people++)}`;
  return services.registerOfficial({
    input: { name, post: 'Verificador', unit: 'AE', powers: ['Verificar'], ...term },
  });
}

describe('a credential', () => {
  test.each([
    ['whose mandate begins tomorrow', { validFrom: 1 }, 'not-yet'],
    ['whose mandate ended yesterday', { validFrom: -9, validUntil: -1 }, 'expired'],
  ] as const)('is refused to an official %s', async (_, term, mandate) => {
    const official = await register({
      validFrom: day(term.validFrom),
      ...('validUntil' in term && { validUntil: day(term.validUntil) }),
    });
    for (const kind of ['staff', 'signer'] as const) {
      await expect(issueTo(services, official, kind)).rejects.toMatchObject({
        code: 'credential/no-mandate',
        facts: { official: official.id, mandate },
      });
    }
    expect(await services.credentials.list({ officialId: official.id, limit: 10 })).toEqual([]);
  });

  test('is refused to whoever left, and to nobody at all', async () => {
    const official = await register({ validFrom: day(-9) });
    await services.endOfficial({ id: official.id, reason: 'resigned', on: day(0) });
    expect(await codeOfAct(() => issueTo(services, official, 'staff'))).toBe('credential/no-mandate');
    const nobody = { officialId: 'XXXXXXXX', kind: 'staff', days: 1, idempotencyKey: 'nobody' } as const;
    expect(await codeOfAct(() => services.issueCredential(nobody))).toBe('credential/official-unknown');
  });

  test('for letters is refused to a reserved official, one for the door is not', async () => {
    const { id } = await register({ validFrom: day(-9) });
    const reserved = { publication: 'reserved', legalGround: 'Artículo 113, acuerdo 7' };
    const official = await services.changeOfficial({ id, changes: reserved });
    expect(await codeOfAct(() => issueTo(services, official, 'signer'))).toBe('credential/signer-reserved');
    const { certificate } = await issueTo(services, official, 'staff');
    expect(toLatin1(certificate!)).not.toContain(official.name.slice(0, 7));
  });

  test('never outlives the mandate', async () => {
    const official = await register({ validFrom: day(-9), validUntil: day(5) });
    const { certificate } = await issueTo(services, official, 'staff');
    expect(readCertificate(certificate!).notAfter).toBe(startOfDay(day(6)) - 1);
  });

  test('stops to be current with the mandate, on the day after its last', async () => {
    const official = await register({ validFrom: day(-9), validUntil: day(1) });
    const { serial } = await issueTo(services, official, 'staff');
    expect((await services.verifyCredential(serial)).state).toBe('current');
    ahead += DAY;
    expect((await services.verifyCredential(serial)).state).toBe('current');
    ahead += DAY;
    const answer = await services.verifyCredential(serial);
    expect(answer.verdict).toBe('invalid');
    expect(['ended', 'revoked']).toContain(answer.state);
    expect(answer.subject).not.toHaveProperty('photo');
    ahead -= 2 * DAY;
  });

  test('says nothing of an end that is to come, and goes by the day that was said last', async () => {
    const official = await register({ validFrom: day(-9) });
    const { serial } = await issueTo(services, official, 'staff');
    const end = (on: string): Promise<unknown> => services.endOfficial({ id: official.id, reason: 'resigned', on });
    await end(day(1));
    expect((await services.verifyCredential(serial)).subject).not.toHaveProperty('endedOn');
    await end(day(2));
    ahead += DAY;
    const before = await services.verifyCredential(serial);
    expect([before.state, before.subject]).toEqual([
      'current',
      expect.not.objectContaining({ endedOn: expect.anything() }),
    ]);
    ahead += DAY;
    const after = await services.verifyCredential(serial);
    expect([after.verdict, after.subject]).toEqual(['invalid', expect.objectContaining({ endedOn: day(0) })]);
    ahead -= 2 * DAY;
    expect((await services.auditLog()).register).toMatchObject({ sound: true, findings: [] });
  });

  test('is one for one idempotency key, also when asked ten times at once', async () => {
    const request = { officialId: office.inspector.id, kind: 'staff', days: 10, idempotencyKey: 'ten times' } as const;
    const issued = await Promise.all(Array.from({ length: 10 }, () => services.issueCredential(request)));
    expect(new Set(issued.map(({ serial }) => serial)).size).toBe(1);
    expect(await codeOfAct(() => services.issueCredential({ ...request, days: 11 }))).toBe('log/retry-differs');
  });

  test.each<readonly [string, RevocationGrounds, string]>([
    ['a compromise without its leaf', { reason: 'keyCompromise' }, 'credential/compromised-from-missing'],
    [
      'a leaf without a compromise',
      { reason: 'superseded', compromisedFrom: 1 },
      'credential/compromised-from-needs-key-compromise',
    ],
    ['a leaf beyond the log', { reason: 'keyCompromise', compromisedFrom: 1e6 }, 'credential/compromised-from-unknown'],
    ['a leaf before the log', { reason: 'keyCompromise', compromisedFrom: -1 }, 'credential/compromised-from-unknown'],
  ])('is not revoked for %s', async (_, grounds, code) => {
    const { serial } = await issueTo(services, office.subdirector, 'signer');
    expect(await codeOfAct(() => services.revokeCredential(serial, grounds))).toBe(code);
    expect((await services.verifyCredential(serial)).state).toBe('current');
  });
});

test('a credential that signs nothing is reported stolen without a leaf', async () => {
  const { serial } = await issueTo(services, office.inspector, 'staff');
  const { revoked } = await services.revokeCredential(serial, { reason: 'keyCompromise' });
  expect(revoked).toEqual({ at: expect.any(Number), reason: 'keyCompromise' });
  expect(await services.verifyCredential(serial)).toMatchObject({ verdict: 'invalid', state: 'revoked' });
});

test('a serial number is known as printed on letters, with colons and capitals, and with zeros in front', () => {
  const serial = '0d5e24b8dbfa87116e3ce16a6570ad03';
  for (const typed of [
    BigInt(`0x${serial}`).toString(),
    serial.toUpperCase().replaceAll(/(..)(?=.)/g, '$1: '),
    serial,
  ]) {
    expect(serialsTyped(typed)).toContain(serial);
  }
  for (const typed of ['', 'AE/DGG/0001/2026', 'f'.repeat(41)]) expect(serialsTyped(typed)).toEqual([]);
});

const noOpenssl = missingJudge('openssl');
describe.skipIf(noOpenssl)(`a credential for a key made elsewhere${noOpenssl ? ` (${noOpenssl})` : ''}`, () => {
  const makeCsr = (): Uint8Array =>
    withFolder((folder) => {
      const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', 'key.pem'];
      ask('openssl', ['req', '-new', ...key, '-subj', '/CN=x', '-outform', 'DER', '-out', 'csr'], undefined, folder);
      return new Uint8Array(readFileSync(join(folder, 'csr')));
    });
  const made = noOpenssl ? undefined : makeCsr();
  const request = (officialId: string, kind: 'staff' | 'signer', key: string, csr = made!) =>
    services.issueCredential({ officialId, kind, days: 30, csr, idempotencyKey: key });

  test('does not sign letters here, and is not said to be missing', async () => {
    const signer = await newcomer(office);
    const { serial } = await request(signer.id, 'signer', 'csr 0', makeCsr());
    const act = services.signOficio(letterOf(signer, TWO_PAGES), 'csr letter');
    await expect(act).rejects.toMatchObject({ code: 'oficio/signer-key-elsewhere', facts: { serial } });
    await services.revokeCredential(serial, { reason: 'superseded' });
    const again = services.signOficio(letterOf(signer, TWO_PAGES), 'csr letter');
    await expect(again).rejects.toMatchObject({ code: 'oficio/signer-without-credential' });
  });

  test('is issued from its CSR, and that key serves nobody else and nothing else', async () => {
    const { inspector, subdirector } = office;
    const credential = await request(inspector.id, 'staff', 'csr 1');
    expect(credential).toMatchObject({ keyPlace: 'csr', state: 'issued' });
    expect((await services.verifyCertificate(credential.certificate!)).state).toBe('current');
    expect(await codeOfAct(() => request(subdirector.id, 'staff', 'csr 2'))).toBe('credential/key-in-use');
    expect(await codeOfAct(() => request(inspector.id, 'signer', 'csr 3'))).toBe('credential/key-in-use');
    const { size } = await services.log.head();
    await services.revokeCredential(credential.serial, { reason: 'keyCompromise', compromisedFrom: size });
    expect(await codeOfAct(() => request(inspector.id, 'staff', 'csr 4'))).toBe('credential/key-in-use');
  });

  test.each(['raiz', 'oficios', 'credenciales', 'seal', 'status-list', 'trust-list'])(
    'is refused for our own key %s',
    async (name) => {
      const file = readFileSync(join(office.config.dataFolder, 'keys', `${name}.key.json`), 'utf8');
      const { pkcs8 } = JSON.parse(file) as { pkcs8: string };
      const csr = withFolder((folder) => {
        const pem = `-----BEGIN PRIVATE KEY-----\n${pkcs8}\n-----END PRIVATE KEY-----\n`;
        writeFileSync(join(folder, 'key.pem'), pem);
        const made = ask(
          'openssl',
          ['req', '-new', '-key', 'key.pem', '-subj', '/CN=x', '-out', 'csr'],
          undefined,
          folder,
        );
        expect(made.status, made.text).toBe(0);
        return new Uint8Array(readFileSync(join(folder, 'csr')));
      });
      const { id } = office.inspector;
      const asked = { officialId: id, kind: 'staff', days: 1, idempotencyKey: `own ${name}`, csr } as const;
      expect(await codeOfAct(() => services.issueCredential(asked))).toBe('authority/key-in-use');
    },
  );

  test('is named by the audit when somebody edited the row of the stolen key while it was issued', async () => {
    const keyHash = toHex(nodePrimitives.digest('SHA-256', (await readKeyRequest(made!, nodePrimitives)).key.spki));
    const [stolen] = await services.credentials.findByKey(keyHash);
    const forget = (row: Record<string, unknown>): void => void (row['keyHash'] = 'x');
    const issue = (who: Official, key: string): Promise<Credential> =>
      whileEdited(office.ports.data.database, 'credential', stolen!.serial, forget, () =>
        request(who.id, 'staff', key),
      );
    const again = await issue(office.inspector, 'csr 5');
    const other = await whileEdited(office.ports.data.database, 'credential', again.serial, forget, () =>
      issue(office.subdirector, 'csr 6'),
    );
    const { findings } = (await services.auditLog()).register;
    expect(findings).toEqual(
      [again, other].map(({ serial, intentLeaf }) => ({
        ...{ problem: 'act-not-allowed', noun: 'credential', key: serial },
        ...{ leaf: intentLeaf, field: 'key' },
      })),
    );
  });

  test('is refused for a request whose signature was tampered with', async () => {
    const tampered = made!.slice();
    tampered[tampered.length - 5]! ^= 1;
    const asked = { officialId: office.inspector.id, kind: 'staff', days: 1, idempotencyKey: 'tampered' } as const;
    expect(await codeOfAct(() => services.issueCredential({ ...asked, csr: tampered }))).toMatch(/^authority\//);
  });
});
