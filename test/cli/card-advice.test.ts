/** What a counter is told to do: an answer that nobody may act on never looks good, and none is told as what it is not. */
import { describe, expect, test } from 'vitest';
import { adviceAbout, type AdviceOptions } from '../../cli/cards/card-advice.ts';
import { showCardAnswer } from '../../cli/cards/show-card-answer.ts';
import { localTime } from '../../cli/local-time.ts';
import { Screen } from '../../cli/screen.ts';
import type { VerdictView } from '../../cli/show-verdict.ts';
import type { OpenedBundle } from '../../src/card/bundle.ts';
import { VERDICT_OF_STATE, type State } from '../../src/core/verdict.ts';
import { formatTime, unixSeconds } from '../../src/core/time.ts';

const MADE = unixSeconds(1_795_000_000);
const bundle = {
  madeAt: MADE,
  statusAsOf: unixSeconds(MADE - 90),
  staleFrom: unixSeconds(MADE + 86_400),
} as OpenedBundle;
const listAt = (seconds: number): AdviceOptions => ({ list: { bundle, at: unixSeconds(MADE + seconds) } });

function verdictOf(state: State, more: Partial<VerdictView> = {}): VerdictView {
  const subject = { kind: 'credential', card: '46E7M3T5TE4D' };
  return { verdict: VERDICT_OF_STATE[state], state, dev: false, subject, checks: [], checkedAt: '', ...more };
}

const told = (verdict: VerdictView, options: AdviceOptions): string =>
  Object.values(adviceAbout({ verdict }, options))
    .flat()
    .map((text) => text.en)
    .join(' ');

describe('without a network', () => {
  const unlisted = verdictOf('stale-status', {
    checks: [{ check: 'bundle/card', outcome: 'unknown', detail: 'not among the cards in use: made since, or ended' }],
  });

  test('a card that a list of today does not hold is said to be so: the list is not called old, nor the card good or bad', () => {
    const said = told(unlisted, listAt(60));
    expect(said).toContain('does not hold this card');
    expect(said).toContain('Do not accept it yet');
    expect(said).not.toMatch(/too old|run out|genuine|forgery/);
  });

  test('an old list, and a clock that is wrong, are each told as what they are', () => {
    expect(told(verdictOf('stale-status'), listAt(86_400))).toContain('has run out');
    expect(told(verdictOf('stale-status'), listAt(-3600))).toContain('Set date and time');
  });

  test('a key in other hands is told as lost or stolen, one that was exchanged is not', () => {
    const revoked = (reason: string) => verdictOf('revoked', { subject: { kind: 'credential', reason } });
    expect(told(revoked('keyCompromise'), listAt(60))).toContain('LOST OR STOLEN');
    expect(told(revoked('superseded'), listAt(60))).not.toMatch(/LOST|STOLEN/);
  });
});

test('whoever is told to call by a list is told whom, where it says so', () => {
  const states: readonly State[] = ['unconfirmed', 'revoked', 'suspended', 'stale-status'];
  for (const state of states)
    expect(told(verdictOf(state), { ...listAt(60), telephone: '55 0000 0000' }), state).toContain('55 0000 0000');
  expect(told(verdictOf('unconfirmed'), listAt(60))).toContain('call the institution');
});

test('nobody is told to compare a face with a card that does not count today', () => {
  const states = Object.keys(VERDICT_OF_STATE) as readonly State[];
  for (const state of states) {
    const said = told(verdictOf(state), { ...listAt(60), hasPhoto: true });
    expect(said.includes('Compare'), state).toBe(state === 'current' || state === 'unconfirmed');
  }
});

test('the verdict comes first, then who it should be, what to do, and the checks last', () => {
  let seen = '';
  const out = { write: (text: string) => void (seen += text) };
  const screen = new Screen({ language: 'es', json: false, out, messages: out, colour: false });
  const verdict = verdictOf('current', {
    subject: { kind: 'credential', name: 'Ana Pérez', post: 'Directora' },
    checks: [{ check: 'card/challenge', outcome: 'pass', detail: 'the card signed fresh bytes' }],
  });
  showCardAnswer(screen, { verdict }, { photo: 'not-saved' });
  const places = ['VÁLIDO', 'Persona', 'Fotografía', '→', 'card/challenge'].map((word) => seen.indexOf(word));
  expect(places).toEqual(places.toSorted((one, other) => one - other));
  expect(places).not.toContain(-1);
  expect(seen).toContain('Cargo');
});

test('a list has the date that the office saw when it made it', () => {
  let seen = '';
  const out = { write: (text: string) => void (seen += text) };
  const screen = new Screen({ language: 'en', json: false, out, messages: out, colour: false });
  showCardAnswer(screen, { verdict: verdictOf('unconfirmed') }, { list: { bundle, at: unixSeconds(MADE + 7200) } });
  expect(seen).toContain(`when the list was made (${localTime(formatTime(MADE))}, 2 h ago)`);
  seen = '';
  showCardAnswer(screen, { verdict: verdictOf('suspended') }, { list: { bundle, at: unixSeconds(MADE + 7200) } });
  expect(seen).toContain(`as of the list of ${localTime(formatTime(MADE))}, 2 h ago`);
});
