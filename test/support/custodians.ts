import { utf8 } from '../../src/core/bytes.ts';
import type { Custodian, UnlockOptions } from '../../src/adapters/keys/unlock.ts';

/** Words that a custodian might choose: long enough, and never printed by anything. */
export const PASSPHRASES = {
  ana: 'la ceiba de Coyoacán florece tarde',
  luis: 'siete colibríes sobre el Ajusco',
} as const;

export function custodian(name: string, passphrase: string): Custodian {
  return { name, passphrase: utf8(passphrase) };
}

export const ANA: Custodian = custodian('Ana Pérez', PASSPHRASES.ana);
export const LUIS: Custodian = custodian('Luis Ríos', PASSPHRASES.luis);

/** The cheapest that the format takes: tests open it often. */
export const CHEAP: UnlockOptions = { scrypt: { n: 2 ** 15, r: 8, p: 1 } };
