import type { DistinctiveTexts } from '../badge/badge.ts';
import { badgeEs } from './badge.es.ts';

/** What a distinctive has printed on it, where it differs from a card. */
export const distinctiveEs: DistinctiveTexts = {
  ...badgeEs,
  title: 'DISTINTIVO',
  claim: 'LIBRE DE EXTORSIÓN',
  labels: { number: 'Número del distintivo', validUntil: 'VIGENTE HASTA' },
  code: { label: 'Código para escanear', place: 'AL REVERSO' },
  check: 'Antes de contarle algo, revisa este distintivo',
  steps: {
    ...badgeEs.steps,
    scan: 'Escanéalo con TU teléfono.',
  },
  found: (address) => `Si lo encuentras, entrégalo en ${address}`,
  purpose: 'Lo lleva quien acreditó control de confianza, análisis de vínculos y capacitación.',
};
