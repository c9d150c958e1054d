/** Palabras del dominio, como las lee una persona. */

export const MANDATES: Readonly<Record<string, string>> = {
  ended: 'ya dejó el cargo',
  'not-yet': 'su encargo todavía no empieza',
  expired: 'su encargo ya venció',
};

export const OFICIO_STATES: Readonly<Record<string, string>> = {
  cancelled: 'se canceló',
  replaced: 'se sustituyó por otro',
};

export const FIELDS: Readonly<Record<string, string>> = {
  name: 'nombre',
  post: 'cargo',
  unit: 'unidad',
  code: 'siglas de la unidad',
  parent: 'unidad superior',
  powers: 'atribuciones',
  mayAsk: 'puede pedir',
  neverAsks: 'nunca pide',
  validFrom: 'desde',
  validUntil: 'hasta',
  coveredSince: 'sella sus oficios desde',
  publication: 'publicación',
  legalGround: 'fundamento',
  phone: 'teléfono',
  mail: 'correo',
  on: 'fecha de baja',
};
