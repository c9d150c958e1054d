/** Words of the domain, as a person reads them. */

export const MANDATES: Readonly<Record<string, string>> = {
  ended: 'no longer holds the post',
  'not-yet': 'the mandate has not begun',
  expired: 'the mandate has expired',
};

export const OFICIO_STATES: Readonly<Record<string, string>> = {
  cancelled: 'has been cancelled',
  replaced: 'has been replaced by another',
};

export const FIELDS: Readonly<Record<string, string>> = {
  name: 'name',
  post: 'post',
  unit: 'unit',
  code: 'unit code',
  parent: 'parent unit',
  powers: 'powers',
  mayAsk: 'may ask',
  neverAsks: 'never asks',
  validFrom: 'from',
  validUntil: 'until',
  coveredSince: 'covered since',
  publication: 'publication',
  legalGround: 'legal ground',
  phone: 'telephone',
  mail: 'e-mail',
  on: 'end date',
};
