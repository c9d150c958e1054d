/** What an answer about a card means to whoever stands at the counter, and what they do then. */
import { bundleAge, type OpenedBundle } from '../../src/card/bundle.ts';
import { endReasonOf, formatCardNumber, type Card, type CardEndReason } from '../../src/card/card.ts';
import { formatTime, type UnixSeconds } from '../../src/core/time.ts';
import { isCode, problemText } from '../../src/texts/problems.ts';
import type { Text } from '../command.ts';
import type { VerdictView } from '../show-verdict.ts';
import { localDay, localTime } from '../local-time.ts';
import type { CardAnswer } from './ask-card.ts';

/** In place of what the state means everywhere, and the next steps, in order. */
export interface Advice {
  readonly said?: Text;
  /** `said` tells of when the list is. */
  readonly isDated?: true;
  readonly next: readonly Text[];
}

/** Of what the answer is, beside itself. */
export interface AdviceOptions {
  /** Of a counter without network, and the time there. */
  readonly list?: { readonly bundle: OpenedBundle; readonly at: UnixSeconds } | undefined;
  /** Whether there is a photo to compare. */
  readonly hasPhoto?: boolean;
  /** The institution's. */
  readonly telephone?: string | undefined;
}

export function adviceAbout({ verdict, card, forged }: CardAnswer, options: AdviceOptions): Advice {
  if (forged !== undefined) return adviceOnForged(forged, options);
  const { state, subject } = verdict;
  if (card?.state === 'ended') return adviceOnEnded(card, options);
  if (isUnfinished(verdict, card)) return unfinished(card);
  if (options.list && state === 'revoked' && subject['reason'] === 'keyCompromise') return lostOrStolen(options);
  if (options.list && state === 'stale-status') return adviceOnSilence(verdict, options.list, options);
  switch (state) {
    case 'current':
      return { said: IN_FORCE, next: [compare(verdict, options)] };
    case 'unconfirmed':
      return { ...genuine(options), next: [compare(verdict, options), callToBeSure(options)] };
    case 'ended':
      return { next: [KEEP, ...(card ? [endIt(card)] : [])] };
    case 'revoked':
      return { said: REVOKED, next: [KEEP, callHr(options)] };
    case 'suspended':
      return { next: [NOT_NOW, callHr(options)] };
    case 'expired':
    case 'not-yet-valid':
      return { next: [NOT_NOW] };
    case 'replayed':
      return { next: [{ es: 'Póngala otra vez sobre el lector.', en: 'Put it on the reader once more.' }] };
    case 'altered':
    case 'unknown-tag':
    case 'not-registered':
    case 'not-authorised':
      return { next: [KEEP, TELL_SYSTEMS] };
    default:
      return { next: [] };
  }
}

/** Of a card that was ended: why, as it is known now, and that nobody hands it back. */
export function adviceOnEnded(card: Card, options: Pick<AdviceOptions, 'telephone'>): Advice {
  const reason = endReasonOf(card);
  const at = reason === 'stolen' ? (card.stolen?.at ?? card.ended?.at) : card.ended?.at;
  const day = at === undefined ? '' : ` (${localDay(formatTime(at))})`;
  const said = reason === undefined ? ENDED : ENDED_FOR[reason];
  const next = reason === 'stolen' ? [OF_A_THIEF, callNow(options)] : [KEEP, callHr(options)];
  return { said: { es: `${said.es}${day}`, en: `${said.en}${day}` }, next };
}

const ENDED: Text = { es: 'Esta tarjeta se dio de baja', en: 'This card was ended' };
const ENDED_FOR: Readonly<Record<CardEndReason, Text>> = {
  lost: { es: 'Esta tarjeta se reportó como PERDIDA', en: 'This card was reported LOST' },
  stolen: { es: 'Esta tarjeta se reportó como ROBADA', en: 'This card was reported STOLEN' },
  damaged: { es: 'Esta tarjeta se dio de baja porque se dañó', en: 'This card was ended because it broke' },
  replaced: { es: 'Esta tarjeta se cambió por otra', en: 'Another card took the place of this one' },
  wiped: { es: 'Esta tarjeta se borró', en: 'This card was erased' },
  left: {
    es: 'La persona dejó el cargo y la tarjeta se dio de baja',
    en: 'The person left the post and the card was ended',
  },
};

const KEEP: Text = {
  es: 'No la acepte ni la devuelva: reténgala si puede y entréguela a Recursos Humanos. Quien la trae puede no ser su titular.',
  en: 'Do not accept it and do not hand it back: keep it if you can and give it to human resources. Whoever carries it may not be its holder.',
};
const OF_A_THIEF: Text = {
  es: 'No la acepte ni la devuelva, y no discuta: reténgala solo si no hay riesgo. Si hay peligro, llame al 911.',
  en: 'Do not accept it, do not hand it back, and do not argue: keep it only where there is no risk. In danger call 911.',
};
const NOT_NOW: Text = {
  es: 'No la acepte hoy: pida otra identificación.',
  en: 'Do not accept it today: ask for another identification.',
};
const TELL_SYSTEMS: Text = { es: 'Avise al personal de sistemas.', en: 'Tell the systems staff.' };
const REVOKED: Text = { es: 'Lo que lleva la tarjeta se revocó', en: 'What the card bears was revoked' };
const IN_FORCE: Text = {
  es: 'Es una tarjeta auténtica y su titular trabaja aquí hoy',
  en: 'It is a genuine card, and its holder works here today',
};
/** Of the list alone: when it was made stands in the sentence itself. */
function genuine({ list }: AdviceOptions): Pick<Advice, 'said' | 'isDated'> {
  const when = list ? whenMade(list) : undefined;
  const said = {
    es: `Es la tarjeta auténtica, y estaba vigente cuando se hizo la lista${when ? ` (${when.es})` : ''}`,
    en: `It is the genuine card, and was in force when the list was made${when ? ` (${when.en})` : ''}`,
  };
  return { said, ...(when && { isDated: true }) };
}

/** When the office made the list, as it was told it there, and how long ago that is. */
export function whenMade({ bundle: { madeAt }, at: now }: NonNullable<AdviceOptions['list']>): Text {
  const time = localTime(formatTime(madeAt));
  const age = ageWords(now - madeAt);
  return { es: `${time}, ${age.es}`, en: `${time}, ${age.en}` };
}

function ageWords(seconds: number): Text {
  if (seconds < 0)
    return { es: 'que aquí todavía no llega: revise el reloj', en: 'which has not come here yet: look at the clock' };
  const hours = Math.floor(seconds / 3600);
  if (hours >= 48) return { es: `hace ${Math.floor(hours / 24)} días`, en: `${Math.floor(hours / 24)} days ago` };
  if (hours >= 1) return { es: `hace ${hours} h`, en: `${hours} h ago` };
  return { es: 'hace menos de una hora', en: 'less than an hour ago' };
}

/** What happened since is in no list. */
function callToBeSure({ telephone }: AdviceOptions): Text {
  return telephone === undefined
    ? {
        es: 'Para lo importante, llame a la institución y diga el número de la tarjeta: lo que pasó después no está en la lista.',
        en: 'For what matters, call the institution and tell the number of the card: what happened since is not in the list.',
      }
    : {
        es: `Para lo importante, llame al ${telephone} y diga el número de la tarjeta: lo que pasó después no está en la lista.`,
        en: `For what matters, call ${telephone} and tell the number of the card: what happened since is not in the list.`,
      };
}

function at(telephone: string | undefined): string {
  return telephone === undefined ? '' : ` (${telephone})`;
}

function callHr({ telephone }: Pick<AdviceOptions, 'telephone'>): Text {
  return {
    es: `Llame a Recursos Humanos${at(telephone)}.`,
    en: `Call human resources${at(telephone)}.`,
  };
}

function callNow({ telephone }: Pick<AdviceOptions, 'telephone'>): Text {
  return {
    es: `Avise en el acto a seguridad y a Recursos Humanos${at(telephone)}.`,
    en: `Tell security and human resources${at(telephone)} at once.`,
  };
}

/** By its list of revocations a counter knows no more than that its keys may be in other hands. */
function lostOrStolen(options: AdviceOptions): Advice {
  const said = {
    es: 'Esta tarjeta se reportó como PERDIDA O ROBADA',
    en: 'This card was reported LOST OR STOLEN',
  };
  return { said, next: [OF_A_THIEF, callNow(options)] };
}

/** With a network the register says so; without one, that nothing of the end of the work stands on it. */
function isUnfinished({ state, checks }: VerdictView, card: Card | undefined): boolean {
  if (card?.state === 'registered') return true;
  return state === 'not-yet-valid' && checks.some(({ check, outcome }) => check === 'card/state' && outcome === 'fail');
}

function unfinished(card: Card | undefined): Advice {
  const id = card?.officialId;
  const finish = (what: string): string => `./cotejo card provision --official ${id ?? what}`;
  return {
    said: {
      es: 'Esta tarjeta no se terminó de preparar: no está en uso',
      en: 'This card was never finished: it is not in use',
    },
    next: [
      {
        es: 'No la acepte. Nadie debería traerla: que vuelva a Recursos Humanos.',
        en: 'Do not accept it. Nobody should carry it: it goes back to human resources.',
      },
      {
        es: `Ahí se termina, con ella en el lector: ${finish('CLAVE')}`,
        en: `There it is finished, in a reader: ${finish('ID')}`,
      },
    ],
  };
}

/** What a list does not decide, and why: never that the card is bad, and never that it is good. */
function adviceOnSilence(
  { checks }: VerdictView,
  { bundle, at }: NonNullable<AdviceOptions['list']>,
  options: AdviceOptions,
): Advice {
  const age = bundleAge(bundle, at);
  if (age === 'future') return { said: WRONG_CLOCK, next: [SET_THE_CLOCK] };
  if (age === 'stale') return { said: RAN_OUT, next: [NEWER_LIST, confirm(options)] };
  const isUnlisted = checks.some(({ check, outcome }) => check === 'bundle/card' && outcome === 'unknown');
  return { said: isUnlisted ? UNLISTED : NOT_ENOUGH, next: [confirm(options), NEWER_LIST] };
}

const UNLISTED: Text = {
  es: 'La lista no trae esta tarjeta: se hizo después, o ya no está en uso',
  en: 'The list does not hold this card: it was made after it, or is no longer in use',
};
const RAN_OUT: Text = {
  es: 'La lista ya venció: no decide nada de esta tarjeta',
  en: 'The list has run out: it decides nothing about this card',
};
const NOT_ENOUGH: Text = {
  es: 'La lista no alcanza para decidir de esta tarjeta',
  en: 'The list is not enough to decide about this card',
};
const WRONG_CLOCK: Text = {
  es: 'La lista es de una hora que aquí todavía no llega: uno de los dos relojes está mal',
  en: 'The list is of a time that has not come here: one of the two clocks is wrong',
};
const SET_THE_CLOCK: Text = {
  es: 'Corrija la fecha y la hora de este equipo y repita la orden.',
  en: 'Set date and time of this machine and repeat the command.',
};
const NEWER_LIST: Text = {
  es: 'Traiga de la oficina una lista nueva: ./cotejo card bundle -o LISTA --overwrite',
  en: 'Bring a new list from the office: ./cotejo card bundle -o LIST --overwrite',
};

function confirm({ telephone }: AdviceOptions): Text {
  return {
    es: `No la acepte todavía: confirme por teléfono con Recursos Humanos${at(telephone)}.`,
    en: `Do not accept it yet: confirm with human resources by telephone${at(telephone)}.`,
  };
}

/** Whose face it should be. Of a name under reserve nobody at a counter is shown face or name. */
function compare({ subject }: VerdictView, { hasPhoto = false, telephone }: AdviceOptions): Text {
  if (subject['legalGround'] !== undefined) {
    return {
      es: `Identidad reservada: aquí no se muestran nombre ni fotografía. Confirme por teléfono${at(telephone)} con el número de la tarjeta.`,
      en: `Identity under reserve: neither name nor photo is shown here. Confirm by telephone${at(telephone)} with the number of the card.`,
    };
  }
  if (hasPhoto) {
    return {
      es: 'Compare la fotografía con quien tiene enfrente: la tarjeta vale solo en sus manos.',
      en: 'Compare the photo with who stands there: the card counts in their hands alone.',
    };
  }
  return {
    es: 'No hay fotografía que comparar: pida otra identificación con el mismo nombre.',
    en: 'There is no photo to compare: ask for another identification with the same name.',
  };
}

/** Of whoever has left: the card is in use in the register until somebody ends it. */
function endIt({ number }: Card): Text {
  const command = `./cotejo card replace ${formatCardNumber(number)} --reason left`;
  return {
    es: `La persona ya no trabaja aquí. En Recursos Humanos se da de baja: ${command}`,
    en: `The person works here no more. Human resources end the card: ${command}`,
  };
}

/** Of a card that is none of ours, or a copy: the catalogue says what was found, to people who made one; here somebody shows it. */
function adviceOnForged(code: string, options: AdviceOptions): Advice {
  const next = [KEEP_A_FORGERY, callHr(options)];
  if (COPIED.includes(code)) return { said: COPY, next };
  if (!isCode(code)) return { next };
  return { said: { es: problemText(code, {}, 'es').what, en: problemText(code, {}, 'en').what }, next };
}

/** It shows the certificate of a card, and signs nothing with its key. */
const COPIED = ['card/no-key', 'card/signature-wrong', 'card/not-allowed', 'card/declined'];
const COPY: Text = {
  es: 'No es la tarjeta que dice ser: muestra los datos de una y no tiene su llave',
  en: 'It is not the card that it says it is: it shows the data of one and does not hold its key',
};
const KEEP_A_FORGERY: Text = {
  es: 'No la acepte. Si trae impreso el nombre de la institución puede ser falsa: reténgala si puede, y avise al personal de sistemas.',
  en: 'Do not accept it. If the name of the institution is printed on it, it may be a forgery: keep it if you can, and tell the systems staff.',
};
