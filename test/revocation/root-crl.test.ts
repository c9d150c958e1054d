import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sqlCrls } from '../../src/adapters/sql/revocation.ts';
import { systemClock } from '../../src/adapters/system.ts';
import { toBase64 } from '../../src/core/base64.ts';
import { unixSeconds } from '../../src/core/time.ts';
import { AUTHORITY_IDS } from '../../src/authority/authority.ts';
import { readCrl } from '../../src/revocation/crl.ts';
import { found, type Founded } from '../support/founded.ts';
import type { Opened } from '../support/office.ts';
import { codeOfAct } from '../support/refuses.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { LeafKind, type KeyId8 } from '../../src/log/leaf.ts';
import { plainLeaf } from '../support/acts.ts';
import { fromHex } from '../../src/core/bytes.ts';

const folder = temporaryFolder();
const DAY = 86_400;
const OVER = { name: 'Outage', code: 'revocation/root-list-over' };

let founded: Founded;
let opened: Opened;
let ahead = 0;
const clock = (): ReturnType<typeof systemClock> => unixSeconds(systemClock() + ahead);

beforeEach(async () => {
  ahead = 0;
  founded = await found(mkdtempSync(join(folder, 'one-')));
  opened = await founded.open({ clock });
});
afterEach(() => opened.services.close());

async function renew(): Promise<Uint8Array> {
  const { tbs } = await opened.services.rootCrl.prepare();
  const { encoded } = await opened.services.rootCrl.complete(await founded.keys.raiz.signer.sign(tbs));
  return encoded;
}

describe('a root whose key is offline', () => {
  test('signs its first list where it is founded, for a year and a day', async () => {
    const { services } = opened;
    expect(services.dev).toBe(false);
    const crl = readCrl(await services.publishCrl('raiz'));
    expect([crl.entries.size, crl.nextUpdate - crl.thisUpdate]).toEqual([0, 366 * DAY]);
    const files = { crl: join(folder, 'root.crl'), root: join(folder, 'root.pem') };
    writeFileSync(files.crl, crl.encoded);
    writeFileSync(
      files.root,
      `-----BEGIN CERTIFICATE-----\n${toBase64(services.charter.root)}\n-----END CERTIFICATE-----\n`,
    );
    const told = execFileSync('openssl', ['crl', '-inform', 'DER', '-in', files.crl, '-noout', '-CAfile', files.root], {
      stdio: 'pipe',
      encoding: 'utf8',
    });
    expect(told).not.toContain('failure');
  });

  test('publishes every list without it, and an audit finds nothing', async () => {
    for (const id of AUTHORITY_IDS) expect(readCrl(await opened.services.publishCrl(id)).entries.size).toBe(0);
    await opened.services.publishCheckpoint();
    expect(await opened.services.auditLog()).toMatchObject({ sound: true });
  });

  test('has its list served unchanged to its last day, and none afterwards', async () => {
    const first = await opened.services.publishCrl('raiz');
    ahead = 365 * DAY;
    expect(await opened.services.publishCrl('raiz')).toEqual(first);
    ahead = 366 * DAY + 60;
    await expect(opened.services.publishCrl('raiz')).rejects.toMatchObject(OVER);
    const renewed = readCrl(await renew());
    expect(await opened.services.publishCrl('raiz')).toEqual(renewed.encoded);
    expect(renewed.number > readCrl(first).number).toBe(true);
  });

  test('goes on serving the list while the next one waits for its signature', async () => {
    const first = await opened.services.publishCrl('raiz');
    const { tbs } = await opened.services.rootCrl.prepare();
    expect(await opened.services.publishCrl('raiz')).toEqual(first);
    expect((await opened.services.rootCrl.prepare()).tbs).toEqual(tbs);
    await opened.services.publishCheckpoint();
    expect(await opened.services.auditLog()).toMatchObject({ sound: true });
    opened.services.close();
    opened = await founded.open({ clock });
    expect(await opened.services.publishCrl('raiz')).toEqual(first);
    const signature = await founded.keys.raiz.signer.sign(tbs);
    const { encoded } = await opened.services.rootCrl.complete(signature);
    expect(await opened.services.publishCrl('raiz')).toEqual(encoded);
    expect((await opened.services.rootCrl.complete(signature)).encoded, 'a repeated answer').toEqual(encoded);
    await opened.services.publishCheckpoint();
    expect(await opened.services.auditLog()).toMatchObject({ sound: true });
  });

  test('has what was prepared and left for days made anew', async () => {
    const { number } = await opened.services.rootCrl.prepare();
    ahead = 3 * DAY;
    expect((await opened.services.rootCrl.prepare()).number).toBe(number + 1);
  });

  test('is not taken for another key, nor for a list that was overtaken', async () => {
    const first = await opened.services.publishCrl('raiz');
    const { tbs } = await opened.services.rootCrl.prepare();
    const stranger = await founded.keys.credenciales.signer.sign(tbs);
    expect(await codeOfAct(() => opened.services.rootCrl.complete(stranger))).toBe('revocation/wrong-signature');
    const signature = await founded.keys.raiz.signer.sign(tbs);
    ahead = 3 * DAY;
    await opened.services.rootCrl.prepare();
    expect(await codeOfAct(() => opened.services.rootCrl.complete(signature))).toBe('revocation/wrong-signature');
    await renew();
    expect(await codeOfAct(() => opened.services.rootCrl.complete(signature))).toBe('revocation/root-list-overtaken');
    expect(await opened.services.publishCrl('raiz')).not.toEqual(first);
  });

  test('keeps its list whatever is appended about lists', async () => {
    const first = await opened.services.publishCrl('raiz');
    const { keyId } = (await opened.services.authorities.findAuthority('raiz'))!.record;
    for (const kind of [LeafKind.crlIntent, LeafKind.crlPublished]) {
      await opened.ports.ledger.commit({
        leaf: plainLeaf(`junk ${kind}`, { kind, issuer: fromHex(keyId)! as KeyId8 }),
        writes: [],
      });
    }
    expect(await opened.services.publishCrl('raiz')).toEqual(first);
    expect(readCrl(await renew()).number > readCrl(first).number).toBe(true);
  });

  test('has no list where somebody put another into its row', async () => {
    const crl = (await sqlCrls(opened.ports.data).findCrl('raiz'))!.record.crl!.slice();
    crl[crl.length - 1]! ^= 1;
    opened.ports.data.database.prepare("UPDATE blob SET bytes = ? WHERE key = 'raiz' AND field = 'crl'").run(crl);
    await expect(opened.services.publishCrl('raiz')).rejects.toMatchObject(OVER);
  });
});
