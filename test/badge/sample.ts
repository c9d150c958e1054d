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

export const GROUND = 'el artículo 186 de la Ley de Transparencia y la resolución CT/AE/0031/2026';
/** Of who is under reserve. */
export const RESERVED: Badge = { ...BADGE, holder: { state: 'reserved', legalGround: GROUND } };
/** With the longest texts that are taken. */
export const LONG: Badge = {
  ...BADGE,
  institution: {
    name: 'Alcaldía Cuauhtémoc, Dirección General de Gobierno y Jurídica',
    address:
      'Aldama y Mina s/n, entre Violeta y Magnolia, planta baja, Buenavista, Cuauhtémoc, 06350 Ciudad de México'.repeat(
        3,
      ),
    telephone: '55 2452 3100 extensiones 1101 a 1109',
  },
  origin: `https://verificacion-de-credenciales.alcaldiacuauhtemoc.cdmx.gob.mx/${'credenciales/'.repeat(4)}oficio`,
  holder: {
    state: 'public',
    name: 'María de los Ángeles Guadalupe Fernández de Castro y Gutiérrez de Velasco viuda de Hernández-Villaseñor y Montemayor',
    photo: PHOTO,
  },
  post: 'Jefa de la Unidad Departamental de Verificación de Establecimientos Mercantiles, Espectáculos Públicos y Protección Civil de la Zona Centro Histórico (interina)',
  unit: 'Subdirección de Verificación y Reglamentos de la Dirección Ejecutiva de Establecimientos Mercantiles, Espectáculos Públicos y Protección Civil de la Alcaldía',
};
