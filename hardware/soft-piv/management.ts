import { equalSecret, fromHex, toHex } from '../../src/core/bytes.ts';
import { factoryManagementKey } from '../../src/card/piv/factory.ts';
import { MANAGEMENT_ALGORITHM, managementAlgorithmOf } from '../../src/card/piv/reference.ts';
import { encodeObject } from '../../src/card/tlv.ts';
import { answer, decline, DONE, type CardAnswer, type CardCommand } from './apdu.ts';
import { parse } from './objects.ts';
import type { Session } from './session.ts';
import { noteChanged } from './state.ts';

/** GENERAL AUTHENTICATE with 9B: mutual (witness first) or external authentication (challenge first). */
export function authenticateManagement(session: Session, command: CardCommand): CardAnswer {
  const { state, options } = session;
  const algorithm = managementAlgorithmOf(command.p1);
  if (algorithm !== state.managementKey.algorithm) decline(0x6a86);
  const { blockBytes } = MANAGEMENT_ALGORITHM[algorithm];
  const [template, ...more] = parse(command.data);
  if (template?.tag !== 0x7c || more.length > 0) decline(0x6a80);
  const fields = new Map(parse(template.value).map(({ tag, value }) => [tag, value]));
  const [witness, challenge, response] = [fields.get(0x80), fields.get(0x81), fields.get(0x82)];
  const { asked } = session;
  session.asked = undefined;
  if (witness?.length === 0 && fields.size === 1) {
    const value = options.random(blockBytes);
    session.asked = { kind: 'witness', algorithm, value };
    return answer(encodeObject(0x7c, encodeObject(0x80, encrypt(session, value))));
  }
  if (challenge?.length === 0 && fields.size === 1) {
    const value = options.random(blockBytes);
    session.asked = { kind: 'challenge', algorithm, value };
    return answer(encodeObject(0x7c, encodeObject(0x81, value)));
  }
  session.managementProven = false;
  const wrong = options.personality === 'yubikey' ? 0x6982 : 0x6a80;
  if (witness && challenge && asked?.kind === 'witness') {
    if (challenge.length !== blockBytes) decline(0x6a80);
    if (!equalSecret(witness, asked.value)) decline(wrong);
    session.managementProven = true;
    return answer(encodeObject(0x7c, encodeObject(0x82, encrypt(session, challenge))));
  }
  if (response && asked?.kind === 'challenge') {
    if (!equalSecret(response, encrypt(session, asked.value))) decline(wrong);
    session.managementProven = true;
    return DONE;
  }
  return decline(0x6a80);
}

function encrypt({ state, options }: Session, block: Uint8Array): Uint8Array {
  const key = fromHex(state.managementKey.value)!;
  return state.managementKey.algorithm === '3DES'
    ? options.ciphers.tripleDesEncrypt(key, block)
    : options.ciphers.aesEncrypt(key, block);
}

/** Yubico's `FF`; P2 FE asks for a touch at each use, which this card takes for given. */
export function setManagementKey(session: Session, { p1, p2, data }: CardCommand): CardAnswer {
  if (p1 !== 0xff || p2 < 0xfe) decline(0x6a86);
  if (!session.managementProven) decline(0x6982);
  const algorithm = managementAlgorithmOf(data[0]!);
  if (!algorithm || data[1] !== 0x9b) decline(0x6a80);
  const { keyBytes } = MANAGEMENT_ALGORITHM[algorithm];
  if (data[2] !== keyBytes || data.length !== 3 + keyBytes) decline(0x6a80);
  session.state.managementKey = { algorithm, value: toHex(data.subarray(3)) };
  noteChanged(session.state, 'managementKey');
  return DONE;
}

export function managementMetadata({ state, options }: Session): CardAnswer {
  const { algorithm, value } = state.managementKey;
  const isChanged = options.personality === 'pivapplet' && state.changed?.includes('managementKey');
  const isFactory = !isChanged && value === toHex(factoryManagementKey(algorithm)) ? 1 : 0;
  return answer(Uint8Array.of(0x01, 1, MANAGEMENT_ALGORITHM[algorithm].identifier, 0x02, 2, 0, 1, 0x05, 1, isFactory));
}
