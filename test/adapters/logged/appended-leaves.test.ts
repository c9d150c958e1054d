import { describe, expect, test } from 'vitest';
import { nodePrimitives } from '../../../src/adapters/primitives.ts';
import { sqlRevocation } from '../../../src/adapters/sql/revocation.ts';
import { systemClock } from '../../../src/adapters/system.ts';
import { certificateOf, type AuthorityId } from '../../../src/authority/authority.ts';
import { issuerAlgorithm } from '../../../src/authority/prepare.ts';
import { fromHex } from '../../../src/core/bytes.ts';
import { unixSeconds } from '../../../src/core/time.ts';
import { LeafKind, type KeyId8 } from '../../../src/log/leaf.ts';
import { encodeTbsCrl, type CrlDraft } from '../../../src/revocation/crl-encode.ts';
import { readCrl, type Crl } from '../../../src/revocation/crl.ts';
import { crlIntentRecord, crlPublishedRecord } from '../../../src/revocation/recorded-crl.ts';
import type { CrlRow } from '../../../src/revocation/store.ts';
import { plainLeaf } from '../../support/acts.ts';
import { issueTo, openOffice } from '../../support/office.ts';

/* Whoever may write to the database file appends leaves of their own, and rows that these vouch for. */

const office = await openOffice();
const { services, ports } = office;
const DAY = 86_400;
const revoked = await issueTo(services, office.inspector, 'staff');
await services.revokeCredential(revoked.serial, { reason: 'superseded' });

let salted = 0;

describe('a body of a list that somebody recorded is never signed', () => {
  async function recordBody(id: AuthorityId, changes: Partial<CrlDraft>): Promise<void> {
    const authority = (await services.authorities.findAuthority(id))!.record;
    const issuer = certificateOf(authority);
    const before = await sqlRevocation(ports.data).findCrl(id);
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
  const before = (await sqlRevocation(ports.data).findCrl('oficios'))!;
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
