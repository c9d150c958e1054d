import { describe, expect, test } from 'vitest';
import { nodePrimitives } from '../../../src/adapters/primitives.ts';
import { decodeCbor, encodeCbor, type CborValue } from '../../../src/core/cbor.ts';
import { fromHex } from '../../../src/core/bytes.ts';
import { systemClock } from '../../../src/adapters/system.ts';
import type { Credential } from '../../../src/credential/credential.ts';
import { officialRecord } from '../../../src/directory/record.ts';
import { LeafKind } from '../../../src/log/leaf.ts';
import { composeServices } from '../../../src/compose.ts';
import type { Services } from '../../../src/services.ts';
import { bytesOf, plainLeaf } from '../../support/acts.ts';
import { issueTo, letterOf, newcomer, openOffice, TWO_PAGES } from '../../support/office.ts';

/*
 * Whoever may write to the database file appends leaves about what we did. Of those that no office writes nothing is believed; those
 * that could be ours take no right of ours away, and none of them keeps an office from taking one away.
 */

const office = await openOffice();
const { services, ports, config } = office;
let salted = 0;

async function append(kind: LeafKind, ref: number | undefined, record: readonly CborValue[]): Promise<number> {
  const leaf = plainLeaf(`other ${salted++}`, { kind, record: encodeCbor(record), ...(ref !== undefined && { ref }) });
  return (await ports.ledger.commit({ leaf, writes: [] })).index;
}

/** In this process, and in one that has read none of it yet. */
async function both(check: (all: Services) => Promise<void>): Promise<void> {
  await check(services);
  await check(await composeServices(config, ports));
}

const named = async (leaf: number): Promise<boolean> =>
  (await services.auditLog()).register.findings.some((finding) => finding.leaf === leaf);

const now = systemClock();
const [one, other] = [bytesOf('one'), bytesOf('other')];

describe('what no office writes is not believed:', () => {
  test.each<[string, LeafKind, (serial: Uint8Array) => readonly CborValue[]]>([
    ['an issuance of a text', LeafKind.credentialIssued, () => [1, 'credential/issued', 'x']],
    ['an issuance with more', LeafKind.credentialIssued, () => [1, 'credential/issued', one, other, 1]],
    ['a suspension of a text', LeafKind.credentialSuspended, () => [1, 'credential/suspended', 'x', 'y', now]],
    ['a suspension without items', LeafKind.credentialSuspended, (own) => [1, 'credential/suspended', 'x', own, now]],
    [
      'a revocation of another',
      LeafKind.credentialRevoked,
      () => [1, 'credential/revoked', 'credenciales', fromHex(office.signer.serial)!, now, 4, null],
    ],
    [
      'a revocation at no time',
      LeafKind.credentialRevoked,
      (own) => [1, 'credential/revoked', 'credenciales', own, -1, 4, null],
    ],
  ])('%s', async (_, kind, record) => {
    const { serial, intentLeaf, issuedLeaf } = await issueTo(services, await newcomer(office), 'staff');
    const ref = kind === LeafKind.credentialIssued ? intentLeaf : issuedLeaf;
    const leaf = await append(kind, ref, record(fromHex(serial)!));
    expect(await named(leaf)).toBe(true);
    await both(async (all) => {
      expect((await all.verifyCredential(serial)).state).toBe('current');
      await all.suspendCredential(serial);
      await all.resumeCredential(serial);
    });
    await services.revokeCredential(serial, { reason: 'superseded' });
    await both(async (all) => expect((await all.verifyCredential(serial)).state).toBe('revoked'));
  });

  test('a change of an official', async () => {
    const person = await newcomer(office);
    const { serial } = await issueTo(services, person, 'staff');
    const leaf = await append(LeafKind.officialChanged, person.registeredLeaf, [1, 'official/changed', 'x']);
    expect(await named(leaf)).toBe(true);
    await both(async (all) => expect((await all.verifyCredential(serial)).state).toBe('current'));
    await services.endOfficial({ id: person.id, reason: 'dismissed' });
    await both(async (all) => {
      await all.publishCrl('credenciales');
      expect((await all.verifyCredential(serial)).state).toBe('ended');
      expect((await all.credentials.find(serial))?.record.state).toBe('revoked');
    });
  });

  test('a unit', async () => {
    expect(await named(await append(LeafKind.unitSet, undefined, [1, 'unit/set', 'AE/DGG', 'x']))).toBe(true);
    await both(async (all) => {
      expect((await all.signOficio(letterOf(office.director, TWO_PAGES), `junk ${salted++}`)).oficio.state).toBe(
        'signed',
      );
    });
  });

  test.each<[string, LeafKind, readonly CborValue[]]>([
    ['a signature of a text', LeafKind.oficioSigned, [1, 'oficio/signed', 'x']],
    ['a signature of another letter', LeafKind.oficioSigned, [1, 'oficio/signed', one.slice(0, 8), one, one, other]],
    ['an end of a text', LeafKind.oficioCancelled, [1, 'oficio/cancelled', 'x', now, 'y', null]],
    ['an end of another letter', LeafKind.oficioCancelled, [1, 'oficio/cancelled', one.slice(0, 8), now, 'y', null]],
  ])('%s', async (_, kind, record) => {
    const { oficio } = await office.sign();
    expect(await named(await append(kind, oficio.intentLeaf, record))).toBe(true);
    await both(async (all) => expect((await all.verifyTyped(oficio.sealText!)).state).toBe('current'));
    await services.endOficio(oficio.id, { reason: 'withdrawn' });
    await both(async (all) => expect((await all.verifyTyped(oficio.sealText!)).state).toBe('cancelled'));
  });
});

describe('of several outcomes the first counts:', () => {
  test('an issuance', async () => {
    const { serial, intentLeaf } = await issueTo(services, await newcomer(office), 'staff');
    expect(await named(await append(LeafKind.credentialIssued, intentLeaf, [1, 'credential/issued', one, other]))).toBe(
      true,
    );
    await both(async (all) => {
      expect((await all.verifyCredential(serial)).state).toBe('current');
      await all.suspendCredential(serial);
      await all.resumeCredential(serial);
    });
    await services.revokeCredential(serial, { reason: 'superseded' });
  });

  test('a signature', async () => {
    const { oficio } = await office.sign();
    const record = [1, 'oficio/signed', fromHex(oficio.id)!, one, one, other];
    expect(await named(await append(LeafKind.oficioSigned, oficio.intentLeaf, record))).toBe(true);
    await both(async (all) => expect((await all.verifyTyped(oficio.sealText!)).state).toBe('current'));
    await services.endOficio(oficio.id, { reason: 'withdrawn' });
    await both(async (all) => expect((await all.verifyTyped(oficio.sealText!)).state).toBe('cancelled'));
  });
});

describe('a leaf that could be ours keeps no right in force:', () => {
  const status = (act: string, { authority, serial }: Credential): readonly CborValue[] => {
    return [1, act, authority, fromHex(serial)!, now, null, null];
  };

  test('a suspension that no row tells of', async () => {
    const credential = await issueTo(services, await newcomer(office), 'staff');
    const { serial, issuedLeaf } = credential;
    await append(LeafKind.credentialSuspended, issuedLeaf, status('credential/suspended', credential));
    await both(async (all) => expect((await all.verifyCredential(serial)).state).toBe('suspended'));
    await services.resumeCredential(serial);
    await both(async (all) => expect((await all.verifyCredential(serial)).state).toBe('current'));
    await append(LeafKind.credentialSuspended, issuedLeaf, status('credential/suspended', credential));
    await services.revokeCredential(serial, { reason: 'superseded' });
    await both(async (all) => expect((await all.verifyCredential(serial)).state).toBe('revoked'));
    expect((await services.credentials.find(serial))?.record.state).toBe('revoked');
  });

  test('a resumption of what is suspended', async () => {
    const credential = await issueTo(services, await newcomer(office), 'staff');
    const { serial, issuedLeaf } = credential;
    await services.suspendCredential(serial);
    await append(LeafKind.credentialResumed, issuedLeaf, status('credential/resumed', credential));
    await services.suspendCredential(serial);
    await both(async (all) => expect((await all.verifyCredential(serial)).state).toBe('suspended'));
  });

  test('a change of an official', async () => {
    const person = await newcomer(office);
    const { serial } = await issueTo(services, person, 'staff');
    const record = decodeCbor(officialRecord('official/changed', { ...person, post: 'Otra' }, nodePrimitives));
    await append(LeafKind.officialChanged, person.registeredLeaf, record as readonly CborValue[]);
    await services.endOfficial({ id: person.id, reason: 'dismissed' });
    await both(async (all) => {
      await all.publishCrl('credenciales');
      expect((await all.verifyCredential(serial)).state).toBe('ended');
      expect((await all.credentials.find(serial))?.record.state).toBe('revoked');
      expect((await all.directory.findOfficial(person.id))?.record.ended).toBeDefined();
    });
  });

  test('an outcome in a row that points to it', async () => {
    const { serial, intentLeaf } = await issueTo(services, await newcomer(office), 'staff');
    const issuedLeaf = await append(LeafKind.credentialIssued, intentLeaf, [1, 'credential/issued', one, other]);
    const edited = `UPDATE credential SET record = json_set(record, '$.issuedLeaf', ${issuedLeaf}) WHERE key = '${serial}'`;
    ports.data.database.exec(edited);
    await services.revokeCredential(serial, { reason: 'superseded' });
    await both(async (all) => expect((await all.verifyCredential(serial)).state).toBe('revoked'));
  });
});
