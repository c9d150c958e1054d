import { beforeEach, describe, expect, test } from 'vitest';
import { cardLoginChallenge, type CardAnswer } from '../../../src/core/card-login.ts';
import type { LoggedIn, Standing } from '../../../src/access/session.ts';
import { nodePrimitives as primitives } from '../../../src/adapters/primitives.ts';
import { systemRandom as random } from '../../../src/adapters/system.ts';
import { answerWithCard, openLoginCard } from '../../../src/card/station/log-in-card.ts';
import { signWith } from '../../../src/card/piv/keys.ts';
import { verifyPin } from '../../../src/card/piv/pin.ts';
import { utf8 } from '../../../src/core/bytes.ts';
import type { CalendarDay } from '../../../src/core/time.ts';
import type { Official } from '../../../src/directory/official.ts';
import type { SoftPivState } from '../../../hardware/soft-piv/state.ts';
import { newcomer, openOffice } from '../../support/office.ts';
import { somebody } from '../../support/production-office.ts';
import { codeOfAct } from '../../support/refuses.ts';
import { personalCard } from '../../support/signing-station.ts';
import { insertCard, PIN } from './station-kit.ts';

const FROM = { host: 'oficialia-3', network: '192.0.2' };
const GRANTS = [{ role: 'clerk', from: '2026-01-01' as CalendarDay }] as const;

const office = await openOffice();
const { services } = office;
const { door, access } = services;
const { origin } = services.charter;

interface Holder {
  readonly official: Official;
  readonly state: SoftPivState;
  readonly card: Awaited<ReturnType<typeof personalCard>>['card'];
}

/** Somebody with a card, and with a passkey where they have access to the office. */
async function holder(hasAccess = true): Promise<Holder> {
  const official = await newcomer(office);
  const made = await personalCard(services, official);
  if (hasAccess) {
    const { id: person, passkey } = somebody(official.name);
    const { id, spki } = passkey.passkeys[0]!;
    await access.enrolPasskey({ person, name: official.name, official: official.id, key: spki, credentialId: id });
    await access.setRoles(person, GRANTS);
  }
  return { official, state: made.state, card: made.card };
}

async function answerOf(state: SoftPivState, deviceCode: string, at: string = origin, pin = PIN): Promise<CardAnswer> {
  const channel = insertCard(state);
  try {
    const deps = { channel, random, primitives };
    const card = await openLoginCard(deps);
    const challenge = cardLoginChallenge(deviceCode, primitives);
    return await answerWithCard(deps, card, utf8(pin), { origin: at, challenge });
  } finally {
    await channel.close();
  }
}

async function logIn(state: SoftPivState): Promise<string> {
  const { deviceCode } = await door.askDeviceLogin(FROM);
  await door.allowDeviceByCard(deviceCode, await answerOf(state, deviceCode));
  const looked = await door.pollDevice(deviceCode, FROM);
  return looked.outcome === 'allowed' ? looked.secret : expect.fail(looked.outcome);
}

const whoIs = async (secret: string): Promise<Standing> => (await door.whoCalls(secret)).who;

describe('whoever logs in with their card', () => {
  let deviceCode: string;
  beforeEach(async () => {
    ({ deviceCode } = await door.askDeviceLogin(FROM));
  });

  test('is who they are by their passkey, with the roles of today, and seen in their list of sessions', async () => {
    const { official, state } = await holder();
    const who = await whoIs(await logIn(state));
    expect(who).toMatchObject({ name: official.name, caller: { grants: GRANTS } });
    expect(await door.sessionsOf(who.person)).toMatchObject([{ browser: 'cotejo, oficialia-3', isProgram: true }]);
  });

  test('makes no token, which would outlive the card', async () => {
    const { state } = await holder();
    const { who } = await door.whoCalls(await logIn(state));
    const request = { label: 'x', roles: ['clerk'], until: '2027-01-31', formKey: 'A'.repeat(43) };
    expect(await codeOfAct(() => door.makeToken(who as LoggedIn, request as never))).toBe('token/login-again');
  });

  test('is let in once for each question, and for no other', async () => {
    const { state } = await holder();
    const answer = await answerOf(state, deviceCode);
    const other = await door.askDeviceLogin(FROM);
    expect(await codeOfAct(() => door.allowDeviceByCard(other.deviceCode, answer))).toBe('login/declined');
    await door.allowDeviceByCard(deviceCode, answer);
    expect(await codeOfAct(() => door.allowDeviceByCard(deviceCode, answer))).toBe('device/unknown');
    expect((await door.pollDevice(deviceCode, FROM)).outcome).toBe('allowed');
    expect(await codeOfAct(() => door.allowDeviceByCard(deviceCode, answer))).toBe('device/unknown');
    expect((await door.pollDevice(deviceCode, FROM)).outcome).toBe('unknown');
  });

  test('is not let in by what their card signed for another service, for something else, or with another key', async () => {
    const { state } = await holder();
    const another = await holder();
    const elsewhere = await answerOf(state, deviceCode, 'https://verifica.alcaldia.example.evil');
    expect(await codeOfAct(() => door.allowDeviceByCard(deviceCode, elsewhere))).toBe('login/declined');
    const theirs = { ...(await answerOf(another.state, deviceCode)), serial: elsewhere.serial };
    expect(await codeOfAct(() => door.allowDeviceByCard(deviceCode, theirs))).toBe('login/declined');
    const channel = insertCard(state);
    const { key } = await openLoginCard({ channel, random, primitives });
    await verifyPin(channel, utf8(PIN));
    const signature = await signWith(channel, '9A', key, cardLoginChallenge(deviceCode, primitives), primitives);
    await channel.close();
    const bare = { serial: elsewhere.serial, signature };
    expect(await codeOfAct(() => door.allowDeviceByCard(deviceCode, bare))).toBe('login/declined');
    expect((await door.pollDevice(deviceCode, FROM)).outcome).toBe('pending');
  });

  test('needs access of their own, a card that is in force, and the certificate of 9A', async () => {
    const stranger = await holder(false);
    const answer = await answerOf(stranger.state, deviceCode);
    expect(await codeOfAct(() => door.allowDeviceByCard(deviceCode, answer))).toBe('login/card-unknown');
    const { state, card } = await holder();
    for (const { slot, serial } of await services.cards.certificates(card.number)) {
      if (slot === '9A') continue;
      const by = { ...(await answerOf(state, deviceCode)), serial };
      expect(await codeOfAct(() => door.allowDeviceByCard(deviceCode, by)), slot).toBe('login/card-unknown');
    }
    const { serial } = await answerOf(state, deviceCode);
    await services.suspendCredential(serial);
    expect(await codeOfAct(async () => door.allowDeviceByCard(deviceCode, await answerOf(state, deviceCode)))).toBe(
      'login/card-unknown',
    );
  });

  test('needs the PIN', async () => {
    const { state } = await holder();
    expect(await codeOfAct(() => answerOf(state, deviceCode, origin, '11223344'))).toBe('card/pin-wrong');
  });

  test('is out at the next request once the card ended, or its certificate, or they left', async () => {
    const ends: readonly ((one: Holder, serial: string) => Promise<unknown>)[] = [
      ({ card }) => services.cards.end({ number: card.number, reason: 'lost' }),
      (_, serial) => services.revokeCredential(serial, { reason: 'keyCompromise' }),
      (_, serial) => services.suspendCredential(serial),
      ({ official }) => services.endOfficial({ id: official.id, reason: 'dismissed' }),
    ];
    for (const end of ends) {
      const one = await holder();
      const secret = await logIn(one.state);
      await whoIs(secret);
      const { serial } = await answerOf(one.state, deviceCode);
      await end(one, serial);
      expect(await codeOfAct(() => whoIs(secret)), String(end)).toBe('session/changed');
    }
  });
});
