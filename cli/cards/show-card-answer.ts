/** How the answer about a card at a counter is told: the verdict, who it should be, what to do, and only then the checks. */
import { formatCardNumber, parseCardNumber } from '../../src/card/card.ts';
import type { VerdictView } from '../show-verdict.ts';
import type { Screen } from '../screen.ts';
import { stateSentence } from '../state-sentence.ts';
import { showAnswer, showChecks } from '../show-verdict.ts';
import type { CardAnswer } from './ask-card.ts';
import { adviceAbout, whenMade, type AdviceOptions } from './card-advice.ts';

/** Where the photo was saved of whom the verdict names; `none`: there is none to compare. */
export type SavedPhoto = { readonly path: string } | 'not-saved' | 'none';

/** What stands beside the verdict. */
export interface Beside {
  /** Absent where nobody is named. */
  readonly photo?: SavedPhoto | undefined;
  /** The list that answered, where it was no service, and the time here. */
  readonly list?: AdviceOptions['list'];
  /** Whom to call. */
  readonly telephone?: string | undefined;
  /** What was asked for, where that is not the card in a reader. */
  readonly target?: string;
}

export function showCardAnswer(screen: Screen, answer: CardAnswer, { photo, list, telephone, target }: Beside): void {
  const { verdict } = answer;
  const hasPhoto = photo !== undefined && photo !== 'none';
  const { said, isDated, next } = adviceAbout(answer, { list, telephone, hasPhoto });
  const sentence = said ? screen.say(said) : stateSentence(verdict.state, screen.language);
  const told = list && !isDated ? asOf(screen, sentence, list) : sentence;
  showAnswer(screen, target ?? numberIn(verdict), verdict, told, photoFact(screen, photo));
  for (const step of next) screen.line(`  ${screen.paint('strong', '→')} ${screen.say(step)}`);
  showChecks(screen, verdict);
}

function photoFact(screen: Screen, photo: SavedPhoto | undefined): readonly (readonly [string, string])[] {
  if (!photo) return [];
  const told = typeof photo === 'object' ? photo.path : screen.say(PHOTO[photo]);
  return [[screen.say({ es: 'Fotografía', en: 'Photo' }), told]];
}

const PHOTO = {
  'not-saved': { es: 'para verla: -o FOTO.jpg', en: 'to see it: -o PHOTO.jpg' },
  none: { es: 'no tiene', en: 'none' },
};

/** The number of the card that a verdict is about, as it is printed; empty where it is about none. */
function numberIn({ subject }: VerdictView): string {
  const number = subject['card'];
  return typeof number === 'string' ? formatCardNumber(parseCardNumber(number)!) : '';
}

/** Everything that is said without a network is of some time: it stands beside the answer. */
function asOf(screen: Screen, sentence: string, list: NonNullable<AdviceOptions['list']>): string {
  const said = sentence.replace(/\.$/, '');
  const when = whenMade(list);
  return screen.say({ es: `${said}; según la lista del ${when.es}`, en: `${said}; as of the list of ${when.en}` });
}
