import { beforeAll, expect, test } from 'vitest';
import { fromBase32, toBase32 } from '../../src/core/base32.ts';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { utf8 } from '../../src/core/bytes.ts';
import type { SignedOficio } from '../../src/oficio/complete.ts';
import { openOffice, type Office } from '../support/office.ts';

let office: Office;
let letter: SignedOficio;

beforeAll(async () => {
  office = await openOffice();
  letter = await office.sign();
});

function withBit(bytes: Uint8Array, bit: number): Uint8Array {
  const changed = bytes.slice();
  changed[bit >> 3]! ^= 1 << (bit & 7);
  return changed;
}

test('no bit of a seal can change', { timeout: 120_000 }, async () => {
  const { services } = office;
  const text = letter.oficio.sealText!;
  const at = text.indexOf('/V/') + 3;
  const bytes = fromBase32(text.slice(at))!;
  expect((await services.verifyTyped(text.slice(0, at) + toBase32(bytes))).state).toBe('current');
  const states = new Map<string, number>();
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const { state, verdict } = await services.verifyTyped(text.slice(0, at) + toBase32(withBit(bytes, bit)));
    expect(verdict, `bit ${bit}: ${state}`).not.toBe('valid');
    states.set(state, (states.get(state) ?? 0) + 1);
  }
  // Most bits are of signature and claims; the others of the envelope and of the name of the key.
  expect(states.get('altered')).toBeGreaterThan(bytes.length * 4);
  expect(states.get('not-ours')).toBe(32);
});

/** Places that follow from a seed, so that a failure shows itself again. */
function* places(seed: string, below: number): Generator<number, never> {
  for (let round = 0; ; round++) {
    const digest = nodePrimitives.digest('SHA-256', utf8(`${seed}/${round}`));
    const view = new DataView(digest.buffer, digest.byteOffset);
    for (let i = 0; i < 8; i++) yield view.getUint32(i * 4) % below;
  }
}

const CHANGES = 2000;

test(
  `no bit of a signed letter can change outside the signature's gap, at ${CHANGES} places`,
  { timeout: 300_000 },
  async () => {
    const { services } = office;
    const { document } = letter;
    const [, start, end] = /\/ByteRange\s*\[\s*0\s+(\d+)\s+(\d+)\s/.exec(Buffer.from(document).toString('latin1'))!;
    const [gapStart, gapEnd] = [Number(start), Number(end)];
    expect(document[gapStart]).toBe('<'.charCodeAt(0));
    const started = process.cpuUsage();
    const draw = places('one bit of a signed letter', document.length * 8);
    for (let done = 0; done < CHANGES;) {
      const bit = draw.next().value;
      const byte = bit >> 3;
      if (byte >= gapStart && byte < gapEnd) continue;
      const { state, verdict } = await services.verifyPdf(withBit(document, bit));
      expect(verdict, `bit ${bit & 7} of byte ${byte}: ${state}`).not.toBe('valid');
      done++;
    }
    const { user, system } = process.cpuUsage(started);
    console.info(`one changed bit: ${((user + system) / 1000 / CHANGES).toFixed(2)} ms of CPU each`);
  },
);
