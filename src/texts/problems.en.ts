import type { Code } from './code.ts';
import { access } from './en/access.ts';
import { approvals } from './en/approvals.ts';
import { badges } from './en/badges.ts';
import { cardBundles } from './en/card-bundles.ts';
import { cardRegister } from './en/card-register.ts';
import { cardStation } from './en/card-station.ts';
import { cards } from './en/cards.ts';
import { distinctives } from './en/distinctives.ts';
import { documents } from './en/documents.ts';
import { keys } from './en/keys.ts';
import { foundings } from './en/foundings.ts';
import { letters } from './en/letters.ts';
import { logins } from './en/logins.ts';
import { notices } from './en/notices.ts';
import { people } from './en/people.ts';
import type { ProblemTexts } from './problem-text.ts';
import { register } from './en/register.ts';
import { remotes } from './en/remotes.ts';
import { rim } from './en/rim.ts';
import { tags } from './en/tags.ts';
import { trust } from './en/trust.ts';

export const problemsEn: ProblemTexts<Code> = {
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
