import { expect, test } from 'vitest';
import { formatTime, unixSeconds, type CalendarDay } from '../../src/core/time.ts';
import type { AnnouncedVisit, LetterSubject } from '../../src/verifier/index.ts';
import { answerPage } from '../../verifier-web/answer-page.ts';
import { en } from '../../verifier-web/texts/en.ts';
import { es } from '../../verifier-web/texts/es.ts';
import { answerOf, factsOf, HOSTILE, letter, textOf } from '../support/page-answers.ts';

const now = answerOf('current', letter).checkedAt;
const hours = (from: number, to: number): Pick<AnnouncedVisit, 'from' | 'to'> => ({
  from: formatTime(unixSeconds(now + from * 3600)),
  to: formatTime(unixSeconds(now + to * 3600)),
});
const visit: AnnouncedVisit = {
  ...hours(-1, 3),
  place: 'Durango 212',
  officials: [
    { officialId: 'ABCD2345', name: 'Óscar Peña', post: 'Verificador', photo: 'ab'.repeat(32), state: 'current' },
    { officialId: 'ABCD2346', name: `Eva ${HOSTILE}`, post: 'Verificadora', state: 'current' },
    { officialId: 'ABCD2347', state: 'ended' },
  ],
};

function shown(more: Partial<LetterSubject>, texts = es, state: 'current' | 'cancelled' = 'current'): string {
  return answerPage(factsOf(answerOf(state, { ...letter, ...more })), texts, '/').toString();
}

test('a visit tells when, where, and who alone may come, with the photos to compare', () => {
  const page = shown({ visit });
  expect(textOf(page)).toMatch(/Hoy, de \d+:\d\d a \d+:\d\d, en Durango 212, pueden visitarte sólo estas personas:/);
  expect(page).toContain(`/foto/ABCD2345/${'ab'.repeat(32)}.jpg`);
  expect(textOf(page)).toMatch(/Óscar Peña\s*,\s+Verificador/);
  expect(textOf(page)).toContain('ya no trabaja aquí');
  expect(textOf(page)).toContain('Sin foto publicada');
  expect(textOf(page)).toContain('¿Es quien tienes enfrente?');
  expect(page).not.toContain('<script>alert');
  expect(textOf(shown({ visit }, en))).toMatch(/Today, from \d+:\d\d to \d+:\d\d, at Durango 212, only these people/);
});

test('a visit that is over brings nobody, and over several days it is told so', () => {
  const over = textOf(shown({ visit: { ...visit, ...hours(-5, -1) } }));
  expect(over).toContain('La visita ya pasó');
  expect(over).not.toContain('Óscar');
  expect(textOf(shown({ visit: { ...visit, ...hours(-1, 50) } }))).toMatch(/Del \d+ de .*, al \d+ de /);
});

test('of a letter that was delivered before, whoever is shown it now is warned', () => {
  const page = textOf(shown({ receivedOn: '2026-03-12' as CalendarDay }));
  expect(page).toContain('Se entregó el 12 de marzo de 2026. Si tú lo recibiste, compáralo.');
  expect(textOf(shown({ receivedOn: '2026-03-12' as CalendarDay }, es, 'cancelled'))).not.toContain('Se entregó');
});

test('the addressee is named where that was chosen', () => {
  expect(textOf(shown({ addressee: { name: 'Rosa Vega', post: 'Propietaria' } }))).toMatch(
    /Para\s+Rosa Vega, Propietaria/,
  );
  expect(shown({ addressee: { name: HOSTILE } })).not.toContain('<script>alert');
});
