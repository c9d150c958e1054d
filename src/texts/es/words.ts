import type { AccessEndReason } from '../../access/record.ts';
import type { Role } from '../../access/role.ts';
import type { SeriesFault } from '../../oficio/series.ts';

/** Palabras del dominio, como las lee una persona. */

/** Lo que alguien puede hacer aquí. */
export const ROLES: Readonly<Record<Role, string>> = {
  hr: 'recursos humanos',
  clerk: 'oficialía de partes',
  signer: 'firmante',
  approver: 'aprobador',
  auditor: 'auditoría',
  operator: 'operación',
};

/** Por qué alguien, o una llave de acceso, ya no actúa. */
export const END_REASONS: Readonly<Record<AccessEndReason, string>> = {
  left: 'dejó el puesto',
  dismissed: 'se le dio de baja',
  lost: 'se perdió el dispositivo',
  stolen: 'robaron el dispositivo',
  replaced: 'se cambió por otra llave',
  mistake: 'se dio de alta por error',
};

export const MANDATES: Readonly<Record<string, string>> = {
  ended: 'ya dejó el cargo',
  'not-yet': 'su encargo todavía no empieza',
  expired: 'su encargo ya venció',
};

export const OFICIO_STATES: Readonly<Record<string, string>> = {
  cancelled: 'se canceló',
  replaced: 'se sustituyó por otro',
  expired: 'venció',
  'not-yet-signed': 'no se terminó de firmar',
  revoked: 'no vale por la clave de quien lo firmó',
  'not-authorised': 'no vale porque quien lo firmó no podía',
};

/** Lo que también se aceptaba en lugar de un folio. */
export const FOLIO_OR: Readonly<Record<string, string>> = { code: ' ni un código de 12 letras y números' };

export const SERIES_FAULTS: Readonly<Record<SeriesFault, string>> = {
  'too-many': 'son demasiados intervalos',
  first: 'el primer número no puede ser ése',
  range: 'ese intervalo va al revés o se sale de los números',
  overlap: 'ese intervalo se encima con otro',
  'before-first': 'esos números impresos van antes del primero de la numeración',
  reason: 'a ese hueco le falta su motivo',
};

export const FIELDS: Readonly<Record<string, string>> = {
  name: 'nombre',
  post: 'cargo',
  unit: 'unidad',
  code: 'siglas de la unidad',
  parent: 'unidad superior',
  powers: 'atribuciones',
  mayAsk: 'puede pedir',
  neverAsks: 'nunca pide',
  validFrom: 'desde',
  validUntil: 'hasta',
  coveredSince: 'sella sus oficios desde',
  publication: 'publicación',
  legalGround: 'fundamento',
  phone: 'teléfono',
  mail: 'correo',
  photo: 'fotografía',
  office: 'oficina que recibió',
  'addressee-name': 'destinatario',
  'addressee-post': 'cargo del destinatario',
  address: 'domicilio',
  place: 'lugar de la visita',
  folio: 'folio de quien recibió',
  on: 'fecha de baja',
  until: 'hasta',
  'trust-exam': 'control de confianza',
  'link-analysis': 'análisis de vínculos',
  training: 'capacitación',
};

export const ACTIVE_CONTENT: Readonly<Record<string, string>> = {
  'on-opening': 'una acción que empieza sola',
  action: 'un enlace o botón que hace más que abrir una página',
  script: 'un programa (JavaScript)',
  'dynamic-form': 'un formulario dinámico (XFA)',
  multimedia: 'sonido, video o un modelo 3D',
  'outside-content': 'contenido que está en otro archivo',
  portfolio: 'una cartera de archivos',
};

export const CHANGING_CONTENT: Readonly<Record<string, string>> = {
  layers: 'capas que se ocultan o se muestran',
  'alternate-image': 'una imagen con otra versión',
  'hidden-page': 'páginas que no se muestran',
  'not-on-paper': 'algo que no se ve igual en pantalla y en papel',
  'covers-content': 'un campo, sello o nota encima del texto',
  overlaps: 'campos o notas encimados',
  'drawn-by-reader': 'un campo, nota o figura que cada programa dibuja a su manera',
  'field-value': 'un campo que no muestra lo que contiene',
  'stray-field': 'un campo fuera del formulario',
  rollover: 'una imagen que cambia al pasar el cursor',
  'pending-redaction': 'partes marcadas para tacharse',
  'too-many-annotations': 'demasiados campos o notas',
};

/** Por qué el sistema no lee o no guarda un archivo. */
export const SYSTEM_REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no existe la carpeta',
  ENOTDIR: 'parte de la ruta no es una carpeta',
  EACCES: 'falta permiso',
  EPERM: 'falta permiso',
  EROFS: 'el disco es de sólo lectura',
  ENAMETOOLONG: 'el nombre es demasiado largo',
  ELOOP: 'los enlaces dan vueltas',
  ENOSPC: 'el disco está lleno',
  EDQUOT: 'se acabó el espacio de esta cuenta',
  EFBIG: 'el archivo sería demasiado grande',
  EIO: 'el disco no responde',
};

/** La forma de cada variable de la configuración. */
export const SETTING_FORMS: Readonly<Record<string, string>> = {
  COTEJO_DATA: 'una carpeta, por ejemplo ./data',
  COTEJO_DATABASE_URL: 'sqlite:RUTA, por ejemplo sqlite:./data/cotejo.sqlite',
  COTEJO_ORIGIN: 'una dirección http o https sin «?», por ejemplo https://verifica.alcaldia.example',
  COTEJO_LISTEN: 'MÁQUINA:PUERTO, con un puerto del 0 al 65535, por ejemplo localhost:8080',
  COTEJO_KEYS: 'file:CARPETA, por ejemplo file:./data/keys',
  COTEJO_INSTITUTION: 'el nombre de un archivo JSON',
  COTEJO_CARD_DRIVER: 'nfc-pcsc o pcsc-mini',
  COTEJO_CARD_MAKERS: 'una carpeta con certificados, o uno de ellos',
  COTEJO_CARD_ATTESTATION: 'told (se dice) o required (se exige)',
  COTEJO_SMTP_URL: 'smtp://, smtps:// o file:RUTA, por ejemplo smtps://usuario:contraseña@correo.alcaldia.example',
  COTEJO_MAIL_FROM: 'una dirección de correo, por ejemplo avisos@alcaldia.example',
  'inside-data': 'que la base y la carpeta «keys» queden dentro de la carpeta de datos (COTEJO_DATA)',
};

/** La forma de cada campo del archivo de la institución. */
export const INSTITUTION_FORMS: Readonly<Record<string, string>> = {
  json: 'debe ser un objeto JSON en UTF-8',
  superfluous: 'ese campo no existe, quítelo',
  name: 'texto de 3 a 64 caracteres',
  shortName: 'texto de 3 a 80 caracteres',
  address: 'texto de 1 a 400 caracteres',
  telephone:
    'teléfono de 10 dígitos, con extensión si la hay (55 1234 5678 ext. 12), o un número corto como 911 o *0311',
  policyArc: 'identificador de objeto, por ejemplo 2.999.1',
  legend: 'texto de 1 a 400 caracteres',
  telephones:
    'lista de hasta 12 elementos { "label": texto, "labelEn": texto en inglés si lo hay, "number": teléfono de 10 dígitos o número corto }',
  letterTexts:
    'por tipo de oficio, { "payment": texto, "expired": texto } de hasta 400 caracteres cada uno; en inglés, paymentEn y expiredEn',
  checkedOn: 'fecha AAAA-MM-DD',
};

/** Por qué se dio de baja una tarjeta. */
export const ENDED_FOR = {
  lost: 'se reportó como perdida',
  stolen: 'se reportó como robada',
  damaged: 'se dio de baja porque se dañó',
  replaced: 'se cambió por otra',
  wiped: 'se borró',
  left: 'su titular dejó el cargo',
};
/** De una que se reportó: quien la trae puede no ser su titular. */
export const REPORTED = {
  lost: 'Reténgala si puede, no la devuelva y entréguela a Recursos Humanos: quien la trae puede no ser su titular.',
  stolen:
    'No la devuelva, y no discuta: reténgala solo si no hay riesgo, y avise a Recursos Humanos. Si hay peligro, llame al 911.',
};

/** Por qué alguien no puede ir a una visita. */
export const VISITOR_FAULTS: Readonly<Record<string, string>> = {
  unknown: 'no está en el directorio',
  reserved: 'tiene el nombre reservado, y quien la recibe no podría compararlo',
  'leaves-before': 'deja el cargo antes de que termine',
  ended: 'ya dejó el cargo',
  'not-yet': 'su encargo todavía no empieza',
  expired: 'su encargo ya venció',
};

/** Lo que un archivo trae sin que se vea. */
export const HIDDEN_WORDS: Readonly<Record<string, string>> = {
  'earlier-version': 'una versión anterior del documento, sin tachar',
  signature: 'una firma electrónica',
  form: 'campos de formulario',
  attachment: 'archivos adjuntos',
  metadata: 'datos del documento (título, autor, asunto o palabras clave)',
  annotation: 'comentarios o marcas sin aplicar',
  thumbnail: 'miniaturas de las páginas',
  'program-data': 'datos internos del programa que lo hizo',
};

/** Lo que la oficina guarda aparte y no debe publicarse. */
export const SECRET_WORDS: Readonly<Record<string, string>> = {
  addressee: 'el nombre del destinatario',
  address: 'el domicilio del destinatario',
  receiver: 'el nombre de quien recibió el oficio',
};
