import type { Code } from './code.ts';
import { access } from './es/access.ts';
import { approvals } from './es/approvals.ts';
import { badges } from './es/badges.ts';
import { cardBundles } from './es/card-bundles.ts';
import { cardRegister } from './es/card-register.ts';
import { cardStation } from './es/card-station.ts';
import { cards } from './es/cards.ts';
import { distinctives } from './es/distinctives.ts';
import { documents } from './es/documents.ts';
import { keys } from './es/keys.ts';
import { foundings } from './es/foundings.ts';
import { letters } from './es/letters.ts';
import { logins } from './es/logins.ts';
import { notices } from './es/notices.ts';
import { people } from './es/people.ts';
import type { ProblemTexts } from './problem-text.ts';
import { register } from './es/register.ts';
import { remotes } from './es/remotes.ts';
import { rim } from './es/rim.ts';
import { tags } from './es/tags.ts';
import { trust } from './es/trust.ts';

export const problemsEs: ProblemTexts<Code> = {
  ...access,
  ...approvals,
  ...badges,
  ...cardBundles,
  ...cards,
  ...cardRegister,
  ...cardStation,
  ...distinctives,
  ...documents,
  ...keys,
  ...foundings,
  ...letters,
  ...logins,
  ...notices,
  ...people,
  ...register,
  ...remotes,
  ...tags,
  ...trust,
  ...rim,
};
