import { formatCardNumber, type CardNumber } from '../../src/card/card.ts';
import type { Queue, QueuedPerson } from '../../src/card/station/queue.ts';
import type { Text } from '../command.ts';
import type { Screen } from '../screen.ts';
import { begunWords, toldPerson, toldProblem, writtenName } from './words.ts';

/** A card that is half made, and whose it is. */
export interface HalfMade {
  readonly person: QueuedPerson;
  readonly number: CardNumber;
}

/** Of a list, those whose card was begun, in its order. */
export function halfMadeOf(queue: Queue): readonly HalfMade[] {
  return queue.entries.flatMap(({ person, standing }) =>
    standing.state === 'begun' ? [{ person, number: standing.number }] : [],
  );
}

export function halfMadeJson({ person, number }: HalfMade): Record<string, unknown> {
  return { ...toldPerson(person), number: formatCardNumber(number) };
}

export interface SummaryFacts {
  readonly queue: Queue;
  /** All that are half made now. */
  readonly halfMade: readonly HalfMade[];
  /** How many, in this run. */
  readonly made: number;
  /** Lines of the list that name nobody. */
  readonly badLines: number;
  readonly seconds: number;
  readonly report: string;
  readonly isInterrupted: boolean;
}

/** What was done, and what stands. */
export function tellSummary(screen: Screen, facts: SummaryFacts): void {
  const { queue, halfMade, made, badLines, seconds, report, isInterrupted } = facts;
  const { total, done, failed, ...counted } = queue.counts();
  // Of what the office could not be asked any more, it is known here.
  const torn = halfMade.length - halfMadeOf(queue).length;
  const begun = counted.begun + torn;
  const waiting = total - done - begun - failed;
  if (screen.json) {
    screen.data({
      summary: {
        ...{ total, done, waiting, begun, failed, made, seconds },
        ...(badLines > 0 && { badLines }),
        ...(halfMade.length > 0 && { halfMade: halfMade.map(halfMadeJson) }),
        ...(isInterrupted && { interrupted: true }),
        report,
      },
    });
  }
  const time = made > 0 ? timeText(seconds) : undefined;
  const now = screen.say({
    es: `Hechas ahora: ${made}${time ? ` en ${time}, con las esperas` : ''}`,
    en: `Made now: ${made}${time ? ` in ${time}, waiting included` : ''}`,
  });
  screen.line(screen.paint('strong', now));
  screen.line(
    screen.say({
      es: `Con tarjeta ${done} de ${total} · pendientes ${waiting} · a medias ${begun} · no se puede ${failed}`,
      en: `With a card ${done} of ${total} · waiting ${waiting} · half made ${begun} · impossible ${failed}`,
    }),
  );
  if (badLines > 0) screen.line(screen.say(badLinesText(badLines)));
  for (const { person, standing } of queue.entries) {
    if (standing.state !== 'failed') continue;
    const { what, next, code } = toldProblem(standing, screen.language);
    screen.line(`  ${screen.say(writtenName(person))}: ${what} ${next} ${screen.paint('faint', code)}`);
  }
  tellHalfMade(screen, halfMade);
  if (isInterrupted && done < total) screen.line(screen.say(AGAIN));
}

/** Lines of a list that name nobody, in sums. */
export function badLinesText(count: number): Text {
  return count === 1
    ? { es: '1 renglón de la lista no dice de quién es', en: '1 line of the list names nobody' }
    : { es: `${count} renglones de la lista no dicen de quién son`, en: `${count} lines of the list name nobody` };
}

function timeText(seconds: number): string {
  return seconds < 120 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
}

const AGAIN = {
  es: 'La misma orden sigue donde se quedó.',
  en: 'The same command goes on where it stopped.',
};

function tellHalfMade(screen: Screen, halfMade: readonly HalfMade[]): void {
  if (halfMade.length === 0) return;
  screen.line(screen.say({ es: 'A medias:', en: 'Half made:' }));
  for (const { person, number } of halfMade) screen.line(`  ${screen.say(begunWords(number, person))}`);
  screen.line(
    screen.say({
      es: '  Si una se perdió o se dañó: ./cotejo card replace NÚMERO --reason damaged',
      en: '  If one is lost or broken: ./cotejo card replace NUMBER --reason damaged',
    }),
  );
}
