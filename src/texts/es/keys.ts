import type { KeysCode } from '../code.ts';
import type { ProblemTexts } from '../problem-text.ts';

/** Las llaves de la institución, y quien las custodia. */
export const keys: ProblemTexts<KeysCode> = {
  'keys/not-found': (found) => ({
    what: `Falta una llave de la institución${found('name', ': ')}.`,
    next: 'Revise la carpeta de llaves en la configuración, o restaure su respaldo.',
  }),
  'keys/exists': {
    what: 'Ya hay una llave con ese nombre, y las llaves nunca se reemplazan.',
    next: 'Use otro nombre, u otra carpeta de llaves.',
  },
  'keys/unencrypted': (found) => ({
    what: `La llave${found('name', ' ')} no está protegida con contraseña.`,
    next: 'Esta versión sólo trabaja así con llaves de prueba: use una instalación de prueba (init --dev).',
  }),
  'keys/development-only': (found) => ({
    what: `La llave${found('name', ' ')} es de prueba y esta instalación no lo es.`,
    next: 'Use las llaves de la institución; las de prueba nunca sirven para oficios reales.',
  }),
  'keys/permissions': (found) => ({
    what: `Otras personas pueden leer las llaves de la institución${found('path', ': ')}.`,
    next: 'Quite el permiso a los demás (chmod go=) y vuelva a intentarlo.',
  }),
  'keys/damaged': (found) => ({
    what: `Una llave de la institución está dañada${found('name', ': ')}.`,
    next: 'Restaure la llave desde su respaldo y vuelva a intentarlo.',
  }),
  'keys/name': {
    what: 'Ese no puede ser el nombre de una llave.',
    next: 'Use letras minúsculas sin acento, números y guiones.',
  },
  'keys/unavailable': (found) => ({
    what: `Las llaves de la institución no se pueden usar en este momento${found('reason', ' (', ')')}.`,
    next: 'Revise la carpeta de llaves, espere un minuto y vuelva a intentarlo.',
  }),
  'keys/encrypted': (found) => ({
    what: `La llave${found('name', ' ')} está cifrada y esta instalación es de prueba.`,
    next: 'Revise que la carpeta de llaves sea la de esta instalación.',
  }),
  'keys/locked': {
    what: 'Las llaves de la institución están cifradas y nadie ha dado la contraseña desde el arranque.',
    next: 'Pida a quien custodia las llaves que ejecute ./cotejo unlock en el equipo (docs/es/operacion.md).',
  },
  'keys/other-encryption': (found) => ({
    what: `Un archivo de la carpeta de llaves se cifró con otra llave que la de esta carpeta${found('name', ': ')}.`,
    next: 'Es de otra instalación o de otro respaldo: restaure juntos todos los archivos de un mismo respaldo.',
  }),
  'keys/passphrase-weak': (found) => ({
    what: 'La contraseña de las llaves es demasiado corta, o demasiado larga.',
    next: `Escriba una${found('least', ' de ', ' caracteres o más')}, o deje que Cotejo la genere.`,
  }),
  'keys/passphrase-wrong': {
    what: 'Esa contraseña no abre las llaves.',
    next: 'Escríbala otra vez con cuidado. Si la olvidó, otra persona que custodia las llaves puede abrirlas.',
  },
  'keys/custodian-name': {
    what: 'Ese no puede ser el nombre de quien custodia las llaves.',
    next: 'Escriba nombre y apellido, en una sola línea de hasta 64 caracteres.',
  },
  'keys/custodian-exists': (found) => ({
    what: `Ya hay quien custodia las llaves con ese nombre${found('custodian', ': ')}.`,
    next: 'Si cambia su contraseña, dé de alta otro nombre y quite después el anterior.',
  }),
  'keys/custodian-unknown': {
    what: 'Nadie custodia las llaves con ese nombre.',
    next: 'Vea los nombres con ./cotejo key list.',
  },
  'keys/custodian-last': {
    what: 'Es la única persona que puede abrir las llaves: sin ella nadie podría.',
    next: 'Dé de alta antes a otra persona con ./cotejo key custodian add.',
  },
  'keys/custodian-many': (found) => ({
    what: `Ya hay${found('most', ' ')} personas que custodian las llaves: no caben más.`,
    next: 'Quite antes a quien ya no las custodia.',
  }),
  'keys/backup-inside': (found) => ({
    what: `El respaldo de las llaves quedaría dentro de la carpeta de datos${found('path', ': ')}.`,
    next: 'Elija una carpeta en otro disco, por ejemplo una memoria que se guarde bajo llave.',
  }),
  'keys/backup-occupied': (found) => ({
    what: `La carpeta del respaldo no está vacía${found('path', ': ')}.`,
    next: 'Elija una carpeta nueva o vacía: un respaldo nunca toma el lugar de otro.',
  }),
};
