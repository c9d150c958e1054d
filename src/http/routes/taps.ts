import { problemPage } from '../../../verifier-web/problem-page.ts';
import type { PublicSite } from '../context.ts';
import { KeptAnswers } from '../kept-answers.ts';
import { languageOf } from '../language.ts';
import { answerWith, type PublicContext, type Route } from '../route.ts';
import { otherAddress, showAnswer, showTapLink, TEXTS } from '../show-answer.ts';
import { isOpenedByTap } from '../opened-by-tap.ts';

const RESULTS = '/c/resultado';

/**
 * What a card opens on the telephone that it is held to. The first request uses the tap up and is led to its result, which a
 * reload finds for two minutes; whoever only looks at the address uses nothing up and learns nothing.
 */
export function tapRoutes(context: PublicSite): readonly Route[] {
  const { deps, site, headers } = context;
  const results = new KeptAnswers(deps);

  /** As it came: an address has one spelling. */
  const pathOf = (c: PublicContext): string => c.req.path.slice('/c/'.length);

  async function judge(c: PublicContext): Promise<Response> {
    const { answer, isOnce } = await context.askTap(c, pathOf(c));
    // Asked again, any other answer is the same.
    if (!isOnce) return showAnswer(context, c, answer, c.req.path, { by: 'tap' });
    const language = c.req.query('lang') === undefined ? '' : `?lang=${languageOf(c)}`;
    const location = `${site.base}${RESULTS}/${results.keep(answer)}${language}`;
    return answerWith(null, { ...headers.page, location }, 303);
  }

  const look = (c: PublicContext): Response => showTapLink(context, c, pathOf(c), c.req.path);

  const tap = { path: '/c/{tap}', match: '/c/:tap{.+}', page: true } as const;
  return [
    {
      method: 'GET',
      path: `${RESULTS}/{id}`,
      match: `${RESULTS}/:id`,
      page: true,
      answer(c) {
        const answer = results.find(c.req.param('id') ?? '');
        if (answer) return showAnswer(context, c, answer, c.req.path, { by: 'tap' });
        const language = languageOf(c);
        const other = otherAddress(c, site.base, c.req.path, language);
        return answerWith(problemPage(site, TEXTS[language], 'tap-not-kept', other), headers.page);
      },
    },
    { ...tap, method: 'GET', answer: (c) => (isOpenedByTap(c) ? judge(c) : look(c)) },
    { ...tap, method: 'POST', answer: judge },
  ];
}
