import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Watched } from '../../hardware/pcsc/watched.ts';
import type { ReaderState } from '../../hardware/pcsc/driver.ts';

const [EMPTY, PRESENT] = [0x10, 0x20];

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('what happens at a reader is told within half a second, however often another one changes', () => {
  const watched = new Watched<string>();
  const told: (readonly ReaderState[])[] = [];
  watched.tellTo((states) => told.push(states));
  for (const name of ['A', 'B']) {
    watched.add(name, name);
    watched.update(name, EMPTY, undefined);
  }
  vi.advanceTimersByTime(1_000);
  // Those that are there are told of together, once.
  expect(told).toEqual([['A', 'B'].map((name) => ({ name, hasCard: false }))]);

  watched.update('A', PRESENT, undefined);
  let changes = 0;
  const flap = (): void => watched.update('B', changes++ % 2 === 0 ? PRESENT : EMPTY, undefined);
  for (let ms = 0; ms < 520; ms += 40) {
    flap();
    vi.advanceTimersByTime(40);
  }
  expect(told.at(-1)).toContainEqual({ name: 'A', hasCard: true });
  // Held back meanwhile, not told each time.
  expect(told.length).toBe(2);
  for (let ms = 0; ms < 5_000; ms += 40) {
    flap();
    vi.advanceTimersByTime(40);
  }
  expect(told.length).toBeLessThanOrEqual(12);
  vi.advanceTimersByTime(1_000);
  expect(told.at(-1)).toEqual([
    { name: 'A', hasCard: true },
    { name: 'B', hasCard: changes % 2 === 1 },
  ]);
});
