import { formatLocalTime } from '../core/time.ts';
import { nameWords, type NoticeFrame, type NoticeText, type NoticeTexts } from '../notice/text.ts';

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

function told({ institution, origin, name }: NoticeFrame, subject: string, paragraphs: readonly string[]): NoticeText {
  const greeting = name === undefined ? [] : [`${name}:`];
  const never =
    'Nadie le pedirá por correo ni por teléfono su código, su NIP ni su llave de acceso: no los dé a nadie. ' +
    `La oficina está solo en ${origin}/oficina; ante la duda, escriba usted esa dirección.`;
  const end = `${institution}\nAviso automático: no lo conteste.`;
  return { subject: `${subject} · ${institution}`, text: `${[...greeting, ...paragraphs, never, end].join('\n\n')}\n` };
}
