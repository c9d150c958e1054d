import type { NoticesCode } from '../code.ts';
import type { ProblemTexts } from '../problem-text.ts';

/** Por qué el servidor de correo no lo tomó. */
export const MAIL_REASONS: Readonly<Record<string, string>> = {
  connection: 'no se pudo hablar con el servidor de correo',
  tls: 'no ofrece una conexión cifrada con un certificado que valga',
  login: 'no aceptó el usuario o la contraseña',
  sender: 'no acepta el remitente',
  busy: 'pide intentarlo más tarde',
  recipient: 'no acepta al destinatario',
  content: 'no acepta el mensaje',
  'too-late': 'se acabó el tiempo',
  unreadable: 'no se puede leer con las llaves de esta instalación',
};

/** Los avisos por correo. */
export const notices: ProblemTexts<NoticesCode> = {
  'notice/no-server': {
    what: 'Esta instalación no envía avisos por correo: no se le ha dicho por qué servidor.',
    next: 'Ponga COTEJO_SMTP_URL y COTEJO_MAIL_FROM (docs/settings.md), y reinicie el servicio.',
  },
  'notice/refused': (found) => ({
    what: `El servidor de correo rechazó el mensaje${found.word('reason', MAIL_REASONS, ': ')}${found('reply', ' (respuesta ', ')')}.`,
    next: 'Revise la dirección y lo que el servidor de correo dice en su registro.',
  }),
  'notice/not-delivered': (found) => ({
    what: `El mensaje no se pudo entregar ahora${found.word('reason', MAIL_REASONS, ': ')}${found('reply', ' (respuesta ', ')')}.`,
    next: 'Revise COTEJO_SMTP_URL y el servidor de correo, y repita la prueba.',
  }),
};
