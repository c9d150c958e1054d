import type { TrustCode } from '../code.ts';
import type { ProblemTexts } from '../problem-text.ts';

const NOTHING_SIGNED = 'No se firmó nada. Avise al personal de sistemas y dele el código que aparece al final.';
const ANOTHER_COPY = 'Revise que el archivo sea el correcto y esté completo, y vuelva a intentarlo.';
const FRESH_LIST =
  'Descargue otra vez la lista de confianza desde la dirección oficial; si se repite, avise al personal de sistemas.';

/** Los certificados, las listas de confianza y las revocaciones. */
export const trust: ProblemTexts<TrustCode> = {
  'authority/malformed': { what: 'El certificado o la solicitud no se puede leer.', next: ANOTHER_COPY },
  'authority/lint': (found) => ({
    what: `El certificado que se iba a firmar no cumple una regla${found('rule', ': ')}.`,
    next: NOTHING_SIGNED,
  }),
  'authority/name': (found) => ({
    what: `Un dato del certificado está vacío, es muy largo o tiene caracteres que no se aceptan${found('attribute', ' (', ')')}.`,
    next: 'Corríjalo y vuelva a intentarlo.',
  }),
  'authority/validity': {
    what: 'La vigencia que pidió termina antes de empezar, o dura más de lo permitido.',
    next: 'Pida una vigencia más corta y vuelva a intentarlo.',
  },
  'authority/weak-key': {
    what: 'La llave de la solicitud es débil o de un tipo que no se acepta.',
    next: 'Genere una llave nueva de tipo P-256 y vuelva a intentarlo.',
  },
  'authority/no-possession': {
    what: 'La solicitud no demuestra que quien la hizo tiene la llave.',
    next: 'Genere la solicitud en el mismo equipo o tarjeta donde está la llave, y vuelva a intentarlo.',
  },
  'authority/key-in-use': {
    what: 'Esa llave ya pertenece a la institución o a otra persona.',
    next: 'Genere una llave nueva y vuelva a intentarlo.',
  },
  'authority/wrong-signature': {
    what: 'La firma que devolvió el dispositivo no corresponde a su llave.',
    next: 'No use lo que se haya producido. Revise el dispositivo de firma y avise al personal de sistemas.',
  },
  'authority/trust-list-malformed': { what: 'La lista de confianza no se puede leer.', next: FRESH_LIST },
  'authority/trust-list-untrusted': {
    what: 'La lista de confianza no la firmó la institución.',
    next: `No la use. ${FRESH_LIST}`,
  },
  'authority/trust-list-mismatch': {
    what: 'La lista de confianza y su acta no corresponden entre sí.',
    next: FRESH_LIST,
  },
  'authority/trust-list-regress': (found) => ({
    what: `La lista de confianza es más antigua que otra que ya se conoce${found('found', ' (', ` y ya se conoce la ${found('seen') || 'siguiente'})`)}.`,
    next: FRESH_LIST,
  }),
  'authority/trust-list-fork': (found) => ({
    what: `Hay dos listas de confianza distintas con el mismo número${found('found', ': ')}.`,
    next: 'No confíe en ninguna de las dos. Avise de inmediato al personal de sistemas.',
  }),

  'revocation/malformed': { what: 'La lista de certificados revocados no se puede leer.', next: ANOTHER_COPY },
  'revocation/lint': (found) => ({
    what: `La lista de revocados que se iba a firmar no cumple una regla${found('rule', ': ')}.`,
    next: NOTHING_SIGNED,
  }),
  'revocation/duplicate-serial': (found) => ({
    what: `Un certificado está dos veces en la lista de revocados${found('serial', ': ')}.`,
    next: NOTHING_SIGNED,
  }),
  'revocation/wrong-signature': {
    what: 'La firma de la lista de revocados no corresponde a su llave.',
    next: 'No publique la lista. Revise el dispositivo de firma y avise al personal de sistemas.',
  },
  'revocation/root-list-overtaken': {
    what: 'Mientras la raíz firmaba su lista se preparó otra.',
    next: 'Repita ./cotejo key ceremony con la memoria de la raíz; lo que estaba publicado sigue publicado.',
  },
  'revocation/root-not-offline': {
    what: 'En una instalación de prueba la lista de la raíz se renueva sola, con las demás.',
    next: 'No hace falta ninguna ceremonia; use ./cotejo revocation publish.',
  },
  'revocation/root-list-over': (found) => ({
    what: `La lista de la autoridad raíz ya no está en vigor${found.time('ended', ': terminó el ')}. Nadie puede comprobar con ella los certificados.`,
    next: 'Traiga de la caja fuerte una de las dos memorias de la raíz y ejecute ./cotejo key ceremony --root-media CARPETA.',
  }),
  'revocation/status-list-full': {
    what: 'No se halló lugar libre en la lista donde se anota el estado de cada sello o credencial (tiene 1,048,576).',
    next: 'Avise al personal de sistemas: esta versión no abre otra lista. Si se han emitido muchos menos, alguien cambió la base de datos: restaure el respaldo sano más reciente. Si no, haga una instalación nueva; ésta sigue respondiendo.',
  },
  'revocation/status-list-malformed': {
    what: 'La lista del estado de los sellos y credenciales no se puede leer.',
    next: ANOTHER_COPY,
  },
  'revocation/status-list-bounds': {
    what: 'Se pidió un lugar que no existe en la lista de estados.',
    next: NOTHING_SIGNED,
  },

  'asn1/malformed': { what: 'El certificado o la firma no se puede leer.', next: ANOTHER_COPY },
  'cbor/malformed': { what: 'Los datos firmados no se pueden leer.', next: ANOTHER_COPY },
  'cose/malformed': { what: 'Los datos firmados no tienen la forma esperada.', next: ANOTHER_COPY },
};
