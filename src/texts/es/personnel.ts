import type { CardEndReason, CardState } from '../../card/card.ts';
import type { CredentialState, PersonReason } from '../../credential/credential.ts';
import type { DistinctiveState, EvidenceKind, PersonalReason } from '../../directory/distinctive/distinctive.ts';
import type { RowOutcome } from '../../directory/import.ts';
import type { EndReason, Mandate } from '../../directory/official.ts';

/** Palabras de recursos humanos, como las lee una persona. */

export const MANDATE_WORDS: Readonly<Record<Mandate, string>> = {
  current: 'En funciones',
  'not-yet': 'Todavía no empieza',
  expired: 'Su nombramiento venció',
  ended: 'Ya no trabaja aquí',
};

export const LEAVING_REASONS: Readonly<Record<EndReason, string>> = {
  resigned: 'renunció',
  dismissed: 'se le dio de baja',
  'term-ended': 'terminó su encargo',
  transferred: 'pasó a otro puesto',
  retired: 'se jubiló',
  deceased: 'falleció',
  mistake: 'se registró por error',
};

export const CREDENTIAL_KINDS: Readonly<Record<string, string>> = {
  staff: 'Credencial de identidad',
  signer: 'Credencial para firmar oficios',
  card: 'La tarjeta misma',
};

export const CREDENTIAL_STATES: Readonly<Record<CredentialState, string>> = {
  prepared: 'sin terminar',
  issued: 'vigente',
  suspended: 'suspendida',
  revoked: 'revocada',
};

export const REVOKING_REASONS: Readonly<Record<PersonReason, string>> = {
  keyCompromise: 'alguien más pudo usar su llave',
  affiliationChanged: 'cambió de puesto o de nombre',
  superseded: 'se cambió por otra',
  cessationOfOperation: 'ya no se necesita',
  privilegeWithdrawn: 'se le quitó el permiso',
  unspecified: 'otra razón',
};

export const CARD_STATES: Readonly<Record<CardState, string>> = {
  registered: 'sin terminar',
  active: 'activa',
  ended: 'dada de baja',
};

export const CARD_REASONS: Readonly<Record<CardEndReason, string>> = {
  lost: 'se perdió',
  stolen: 'se la robaron',
  damaged: 'se dañó',
  replaced: 'se cambió por otra',
  wiped: 'se borró',
  left: 'la persona se fue',
};

export const DISTINCTIVE_STATES: Readonly<Record<DistinctiveState, string>> = {
  current: 'vigente',
  expired: 'venció',
  withdrawn: 'se retiró',
  replaced: 'se renovó con otro',
};

export const EVIDENCE_WORDS: Readonly<Record<EvidenceKind, string>> = {
  'trust-exam': 'Control de confianza',
  'link-analysis': 'Análisis de vínculos',
  training: 'Capacitación',
};

export const WITHDRAWING_REASONS: Readonly<Record<PersonalReason, string>> = {
  'evidence-lapsed': 'perdió una evaluación',
  conduct: 'por su conducta',
  reassigned: 'cambió de funciones',
  mistake: 'se otorgó por error',
  lost: 'se perdió el gafete',
  stolen: 'robaron el gafete',
  damaged: 'se dañó el gafete',
};

export const ROW_OUTCOMES: Readonly<Record<RowOutcome, string>> = {
  registered: 'se da de alta',
  changed: 'se actualiza',
  unchanged: 'ya está igual',
  refused: 'tiene un error',
};
