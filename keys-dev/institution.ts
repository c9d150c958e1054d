import type { Institution } from '../src/directory/institution.ts';

/** A borough that does not exist, for development installations; the reporting lines are the city's real ones. */
export const devInstitution: Institution = {
  name: 'Alcaldía de Ejemplo',
  shortName: 'la Alcaldía de Ejemplo',
  address: 'Plaza Mayor 1, Col. Centro, Ciudad de México',
  telephone: '55 0000 0000',
  policyArc: '2.999.1',
  legend: 'Documento de PRUEBA: no tiene validez. Su autenticidad se comprueba en la dirección impresa.',
  telephones: [
    { label: 'Si hay peligro', labelEn: 'In danger', number: '911' },
    { label: 'Denuncia anónima', labelEn: 'Anonymous reports', number: '089' },
    { label: 'Línea Antiextorsión', labelEn: 'Help against extortion', number: '55 5036 3301' },
  ],
  letterTexts: {
    '': {
      payment:
        'No le pagues en efectivo ni por transferencia a quien te trajo el oficio. Pregunta antes por teléfono dónde se paga.',
      paymentEn:
        'Do not pay whoever brought the letter, neither in cash nor by transfer. First ask by telephone where it is paid.',
    },
  },
  checkedOn: '2026-11-21',
};
