import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LAUNCHED } from '../support/command-line.ts';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { systemClock } from '../../src/adapters/system.ts';
import { encodePem } from '../../src/authority/pem.ts';
import { findSealKey } from '../../src/authority/trust-list.ts';
import type { Config } from '../../src/config.ts';
import { fromBase64 } from '../../src/core/base64.ts';
import { decodeCbor, type CborValue } from '../../src/core/cbor.ts';
import { signCose } from '../../src/core/cose.ts';
import { concat } from '../../src/core/bytes.ts';
import { LeafKind } from '../../src/log/leaf.ts';
import { dayInMexicoCity, unixSeconds } from '../../src/core/time.ts';
import type { OficioId } from '../../src/oficio/oficio.ts';
import { findRevoked, readCrl } from '../../src/revocation/crl.ts';
import { sealAddress, sealOrigin } from '../../src/seal/address.ts';
import { SEAL_PROFILE } from '../../src/seal/seal.ts';
import type { Services } from '../../src/services.ts';
import { ask, missingJudge } from '../support/judges.ts';
import { installDevelopment } from '../support/installation.ts';
import { appoint, issueTo, OFFICE_ORIGIN, openData, type Staff } from '../support/office.ts';
import { checkInstallation } from './installation-oracle.ts';
import { carryOut, type Order } from './stopped-act.ts';
import type { Signed } from './stopping-ports.ts';

const child = join(import.meta.dirname, 'stopped-act.ts');
/** Whether a retry is stopped as well, at every point of its own. */
const long = Boolean(process.env['COTEJO_LONG']);

const year = dayInMexicoCity(systemClock()).slice(0, 4);

let config: Config;
let staff: Staff;
const everSigned: Signed[] = [];

beforeAll(async () => {
  config = await installDevelopment({ origin: OFFICE_ORIGIN });
  await withServices(async (services) => {
    staff = await appoint(services);
    await issueTo(services, staff.director, 'signer');
  });
});
afterAll(() => rmSync(dirname(config.dataFolder), { recursive: true, force: true }));

async function withServices<Result>(use: (services: Services) => Promise<Result>): Promise<Result> {
  const { services } = await openData(config);
  try {
    return await use(services);
  } finally {
    services.close();
  }
}

interface Run {
  /** The answer that the process gave, when it was not stopped before. */
  readonly acknowledged?: string;
  readonly signed: readonly Signed[];
}

/** Another process carries out `order` and is killed at its `point`-th point, if it has so many. */
function runUntil(point: number, order: Order): Run {
  const run = spawnSync(process.execPath, [child, config.dataFolder, String(point), JSON.stringify(order)], {
    env: LAUNCHED,
    encoding: 'utf8',
  });
  const lines = run.stdout.split('\n').slice(0, -1);
  const told = lines.map((line) => JSON.parse(line) as Signed | { readonly acknowledged: string });
  const signed = told.filter((line): line is Signed => 'signed' in line);
  everSigned.push(...signed);
  const answer = told.find((line): line is { readonly acknowledged: string } => 'acknowledged' in line);
  if (run.signal !== 'SIGKILL') expect(run, run.stderr).toMatchObject({ status: 0 });
  else expect(answer).toBeUndefined();
  return { signed, ...answer };
}

/** What lies there after a stop, before the retry and after it. */
interface Stop {
  readonly point: number;
  readonly order: Order;
  readonly signed: readonly Signed[];
  /** The credential or letter that is there since the order was given: its serial number or id. */
  readonly made: string | undefined;
}

/** Serial numbers of all credentials, ids of all letters. */
async function everything({ credentials, oficios }: Services): Promise<readonly string[]> {
  const held = await credentials.list({ limit: 1000 });
  const letters = await oficios.list({ limit: 1000 });
  return [...held.map(({ serial }) => serial), ...letters.map(({ id }) => id)];
}

/**
 * Stops a new order at its first point, another at its second, and so on until one is acknowledged. After each stop
 * `examine` looks at what lies there; then the order is repeated.
 * @returns how many points there were, and the answers to all
 */
async function stopAtEveryPoint(
  makeOrder: (services: Services) => Promise<Order>,
  examine: (services: Services, stop: Stop) => Promise<void>,
): Promise<{ readonly points: number; readonly answers: readonly string[] }> {
  const answers: string[] = [];
  for (let point = 1; ; point++) {
    const order = await withServices(makeOrder);
    const before = new Set(await withServices(everything));
    const { acknowledged, signed } = runUntil(point, order);
    if (long && acknowledged === undefined)
      for (let again = 1; runUntil(again, order).acknowledged === undefined; again++);
    const answer = await withServices(async (services) => {
      await checkInstallation(services, everSigned);
      const made = (await everything(services)).filter((name) => !before.has(name));
      expect(made.length).toBeLessThan(2);
      if (acknowledged === undefined) await examine(services, { point, order, signed, made: made[0] });
      const repeated = await carryOut(services, order);
      expect(acknowledged ?? repeated, 'a retry gives the same answer').toBe(repeated);
      expect(await carryOut(services, order), 'and so does the next').toBe(repeated);
      // The next stop begins with it: what lies there is looked at then.
      if (long || acknowledged !== undefined) await checkInstallation(services, everSigned);
      return repeated;
    });
    answers.push(answer);
    if (acknowledged !== undefined) return { points: point - 1, answers };
  }
}

const keyed = (act: 'issue' | 'sign', official: string): Order =>
  act === 'issue'
    ? { act, official, kind: 'signer', key: `issue/${randomUUID()}` }
    : { act, official, key: `sign/${randomUUID()}` };

describe('kill -9 at every point of', { timeout: 600_000 }, () => {
  test('issuing loses no credential, uses no serial number twice, and a retry finishes the same one', async () => {
    const { points, answers } = await stopAtEveryPoint(
      async () => keyed('issue', staff.inspector.id),
      async (services, { order, made }) => {
        if (made === undefined) return;
        const { record } = (await services.credentials.find(made))!;
        const { state } = await services.verifyCredential(made);
        expect(state).toBe(record.state === 'issued' ? 'current' : 'not-registered');
        expect(await carryOut(services, order)).toBe(made);
        expect(await services.verifyCredential(made)).toMatchObject({ state: 'current' });
      },
    );
    // Before and after two commits, and after the authority has signed.
    expect(points).toBe(5);
    expect(new Set(answers).size).toBe(answers.length);
    await withServices(async (services) => {
      const held = await services.credentials.list({ officialId: staff.inspector.id, limit: 100 });
      expect(held.map(({ serial }) => serial).toSorted()).toEqual([...answers].toSorted());
      expect(held.every(({ state }) => state === 'issued')).toBe(true);
    });
  });

  test('signing loses no letter, uses no folio twice, and shows a draft as not yet signed', async () => {
    const seen: string[] = [];
    const { points, answers } = await stopAtEveryPoint(
      async () => keyed('sign', staff.director.id),
      async (services, { order, signed, made }) => {
        if (made === undefined) {
          seen.push('nothing');
          return;
        }
        const { record } = (await services.oficios.find(made as OficioId))!;
        const ofFolio = await services.verifyTyped(record.folio);
        expect(ofFolio.state).toBe(record.state === 'signed' ? 'folio-only' : 'not-yet-signed');
        const seal = signed.find((use) => use.signed === 'seal');
        const ofSeal = seal && (await services.verifyTyped(await addressOf(services, seal)));
        if (ofSeal) expect(ofSeal.state).toBe(record.state === 'signed' ? 'current' : 'not-yet-signed');
        seen.push(`${record.state} ${ofSeal?.state ?? 'without a seal'}`);
        expect(await carryOut(services, order)).toBe(record.folio);
      },
    );
    // Before and after two commits, after the seal, and after the signature.
    expect(points).toBe(6);
    if (!long) {
      expect(seen).toEqual([
        'nothing',
        'sealed without a seal',
        ...Array.from({ length: 3 }, () => 'sealed not-yet-signed'),
        'signed current',
      ]);
    }
    expect(answers).toEqual(answers.map((_, i) => `AE/DGG/${String(i + 1).padStart(4, '0')}/${year}`));
    await withServices(async (services) => {
      const letters = await services.oficios.list({ limit: 100 });
      expect(letters.map(({ folio }) => folio).toSorted()).toEqual(answers);
      for (const { sealText } of letters) expect((await services.verifyTyped(sealText!)).state).toBe('current');
    });
  });

  test('revoking either revokes or does not, and lists and verdicts agree on it', async () => {
    const { points, answers } = await stopAtEveryPoint(
      async (services) => {
        const { serial } = await issueTo(services, staff.subdirector, 'signer');
        return { act: 'revoke', serial, reason: 'privilegeWithdrawn' };
      },
      async (services, { order }) => {
        const { serial } = order as Order & { act: 'revoke' };
        const { state } = await services.verifyCredential(serial);
        expect(['current', 'revoked']).toContain(state);
        const listed = findRevoked(readCrl(await services.publishCrl('oficios')), serial);
        expect(listed !== undefined).toBe(state === 'revoked');
      },
    );
    expect(points).toBe(2);
    await withServices(async (services) => {
      const crl = readCrl(await services.publishCrl('oficios'));
      for (const serial of answers) expect(findRevoked(crl, serial)).toMatchObject({ reason: 9 });
    });
  });

  test('granting a distinctive anew leaves nobody with two, nor with the earlier one, and a retry finishes the same one', async () => {
    const until = dayInMexicoCity(unixSeconds(systemClock() + 100 * 86_400));
    const { id: official } = staff.inspector;
    const held = async ({ distinctives }: Services): Promise<readonly string[]> => {
      const all = await distinctives.listOf(official);
      return all.flatMap(({ number, withdrawnLeaf }) => (withdrawnLeaf === undefined ? [number] : []));
    };
    const first: Order = { act: 'grant', official, until, key: `grant/${randomUUID()}` };
    let last = await withServices((services) => carryOut(services, first));
    const { points, answers } = await stopAtEveryPoint(
      async (services) => {
        [last = ''] = await held(services);
        return { ...first, key: `grant/${randomUUID()}` };
      },
      async (services) => {
        expect((await held(services)).length).toBeLessThan(2);
        const { state } = await services.verifyBadge(last);
        expect(state).toBe((await held(services)).includes(last) ? 'current' : 'replaced');
      },
    );
    // Before and after the withdrawal of the earlier one, and the grant.
    expect(points).toBe(4);
    expect(new Set(answers).size).toBe(answers.length);
    await withServices(async (services) => expect(await held(services)).toEqual(answers.slice(-1)));
  });

  test('publishing a revocation list signs no number twice with other contents', async () => {
    const published: bigint[] = [];
    const { points } = await stopAtEveryPoint(
      async (services) => {
        const { serial } = await issueTo(services, staff.subdirector, 'signer');
        await services.revokeCredential(serial, { reason: 'superseded' });
        return { act: 'publish' };
      },
      async (services, { signed }) => {
        const pending = (await services.credentials.list({ state: 'revoked', limit: 100 })).map(({ serial }) => serial);
        const crl = await services.publishCrl('oficios');
        const read = readCrl(crl);
        published.push(BigInt(read.number!));
        // What was signed in secret before the stop is what is published after it.
        for (const use of signed) expect(Buffer.compare(read.tbs, fromBase64(use.data)!)).toBe(0);
        for (const serial of pending) expect(findRevoked(read, serial)).toBeDefined();
        readByOpenssl(services, crl);
      },
    );
    expect(points).toBe(5);
    expect(published.every((number, i) => i === 0 || number > published[i - 1]!)).toBe(true);
  });

  test('countersigning loses nothing, and a retry finishes what was begun', async () => {
    const letters: OficioId[] = [];
    const { points, answers } = await stopAtEveryPoint(
      async (services) => {
        if (letters.length === 0) await issueTo(services, staff.inspector, 'signer');
        const letter = await carryOut(services, keyed('sign', staff.director.id));
        const { id } = (await services.oficios.list({ limit: 1000 })).find(({ folio }) => folio === letter)!;
        letters.push(id);
        return { act: 'countersign', letter: id, official: staff.inspector.id };
      },
      async (services, { order }) => {
        const { record } = (await services.shown.oficio(letters.at(-1)!))!;
        const isMade = record.countersignedLeaf !== undefined;
        const { subject, state } = await services.verifyTyped(record.sealText!);
        expect([state, 'countersigners' in subject]).toEqual(['current', isMade]);
        if (isMade) return;
        await carryOut(services, order);
      },
    );
    // Before and after two commits, after the signature, and after those of the lists by which the file is judged.
    expect(points).toBe(7);
    expect(new Set(answers).size).toBe(letters.length);
    await withServices(async (services) => {
      const begun = await services.log.ofKinds([LeafKind.oficioCountersignIntent]);
      const made = await services.log.ofKinds([LeafKind.oficioCountersigned]);
      expect([begun.length, made.length], 'one of each a letter').toEqual([letters.length, letters.length]);
      for (const id of letters) {
        const answer = await services.verifyPdf(concat(...(await services.signedFile(id))!));
        expect([answer.state, answer.signatures!.length]).toEqual(['current', 2]);
      }
    });
  });
});

/** The text of the QR that a signature of the seal key makes. */
async function addressOf(services: Services, use: Signed): Promise<string> {
  const [, header, , payload] = decodeCbor(fromBase64(use.data)!) as readonly CborValue[];
  const kid = (decodeCbor(header as Uint8Array) as Map<number, Uint8Array>).get(4)!;
  const { trust } = await services.publications.knowledge();
  const { spki } = findSealKey(trust, kid, nodePrimitives)!;
  const algorithm = { name: 'ECDSA', digest: 'SHA-256' } as const;
  const signer = { algorithm, spki, sign: async () => fromBase64(use.signature)! };
  return sealAddress(sealOrigin(OFFICE_ORIGIN), await signCose(SEAL_PROFILE, signer, kid, payload as Uint8Array));
}

function readByOpenssl({ charter }: Services, crl: Uint8Array): void {
  if (missingJudge('openssl')) return;
  const issuer = join(config.dataFolder, 'oficios.pem');
  writeFileSync(issuer, encodePem('CERTIFICATE', charter.authorities[1]!));
  const told = ask('openssl', ['crl', '-inform', 'DER', '-noout', '-CAfile', issuer, '-verify'], crl);
  expect(told.text).toContain('verify OK');
}
