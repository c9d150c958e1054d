import { describe, expect, test } from 'vitest';
import { ApiProblem } from '../../cli/client.ts';
import { EXIT, UsageError } from '../../cli/command.ts';
import { typedNumber } from '../../cli/commands/card-life.ts';
import { exitOf, explain, noteUnsignedHead } from '../../cli/explain.ts';
import { Screen } from '../../cli/screen.ts';
import { Outage, Refusal } from '../../src/core/refusal.ts';
import { parseCardNumber } from '../../src/card/card.ts';
import { checkNewPin } from '../../src/card/station/pin-policy.ts';
import { STATUS_OF } from '../../src/http/problem-status.ts';
import type { Code } from '../../src/texts/code.ts';
import { problemText } from '../../src/texts/problems.ts';

interface Shown {
  readonly screen: Screen;
  out: string;
  messages: string;
}

function shown(language: 'es' | 'en' = 'es', json = false, colour = false): Shown {
  const state: { out: string; messages: string } = { out: '', messages: '' };
  const screen = new Screen({
    language,
    json,
    colour,
    out: { write: (text) => (state.out += text) },
    messages: { write: (text) => (state.messages += text) },
  });
  return Object.assign(state, { screen });
}

describe('the exit code', () => {
  const RULES: readonly (readonly [number, readonly Code[]])[] = [
    [
      EXIT.usage,
      [
        ...(['pdf/not-a-pdf', 'pdf/truncated', 'pdf/too-large', 'pdf/too-many-pages', 'pdf/no-pages'] as const),
        ...(['seal/malformed', 'directory/csv-column-missing', 'directory/photo-unreadable'] as const),
        ...(['oficio/folio-malformed', 'oficio/amount-malformed', 'config/malformed', 'file/not-found'] as const),
      ],
    ],
    [
      EXIT.declined,
      [
        ...(['pdf/encrypted', 'signature/certified', 'seal/no-room', 'oficio/folio-taken', 'data/newer'] as const),
        ...(['oficio/signer-without-mandate', 'credential/no-mandate', 'log/stale', 'oficio/not-found'] as const),
        ...(['authority/trust-list-untrusted', 'installation/none', 'installation/exists'] as const),
      ],
    ],
    [
      EXIT.outage,
      [
        ...(['log/disk-full', 'file/disk-full', 'log/unavailable', 'log/corrupt', 'data/in-use'] as const),
        ...(['keys/unavailable', 'keys/damaged', 'directory/photo-busy'] as const),
      ],
    ],
    [EXIT.bug, ['internal', 'oficio/own-check-failed', 'authority/lint', 'revocation/wrong-signature']],
  ];
  test.each(RULES)('%i is that of its codes', (exit, codes) => {
    expect(Object.fromEntries(codes.map((code) => [code, exitOf(STATUS_OF[code])]))).toEqual(
      Object.fromEntries(codes.map((code) => [code, exit])),
    );
  });

  test('never says that something was verified', () => {
    const failures: readonly number[] = [EXIT.usage, EXIT.declined, EXIT.outage, EXIT.bug];
    for (const status of Object.values(STATUS_OF)) expect(failures).toContain(exitOf(status));
    for (const status of [0, 200, 302, 401, 405, 500, 501, 599]) expect(failures).toContain(exitOf(status));
  });
});

describe('an error is explained', () => {
  test('in two lines on the messages, with the code last', () => {
    const state = shown();
    expect(explain(new Refusal('pdf/encrypted', 'encrypted'), state.screen)).toBe(EXIT.declined);
    expect(state.messages.split('\n')).toEqual([
      'cotejo: El archivo PDF está protegido con contraseña o con restricciones.',
      'Guárdelo sin contraseña ni restricciones y vuelva a intentarlo. pdf/encrypted',
      '',
    ]);
    expect(state.out).toBe('');
  });

  test('in English, and in one JSON document for programs', () => {
    const state = shown('en', true);
    const facts = { folio: 'AC/0042/2026' };
    explain(new Refusal('oficio/folio-taken', '', facts), state.screen, { line: 3 });
    expect(JSON.parse(state.out)).toEqual({
      line: 3,
      error: {
        code: 'oficio/folio-taken',
        what: 'Another letter already has the folio AC/0042/2026.',
        next: 'Use another folio, or give none to get the next one.',
        facts,
      },
    });
  });

  test('beside the answer, on the messages alone, where an act is done and only its checkpoint is missing', () => {
    const state = shown('en', true);
    expect(noteUnsignedHead(new Outage('log/disk-full', ''), state.screen, 0)).toBe(0);
    const [first, , last] = state.messages.split('\n');
    expect(first).toContain('what the command did is recorded');
    expect(last).toContain('log/disk-full');
    expect(state.out).toBe('');
    expect(() => noteUnsignedHead(new TypeError('a bug'), state.screen, 0)).toThrow(TypeError);
    // The log is another one by now.
    expect(noteUnsignedHead(new Refusal('log/corrupt', ''), state.screen, 0)).toBe(75);
  });

  test('alike when the service told it as when it happened here', () => {
    const here = shown();
    const there = shown();
    const facts = { path: '/data' };
    const problem = new ApiProblem({ code: 'data/in-use', status: 503, detail: '', facts });
    expect(explain(problem, there.screen)).toBe(EXIT.outage);
    expect(explain(new Outage('data/in-use', '', facts), here.screen)).toBe(EXIT.outage);
    expect(there.messages).toBe(here.messages);
  });

  test('by its status when a newer service has a code that this release does not know', () => {
    const state = shown();
    const problem = new ApiProblem({ code: 'card/\u001b[2Jnot-blank', status: 409, detail: '', facts: {} });
    expect(explain(problem, state.screen)).toBe(EXIT.declined);
    expect(state.messages).toContain('not-blank');
    expect(state.messages).not.toContain('\u001b');
  });

  test('even when the service left its facts out', () => {
    const state = shown();
    const facts = null as unknown as Record<string, string>;
    const problem = new ApiProblem({ code: 'oficio/folio-taken', status: 409, detail: '', facts });
    expect(explain(problem, state.screen)).toBe(EXIT.declined);
  });

  test('unless it is a bug: that goes on', () => {
    const bug = new TypeError('x is not a function');
    const state = shown();
    expect(() => explain(bug, state.screen)).toThrow(bug);
    expect(state.messages).toBe('');
  });
});

test('a PIN that is chosen spends no try, and nothing is said of tries', () => {
  const said = (facts: Readonly<Record<string, string>>): string => problemText('card/pin-malformed', facts, 'es').next;
  const choosing: unknown = (() => {
    try {
      return checkNewPin('12345');
    } catch (error) {
      return error;
    }
  })();
  expect(said((choosing as Refusal).facts as Record<string, string>)).not.toContain('intento');
  expect(said({})).toContain('No se gastó ningún intento');
});

test('who has to put in another card, half made, is told to repeat the command', () => {
  expect(problemText('card/begun-elsewhere', {}, 'es').next).toMatch(/Meta esa tarjeta y repita la orden/);
});

test('whoever mistypes the number of a card is shown one that could be', () => {
  for (const language of ['es', 'en'] as const) {
    const told = (() => {
      try {
        return typedNumber('46E7-M3T5-TE4E');
      } catch (error) {
        return (error as UsageError).text[language];
      }
    })();
    const [example] = /(?<= (?:como|as) )[^ ,]{14}(?=,)/.exec(told)!;
    expect(parseCardNumber(example), told).toBeDefined();
  }
});
