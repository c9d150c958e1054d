import type { BadgeTexts } from '../badge/badge.ts';

/** What a card has printed on it: who it is, and for somebody behind a door how to check it. */
export const badgeEs: BadgeTexts = {
  title: 'Credencial oficial',
  testTitle: 'PRUEBA: no tiene validez',
  labels: { number: 'Número de la credencial', validUntil: 'Vale hasta' },
  reserved: 'Identidad reservada',
  reservedBy: (legalGround) => `Su nombre y su foto no se publican por ${legalGround}`,
  noPhoto: 'Sin foto: confirma por teléfono',

  check: 'Antes de abrir, revisa esta credencial',
  steps: {
    tap: 'Acércala a TU teléfono o escanéala.',
    scan: 'Escanéala con TU teléfono.',
    address: 'Mira que la dirección empiece así:',
    compare: 'Compara la foto que salga con la persona.',
    ask: 'No hay foto: llama y da este número.',
  },
  copied: 'Se puede copiar: cuenta lo que diga la página.',
  typed: '¿Sin cámara? Escribe esa dirección y este número.',
  telephone: 'O llama al',
  purpose: 'Dice quién es quien la lleva. Qué puede hacer y qué te puede pedir lo dice la página.',
  found: (address) => `Si la encuentras, entrégala en ${address}`,
};
