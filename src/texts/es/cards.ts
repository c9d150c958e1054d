import type { CardsCode } from '../code.ts';
import type { ProblemTexts } from '../problem-text.ts';

const PUT_IN_AGAIN = 'Saque la tarjeta, vuelva a meterla y repita la operación.';
const SUSPECT = 'Aparte la tarjeta, no la entregue, y avise al personal de sistemas.';
const STEP_CODE =
  'Saque la tarjeta y vuelva a intentarlo; si se repite, avise al personal de sistemas y dele el código que aparece al final.';
const PIN_FORGOTTEN = 'Si la persona no lo recuerda, póngale un NIP nuevo con ./cotejo card unblock.';
const UNBLOCK = 'Con la persona presente y su tarjeta en el lector, póngale un NIP nuevo con ./cotejo card unblock.';
const OBJECTS = {
  'facial-image': 'la fotografía',
  'printed-information': 'los datos impresos',
  'security-object': 'la lista firmada',
  chuid: 'el identificador',
};

/** Las tarjetas con chip y sus lectores. */
export const cards: ProblemTexts<CardsCode> = {
  'card/declined': (found) => ({
    what: `La tarjeta no hizo lo que se le pidió${found('status', ' (respondió ', ')')}.`,
    next: STEP_CODE,
  }),
  'card/malformed': {
    what: 'La tarjeta respondió algo que no se entiende, o lo que tiene escrito está incompleto.',
    next: STEP_CODE,
  },
  'card/removed': (found) => ({
    what: 'La tarjeta se sacó o se movió antes de terminar.',
    next:
      found('act') === 'sign'
        ? 'Métala otra vez, hasta el fondo, y repita la misma orden sin sacarla.'
        : 'Meta otra vez la misma, hasta el fondo, y no la saque hasta que termine: se mira cómo quedó y se sigue desde ahí.',
  }),
  'card/mute': {
    what: 'La tarjeta dejó de responder.',
    next: 'Saque la tarjeta, limpie el chip y vuelva a meterla; si se repite, pruebe con otro lector y con otra tarjeta.',
  },
  'card/reader-gone': {
    what: 'El lector se desconectó, o se detuvo su programa.',
    next: 'Revise el cable, conecte otra vez el lector y vuelva a meter la tarjeta.',
  },
  'card/in-use': {
    what: 'Otro programa está usando la tarjeta.',
    next: 'Cierre los demás programas que usan la tarjeta, como el navegador, y vuelva a intentarlo.',
  },
  'card/no-driver': {
    what: 'Ninguna de las bibliotecas que hablan con los lectores funciona en este equipo.',
    next: 'Instale la aplicación otra vez con ./cotejo; en Linux hace falta también el paquete libpcsclite1.',
  },
  'card/no-service': {
    what: 'En este equipo no está funcionando el servicio de tarjetas.',
    next: 'En Linux, en la terminal: sudo systemctl start pcscd. Si dice que no existe: sudo apt-get install pcscd libpcsclite1. En Windows, inicie el servicio «Tarjeta inteligente».',
  },
  'card/no-virtual-reader': (found) => ({
    what: found('isTaken')
      ? `En el lector virtual${found('port', ' (puerto ', ')')} ya está otra tarjeta.`
      : `En el puerto${found('port', ' ')} de este equipo no espera ningún lector virtual.`,
    next: found('isTaken')
      ? 'Saque la otra (Intro en su ventana, o Ctrl+C), o use otro puerto con --port.'
      : 'Instálelo y arranque el servicio de tarjetas: sudo apt-get install pcscd vsmartcard-vpcd, y luego sudo systemctl restart pcscd.',
  }),

  'card/no-application': {
    what: 'La tarjeta no es una tarjeta PIV: en su chip no está el programa que guarda las llaves.',
    next: 'Revise que sea del modelo correcto y que el chip entre primero en el lector.',
  },
  'card/not-allowed': {
    what: 'La tarjeta pide el NIP o la llave de administración antes de hacer esto.',
    next: 'Repita la operación desde el principio y escriba el NIP cuando se le pida.',
  },
  'card/unsupported': {
    what: 'Esta tarjeta no puede hacer lo que se le pidió.',
    next: 'Use una tarjeta de un modelo de los que la documentación recomienda.',
  },
  'card/too-large': (found) => ({
    what: `Un dato no cabe en su lugar de la tarjeta${found.word('object', OBJECTS, ': ')}.`,
    next: 'Si es la fotografía, use una de menos tamaño; si es un nombre o un cargo, abrévielo. Después vuelva a intentarlo.',
  }),
  'card/full': {
    what: 'La tarjeta ya no tiene lugar para guardar este dato.',
    next: 'Use una tarjeta con más memoria, o una fotografía de menos tamaño.',
  },
  'card/management-key-algorithm': {
    what: 'La llave de administración que se tiene no es del tipo que usa esta tarjeta.',
    next: 'Revise que la tarjeta sea del lote y del modelo correctos. No se intentó nada con ella.',
  },
  'card/management-key-wrong': {
    what: 'La tarjeta no aceptó la llave de administración. Se intentó una sola vez.',
    next: 'Revise que sea una tarjeta de esta institución, o una nueva de fábrica. No lo intente otra vez con la misma llave.',
  },
  'card/not-authentic': {
    what: 'La tarjeta aceptó todo y no demostró que tiene la llave de administración: puede ser falsa.',
    next: SUSPECT,
  },
  'card/pin-malformed': (found) => ({
    what: 'El NIP debe tener de 6 a 8 dígitos, sin letras ni espacios.',
    next: `Escríbalo otra vez.${found('is') === 'new' ? '' : ' No se gastó ningún intento.'}`,
  }),
  'card/pin-wrong': (found) => ({
    what: `El NIP no es correcto${found('triesLeft', ' (intentos que quedan: ', ')')}.`,
    next: `Escríbalo otra vez con cuidado. ${PIN_FORGOTTEN}`,
  }),
  'card/pin-blocked': {
    what: 'El NIP de la tarjeta está bloqueado porque se escribió mal demasiadas veces.',
    next: UNBLOCK,
  },
  'card/pin-last-try': {
    what: 'Queda un solo intento para el NIP. No se gasta, para que la tarjeta no se bloquee.',
    next: UNBLOCK,
  },
  'card/puk-malformed': {
    what: 'El código de desbloqueo debe tener de 6 a 8 dígitos, sin letras ni espacios.',
    next: 'Escríbalo otra vez. No se gastó ningún intento.',
  },
  'card/puk-wrong': (found) => ({
    what: `El código de desbloqueo no es correcto${found('triesLeft', ' (intentos que quedan: ', ')')}.`,
    next: 'Revise que sea el de esta tarjeta, por su número impreso, antes de intentarlo otra vez.',
  }),
  'card/puk-blocked': {
    what: 'El código de desbloqueo está bloqueado: esta tarjeta ya no se puede desbloquear.',
    next: 'Revoque la tarjeta y entregue otra en su lugar.',
  },
  'card/puk-last-try': {
    what: 'Queda un solo intento para el código de desbloqueo. No se gasta, para que la tarjeta no se pierda.',
    next: 'Revoque la tarjeta y entregue otra en su lugar, o avise al personal de sistemas.',
  },
  'card/puk-tries-unknown': {
    what: 'La tarjeta no dice cuántos intentos quedan para el código de desbloqueo, y no se gastó ninguno.',
    next: 'Si está seguro de que el código es el de esta tarjeta, repita la operación y confírmelo.',
  },
  'card/key-malformed': {
    what: 'La llave que la tarjeta dice haber hecho no es del tipo que se le pidió.',
    next: SUSPECT,
  },
  'card/no-key': (found) => ({
    what: `La tarjeta no tiene la llave que se necesita${found('slot', ' (', ')')}.`,
    next: 'Prepare otra vez la tarjeta, o use la que corresponde.',
  }),
  'card/signature-wrong': {
    what: 'Lo que firmó la tarjeta no corresponde a su certificado.',
    next: `${PUT_IN_AGAIN} Si se repite, prepare otra vez la tarjeta: su certificado no es de su llave.`,
  },
};
