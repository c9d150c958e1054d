import type { State } from '../src/core/verdict.ts';

const SENTENCES: Readonly<Record<State, readonly [es: string, en: string]>> = {
  current: ['Es nuestro y está vigente', 'Ours and in force'],
  unconfirmed: [
    'La firma es auténtica; falta ver si sigue vigente',
    'The signature is genuine; its status is not known',
  ],
  'stale-status': ['La información a la mano es vieja', 'What is at hand is too old'],
  'folio-only': ['El folio existe; eso no prueba el papel', 'The folio exists; that proves nothing about the paper'],
  unsigned: ['No encontramos firma ni código nuestros', 'We found neither our signature nor our code'],
  copy: ['Es una copia: trae nuestro código, no nuestra firma', 'A copy: our code without our signature'],
  'unknown-issuer': ['Lo firmó alguien que no conocemos', 'Signed by somebody we do not know'],
  replayed: ['Lectura ya usada', 'Reading already used'],
  'plain-tag': ['Esa tarjeta se puede copiar', 'That card can be copied'],
  'not-found': ['No se encontró', 'Not found'],
  unreadable: ['No se pudo leer', 'Could not be read'],
  'not-yet-valid': ['Todavía no vale', 'Not valid yet'],
  expired: ['Ya venció', 'Expired'],
  suspended: ['Suspendida', 'Suspended'],
  revoked: ['Revocada', 'Revoked'],
  cancelled: ['Se canceló', 'Cancelled'],
  replaced: ['Lo sustituye otro', 'Replaced'],
  'not-yet-signed': ['Es un borrador: no está firmado', 'A draft: not signed'],
  ended: ['Ya no trabaja aquí', 'No longer in office'],
  altered: ['Fue alterado', 'Altered'],
  'changed-after-signing': ['Lo cambiaron después de firmarse', 'Changed after it was signed'],
  'not-registered': ['No está en el registro', 'Not in the register'],
  'not-authorised': ['Quien lo hizo no podía', 'Not authorised'],
  'not-ours': ['No es nuestro', 'Not ours'],
  'unknown-tag': ['Tarjeta desconocida', 'Unknown card'],
};

function isState(text: string): text is State {
  return Object.hasOwn(SENTENCES, text);
}

/** What a state means, in half a line. */
export function stateSentence(state: string, language: 'es' | 'en'): string {
  return isState(state) ? SENTENCES[state][language === 'es' ? 0 : 1] : state;
}
