import type { ApprovalCode } from '../../approval/code.ts';
import type { ProblemTexts } from '../problem-text.ts';
import { REASONS } from './access.ts';

const STATES: Readonly<Record<string, string>> = {
  enacted: 'ya se hizo',
  declined: 'alguien la rechazó',
  expired: 'se venció el plazo',
  stale: 'ya no corresponde a lo que se haría hoy',
};

/** Lo que espera la autorización de otras personas. */
export const approvals: ProblemTexts<ApprovalCode> = {
  'approval/not-found': {
    what: 'No hay ninguna solicitud con esa clave en espera.',
    next: 'Búsquela en la lista de solicitudes; las que terminaron hace más de 30 días ya no se muestran.',
  },
  'approval/not-open': (found) => ({
    what: `La solicitud ya no espera autorización${found.word('state', STATES, ': ')}.`,
    next: 'Si hace falta, pídalo de nuevo desde el principio.',
  }),
  'approval/stale': {
    what: 'Desde que se pidió cambió algo, y lo autorizado ya no es lo que se haría hoy. No se hizo nada.',
    next: 'Revise cómo está ahora y pídalo de nuevo.',
  },
  'approval/same-person': {
    what: 'Usted ya autorizó esta solicitud: falta otra persona.',
    next: 'Pida a la segunda persona que la revise y la autorice con su propia llave de acceso.',
  },
  'approval/assertion': (found) => ({
    what: `La confirmación no vale para esta solicitud${found.word('reason', REASONS, ': ')}. No se hizo nada.`,
    next: 'Vuelva a abrir la solicitud, revísela y confírmela con su llave de acceso.',
  }),
  'approval/not-yours': {
    what: 'Esta solicitud no le corresponde: sus permisos, en esa área, no son los que faltan.',
    next: 'Avise a quien sí puede autorizarla.',
  },
  'approval/too-many': (found) => ({
    what: `Tiene demasiadas solicitudes en espera${found('most', ' (el máximo es ', ')')}.`,
    next: 'Espere a que se autoricen, o retire las que ya no hacen falta.',
  }),
  'approval/not-together': {
    what: 'Solo se firman juntos oficios que esperan su firma, cada uno en su propia solicitud.',
    next: 'Elija únicamente oficios pendientes de firma.',
  },
};
