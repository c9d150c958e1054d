import type { RemoteCode } from '../code.ts';
import type { ProblemTexts } from '../problem-text.ts';

/** La línea de órdenes ante un servicio que está en otra máquina. */
export const remotes: ProblemTexts<RemoteCode> = {
  'remote/login-needed': (found) => ({
    what: `Nadie ha entrado desde esta cuenta${found('remote', ' en ')}.`,
    next: `Entre con ./cotejo login${found('remote', ' --remote ')} y repita la orden.`,
  }),
  'remote/not-https': (found) => ({
    what: `La dirección del servicio no es https${found('remote', ': ')}. No se envió nada.`,
    next: 'Indique la dirección completa, como https://verifica.alcaldia.example, con --remote o en COTEJO_REMOTE.',
  }),
  'remote/no-login': (found) => ({
    what: `Ahí no se puede entrar desde la línea de órdenes${found('remote', ': ')}.`,
    next: 'Revise la dirección. Si es la correcta, el servicio es de otra versión, o de prueba y sin personas dadas de alta.',
  }),
  'remote/refused': {
    what: 'En el navegador se rechazó que esta orden actúe en su nombre.',
    next: 'Si fue usted, no hay nada más que hacer. Si no fue usted, avise al personal de sistemas.',
  },
  'remote/too-late': {
    what: 'Nadie lo permitió a tiempo: el código sirve diez minutos.',
    next: 'Repita ./cotejo login y escriba el código nuevo en el navegador.',
  },
  'remote/login-file': (found) => ({
    what: `El archivo que guarda su sesión no es solo de usted, o no se puede leer${found('path', ': ')}. No se usó.`,
    next: 'Bórrelo y entre otra vez con ./cotejo login.',
  }),
};
