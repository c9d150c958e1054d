import type { Text } from '../command.ts';
import type { Screen } from '../screen.ts';

type PageText =
  | 'title'
  | 'reader'
  | 'isIt'
  | 'begun'
  | 'yes'
  | 'later'
  | 'other'
  | 'otherHint'
  | 'nobody'
  | 'pin'
  | 'again'
  | 'types'
  | 'save'
  | 'recent'
  | 'noPhoto'
  | 'photoUnknown'
  | 'noFace'
  | 'photoOf'
  | 'stop'
  | 'sound'
  | 'awaited'
  | 'ending'
  | 'ended'
  | 'elsewhere'
  | 'lost'
  | 'used';

export type PageTexts = Readonly<Record<PageText, string>>;

/** What the page says by itself; the rest comes with the board. */
const TEXTS: Readonly<Record<PageText, Text>> = {
  title: { es: 'Estación de tarjetas', en: 'Card station' },
  reader: { es: 'Lector', en: 'Reader' },
  isIt: { es: '¿Es esta persona?', en: 'Is it this person?' },
  begun: { es: 'Esta tarjeta ya se había empezado', en: 'This card was begun before' },
  yes: { es: 'Sí, es esta persona', en: 'Yes, it is this person' },
  later: { es: 'Después', en: 'Later' },
  other: { es: 'Es otra persona:', en: 'It is somebody else:' },
  otherHint: { es: 'nombre o clave', en: 'name or id' },
  nobody: { es: 'No espera nadie que se llame así.', en: 'Nobody of that name waits.' },
  pin: { es: 'NIP nuevo, de 6 a 8 dígitos', en: 'New PIN, 6 to 8 digits' },
  again: { es: 'Otra vez el mismo NIP', en: 'The same PIN again' },
  types: {
    es: 'Solo esta persona escribe su NIP y nadie más lo ve.',
    en: 'Only this person types their PIN, and nobody else sees it.',
  },
  save: { es: 'Guardar el NIP', en: 'Save the PIN' },
  recent: { es: 'Últimas tarjetas', en: 'Latest cards' },
  noPhoto: { es: 'Sin fotografía', en: 'No photo' },
  photoUnknown: { es: 'No se pudo mostrar la fotografía', en: 'The photo could not be shown' },
  noFace: {
    es: 'Sin fotografía la tarjeta no muestra ningún rostro, y en la ventanilla no habrá con qué comparar. Déjela para después y agregue antes la fotografía en el directorio.',
    en: 'Without a photo the card shows no face, and a counter has nothing to compare. Leave it for later and add the photo to the directory first.',
  },
  photoOf: { es: 'Fotografía de', en: 'Photo of' },
  stop: { es: 'Terminar', en: 'Finish' },
  sound: { es: 'Sonido', en: 'Sound' },
  awaited: { es: 'Tarjetas a medias que se esperan', en: 'Half-made cards that are awaited' },
  ending: {
    es: 'La estación está terminando. No saque todavía las tarjetas que se están escribiendo.',
    en: 'The station is ending. Do not take out yet the cards that are being written.',
  },
  elsewhere: {
    es: 'La página se abrió en otro lugar, y esta ya no sirve. Con Intro en la terminal hay una dirección nueva.',
    en: 'The page was opened elsewhere, and this one serves no more. Enter in the terminal gives a new address.',
  },
  ended: {
    es: 'La estación terminó. Puede cerrar esta página.',
    en: 'The station has ended. You may close this page.',
  },
  lost: {
    es: 'Se perdió el contacto con la estación. Mire la terminal; con Intro da una dirección nueva.',
    en: 'The station does not answer. Look at the terminal; Enter gives a new address.',
  },
  used: {
    es: 'Esta dirección ya se usó. Pulse Intro en la terminal de la estación: le dará otra.',
    en: 'This address was used already. Press Enter in the terminal of the station: it gives another one.',
  },
};

export function pageTexts(language: Screen['language']): PageTexts {
  return Object.fromEntries(Object.entries(TEXTS).map(([name, text]) => [name, text[language]])) as PageTexts;
}
