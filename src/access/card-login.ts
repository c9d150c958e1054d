import { cardLoginBytes, cardLoginChallenge, type CardAnswer } from '../core/card-login.ts';
import type { Primitives, SignatureAlgorithm } from '../core/primitives.ts';
import { Refusal } from '../core/refusal.ts';
import type { OfficialId } from '../directory/official.ts';
import { letIn, openDevice, type DeviceDeps } from './device-login.ts';
import type { LoginCode } from './login-code.ts';
import { assertedBy } from './people.ts';
import type { Session } from './session.ts';
import type { AccessStore } from './store.ts';

/** What the log says of a card whose key of 9A logs somebody in, while all of it is in force. */
export interface LoginCard {
  readonly official: OfficialId;
  /** SubjectPublicKeyInfo of the key of 9A, and what it signs with. */
  readonly spki: Uint8Array;
  readonly algorithm: SignatureAlgorithm;
}

export interface CardLoginDeps extends DeviceDeps {
  readonly people: DeviceDeps['people'] & Pick<AccessStore, 'listPeople'>;
  /** Of the service: a signature that another service was given is none here. */
  readonly origin: string;
  readonly primitives: Pick<Primitives, 'digest' | 'verify'>;
}

/**
 * Lets a program act in the name of whoever's card answered. It gives no right that a session does not: what people have to will wants
 * their passkey.
 * @throws Refusal `device/unknown`, `login/card-unknown`, `login/declined`
 */
export async function allowDeviceByCard(
  deps: CardLoginDeps,
  deviceCode: string,
  { serial, signature }: CardAnswer,
): Promise<void> {
  const waiting = await openDevice(deps, deviceCode);
  const card = await deps.loginCard(serial);
  const given = card && (await standingOfCard(deps, card.official, serial));
  if (!given) throw new Refusal<LoginCode>('login/card-unknown', 'a card of nobody who works here');
  const message = cardLoginBytes(deps.origin, cardLoginChallenge(deviceCode, deps.primitives), deps.primitives);
  if (!(await deps.primitives.verify(card.algorithm, card.spki, message, signature))) {
    throw new Refusal<LoginCode>('login/declined', 'the signature is not of this card', { reason: 'signature-wrong' });
  }
  await letIn(deps, waiting, given);
}

/** The holder by their first passkey that counts: a session names one, and ends with it. */
async function standingOfCard(
  { people }: CardLoginDeps,
  official: OfficialId,
  card: string,
): Promise<Pick<Session, 'person' | 'by' | 'credentialId' | 'card'> | undefined> {
  for (const person of await people.listPeople()) {
    if (person.official !== official || person.endedLeaf !== undefined) continue;
    for (const { credentialId } of person.passkeys) {
      const by = assertedBy(person, credentialId);
      if (by) return { person: person.id, by, credentialId, card };
    }
  }
  return undefined;
}
