import type { OficioView, SealedView } from '../src/http/staff/views.ts';
import { formatAmount } from '../src/oficio/amount.ts';
import type { Text } from './command.ts';
import { letterType } from './letter-words.ts';
import { localDay, localTime } from './local-time.ts';
import type { Screen } from './screen.ts';

const STATES: Readonly<Record<string, Text>> = {
  sealed: { es: 'borrador: todavía no está firmado', en: 'draft: not signed yet' },
  signed: { es: 'firmado', en: 'signed' },
  void: { es: 'anulado por robo de la llave', en: 'void: the key was stolen' },
  cancelled: { es: 'cancelado', en: 'cancelled' },
  replaced: { es: 'sustituido', en: 'replaced' },
};

/** The state of a letter in words. */
export function letterState(screen: Screen, state: string): string {
  const text = STATES[state];
  return text ? screen.say(text) : state;
}

/** The same, and by how many it is countersigned. */
export function stateWithCountersigners(screen: Screen, { state, countersigners = [] }: OficioView): string {
  const count = countersigners.filter((one) => one.state === 'signed').length;
  if (count === 0) return letterState(screen, state);
  const told =
    count === 1
      ? { es: '1 refrendo', en: '1 countersignature' }
      : { es: `${count} refrendos`, en: `${count} countersignatures` };
  return `${letterState(screen, state)}, ${screen.say(told)}`;
}

/** Who signed it besides; of a key that was stolen it is said. */
function countersignersOf(screen: Screen, { countersigners = [] }: OficioView): readonly (readonly [string, string])[] {
  return countersigners.map(({ name, post, state, signedAt }) => {
    const who = `${name}, ${post} (${localTime(signedAt)})`;
    const told = state === 'void' ? `${who}: ${letterState(screen, 'void')}` : who;
    return [screen.say({ es: 'Refrenda', en: 'Countersigned' }), told] as const;
  });
}

/** Where to look for the seal, and that the letter has a page more than it had. */
export function sealPlace(screen: Screen, { sealPage, pages, pageAppended }: SealedView): string {
  const page = screen.say({ es: `página ${sealPage} de ${pages}`, en: `page ${sealPage} of ${pages}` });
  return pageAppended ? page + screen.say({ es: ', agregada para el sello', en: ', added for the seal' }) : page;
}

/** The leaves of its intent, its signature and its end. */
function leavesOf(screen: Screen, { leaves, state, countersigners = [] }: OficioView): string {
  const ended = letterState(screen, state);
  return [
    screen.say({ es: `intención ${leaves.intent}`, en: `intent ${leaves.intent}` }),
    leaves.signed !== undefined && screen.say({ es: `firmado ${leaves.signed}`, en: `signed ${leaves.signed}` }),
    ...countersigners.map(({ leaf }) => screen.say({ es: `refrendo ${leaf}`, en: `countersigned ${leaf}` })),
    leaves.ended !== undefined && `${ended} ${leaves.ended}`,
  ]
    .filter((part) => part !== false)
    .join(', ');
}

/** That the act is done although what goes with it could not be looked up, and why. */
export function untoldOf({ untold }: { readonly untold?: string }): readonly Text[] {
  if (untold === undefined) return [];
  return [
    {
      es: `Aviso: quedó hecho, pero no se pudo ver a qué otros oficios afecta (${untold}). Avise a quien administra el sistema: ./cotejo log audit dice qué registro está alterado.`,
      en: `Note: it is done, but which other letters it bears on could not be looked up (${untold}). Tell whoever administers the system: ./cotejo log audit names the record that was altered.`,
    },
  ];
}

/** A letter for people; `path`: where its signed file is. */
export function showLetter(screen: Screen, oficio: OficioView | SealedView, path?: string): void {
  screen.facts([
    ['Folio', screen.paint('strong', oficio.folio)],
    [screen.say({ es: 'Código', en: 'Code' }), oficio.code],
    [screen.say({ es: 'Tipo', en: 'Type' }), letterType(screen, oficio.type)],
    [screen.say({ es: 'Asunto', en: 'Subject' }), oficio.subject],
    [screen.say({ es: 'Pide', en: 'Asks for' }), formatAmount(oficio.amount)],
    [screen.say({ es: 'Firma', en: 'Signer' }), `${oficio.signer.name}, ${oficio.signer.post}`],
    [screen.say({ es: 'Firmado', en: 'Signed' }), localTime(oficio.signedAt)],
    ...countersignersOf(screen, oficio),
    [screen.say({ es: 'Vence', en: 'Expires' }), oficio.expires && localDay(oficio.expires)],
    [screen.say({ es: 'Páginas', en: 'Pages' }), String(oficio.pages)],
    [screen.say({ es: 'Estado', en: 'State' }), letterState(screen, oficio.state)],
    [
      screen.say({ es: 'Sin valor', en: 'Void' }),
      oficio.voidFrom === undefined
        ? undefined
        : screen.say({
            es: `la llave de quien firmó no cuenta desde el asiento ${oficio.voidFrom}`,
            en: `the signer's key does not count from leaf ${oficio.voidFrom} on`,
          }),
    ],
    [screen.say({ es: 'Terminó', en: 'Ended' }), oficio.endedAt && localDay(oficio.endedAt)],
    [screen.say({ es: 'Motivo', en: 'Reason' }), oficio.reason],
    [screen.say({ es: 'Lo sustituye', en: 'Replaced by' }), oficio.replacedBy],
    [screen.say({ es: 'Asientos', en: 'Leaves' }), leavesOf(screen, oficio)],
    [screen.say({ es: 'Sello', en: 'Seal' }), 'sealPage' in oficio ? sealPlace(screen, oficio) : undefined],
    [screen.say({ es: 'Archivo', en: 'File' }), path],
  ]);
}
