import type { CardStationCode } from '../code.ts';
import type { ProblemTexts } from '../problem-text.ts';
import { ENDED_FOR, REPORTED } from './words.ts';

const OBJECTS = {
  'facial-image': 'la fotografía',
  'printed-information': 'los datos impresos',
  'security-object': 'la lista firmada',
  capability: 'la ficha de la tarjeta',
  chuid: 'el identificador',
  'certificate-9A': 'el certificado de identificación',
  'certificate-9C': 'el certificado de firma',
  'certificate-9E': 'el certificado de la tarjeta',
};
const SECRETS = {
  'management-key': 'la llave de administración',
  puk: 'el código de desbloqueo',
  pin: 'el NIP',
};
const STATES = { registered: 'registrada y sin terminar', ended: 'terminada' };
const SET_ASIDE = 'Aparte la tarjeta, no la entregue, y avise al personal de sistemas.';

/** El trabajo de la estación con las tarjetas. */
export const cardStation: ProblemTexts<CardStationCode> = {
  'card/not-blank': {
    what: 'La tarjeta ya tiene certificados y no es de esta institución. No se escribió nada en ella.',
    next: 'Use una tarjeta nueva, o que el personal de sistemas la deje antes como salió de fábrica.',
  },
  'card/of-another': (found) => ({
    what: `La tarjeta${found('number', ' ')} es de otra persona. No se escribió nada en ella.`,
    next: 'Sáquela y meta la tarjeta de esta persona, o una nueva. De quién es lo dice ./cotejo card inspect.',
  }),
  'card/still-active': (found) => ({
    what: `La etiqueta dice ser de una tarjeta que está en uso${found('number', ' (', ')')}.`,
    next: 'Si esa tarjeta ya no debe servir, dela de baja con ./cotejo card replace NÚMERO --reason MOTIVO; después puede borrar la etiqueta.',
  }),
  'card/begun-elsewhere': (found) => ({
    what: `Esta persona tiene una tarjeta${found('number', ' (', ')')} que se empezó a preparar y no se terminó, y no es la que está en el lector.`,
    next: 'Meta esa tarjeta y repita la orden (la estación la reconoce sola): se continúa donde se quedó. Si ya no la tiene, dela de baja con ./cotejo card replace --official CLAVE --reason damaged.',
  }),
  'card/foreign-secret': (found) => ({
    what: `No se pudo abrir la tarjeta: ${found.word('secret', SECRETS) || 'uno de sus códigos'} no es de fábrica ni de esta institución.`,
    next: 'Use otra tarjeta. No lo intente otra vez con esta: alguien la preparó antes. Si lleva un número de esta institución (./cotejo card inspect), dé de baja ese número con ./cotejo card replace NÚMERO --reason damaged.',
  }),
  'card/factory-again': (found) => ({
    what: `La tarjeta dice que ${found.word('secret', SECRETS) || 'uno de sus códigos'} es otra vez de fábrica, y aquí ya se había cambiado: es otra tarjeta, o alguien la restableció. No se le dio ningún código.`,
    next: 'Apártela y meta la que se empezó aquí. Si no hay otra, dela de baja con ./cotejo card replace --official CLAVE --reason damaged y prepare una nueva.',
  }),
  'card/factory-secret': (found) => ({
    what: `La tarjeta no puede salir: no consta que haya cambiado ${found.word('secret', SECRETS) || 'todos sus códigos'} de fábrica.`,
    next: 'Apártela y no la entregue: nada de lo que lleva vale. Dela de baja con ./cotejo card replace --official CLAVE --reason damaged y prepare otra. Si se repite, avise al personal de sistemas.',
  }),
  'card/read-back-differs': (found) => ({
    what: `Lo que se lee de la tarjeta no es lo que se escribió${found.word('object', OBJECTS, ': ')}.`,
    next: 'Saque la tarjeta y vuelva a meterla: se continúa donde se quedó. Si se repite, use otra tarjeta.',
  }),
  'card/exchanged': (found) => ({
    what: `La tarjeta que está en el lector no es la misma que al empezar${found('number', ' (', ')')}.`,
    next: 'Meta la tarjeta con la que empezó y repita la orden: se continúa donde se quedó.',
  }),
  'card/attests-another-key': {
    what: 'La tarjeta dice haber hecho dos llaves distintas para el mismo lugar.',
    next: SET_ASIDE,
  },
  'card/maker-unknown': {
    what: 'El chip no demuestra ser de un fabricante que esta estación conozca, y esta estación no acepta otros.',
    next: 'Use una tarjeta de las que compró la institución. El personal de sistemas dice de qué fabricantes se aceptan (COTEJO_CARD_MAKERS).',
  },
  'card/pin-too-simple': {
    what: 'Ese NIP es de los que todo el mundo prueba primero: dígitos iguales o seguidos.',
    next: 'Elija otro de 6 a 8 dígitos.',
  },
  'card/pins-differ': {
    what: 'Los dos NIP no son iguales.',
    next: 'Escriba otra vez el NIP, dos veces el mismo.',
  },
  'card/question-over': {
    what: 'Eso ya no se pregunta: la tarjeta se sacó, o alguien contestó antes.',
    next: 'Mire lo que se pregunta ahora.',
  },
  'card/tag-out-of-turn': {
    what: 'Se movieron dos tarjetas a la vez, o la que toca sigue en su lector: no se sabe cuál está sobre el lector sin contacto. No se escribió nada en ella.',
    next: 'Vuelva a meter cada tarjeta en un lector de chip. Después pase al lector sin contacto solo la que se le pida.',
  },
  'card/busy': {
    what: 'En otro lector de este equipo ya se prepara una tarjeta de esta persona.',
    next: 'Espere a que termine.',
  },
  'card/not-ours': {
    what: 'La tarjeta no es de esta institución, o todavía no se ha preparado.',
    next: 'Compare el número impreso en la tarjeta. Si dice ser de aquí y no lo es, puede ser falsa: avise al personal de sistemas.',
  },
  'card/certificate-of-another': (found) => ({
    what: `El certificado que muestra la tarjeta no es el suyo${found('number', ' (', ')')}: puede ser una copia.`,
    next: SET_ASIDE,
  }),
  'card/not-active': (found) => ({
    what: `La tarjeta${found('number', ' ')} no está activa${found.word('reason', ENDED_FOR, ': ') || found.word('state', STATES, ': está ')}.`,
    next:
      found.word('reason', REPORTED) ||
      'Si está en preparación, termínela con ./cotejo card provision --official CLAVE. Una terminada ya no sirve: prepare otra con la misma orden.',
  }),
  'card/not-the-signers': (found) => ({
    what: `La tarjeta${found('number', ' ')} es${found('holder', ' de ', ',') || ' de otra persona,'} no de quien debe firmar. No se pidió el NIP ni se firmó nada.`,
    next: 'Sáquela y meta la tarjeta de quien firma.',
  }),
  'card/no-login-key': {
    what: 'La tarjeta no tiene con qué entrar: no se terminó de preparar, o no es de las que esta orden conoce.',
    next: 'Entre con ./cotejo login, sin --card, o pida que revisen la tarjeta con ./cotejo card inspect.',
  },
  'card/no-signing-key': (found) => ({
    what: `La tarjeta${found('number', ' ')} no tiene hoy con qué firmar oficios: su titular dejó el cargo, tiene el nombre reservado, o se revocó su credencial de firma.`,
    next: 'Si debe firmar, dé de baja esa tarjeta con ./cotejo card replace y prepare otra con ./cotejo card provision --official CLAVE.',
  }),
  'card/photo-unfit': {
    what: 'La fotografía de la persona no se puede grabar en la tarjeta: no es un JPEG. No se escribió nada.',
    next: 'Ponga otra fotografía en el directorio y repita la orden.',
  },
  'card/no-reader': (found) => ({
    what: `No hay ningún lector de tarjetas conectado${found('reader', ' que se llame «', '»')}${found('readers', ' (hay: ', ')')}.`,
    next: 'Conecte el lector y espere unos segundos. Los que hay los lista ./cotejo card readers.',
  }),
  'card/none-in-reader': {
    what: 'No hay en el lector una tarjeta que sirva para esto.',
    next: 'Meta la tarjeta con el chip por delante, o póngala sobre el lector sin contacto, y repita la orden.',
  },
  'card/journal-unwritable': (found) => ({
    what: `No se puede escribir la bitácora de la estación${found('path', ' (', ')')}${found('reason', ': ')}. Sin ella no se toca ninguna tarjeta.`,
    next: 'Revise el espacio en disco y los permisos de la carpeta de datos, y repita la orden con la misma tarjeta.',
  }),
};
