import { Refusal } from '../core/refusal.ts';
import type { FoundingCode } from './founding-code.ts';

const LEAST_FOUNDERS = 2;
const MOST_FOUNDERS = 16;
const MOST_NAME = 100;

/** @throws Refusal `founding/origin` unless passkeys can be made there: https, and a name instead of an IP address */
export function checkFoundingOrigin(origin: string | undefined): void {
  const url = origin !== undefined && URL.canParse(origin) ? new URL(origin) : undefined;
  const isName = url !== undefined && /^(?=.*[a-z])[a-z0-9.-]+$/.test(url.hostname) && url.hostname !== 'localhost';
  if (isName && url.protocol === 'https:') return;
  throw new Refusal<FoundingCode>('founding/origin', 'no https address with a name', origin ? { found: origin } : {});
}

/** @throws Refusal `founding/founders` */
export function checkFounderNames(typed: readonly string[]): readonly string[] {
  const names = typed.map((name) => name.normalize('NFC').trim().replaceAll(/\s+/g, ' '));
  const wrong = names.find((name) => name === '' || [...name].length > MOST_NAME || /[\p{C}\p{Zl}\p{Zp}]/u.test(name));
  const count = names.length;
  const isSound = count >= LEAST_FOUNDERS && count <= MOST_FOUNDERS && wrong === undefined;
  if (isSound && new Set(names.map((name) => name.toLowerCase())).size === count) return names;
  const facts = { found: count, least: LEAST_FOUNDERS, most: MOST_FOUNDERS };
  throw new Refusal<FoundingCode>('founding/founders', `${count} founders, or two of one name, or one without`, facts);
}
