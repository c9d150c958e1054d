import { chmodSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AssertedBy } from '../../src/access/evidence.ts';
import { systemClock } from '../../src/adapters/system.ts';
import { openServices } from '../../src/compose.ts';
import { readConfig } from '../../src/config.ts';
import type { Official } from '../../src/directory/official.ts';
import { LeafKind, type Evidence } from '../../src/log/leaf.ts';
import type { Oficio } from '../../src/oficio/oficio.ts';
import type { Services } from '../../src/services.ts';
import { forgedEvidence, seize, type Forge } from '../support/attacker.ts';
import { blackedOut } from '../support/blacked-out.ts';
import { TWO_PAGES } from '../support/office.ts';
import { codeOfAct } from '../support/refuses.ts';
import { ProductionOffice, somebody, type Person } from '../support/production-office.ts';

/*
 * Whoever has the database, the passphrase and every key of the servers, and no authenticator of anybody: with the installation's own
 * programs, and under the charter that its readers have.
 */

let office: ProductionOffice;
let director: Official;
let colleague: Official;
let colleaguePasskey: Person;
let colleagueBy: AssertedBy;
let directorBy: AssertedBy;
let genuineLetter: Evidence;
let genuineIssuance: Evidence;
let directorSerial: string;
let genuine: Oficio;

const UNIT = 'AE';

beforeAll(async () => {
  office = await ProductionOffice.make();
  const { services } = office;
  const hr = await office.enrol('Rosa Vega', ['hr']);
  const { founders } = office;
  await office.act([hr], () =>
    services.setUnit({ code: UNIT, name: 'Alcaldía de Ejemplo', coveredSince: '2026-01-01' }),
  );
  const register = (name: string, post: string): Promise<Official> =>
    office.act([hr], () =>
      services.registerOfficial({
        input: {
          name,
          post,
          unit: UNIT,
          validFrom: '2026-01-16',
          powers: ['Firmar'],
          mayAsk: [],
          neverAsks: ['Dinero'],
        },
      }),
    );
  director = await register('Inés Robles', 'Directora');
  colleague = await register('Omar Díaz', 'Jefe de departamento');
  const signer = await office.enrol('Inés Robles', ['signer'], founders, director.id);
  colleaguePasskey = await office.enrol('Omar Díaz', ['signer'], founders, colleague.id);
  for (const { id } of [director, colleague]) {
    await office.act([hr, founders[0]], () =>
      services.issueCredential({ officialId: id, kind: 'signer', days: 300, idempotencyKey: `for ${id}` }),
    );
  }
  const letter = { document: TWO_PAGES, signerId: director.id, type: 'oficio', amount: 0, subject: 'Genuino' } as const;
  const { oficio } = await office.act([signer], () => services.signOficio(letter, 'a genuine letter'));
  genuine = oficio;
  directorSerial = oficio.signer.serial;
  genuineLetter = (await services.openEntry(oficio.signedLeaf!)).evidence!;
  const credential = (await services.credentials.find(directorSerial as never))!.record;
  genuineIssuance = (await services.openEntry(credential.intentLeaf)).evidence!;
  directorBy = (await office.callerOf(signer)).by;
  colleagueBy = (await office.callerOf(colleaguePasskey)).by;
  office.close();
}, 120_000);

afterAll(() => office.remove());

/** The forger's copy of the installation. */
async function seized<T>(
  forge: Forge,
  work: (services: Services) => Promise<T>,
  afterwards?: (services: Services) => Promise<void>,
): Promise<T> {
  const folder = join(mkdtempSync(join(tmpdir(), 'cotejo-seized-')), 'data');
  cpSync(office.config.dataFolder, folder, { recursive: true });
  for (const path of [folder, join(folder, 'keys')]) chmodSync(path, 0o700);
  const config = readConfig({ COTEJO_DATA: folder, COTEJO_LISTEN: '127.0.0.1:0' }, folder);
  const services = await seize({ ...office, config } as ProductionOffice, forge);
  try {
    const done = await work(services);
    services.close();
    const honest = afterwards && (await openServices(config, systemClock, office.encryption));
    await afterwards?.(honest!);
    honest?.close();
    return done;
  } finally {
    rmSync(join(folder, '..'), { recursive: true, force: true });
  }
}

let letters = 0;

async function forgeLetter(services: Services, signerId: string = director.id): Promise<object> {
  const request = { document: TWO_PAGES, signerId, type: 'oficio', amount: 0, subject: 'Pague hoy' } as const;
  const { document, oficio } = await services.signOficio(request, `forged letter ${letters++}`);
  const answers = [await services.verifyPdf(document), await services.verifyTyped(oficio.sealText!)];
  expect(answers[0]!.checks.filter(({ check }) => check === 'signature/chain')[0]?.outcome).toBe('pass');
  expect(answers[1]!.state).toBe(answers[0]!.state);
  return { verdict: answers[0]!.verdict, state: answers[0]!.state };
}

/** A passkey of the forger's, in the log as somebody's, by whatever approval. */
async function enrolOwn(
  services: Services,
  official: Official | undefined,
  roles: readonly ('signer' | 'approver' | 'hr')[],
): Promise<{ readonly by: AssertedBy; readonly passkey: Person['passkey'] }> {
  const person = somebody('Nadie');
  const { id: credentialId, spki: key } = person.passkey.passkeys[0]!;
  const { access } = services;
  const who = { person: person.id, name: person.name, key, credentialId, ...(official && { official: official.id }) };
  const at = async (kind: LeafKind): Promise<number> => (await services.log.ofKinds([kind])).at(-1)!;
  await access.enrolPasskey(who).catch(() => undefined);
  const enrolment = await at(LeafKind.accessEnrolled);
  await access
    .setRoles(
      person.id,
      roles.map((role) => ({ role, from: '2026-01-01' as never })),
    )
    .catch(() => undefined);
  return { by: { enrolment, roles: await at(LeafKind.accessRolesSet) }, passkey: person.passkey };
}

const refused = { verdict: 'invalid', state: 'not-authorised' };

describe('whoever has the database and every key of the servers', () => {
  test('makes no letter without evidence that anybody believes', async () => {
    expect(
      await seized(
        async () => undefined,
        (services) => forgeLetter(services),
      ),
    ).toEqual(refused);
    const none: Forge = async () => ({ kind: 0, bytes: new Uint8Array() });
    expect(await seized(none, (services) => forgeLetter(services))).toEqual(refused);
  });

  test('makes no public version of a genuine letter: a clerk has to will it', async () => {
    const version = blackedOut();
    const request = { letter: genuine.id, document: version, ground: 'Art. 115', idempotencyKey: 'a forged version' };
    const told = await seized(
      async () => undefined,
      async (services) => {
        await services.publicVersions.register(request);
        return services.verifyPdf(version);
      },
      async (services) => {
        // The honest service goes by what counts alone.
        expect((await services.verifyPdf(version)).state).toBe('unsigned');
        expect((await services.verifyTyped(genuine.sealText!)).subject).not.toHaveProperty('availablePublicVersion');
        expect((await services.auditLog()).sound).toBe(false);
      },
    );
    expect(told).toMatchObject({ ...refused, subject: { kind: 'unknown' } });
  });

  test('makes none with the evidence of a genuine letter', async () => {
    const forge: Forge = async ({ kind }) => (kind === LeafKind.oficioSigned ? genuineLetter : undefined);
    expect(await seized(forge, (services) => forgeLetter(services))).toEqual(refused);
  });

  test('makes none with a passkey of its own in the name of the director', async () => {
    const own = somebody('Nadie');
    const forge: Forge = async ({ kind, record }) =>
      kind === LeafKind.oficioSigned ? forgedEvidence(record, [{ by: directorBy, passkey: own.passkey }]) : undefined;
    expect(await seized(forge, (services) => forgeLetter(services))).toEqual(refused);
  });

  test('makes none with passkeys that it enrols itself, approved by founders of its own or by each other', async () => {
    const fake = [somebody('Fundador falso'), somebody('Fundadora falsa')];
    const byFounders = fake.map(({ passkey }, founder) => ({ by: { founder }, passkey }));
    let approvers = byFounders as readonly { readonly by: AssertedBy; readonly passkey: Person['passkey'] }[];
    let signer: (typeof approvers)[number] | undefined;
    const forge: Forge = async ({ kind, record }) => {
      const isAccess = kind === LeafKind.accessEnrolled || kind === LeafKind.accessRolesSet;
      if (isAccess) return forgedEvidence(record, approvers);
      return kind === LeafKind.oficioSigned && signer ? forgedEvidence(record, [signer]) : undefined;
    };
    await seized(forge, async (services) => {
      signer = await enrolOwn(services, director, ['signer']);
      expect(await forgeLetter(services)).toEqual(refused);
      // A whole office of its own, two steps deep.
      approvers = [
        await enrolOwn(services, undefined, ['approver']),
        await enrolOwn(services, undefined, ['approver']),
      ];
      signer = await enrolOwn(services, director, ['signer']);
      expect(await forgeLetter(services)).toEqual(refused);
    });
  });

  test('makes none of the director’s with a colleague who helps, and has a passkey', async () => {
    const helper = { by: colleagueBy, passkey: colleaguePasskey.passkey };
    const forge: Forge = async ({ kind, record }) =>
      kind === LeafKind.oficioSigned ? forgedEvidence(record, [helper]) : undefined;
    expect(await seized(forge, (services) => forgeLetter(services))).toEqual(refused);
    // What they will in their own name counts: nothing was forged.
    expect(await seized(forge, (services) => forgeLetter(services, colleague.id))).toMatchObject({ verdict: 'valid' });
  });

  test('makes none with a certificate of its own for a colleague who helps', async () => {
    const helper = { by: colleagueBy, passkey: colleaguePasskey.passkey };
    for (const issuance of [undefined, genuineIssuance]) {
      const forge: Forge = async ({ kind, record }) => {
        if (kind === LeafKind.credentialIntent) return issuance;
        return kind === LeafKind.oficioSigned ? forgedEvidence(record, [helper]) : undefined;
      };
      await seized(forge, async (services) => {
        const request = { officialId: colleague.id, kind: 'signer', days: 300, idempotencyKey: 'of its own' } as const;
        const { serial } = await services.issueCredential(request);
        expect(await services.verifyCredential(serial)).toMatchObject(refused);
        expect(await forgeLetter(services, colleague.id)).toEqual(refused);
      });
    }
  });

  test('makes no credential for anybody that a verifier accepts', async () => {
    await seized(
      async () => undefined,
      async (services) => {
        const input = { name: 'Luz Falsa', post: 'Inspectora', unit: UNIT, validFrom: '2026-01-16' };
        const official = await services.registerOfficial({
          input: { ...input, powers: ['Cobrar'], mayAsk: ['Dinero'], neverAsks: [] },
        });
        const request = { officialId: official.id, kind: 'staff', days: 300, idempotencyKey: 'for nobody' } as const;
        const { serial } = await services.issueCredential(request);
        expect(await services.verifyCredential(serial)).toMatchObject(refused);
        expect(await services.verifyCredential(directorSerial)).toMatchObject({ verdict: 'valid' });
      },
    );
  });

  test('is named by the audit for each act of its own that gives somebody a right', async () => {
    await seized(
      async () => undefined,
      async (services) => {
        const before = await services.auditLog();
        expect(before).toMatchObject({ sound: true, register: { findings: [] } });
        await forgeLetter(services);
        await services.setUnit({ code: 'ZZ', name: 'Unidad de nadie', coveredSince: '2026-01-01' });
        const request = { officialId: colleague.id, kind: 'signer', days: 300, idempotencyKey: 'of its own' } as const;
        await services.issueCredential(request);
        const { sound, register } = await services.auditLog();
        expect(sound).toBe(false);
        const kinds = await Promise.all(
          register.findings.map(async ({ leaf }) => (await services.log.leaf(leaf!))!.kind),
        );
        expect(register.findings.every(({ problem }) => problem === 'act-not-authorised')).toBe(true);
        expect(kinds).toEqual([LeafKind.oficioSigned, LeafKind.unitSet, LeafKind.credentialIntent]);
      },
    );
  });

  test('tells the office nothing with leaves that it appends', async () => {
    let official: Official | undefined;
    const forged = async (services: Services): Promise<void> => {
      const input = { name: 'Luz Falsa', post: 'Inspectora', unit: UNIT, validFrom: '2026-01-16' };
      official = await services.registerOfficial({
        input: { ...input, powers: ['Cobrar'], mayAsk: ['Dinero'], neverAsks: [] },
      });
      await services.changeOfficial({ id: director.id, changes: { post: 'Alcaldesa' } });
    };
    await seized(
      async () => undefined,
      forged,
      async (services) => {
        const { directory } = services;
        expect(await codeOfAct(() => directory.findOfficial(official!.id))).toBe('log/corrupt');
        expect(await codeOfAct(() => directory.findOfficial(director.id))).toBe('log/corrupt');
        expect((await services.verifyCredential(directorSerial)).subject).toMatchObject({ post: 'Directora' });
      },
    );
  });
});
