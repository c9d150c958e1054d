import { HEX, LITERAL, NAME, NUMBER, type Operators } from './operators.ts';

/** So many numbers, and nothing else. */
export function areNumbers(ops: Operators, count: number): boolean {
  if (ops.count !== count || ops.arrayFrom >= 0) return false;
  const { kind } = ops;
  for (let i = 0; i < count; i++) if (kind[i] !== NUMBER) return false;
  return true;
}

/** None in an array, nor are the following. */
export function isNumber(ops: Operators, operand: number): boolean {
  return ops.kind[operand] === NUMBER && ops.arrayFrom < 0;
}

/** A string. */
export function isString(ops: Operators, operand: number): boolean {
  return (ops.kind[operand] === LITERAL || ops.kind[operand] === HEX) && ops.arrayFrom < 0;
}

/** A name. */
export function isName(ops: Operators, operand: number): boolean {
  return ops.kind[operand] === NAME && ops.arrayFrom < 0;
}

/** A name alone. */
export function isOneName(ops: Operators): boolean {
  return ops.count === 1 && isName(ops, 0);
}

/** Some readers draw what a matrix makes a line or a point of, some leave it out. */
export function isInvertible(value: Float64Array): boolean {
  return value[0]! * value[3]! !== value[1]! * value[2]!;
}

/** A whole number from 0 on. */
export function isWithin(value: number, most: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= most;
}

/** `[…]` of strings and numbers, and nothing beside it. */
export function isTextArray({ kind, count, arrayFrom, arrayTo }: Operators): boolean {
  if (arrayFrom !== 0 || arrayTo !== count) return false;
  for (let i = 0; i < count; i++) if (kind[i] !== NUMBER && kind[i] !== LITERAL && kind[i] !== HEX) return false;
  return true;
}

/** `[…] phase`: where a length is nothing, some readers draw a line, some dots, some nothing. */
export function isDash({ kind, value, count, arrayFrom, arrayTo }: Operators): boolean {
  if (arrayFrom !== 0 || arrayTo !== count - 1) return false;
  for (let i = 0; i < count; i++) {
    if (kind[i] !== NUMBER || value[i]! < 0 || (i < arrayTo && value[i] === 0)) return false;
  }
  return true;
}
