import fc from 'fast-check';
import { expect, test } from 'vitest';
import { elapsedBy, unixSeconds } from '../../src/core/time.ts';

test('seconds that went by never fall, and are at least what the clock moved', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -1_000_000, max: 1_000_000 })), (steps) => {
      let now = 100_000_000_000;
      const elapsed = elapsedBy(() => unixSeconds(now));
      for (const step of steps) {
        const before = elapsed();
        now += step;
        expect(elapsed() - before).toBe(Math.abs(step));
      }
    }),
  );
});
