import { beforeEach, describe, expect, test } from 'vitest';
import {
  allowDevice,
  askDeviceLogin,
  DEVICE_SECONDS,
  findDevice,
  lookAtDevice,
  POLL_SECONDS,
  pollDevice,
  refuseDevice,
  type AskedDevice,
} from '../../src/access/device-login.ts';
import { endProgram, whoAsks, type LoggedIn } from '../../src/access/session.ts';
import type { SoftAuthenticator } from '../doubles/soft-authenticator.ts';
import { Door } from '../support/door.ts';
import { codeOfAct } from '../support/refuses.ts';

const FROM = { host: 'oficialia-3', network: '192.0.2' };

let door: Door;
let device: SoftAuthenticator;
let who: LoggedIn;
let asked: AskedDevice;
beforeEach(async () => {
  door = new Door();
  device = door.person(['clerk']).device;
  who = await door.loggedIn(device);
  asked = await askDeviceLogin(door.deps, FROM);
});

async function allow(by: SoftAuthenticator = device, as: LoggedIn = who): Promise<void> {
  const { page, challenge } = await findDevice(door.deps, as, asked.userCode);
  return allowDevice(door.deps, as, page, door.answer(by, challenge));
}

const poll = async (code: string = asked.deviceCode): Promise<string> =>
  (await pollDevice(door.deps, code, FROM)).outcome;

async function secretOf(): Promise<string> {
  const looked = await pollDevice(door.deps, asked.deviceCode, FROM);
  return looked.outcome === 'allowed' ? looked.secret : expect.fail(looked.outcome);
}

describe('a program that asks to be let in', () => {
  test('is shown with its machine, network and time, and let in by a passkey of whoever is logged in', async () => {
    expect(asked.userCode).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);
    const shown = await findDevice(door.deps, who, ` ${asked.userCode.toLowerCase().replace('-', ' ')}`);
    expect(shown).toMatchObject({ ...FROM, madeAt: door.now, state: 'open' });
    expect(await poll()).toBe('pending');
    await allow();
    door.wait(POLL_SECONDS);
    const secret = await secretOf();
    expect(await whoAsks(door.deps, secret, 'program')).toMatchObject({ person: who.person });
    expect(JSON.stringify(await door.deps.devices.list())).not.toContain(secret);
    expect(JSON.stringify(await door.deps.sessions.list())).not.toContain(secret);
  });

  test('gets one session, whoever looks again', async () => {
    await allow();
    await secretOf();
    expect(await poll()).toBe('unknown');
    expect(await poll('A'.repeat(43))).toBe('unknown');
  });

  test('has a secret that is no cookie, and a cookie is no secret of a program', async () => {
    await allow();
    const secret = await secretOf();
    expect(await codeOfAct(() => whoAsks(door.deps, secret))).toBe('session/over');
    const cookie = (await door.logIn(device)).secret;
    expect(await codeOfAct(() => whoAsks(door.deps, cookie, 'program'))).toBe('session/over');
    await endProgram(door.deps, cookie);
    expect(await whoAsks(door.deps, cookie)).toMatchObject({ person: who.person });
    await endProgram(door.deps, secret);
    expect(await codeOfAct(() => whoAsks(door.deps, secret, 'program'))).toBe('session/over');
  });

  test('that looks too often is told to wait longer, each time', async () => {
    expect(await poll()).toBe('pending');
    door.wait(POLL_SECONDS - 1);
    expect(await poll()).toBe('slow-down');
    door.wait(POLL_SECONDS);
    expect(await poll(), 'ten seconds by now').toBe('slow-down');
    await allow();
    door.wait(2 * POLL_SECONDS);
    expect(await poll(), 'fifteen').toBe('slow-down');
    door.wait(4 * POLL_SECONDS);
    expect(await poll()).toBe('allowed');
  });

  test('is let in by nobody else’s passkey, and by no answer to another question', async () => {
    const other = door.person(['hr'], 'Hugo Otro').device;
    expect(await codeOfAct(() => allow(other))).toBe('device/another-passkey');
    const { page } = await findDevice(door.deps, who, asked.userCode);
    const { challenge } = await findDevice(door.deps, await door.loggedIn(device), asked.userCode);
    const stolen = door.answer(device, challenge);
    expect(await codeOfAct(() => allowDevice(door.deps, who, page, stolen)), 'of another session').toBe(
      'login/declined',
    );
    const second = await askDeviceLogin(door.deps, FROM);
    const twin = await findDevice(door.deps, who, second.userCode);
    const swapped = door.answer(device, twin.challenge);
    expect(await codeOfAct(() => allowDevice(door.deps, who, page, swapped)), 'of another program').toBe(
      'login/declined',
    );
    expect(await poll()).toBe('pending');
  });

  test('has a page for the session that typed its code, and an address that leads nobody else there', async () => {
    const { page } = await findDevice(door.deps, who, asked.userCode);
    const attacker = await door.loggedIn(door.person(['clerk'], 'Marta Mala').device);
    const { page: theirs } = await findDevice(door.deps, attacker, asked.userCode);
    expect(theirs).not.toBe(page);
    expect(await codeOfAct(() => lookAtDevice(door.deps, who, theirs))).toBe('device/unknown');
    expect(await codeOfAct(() => refuseDevice(door.deps, who, theirs))).toBe('device/unknown');
  });

  test('that was refused gets nothing, and is allowed by nobody afterwards', async () => {
    const { page, challenge } = await findDevice(door.deps, who, asked.userCode);
    await refuseDevice(door.deps, who, page);
    expect(await codeOfAct(() => allowDevice(door.deps, who, page, door.answer(device, challenge)))).toBe(
      'device/unknown',
    );
    expect(await codeOfAct(() => findDevice(door.deps, who, asked.userCode))).toBe('device/unknown');
    expect((await lookAtDevice(door.deps, who, page)).state).toBe('refused');
    expect(await poll()).toBe('denied');
  });

  test('waits ten minutes', async () => {
    door.wait(DEVICE_SECONDS - 1);
    who = await door.loggedIn(device);
    const { page, challenge } = await findDevice(door.deps, who, asked.userCode);
    door.wait(1);
    expect(await codeOfAct(() => findDevice(door.deps, who, asked.userCode))).toBe('device/unknown');
    expect(await codeOfAct(() => allowDevice(door.deps, who, page, door.answer(device, challenge)))).toBe(
      'device/unknown',
    );
    expect(await poll()).toBe('expired');
  });

  test('gets nothing in the name of somebody who was ended before it looked', async () => {
    await allow();
    const person = (await door.deps.people.findPerson(who.person))!;
    door.tell({ act: 'ended', enrolledLeaf: person.passkeys[0]!.enrolledLeaf });
    expect(await poll()).toBe('denied');
    expect(await poll()).toBe('denied');
  });

  test.for(['', ' ', 'a\u0000b', '\u202Enimda', 'x'.repeat(65)])(
    'is refused under a name that nobody can read: %j',
    async (host) => {
      expect(await codeOfAct(() => askDeviceLogin(door.deps, { ...FROM, host }))).toBe('device/host');
    },
  );
});
