import { expect, test } from 'vitest';
import { systemRandom } from '../../src/adapters/system.ts';
import { unixSeconds } from '../../src/core/time.ts';
import { KeptAnswers } from '../../src/http/kept-answers.ts';
import { answerOf, credential } from '../support/page-answers.ts';

const answer = answerOf('current', credential);

test('answers are kept for two minutes of time that goes by, and forgotten whatever happens to the clock', () => {
  let now = 1_795_284_000;
  const kept = new KeptAnswers({ clock: () => unixSeconds(now), random: systemRandom });
  const id = kept.keep(answer);
  now += 119;
  expect(kept.find(id)).toBe(answer);
  now -= 1;
  expect(kept.find(id)).toBeUndefined();
});

test('at most 2,000 are kept: the oldest go first, and asking takes none away', () => {
  const kept = new KeptAnswers({ clock: () => unixSeconds(1_795_284_000), random: systemRandom });
  const ids = Array.from({ length: 2_001 }, () => kept.keep(answer));
  const found = (): number => ids.filter((id) => kept.find(id)).length;
  expect([found(), found(), kept.find(ids[0]!)]).toEqual([2_000, 2_000, undefined]);
});
