/**
 * What kind of letter the seal says it is: the number stands in the seal, the name on command lines and pages. Numbers
 * are never reused or renumbered.
 */
export const OFICIO_TYPES = {
  oficio: 1,
  notificacion: 2,
  requerimiento: 3,
  citatorio: 4,
  'orden-de-visita': 5,
  permiso: 6,
  constancia: 7,
  resolucion: 8,
  circular: 9,
  invitacion: 10,
} as const;

export type OficioType = keyof typeof OFICIO_TYPES;

export function isOficioType(text: string): text is OficioType {
  return Object.hasOwn(OFICIO_TYPES, text);
}

/** The name of a seal's type number; `undefined` for one that a later release may know. */
export function oficioTypeOf(number: number): OficioType | undefined {
  const names: readonly string[] = Object.keys(OFICIO_TYPES);
  return names.filter(isOficioType).find((name) => OFICIO_TYPES[name] === number);
}
