/** The canary: no PIN, PUK or key in anything that is thrown, whatever goes wrong and wherever. */
import { inspect as show } from 'node:util';
import { expect, test } from 'vitest';
import { nodePrimitives } from '../../../src/adapters/primitives.ts';
import { systemRandom } from '../../../src/adapters/system.ts';
import type { CardChannel } from '../../../src/card/channel.ts';
import { auditFactorySecrets, FACTORY_PIN, FACTORY_PUK, factoryManagementKey } from '../../../src/card/piv/factory.ts';
import { generateKey, signWith } from '../../../src/card/piv/keys.ts';
import { authenticateManagement, setManagementKey } from '../../../src/card/piv/management.ts';
import { changePin, changePuk, unblockPin, verifyPin } from '../../../src/card/piv/pin.ts';
import { toHex, utf8 } from '../../../src/core/bytes.ts';
import { factoryState } from '../../../hardware/soft-piv/state.ts';
import { withFaults, type FaultKind } from '../../../hardware/faults.ts';
import { managementDeps, putIn } from '../../support/soft-cards.ts';

const PIN = '48151623';
const WRONG_PIN = '31415926';
const PUK = '27182845';
const KEY = systemRandom(32);

/** A personalisation in small, in which each secret is sent, and then sent wrong. */
async function personalise(channel: CardChannel): Promise<void> {
  await authenticateManagement(channel, factoryManagementKey('3DES'), managementDeps);
  await setManagementKey(channel, 'AES-256', KEY);
  await changePin(channel, FACTORY_PIN, PIN);
  await changePuk(channel, FACTORY_PUK, PUK);
  const key = await generateKey(channel, '9C', 'P-256');
  await verifyPin(channel, PIN);
  await signWith(channel, '9C', key, utf8('x'), nodePrimitives);
  await unblockPin(channel, PUK, PIN);
  await auditFactorySecrets(channel, managementDeps, { pin: PIN, pukSetHere: true });
  await authenticateManagement(channel, KEY, managementDeps);
}

const WRONG: readonly ((channel: CardChannel) => Promise<unknown>)[] = [
  (channel) => authenticateManagement(channel, KEY.with(0, KEY[0]! ^ 1), managementDeps),
  (channel) => authenticateManagement(channel, KEY.subarray(0, 24), managementDeps),
  (channel) => setManagementKey(channel, 'AES-128', KEY),
  (channel) => verifyPin(channel, WRONG_PIN),
  (channel) => verifyPin(channel, `${WRONG_PIN}9`),
  (channel) => changePin(channel, WRONG_PIN, PIN),
  (channel) => changePin(channel, PIN, `${WRONG_PIN}9`),
  (channel) => changePuk(channel, WRONG_PIN, PUK),
  (channel) => unblockPin(channel, WRONG_PIN, PIN),
];

function tellsNothing(error: unknown): void {
  const { message, stack = '' } = error as Error;
  const told = [
    message,
    stack,
    JSON.stringify(error),
    String(error),
    show(error, { depth: 20, showHidden: true }),
  ].join('\n');
  const canaries = [PIN, WRONG_PIN, PUK, FACTORY_PIN, FACTORY_PUK];
  for (const canary of canaries) {
    expect(told).not.toContain(canary);
    expect(told.toLowerCase()).not.toContain(toHex(utf8(canary)));
  }
  for (const part of [KEY, KEY.subarray(0, 8)]) {
    expect(told.toLowerCase()).not.toContain(toHex(part));
    expect(told).not.toContain(Buffer.from(part).toString('base64').slice(0, 10));
    expect(told.replaceAll(/\s/g, '')).not.toContain([...part].join(','));
  }
}

const FAULTS: readonly FaultKind[] = [
  { kind: 'pull' },
  { kind: 'die' },
  ...['', '90', '6982', '63c2', '6983', '6d00', '9000', '7c0a820800000000000000009000', 'ffffffff9000'].map(
    (text) => ({ kind: 'lie', bytes: new Uint8Array(Buffer.from(text, 'hex')) }) as const,
  ),
];

test('nothing that is thrown tells a secret, with a fault at any command', { timeout: 120_000 }, async () => {
  const state = factoryState(systemRandom);
  const whole = withFaults(await putIn(structuredClone(state)), []);
  await personalise(whole);
  let thrown = 0;
  for (const fault of FAULTS) {
    for (let at = 0; at < whole.sent; at++) {
      for (const when of ['before', 'after'] as const) {
        const channel = withFaults(await putIn(structuredClone(state)), [{ ...fault, at, when }]);
        await personalise(channel).catch((error: unknown) => {
          thrown++;
          tellsNothing(error);
        });
      }
    }
  }
  expect(thrown).toBeGreaterThan(whole.sent * FAULTS.length);
});

test('nothing that is thrown for a wrong secret tells it', async () => {
  for (const act of WRONG) {
    const state = factoryState(systemRandom);
    const channel = await putIn(state);
    await personalise(channel);
    const error: unknown = await act(channel).then(
      () => expect.fail('nothing was refused'),
      (thrown: unknown) => thrown,
    );
    tellsNothing(error);
  }
});
