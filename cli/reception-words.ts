import type { DeliveryView, ReceptionView } from '../src/http/staff/receptions.ts';
import type { PublicVersionView } from '../src/http/staff/public-versions.ts';
import type { OficioView } from '../src/http/staff/views.ts';
import type { ReceptionWay } from '../src/oficio/reception.ts';
import type { Meanings, Text } from './command.ts';
import { localTime } from './local-time.ts';
import type { Screen } from './screen.ts';

export const WAYS: Meanings<ReceptionWay> = {
  window: { es: 'en ventanilla', en: 'at a window' },
  notifier: { es: 'por notificador', en: 'by a notifier' },
  mail: { es: 'por correo o mensajería', en: 'by mail or messenger' },
};

const STATES: Readonly<Record<ReceptionView['state'], Text | undefined>> = {
  registered: undefined,
  corrected: { es: 'corregida después', en: 'corrected since' },
  never: { es: 'no hubo tal recepción', en: 'it was never received so' },
};

/** One reception in a line: when, by whom, with which folio, how, and what became of it. */
function receptionLine(screen: Screen, one: ReceptionView): string {
  const { receivedAt, name, post, office, folio, how, state, reason, hasPhoto, id, leaf } = one;
  const way = how === undefined ? undefined : WAYS[how as ReceptionWay];
  const told = STATES[state];
  return [
    localTime(receivedAt),
    [name, post].filter(Boolean).join(', '),
    office,
    folio && `folio ${folio}`,
    way && screen.say(way),
    hasPhoto && screen.say({ es: 'con foto', en: 'with photo' }),
    reason && screen.say({ es: `corrige otra: ${reason}`, en: `corrects another one: ${reason}` }),
    told && screen.paint('wait', screen.say(told)),
    screen.say({ es: `recepción ${id}, asiento ${leaf}`, en: `reception ${id}, leaf ${leaf}` }),
  ]
    .filter((part) => part !== undefined && part !== false && part !== '')
    .join(' · ');
}

export function showReceptions(screen: Screen, receptions: readonly ReceptionView[]): void {
  const label = screen.say({ es: 'Acuse', en: 'Received' });
  screen.facts(receptions.map((one) => [label, receptionLine(screen, one)] as const));
}

/** Whom a letter is for, and the visit that it announces, with what the reader may know of either. */
export function showDelivery(screen: Screen, { addressee, visit }: OficioView, told: DeliveryView = {}): void {
  const { name, post, address } = told.addressee ?? {};
  const shown = { es: '(se publica a quien tiene el oficio)', en: '(told to whoever has the letter)' };
  const whom = [[name, post].filter(Boolean).join(', '), address].filter(Boolean).join(' · ');
  screen.facts([
    [
      screen.say({ es: 'Destinatario', en: 'Addressee' }),
      whom && (addressee === 'public' ? `${whom} ${screen.say(shown)}` : whom),
    ],
    [
      screen.say({ es: 'Visita', en: 'Visit' }),
      visit && [`${localTime(visit.from)} – ${localTime(visit.to)}`, told.place].filter(Boolean).join(' · '),
    ],
    [screen.say({ es: 'Van', en: 'Who comes' }), visit?.officials.join(', ')],
  ]);
}

const VERSION_STATES: Readonly<Record<PublicVersionView['state'], Text>> = {
  current: { es: 'publicada', en: 'published' },
  replaced: { es: 'cambiada por otra', en: 'replaced by another' },
  withdrawn: { es: 'retirada', en: 'withdrawn' },
};

/** The public versions of a letter, one a line. */
export function showPublicVersions(screen: Screen, versions: readonly PublicVersionView[]): void {
  const label = screen.say({ es: 'Versión pública', en: 'Public version' });
  screen.facts(
    versions.map(({ id, state, registeredAt, ground, reason, leaf }) => [
      label,
      [
        localTime(registeredAt),
        screen.say(VERSION_STATES[state]),
        ground,
        reason,
        screen.say({ es: `versión ${id}, asiento ${leaf}`, en: `version ${id}, leaf ${leaf}` }),
      ]
        .filter(Boolean)
        .join(' · '),
    ]),
  );
}
