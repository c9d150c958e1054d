import { beforeEach, describe, expect, test } from 'vitest';
import {
  endSession,
  endSessions,
  IDLE_SECONDS,
  SESSION_SECONDS,
  sessionsOf,
  whoAsks,
} from '../../src/access/session.ts';
import { deviceOf, Door } from '../support/door.ts';
import { codeOfAct } from '../support/refuses.ts';

let door: Door;
beforeEach(() => {
  door = new Door();
});

const asks = (secret: string | undefined): Promise<string> =>
  whoAsks(door.deps, secret).then(
    ({ name }) => name,
    (error: { code: string }) => error.code,
  );

describe('a session', () => {
  test('has a new secret at each login, and none that a browser brought', async () => {
    const { device } = door.person(['clerk']);
    const secrets = [await door.logIn(device), await door.logIn(device)].map(({ secret }) => secret);
    expect(new Set(secrets).size).toBe(2);
    for (const secret of secrets) expect(secret).toMatch(/^[\w-]{43}$/);
    for (const other of [undefined, '', `${secrets[0]} `, `${secrets[0]}A`]) {
      expect(await asks(other)).toBe('access/login-needed');
    }
    expect(await asks('A'.repeat(43)), 'a browser that was logged in').toBe('session/over');
  });

  test('ends eight hours after the login, however much it is used', async () => {
    const { secret } = await door.logIn(door.person(['clerk']).device);
    for (let passed = 0; passed + 1200 < SESSION_SECONDS; passed += 1200) {
      expect(await asks(secret)).toBe('Clara Ruiz');
      door.wait(1200);
    }
    expect(await asks(secret)).toBe('Clara Ruiz');
    door.wait(1200);
    expect(await asks(secret)).toBe('session/over');
    expect(await asks(secret)).toBe('session/over');
  });

  test('ends when half an hour went by without a request', async () => {
    const { secret } = await door.logIn(door.person(['clerk']).device);
    door.wait(IDLE_SECONDS - 1);
    expect(await asks(secret)).toBe('Clara Ruiz');
    door.wait(IDLE_SECONDS - 1);
    expect(await asks(secret)).toBe('Clara Ruiz');
    door.wait(IDLE_SECONDS);
    expect(await asks(secret)).toBe('session/over');
  });

  test('ends at once with the person, the passkey, or the roles', async () => {
    const endings: ((id: Parameters<Door['setRoles']>[0], leaf: number) => unknown)[] = [
      (_, enrolledLeaf) => door.tell({ act: 'ended', enrolledLeaf }),
      (person, enrolledLeaf) =>
        door.tell({
          act: 'ended',
          enrolledLeaf,
          end: { person, scope: 'passkey', at: door.now, reason: 'lost' },
        }),
      (person) => door.setRoles(person, ['clerk', 'hr']),
      (person) => door.setRoles(person, []),
    ];
    for (const end of endings) {
      const { id, device } = door.person(['clerk']);
      const { secret } = await door.logIn(device);
      expect(await asks(secret)).toBe('Clara Ruiz');
      end(id, (await door.deps.people.findPerson(id))!.passkeys[0]!.enrolledLeaf);
      expect(await sessionsOf(door.deps, id)).toEqual([]);
      expect(await asks(secret)).toBe('session/changed');
      expect(await asks(secret)).toBe('session/over');
    }
  });

  test('of another passkey of the same person goes on', async () => {
    const { id, device } = door.person(['clerk']);
    const other = deviceOf(id);
    const leaf = door.addPasskey(id, 'Clara Ruiz', other);
    const [first, second] = [await door.logIn(device), await door.logIn(other)];
    const end = { person: id, scope: 'passkey', at: door.now, reason: 'lost' } as const;
    door.tell({ act: 'ended', enrolledLeaf: leaf, end });
    expect([await asks(first.secret), await asks(second.secret)]).toEqual(['Clara Ruiz', 'session/changed']);
  });

  test('whose row somebody edited is nobody else’s', async () => {
    const [clara, hugo] = [door.person(['clerk']), door.person(['hr'], 'Hugo')];
    const { secret } = await door.logIn(clara.device);
    const [{ record, version }] = (await door.deps.sessions.list()) as [never] & { record: never; version: number }[];
    await door.deps.sessions.replace({ ...(record as object), person: hugo.id } as never, version);
    expect(await asks(secret)).toBe('session/changed');
  });

  test('is listed for its person, with browser and network, and ended by them alone', async () => {
    const [clara, hugo] = [door.person(['clerk']), door.person(['hr'], 'Hugo')];
    const first = await door.logIn(clara.device);
    door.wait(120);
    const second = await door.logIn(clara.device);
    const others = await door.loggedIn(hugo.device);
    await asks(first.secret);
    const listed = await sessionsOf(door.deps, clara.id);
    expect(listed.map(({ since, lastSeen, browser, network }) => [since, lastSeen, browser, network])).toEqual([
      [door.now, door.now, 'Firefox', '192.0.2'],
      [door.now - 120, door.now, 'Firefox', '192.0.2'],
    ]);
    const me = await whoAsks(door.deps, second.secret);
    expect(await codeOfAct(() => endSession(door.deps, others, listed[1]!.id))).toBe('session/unknown');
    expect(await asks(first.secret)).toBe('Clara Ruiz');
    await endSession(door.deps, me, listed[1]!.id);
    expect([await asks(first.secret), await asks(second.secret)]).toEqual(['session/over', 'Clara Ruiz']);
  });

  test('may be the only one that goes on', async () => {
    const { id, device } = door.person(['clerk']);
    const secrets = [];
    for (let i = 0; i < 3; i++) secrets.push((await door.logIn(device)).secret);
    const me = await whoAsks(door.deps, secrets[1]);
    await endSessions(door.deps, id, me.session);
    expect(await Promise.all(secrets.map(asks))).toEqual(['session/over', 'Clara Ruiz', 'session/over']);
    await endSessions(door.deps, id);
    expect(await asks(secrets[1])).toBe('session/over');
  });

  test('gives way where somebody has ten', async () => {
    const { id, device } = door.person(['clerk']);
    const { secret } = await door.logIn(device);
    for (let i = 0; i < 10; i++) {
      door.wait(1);
      await door.logIn(device);
    }
    expect(await sessionsOf(door.deps, id)).toHaveLength(10);
    expect(await asks(secret)).toBe('session/over');
  });

  test('that was used is noted at most once a minute', async () => {
    const { secret } = await door.logIn(door.person(['clerk']).device);
    const version = async (): Promise<number> => (await door.deps.sessions.list())[0]!.version;
    for (let i = 0; i < 5; i++) await asks(secret);
    expect(await version()).toBe(1);
    door.wait(60);
    for (let i = 0; i < 5; i++) await asks(secret);
    expect(await version()).toBe(2);
  });
});
