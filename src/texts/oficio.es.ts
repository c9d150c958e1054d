import { formatAmount } from '../oficio/amount.ts';
import type { OficioTexts } from '../oficio/texts.ts';

/** What a sealed letter has printed on it, for somebody who may be frightened: first what it is, then how to check it. */
export const oficioEs: OficioTexts = {
  title: 'Firmado electrónicamente',
  testTitle: 'PRUEBA: no tiene validez',
  labels: {
    folio: 'Folio',
    signer: 'Firma',
    post: 'Cargo',
    certificate: 'Certificado núm.',
    date: 'Fecha y hora',
    type: 'Tipo',
    code: 'Código',
    telephone: 'Teléfono',
    original: 'Cadena original',
    signature: 'Sello digital',
    expires: 'Vence',
  },
  types: {
    oficio: 'Oficio',
    notificacion: 'Notificación',
    requerimiento: 'Requerimiento',
    citatorio: 'Citatorio',
    'orden-de-visita': 'Orden de visita',
    permiso: 'Permiso',
    constancia: 'Constancia',
    resolucion: 'Resolución',
    circular: 'Circular',
    invitacion: 'Invitación',
  },
  demand: (amount) => (amount === 0 ? 'Este oficio no pide dinero' : `Este oficio pide ${formatAmount(amount)}`),
  checkLead: 'Compruébelo: escanee el código o escriba usted en su navegador',
  keepClear: 'no sellar aquí',
  folioLine: (folio, page, pages) => `Folio ${folio} · Página ${page} de ${pages}`,
  alternative: (folio, code, address) =>
    `Sello de firma electrónica del oficio ${folio}. Para comprobarlo, escriba en su navegador ${address} y después el código ${code}.`,
  linkHint: 'Comprobar este oficio en la página de la institución',
  added: {
    title: 'Hoja de firma',
    text: 'Esta hoja es parte del oficio: lleva el sello de su firma electrónica. Compruebe que el folio y el número de páginas sean los mismos en todas las hojas.',
  },
};
