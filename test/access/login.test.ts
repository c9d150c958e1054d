import { beforeEach, describe, expect, test } from 'vitest';
import { askLogin, CHALLENGE_SECONDS, logIn } from '../../src/access/login.ts';
import { drawPersonId } from '../../src/access/person.ts';
import { whoAsks } from '../../src/access/session.ts';
import { systemRandom } from '../../src/adapters/system.ts';
import { deviceOf, Door, FROM } from '../support/door.ts';
import { codeOfAct } from '../support/refuses.ts';

let door: Door;
beforeEach(() => {
  door = new Door();
});

describe('logging in', () => {
  test('asks nobody for a name: the passkey says who it is', async () => {
    const clara = door.person(['clerk']);
    door.person(['hr'], 'Otra Persona');
    const { secret, name, caller } = await door.logIn(clara.device);
    expect([name, caller.grants.map(({ role }) => role)]).toEqual(['Clara Ruiz', ['clerk']]);
    expect(await whoAsks(door.deps, secret)).toMatchObject({ person: clara.id, caller });
  });

  test('lets founders in, whose key stands in the charter, as those who approve and do nothing else', async () => {
    door.founder();
    const luis = door.founder('Luis Fundador');
    const { secret } = await door.logIn(luis);
    expect(await whoAsks(door.deps, secret)).toMatchObject({
      name: 'Luis Fundador',
      caller: { by: { founder: 1 }, grants: [{ role: 'approver' }] },
    });
  });

  test('lets no founder in who was retired', async () => {
    const ana = door.founder();
    const { secret } = await door.logIn(ana);
    door.founders[0] = { ...door.founders[0]!, retiredFrom: 10 };
    expect(await codeOfAct(() => whoAsks(door.deps, secret))).toBe('session/changed');
    expect(await codeOfAct(() => door.logIn(ana))).toBe('login/passkey-unknown');
  });

  test('lets nobody in whose passkey nobody approved, who has no roles, or whose access ended', async () => {
    door.founder();
    const stranger = deviceOf(drawPersonId(systemRandom));
    expect(await codeOfAct(() => door.logIn(stranger))).toBe('login/passkey-unknown');
    expect(await codeOfAct(() => door.logIn(door.person([]).device))).toBe('login/passkey-unknown');
    const gone = door.person(['clerk']);
    const { enrolledLeaf } = (await door.deps.people.findPerson(gone.id))!.passkeys[0]!;
    door.tell({ act: 'ended', enrolledLeaf });
    expect(await codeOfAct(() => door.logIn(gone.device))).toBe('login/passkey-unknown');
  });

  test('takes no answer twice', async () => {
    const { device } = door.person(['clerk']);
    const { secret, challenge } = await askLogin(door.deps);
    const answer = door.answer(device, challenge);
    await logIn(door.deps, secret, answer, FROM);
    expect(await codeOfAct(() => logIn(door.deps, secret, answer, FROM))).toBe('login/challenge-over');
  });

  test('takes no answer to a question after a wrong one', async () => {
    const { device } = door.person(['clerk']);
    const { secret, challenge } = await askLogin(door.deps);
    const wrong = door.answer(device, challenge, { userVerified: false });
    expect(await codeOfAct(() => logIn(door.deps, secret, wrong, FROM))).toBe('login/declined');
    const right = door.answer(device, challenge);
    expect(await codeOfAct(() => logIn(door.deps, secret, right, FROM))).toBe('login/challenge-over');
  });

  test('takes no answer to what another browser was asked', async () => {
    const { device } = door.person(['clerk']);
    const [mine, theirs] = [await askLogin(door.deps), await askLogin(door.deps)];
    const answer = door.answer(device, theirs.challenge);
    expect(await codeOfAct(() => logIn(door.deps, mine.secret, answer, FROM))).toBe('login/declined');
    expect(await codeOfAct(() => logIn(door.deps, undefined, answer, FROM))).toBe('login/challenge-over');
  });

  test('takes no answer after five minutes', async () => {
    const { device } = door.person(['clerk']);
    const asked = await askLogin(door.deps);
    door.wait(CHALLENGE_SECONDS);
    const answer = door.answer(device, asked.challenge);
    expect(await codeOfAct(() => logIn(door.deps, asked.secret, answer, FROM))).toBe('login/challenge-over');
  });

  test.for([
    ['made on another page', { origin: 'https://verifica.alcaldia.example.evil.mx' }],
    ['made within another page', { crossOrigin: true }],
    ['made for another service', { rpId: 'evil.mx' }],
    ['made without knowing who holds the device', { userVerified: false as const }],
    ['of a registration', { type: 'webauthn.create' }],
  ] as const)('takes no answer %s', async ([, slips]) => {
    const [{ device }, founder] = [door.person(['clerk']), door.founder()];
    expect(await codeOfAct(() => door.logIn(device, slips))).toBe('login/declined');
    expect(await codeOfAct(() => door.logIn(founder, slips))).toBe('login/declined');
  });

  test("takes no answer under the id of somebody else's passkey", async () => {
    const [clara, hugo] = [door.person(['clerk']), door.person(['hr'], 'Hugo')];
    const { secret, challenge } = await askLogin(door.deps);
    const { id: credentialId } = hugo.device.passkeys[0]!;
    const answer = { ...door.answer(clara.device, challenge), credentialId };
    expect(await codeOfAct(() => logIn(door.deps, secret, answer, FROM))).toBe('login/declined');
  });

  test('takes no answer that says it is of another person', async () => {
    for (const device of [door.person(['clerk']).device, door.founder()]) {
      const { secret, challenge } = await askLogin(door.deps);
      const answer = { ...door.answer(device, challenge), userHandle: systemRandom(16) };
      expect(await codeOfAct(() => logIn(door.deps, secret, answer, FROM))).toBe('login/passkey-unknown');
    }
  });

  test('tells that the count of a passkey fell, as that of a copy does; one that does not count says nothing', async () => {
    const { device } = door.person(['clerk']);
    const fell = async (signCount: number): Promise<boolean> =>
      (await door.logIn(device, { signCount })).hasCountFallen;
    expect([await fell(0), await fell(0), await fell(7), await fell(7), await fell(5), await fell(6)]).toEqual([
      ...[false, false, false],
      ...[true, true, false],
    ]);
  });

  test('keeps of a question and a session nothing that opens them', async () => {
    const { device } = door.person(['clerk']);
    const asked = await askLogin(door.deps);
    const { secret } = await door.logIn(device);
    const kept = [...(await door.deps.challenges.list()), ...(await door.deps.sessions.list())];
    const text = JSON.stringify(kept);
    expect(kept).toHaveLength(2);
    for (const one of [asked.secret, secret]) expect(text).not.toContain(one);
    for (const { record } of kept)
      expect(await codeOfAct(() => whoAsks(door.deps, record.id))).toBe('access/login-needed');
  });
});
