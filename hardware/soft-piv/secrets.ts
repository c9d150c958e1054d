import { toHex } from '../../src/core/bytes.ts';
import { answer, decline, DONE, type CardAnswer, type CardCommand } from './apdu.ts';
import type { Session } from './session.ts';
import { factorySecrets, noteChanged, type SoftSecret } from './state.ts';

const PIN = 0x80;
const PUK = 0x81;
const BYTES = 8;

/** VERIFY. P1 FF forgets that the PIN was verified. */
export function verify(session: Session, { p1, p2, data }: CardCommand): CardAnswer {
  if (p2 !== PIN) decline(0x6a88);
  const { pin } = session.state;
  if (p1 === 0xff && data.length === 0) {
    session.pinVerified = false;
    return DONE;
  }
  if (p1 !== 0) decline(0x6a86);
  if (data.length === 0) {
    if (session.pinVerified) return DONE;
    return { status: pin.triesLeft === 0 ? 0x6983 : 0x63c0 | pin.triesLeft };
  }
  if (data.length !== BYTES) decline(0x6a80);
  session.pinVerified = false;
  present(pin, data);
  session.pinVerified = true;
  session.pinFresh = true;
  return DONE;
}

/** CHANGE REFERENCE DATA of PIN or PUK. */
export function change(session: Session, { p1, p2, data }: CardCommand): CardAnswer {
  if (p1 !== 0) decline(0x6a86);
  const secret = p2 === PIN ? session.state.pin : p2 === PUK ? session.state.puk : decline(0x6a88);
  if (data.length !== 2 * BYTES) decline(0x6a80);
  checkForm(data.subarray(BYTES));
  present(secret, data.subarray(0, BYTES));
  secret.value = toHex(data.subarray(BYTES));
  noteChanged(session.state, p2 === PIN ? 'pin' : 'puk');
  return DONE;
}

/** RESET RETRY COUNTER with the PUK. */
export function unblock(session: Session, { p1, p2, data }: CardCommand): CardAnswer {
  if (p1 !== 0) decline(0x6a86);
  if (p2 !== PIN) decline(0x6a88);
  if (data.length !== 2 * BYTES) decline(0x6a80);
  checkForm(data.subarray(BYTES));
  const { pin, puk } = session.state;
  present(puk, data.subarray(0, BYTES));
  pin.value = toHex(data.subarray(BYTES));
  noteChanged(session.state, 'pin');
  pin.triesLeft = pin.triesAtMost;
  return DONE;
}

/** Yubico's `FA`: other numbers of tries, and with them the factory's PIN and PUK. */
export function setTries(session: Session, { p1, p2 }: CardCommand): CardAnswer {
  if (!session.managementProven || !session.pinVerified) decline(0x6982);
  if (p1 === 0 || p2 === 0) decline(0x6a86);
  Object.assign(session.state, factorySecrets({ pin: p1, puk: p2 }));
  session.pinVerified = false;
  return DONE;
}

/** The counter goes down before the comparison, so that a pull within it does not give a try for nothing. */
function present(secret: SoftSecret, data: Uint8Array): void {
  if (secret.triesLeft === 0) decline(0x6983);
  secret.triesLeft--;
  if (toHex(data) !== secret.value) decline(0x63c0 | secret.triesLeft);
  secret.triesLeft = secret.triesAtMost;
}

/** Six to eight digits, filled up with FF. */
function checkForm(data: Uint8Array): void {
  if (!/^(3[0-9]){6,8}(ff){0,2}$/.test(toHex(data))) decline(0x6a80);
}

/** Yubico's metadata of PIN and PUK. */
export function secretMetadata(session: Session, reference: number): CardAnswer {
  const name = reference === PIN ? 'pin' : 'puk';
  const secret = session.state[name];
  const isChanged = session.options.personality === 'pivapplet' && session.state.changed?.includes(name);
  const isFactory = !isChanged && secret.value === factorySecrets()[name].value ? 1 : 0;
  const tries = [0x06, 2, secret.triesAtMost, secret.triesLeft];
  return answer(Uint8Array.of(0x01, 1, 0xff, 0x05, 1, isFactory, ...tries));
}
