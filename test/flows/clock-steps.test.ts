import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { systemClock, systemRandom } from '../../src/adapters/system.ts';
import { readCertificate } from '../../src/authority/certificate.ts';
import { openTrustList } from '../../src/authority/trust-list.ts';
import { unixSeconds } from '../../src/core/time.ts';
import { RateLimiter } from '../../src/http/rate-limit.ts';
import { readCrl } from '../../src/revocation/crl.ts';
import { makeInstallation, type Installation } from '../support/installation.ts';
import { appoint, issueTo } from '../support/office.ts';

const DAY = 86_400;

describe('a clock that is set back', () => {
  let step = 0;
  let installation: Installation;
  const clock = () => unixSeconds(systemClock() + step);
  beforeEach(async () => {
    step = 0;
    installation = await makeInstallation({ clock });
  });
  afterEach(() => installation.remove());

  const numberOfTrustList = async (): Promise<number> => {
    const { charter, publications } = installation.services;
    const { spki } = readCertificate(charter.root).key;
    return (await openTrustList(await publications.trustList(), spki, nodePrimitives)).list.number;
  };

  test('keeps no list that was made before it', async () => {
    const { publications } = installation.services;
    step = 3 * DAY;
    const ahead = await publications.statusList('oficios');
    expect(await publications.statusList('oficios')).toBe(ahead);
    step = 0;
    expect(await publications.statusList('oficios')).not.toBe(ahead);
  });

  test('stops no list of what was revoked under it, and lists it at once', async () => {
    const { services } = installation;
    const { inspector } = await appoint(services);
    const credential = await issueTo(services, inspector, 'staff');
    step = 3 * DAY;
    await services.revokeCredential(credential.serial, { reason: 'superseded' });
    step = 0;
    const list = await services.publishCrl('credenciales');
    expect([...readCrl(list).entries.keys()]).toEqual([credential.serial]);
    expect(await services.publishCrl('credenciales')).toEqual(list);
  });

  test('never takes the number of the trust list back', async () => {
    step = 3 * DAY;
    const ahead = await numberOfTrustList();
    step = 0;
    expect(await numberOfTrustList()).toBe(ahead + 1);
  });
});

test('a clock that is set back locks no visitor out', () => {
  let now = 1_000_000_000;
  const limiter = new RateLimiter({ clock: () => unixSeconds(now), random: systemRandom, primitives: nodePrimitives });
  const take = (): number => limiter.take('x', '192.0.2.1', { burst: 30, secondsEach: 2 });
  now += 3600;
  expect(take()).toBe(0);
  now -= 3600;
  expect(take()).toBe(0);
});
