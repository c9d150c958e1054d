import type { ReceptionWay } from '../../oficio/reception.ts';

/** Cómo se recibe un oficio, como lo lee una persona. */
export const WAY_WORDS: Readonly<Record<ReceptionWay, string>> = {
  window: 'En ventanilla',
  notifier: 'Por notificador',
  mail: 'Por correo o mensajería',
};

/** Qué fue de una recepción que ya no cuenta. */
export const RECEPTION_WORDS: Readonly<Record<'corrected' | 'never', string>> = {
  corrected: 'Se corrigió después: ya no cuenta.',
  never: 'No hubo tal entrega',
};
