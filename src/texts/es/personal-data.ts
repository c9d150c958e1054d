import type { RetentionId } from '../../personal/retention.ts';
import { LOG_ACTS, RESULTS } from './log.ts';
import { WAY_WORDS } from './receptions.ts';

/** Lo que se entrega a una persona de sus datos: nombres que no tiene la bitácora. */
export const DATA_NAMES: Readonly<Record<string, string>> = {
  subjectKey: 'Clave con la que encuentra en la bitácora pública lo que trata de usted',
  kind: 'Para qué es',
  officialId: 'Persona del directorio',
  official: 'Persona del directorio',
  officials: 'Personas del directorio',
  suspendedAt: 'Suspendida',
  revokedAt: 'Revocada',
  withdrawnAt: 'Retirado',
  grantedAt: 'Otorgado',
  registeredAt: 'Registrado',
  activatedAt: 'Activada',
  endedAt: 'Terminó',
  sealedAt: 'Sellado',
  signedAt: 'Firmado',
  issuedLeaf: 'Asiento de su emisión',
  enrolledLeaf: 'Asiento de su alta',
  endedLeaf: 'Asiento de su fin',
  registeredLeaf: 'Asiento de su registro',
  activatedLeaf: 'Asiento de su activación',
  grantedLeaf: 'Asiento de su otorgamiento',
  withdrawnLeaf: 'Asiento de su retiro',
  correctedLeaf: 'Asiento de su corrección',
  voidFrom: 'No vale desde el asiento',
  leaf: 'Asiento',
  intent: 'Asiento del registro',
  signed: 'Asiento de la firma',
  alreadySigned: 'Traía otra firma',
  code: 'Código',
  addressee: 'Destinatario',
  isPublic: 'Su nombre se publica',
  place: 'Lugar de la visita',
  from: 'Desde',
  to: 'Hasta',
  fingerprint: 'Huella de la llave de acceso',
  role: 'Permiso',
  ended: 'Terminó',
  on: 'Primer día fuera',
  browser: 'Navegador',
  network: 'Red',
  since: 'Desde',
  lastSeen: 'Última vez',
  label: 'Nombre del programa',
  madeAt: 'Hecho',
  expiresAt: 'Vence',
  how: 'Cómo se recibió',
  office: 'Oficina que lo recibió',
  hasPhoto: 'Hay foto del sello',
  width: 'Ancho de la foto (puntos)',
  height: 'Alto de la foto (puntos)',
  sha256: 'Resumen SHA-256 de la foto',
  phone: 'Teléfono',
  mail: 'Correo',
  uid: 'Chip para teléfonos',
  batch: 'Lote de claves',
  action: 'Acto',
  result: 'Cómo cuenta',
};

/** Palabras que en un renglón dicen otra cosa que en la bitácora. */
export const DATA_VALUES: Readonly<Partial<Record<RetentionId, Readonly<Record<string, string>>>>> = {
  officials: { public: 'se publica', reserved: 'reservado' },
  letters: { sealed: 'falta la firma', kept: 'no se publica', public: 'se publica' },
  cards: { ended: 'dada de baja' },
  receptions: { ...WAY_WORDS, registered: 'vale', corrected: 'se corrigió después: ya no cuenta', never: 'no la hubo' },
  approvals: { open: 'espera', done: 'se hizo', declined: 'se rechazó', expired: 'venció', failed: 'no se pudo' },
  log: {
    ...LOG_ACTS,
    ...Object.fromEntries(Object.entries(RESULTS).map(([result, { short }]) => [result, short])),
  },
};

/** Qué se borra antes de tiempo y qué se queda, antes de que alguien lo pida. */
export const ERASING: Readonly<
  Record<'addressee' | 'reception', { readonly title: string; readonly goes: string; readonly stays: string }>
> = {
  addressee: {
    title: 'Borrar al destinatario y el lugar de la visita',
    goes: 'Se borran el nombre, el cargo y el domicilio del destinatario, el lugar de la visita y lo que permitiría adivinarlos. No se pueden recuperar, ni con la bitácora.',
    stays:
      'Se quedan el oficio y su archivo firmado, también con lo que lleve impreso: es un documento oficial, y sin él no se podría comprobar. Se queda el asiento de que se borró, cuándo y con qué solicitud. Mientras puedan llegar visitadores, el lugar no se borra.',
  },
  reception: {
    title: 'Borrar a quien recibió',
    goes: 'Se borran el nombre, el cargo, la oficina, el folio que le dio y la foto del sello. No se pueden recuperar, ni con la bitácora.',
    stays:
      'Se quedan el día, la hora y la forma en que se recibió: son la prueba de la entrega. Se queda el asiento de que se borró, cuándo y con qué solicitud.',
  },
};
