import type { CalendarDay } from '../../src/core/time.ts';
import type { State } from '../../src/core/verdict.ts';
import type { DistinctiveSubject } from '../../src/verifier/index.ts';
import { telephoneOf, type PageFacts } from '../facts.ts';
import { longDay } from './dates.ts';
import type { Sentences } from './texts.ts';

const on = (day: CalendarDay | undefined): string => (day === undefined ? '' : ` el ${longDay(day, 'es')}`);

/** What its checks find (`findingsEs`). */
export const distinctiveFindingsEs: Readonly<Record<string, string>> = {
  'another one took its place': 'se cambió por otro',
  'it was withdrawn': 'se retiró',
  'the last day of the distinctive was {}': 'el último día del distintivo fue el {1}',
  'no credential suspended': 'sin credenciales suspendidas',
  'a credential is suspended': 'una credencial de la persona está suspendida',
};

/** What is said of a distinctive; of a state that none is in, nothing of its own. */
export const distinctiveEs: Readonly<
  Partial<Record<State, (subject: DistinctiveSubject, facts: PageFacts) => Sentences>>
> = {
  current: (_, facts) => ({
    answer: 'Sí trabaja aquí y tiene el distintivo «Libre de extorsión».',
    action: facts.photo
      ? '¿Es la persona de la foto? Si no lo es, no le cuentes nada y llama.'
      : `No publicamos su foto: antes de contarle algo, confirma en el ${telephoneOf(facts)}.`,
    condition: 'El código de un distintivo se puede copiar: por sí solo no prueba quién es.',
  }),
  expired: ({ until }) => ({
    answer: `Este distintivo venció${on(until)}.`,
    action: 'No le cuentes nada todavía. Que haya vencido no quiere decir que la persona haya hecho algo malo.',
  }),
  suspended: (_, facts) => ({
    answer: 'Estamos revisando este distintivo.',
    action: `No le cuentes nada todavía. Llama al ${telephoneOf(facts)}.`,
  }),
  'not-yet-valid': () => ({ answer: 'Este distintivo todavía no vale.', action: 'No le cuentes nada todavía.' }),
  replaced: ({ withdrawnOn }) => ({
    answer: `Este distintivo se cambió por otro${on(withdrawnOn)}.`,
    action: 'Pide ver el nuevo y revísalo aquí. Éste ya no se usa.',
  }),
  revoked: ({ reason, withdrawnOn }, facts) => {
    if (reason !== undefined) {
      const how = reason === 'stolen' ? 'robado' : 'perdido';
      return {
        answer: `Distintivo reportado como ${how}.`,
        action: 'Quien lo trae puede ser otra persona. No le cuentes nada.',
      };
    }
    return {
      answer: `Este distintivo se retiró${on(withdrawnOn)}. Ya no vale.`,
      action: `No le cuentes nada a quien lo trae; llama al ${telephoneOf(facts)}.`,
    };
  },
  ended: ({ endedOn }) => ({
    answer: endedOn === undefined ? 'Ya no trabaja aquí.' : `Ya no trabaja aquí desde el ${longDay(endedOn, 'es')}.`,
    action: 'Su distintivo ya no vale. No le cuentes nada ni le entregues nada.',
  }),
};
