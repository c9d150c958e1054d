import { expect } from 'vitest';
import { Refusal } from '../../src/core/refusal.ts';

/** The code that `act` refuses with; fails when it does anything else. */
export function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
  return expect.fail('nothing was refused');
}

/** The code that `act` refuses with, or the promise that it returns is rejected with; fails when it does anything else. */
export async function codeOfAct(act: () => unknown): Promise<string> {
  try {
    await act();
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
  return expect.fail('nothing was refused');
}

/** The refusal of `act` itself, for its facts. */
export function refusalOf(act: () => unknown): Refusal {
  try {
    act();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  return expect.fail('nothing was refused');
}
