import { parseCardNumber } from '../../src/card/card.ts';
import type { CalendarDay } from '../../src/core/time.ts';
import type { Badge } from '../../src/badge/badge.ts';

/** A whole JPEG of 4 × 5 gray pixels: every reader decodes it. */
export const PHOTO: Uint8Array = Uint8Array.from(
  Buffer.from(
    '/9j/2wBDABQODxIPDRQSEBIXFRQYHjIhHhwcHj0sLiQySUBMS0dARkVQWnNiUFVtVkVGZIhlbXd7gYKBTmCNl4x9lnN+gXz/2wBDARUXFx4aHjshITt8U0ZTfHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHz/wAARCAAFAAQDASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAL/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/8QAFAEBAAAAAAAAAAAAAAAAAAAAAP/EABQRAQAAAAAAAAAAAAAAAAAAAAD/2gAMAwEAAhEDEQA/ALAB/9k=',
    'base64',
  ),
);

export const BADGE: Badge = {
  number: parseCardNumber('46E7M3T5TE4D')!,
  institution: {
    name: 'Alcaldía de Ejemplo',
    address: 'Avenida de la Constancia 1, Colonia Centro, 06000 Ciudad de México',
    telephone: '55 0000 0000',
  },
  origin: 'https://verifica.alcaldia.example',
  holder: { state: 'public', name: 'Guadalupe Ríos Tenorio', photo: PHOTO },
  post: 'Inspectora de vía pública',
  unit: 'Dirección General de Gobierno',
  validUntil: '2027-12-31' as CalendarDay,
  hasTag: true,
  dev: false,
};
