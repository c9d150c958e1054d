import type { PublicSite } from '../context.ts';
import { problems, verdict } from '../openapi-parts.ts';
import { publicAnswer } from '../public-view.ts';
import { answerWith, type PublicContext, type Route } from '../route.ts';
import { showAnswer } from '../show-answer.ts';
import { isAlarming } from '../telemetry.ts';
import { verdictJson } from '../verdict-json.ts';

/** Longer than a number however it is written. */
const MOST_NUMBER = 60;

/** What the QR of a card or a distinctive opens, in small letters and in capitals, and the same for programs. */
export function badgeRoutes(context: PublicSite): readonly Route[] {
  const { deps, headers } = context;

  function numberIn(c: PublicContext): string {
    return (c.req.param('number') ?? '').slice(0, MOST_NUMBER);
  }

  async function show(c: PublicContext): Promise<Response> {
    const text = numberIn(c);
    const answer = await context.askBadge(c, text);
    // What was copied wrong from a card can be mended where a credential is typed.
    const asked = { text, field: 'credential' } as const;
    return showAnswer(context, c, answer, `/b/${encodeURIComponent(text)}`, { asked, by: 'badge' });
  }

  /** Nothing tells the number of a card from that of a distinctive: either path answers for both, and the subject says of which. */
  function told(noun: 'cards' | 'distinctives', operationId: string, summary: string): Route {
    return {
      method: 'GET',
      path: `/api/v1/${noun}/{number}`,
      match: `/api/v1/${noun}/:number`,
      operation: {
        operationId,
        summary,
        description:
          'Anybody can print the number on another one: `valid` says that this person works here today, not that it is them. The numbers of cards and distinctives look alike, and both paths answer for both: `subject.kind` is `credential` or `distinctive`.',
        parameters: [
          {
            name: 'number',
            in: 'path',
            required: true,
            description: 'Twelve symbols, with or without hyphens',
            schema: { type: 'string', maxLength: MOST_NUMBER },
          },
        ],
        responses: { 200: verdict, ...problems(414, 429, 500, 503) },
      },
      async answer(c) {
        const answer = await publicAnswer(deps, await context.askBadge(c, numberIn(c)));
        if (isAlarming(answer)) deps.telemetry.alert(c.get('route') ?? '', answer);
        return answerWith(JSON.stringify(verdictJson(answer)), headers.json);
      },
    };
  }

  return [
    { method: 'GET', path: '/b/{number}', match: '/b/:number', page: true, answer: show },
    { method: 'GET', path: '/B/{number}', match: '/B/:number', page: true, answer: show },
    told('cards', 'verifyBadge', 'The verdict on a card by the number that is printed on it'),
    told('distinctives', 'verifyDistinctive', 'The verdict on a distinctive by the number that is printed on it'),
  ];
}
