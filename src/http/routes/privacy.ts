import { privacyPage } from '../../../verifier-web/privacy-page.ts';
import { RETENTION } from '../../personal/retention.ts';
import { PRIVACY as ENGLISH } from '../../texts/en/privacy.ts';
import { PRIVACY as SPANISH } from '../../texts/es/privacy.ts';
import type { PublicSite } from '../context.ts';
import { languageOf } from '../language.ts';
import { answerWith, type Route } from '../route.ts';
import { otherAddress, TEXTS } from '../show-answer.ts';

const PATH = '/privacidad';

/** The privacy notice: the table by which data are erased, in words. */
export function privacyRoutes({ site, headers }: PublicSite): readonly Route[] {
  return [
    {
      method: 'GET',
      path: PATH,
      page: true,
      answer(c) {
        const language = languageOf(c);
        const texts = language === 'en' ? ENGLISH : SPANISH;
        const lines = RETENTION.filter((line) => line.of !== 'nobody');
        const rows = lines.map((line) => [...texts.line(line.id), texts.time(line)]);
        const other = otherAddress(c, site.base, PATH, language);
        return answerWith(privacyPage(site, TEXTS[language], { ...texts, rows }, other), headers.page);
      },
    },
  ];
}
