import { formatLocalTime } from '../core/time.ts';
import type { ActTold, Expiry } from '../notice/notice.ts';
import { nameWords, oneLine, type NoticeFrame, type NoticeText, type NoticeTexts } from '../notice/text.ts';
import { ACTS } from './es/acts.ts';
import { LOG_ACTS } from './es/log.ts';

/** Lo que dice cada aviso por correo: qué pasó, qué hacer, y qué no hacer nunca. */
export const noticesEs: NoticeTexts = (about, frame) => {
  const { origin } = frame;
  switch (about.kind) {
    case 'invitation':
      return told(frame, 'Invitación para hacer su llave de acceso', [
        `${nameWords(about.name)}: le invitan a hacer su llave de acceso a la oficina.`,
        `Ábrala en el dispositivo que usará, antes de ${formatLocalTime(about.until)}:\n${origin}/oficina/invitacion/${about.token}`,
        'Se le pedirá un código de ocho signos. Quien le invita se lo da en persona; no viene en este mensaje ni en ningún otro.',
        'Si no esperaba esta invitación, no la abra y avise a recursos humanos.',
      ]);
    case 'requests': {
      const lines = about.requests.map(
        ({ action, until }) => `${ACTS[action] ?? action}, antes de ${formatLocalTime(until)}`,
      );
      const many = lines.length === 1 ? 'Una solicitud espera' : `${lines.length} solicitudes esperan`;
      return told(frame, `${many} su confirmación`, [
        `Puede confirmar o rechazar con su llave de acceso:\n${listed(lines)}`,
        `Véalo con calma, y después confirme, en ${origin}/oficina/solicitudes`,
        'No confirme nada que no reconozca: pregunte antes, en persona o por teléfono, a quien lo pide.',
      ]);
    }
    case 'acts': {
      const [own, others] = [about.acts.filter((one) => one.isOwn), about.acts.filter((one) => !one.isOwn)];
      return told(frame, own.length > 0 ? 'Actos en su nombre' : 'Cambios en su acceso, su cargo o su credencial', [
        ...(own.length > 0 ? [`Con su llave de acceso se autorizó:\n${listed(own.map(actLine))}`] : []),
        ...(others.length > 0 ? [`Se hizo, sobre usted:\n${listed(others.map(actLine))}`] : []),
        'Si lo reconoce, no haga nada.',
        `Si no, avise hoy mismo a recursos humanos para que suspendan su credencial y su acceso, y termine sus sesiones en ${origin}/oficina`,
      ]);
    }
    case 'expiries': {
      const [own, others] = [about.ends.filter((one) => one.isOwn), about.ends.filter((one) => !one.isOwn)];
      return told(frame, own.length > 0 ? 'Algo suyo vence pronto' : 'Credenciales o distintivos que vencen pronto', [
        ...(own.length > 0 ? [`Vence pronto, y es de usted:\n${listed(own.map(endLine))}`] : []),
        ...(own.length > 0 ? ['Pida a recursos humanos que lo renueven antes; se hace en persona.'] : []),
        ...(others.length > 0
          ? [
              `Vence pronto, del personal que atiende:\n${listed(others.map((one) => `${endLine(one)}, clave ${oneLine(one.official)}`))}`,
            ]
          : []),
        ...(others.length > 0 ? [`Se renueva en ${origin}/oficina/personal`] : []),
      ]);
    }
    case 'login':
      return told(frame, 'Entrada a la oficina desde un navegador nuevo', [
        `El ${formatLocalTime(about.at)} entró alguien con su llave de acceso: ${oneLine(about.browser)}, red ${oneLine(about.network)}.`,
        'Si fue usted, no haga nada.',
        `Si no, termine esa sesión en ${origin}/oficina y avise hoy mismo a recursos humanos.`,
      ]);
    case 'address':
      return told(frame, 'Cambió el correo de sus avisos', [
        `El ${formatLocalTime(about.at)} ${about.by === 'person' ? 'se cambió desde su sesión' : 'el personal de sistemas cambió'} el correo al que llegan los avisos de su acceso a la oficina. A esta dirección ya no llegarán.`,
        'Si usted lo pidió, no haga nada.',
        `Si no, alguien puede estar usando su acceso: avise hoy mismo a recursos humanos, y termine sus sesiones en ${origin}/oficina`,
      ]);
    case 'test':
      return told(frame, 'Prueba de avisos', [
        'Este mensaje prueba que los avisos por correo de esta instalación llegan. No tiene que hacer nada.',
      ]);
  }
};

const MOST_LINES = 40;

function listed(lines: readonly string[]): string {
  const more = lines.length - MOST_LINES;
  const shown = lines.slice(0, MOST_LINES).map((line) => `- ${line}`);
  return [...shown, ...(more > 0 ? [`- y ${more} más, que se ven en la oficina`] : [])].join('\n');
}

function actLine({ action, folio, at, leaf }: ActTold): string {
  const when = at === undefined ? '' : `, ${formatLocalTime(at)}`;
  return `${LOG_ACTS[action] ?? oneLine(action)}${folio === undefined ? '' : `, folio ${oneLine(folio)}`}${when} (asiento ${leaf})`;
}

function endLine({ what, number, until }: Expiry): string {
  return `${what === 'credential' ? 'Credencial' : 'Distintivo'} ${oneLine(number)}, hasta el ${until}`;
}

function told({ institution, origin, name }: NoticeFrame, subject: string, paragraphs: readonly string[]): NoticeText {
  const greeting = name === undefined ? [] : [`${name}:`];
  const never =
    'Nadie le pedirá por correo ni por teléfono su código, su NIP ni su llave de acceso: no los dé a nadie. ' +
    `La oficina está solo en ${origin}/oficina; ante la duda, escriba usted esa dirección.`;
  const end = `${institution}\nAviso automático: no lo conteste.`;
  return { subject: `${subject} · ${institution}`, text: `${[...greeting, ...paragraphs, never, end].join('\n\n')}\n` };
}
