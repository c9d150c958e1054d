import { isRefusal } from '../../core/refusal.ts';
import type { CardChannel } from '../channel.ts';
import { authenticateManagement, findManagementAlgorithm, type ManagementDeps } from './management.ts';
import { verifyPin } from './pin.ts';
import { MANAGEMENT_ALGORITHM, PIN_REFERENCE, PUK_REFERENCE, type ManagementAlgorithm } from './reference.ts';
import { readMetadata } from './vendor.ts';

/** What YubiKeys, and most cards that copy them, leave the factory with. Published: no secrets. */
export const FACTORY_PIN = '123456';
export const FACTORY_PUK = '12345678';

/** 01 02 … 08 over and over, so long as the algorithm takes it. */
export function factoryManagementKey(algorithm: ManagementAlgorithm): Uint8Array {
  return Uint8Array.from({ length: MANAGEMENT_ALGORITHM[algorithm].keyBytes }, (_, at) => (at % 8) + 1);
}

/**
 * - `changed`: the factory's secret does not work, and `by` is how that is known: the card was given it and declined
 *   (`refused`), the card took another (`own`), the caller put in another on this card and was answered that it is done
 *   (`set-here`), or only the card says so (`metadata`).
 * - `factory`: it works, or the card says that it does.
 * - `unproven`: the card does not say, and finding out would take a try.
 */
export type FactoryFinding =
  | { readonly state: 'changed'; readonly by: 'refused' | 'own' | 'set-here' | 'metadata' }
  | { readonly state: 'factory' | 'unproven' };

export interface FactoryAudit {
  readonly pin: FactoryFinding;
  readonly puk: FactoryFinding;
  readonly managementKey: FactoryFinding;
}

export interface FactoryEvidence {
  /** The PIN that should work. A card has one: where it takes this, it takes the factory's no more. Verified once. */
  readonly pin?: string;
  /** In this session the card answered that it is done when it was given another PUK than the factory's, or took it. */
  readonly pukSetHere?: boolean;
  /** The card took the PIN before in this session: its tries are not asked for. */
  readonly pinWasTaken?: boolean;
  /** Of the management key, where it is known. */
  readonly managementAlgorithm?: ManagementAlgorithm;
}

/**
 * Whether a factory secret works on this card, without spending a try of PIN or PUK. The factory's management key is tried,
 * once: a management key has no counter. When it works the card is left open to whoever holds the channel, when it does not
 * whatever was proven with the right key is forgotten: this comes last.
 * @throws Refusal as `verifyPin` where a PIN is given, and as `authenticateManagement` for a card that is no honest one
 */
export async function auditFactorySecrets(
  channel: CardChannel,
  deps: ManagementDeps,
  evidence: FactoryEvidence = {},
): Promise<FactoryAudit> {
  const pin = await auditPin(channel, evidence);
  const puk = await auditPuk(channel, evidence.pukSetHere ?? false);
  return { pin, puk, managementKey: await auditManagementKey(channel, deps, evidence.managementAlgorithm) };
}

async function auditPin(
  channel: CardChannel,
  { pin: own, pinWasTaken = false }: FactoryEvidence,
): Promise<FactoryFinding> {
  if (own === FACTORY_PIN) return { state: 'factory' };
  if (own !== undefined) {
    await verifyPin(channel, own, pinWasTaken ? { tries: 'full' } : {});
    return { state: 'changed', by: 'own' };
  }
  const told = await isFactory(channel, PIN_REFERENCE);
  if (told === true) return { state: 'factory' };
  return told === false ? { state: 'changed', by: 'metadata' } : { state: 'unproven' };
}

async function auditPuk(channel: CardChannel, setHere: boolean): Promise<FactoryFinding> {
  const told = await isFactory(channel, PUK_REFERENCE);
  if (told === true) return { state: 'factory' };
  if (setHere) return { state: 'changed', by: 'set-here' };
  return told === false ? { state: 'changed', by: 'metadata' } : { state: 'unproven' };
}

async function auditManagementKey(
  channel: CardChannel,
  deps: ManagementDeps,
  known: ManagementAlgorithm | undefined,
): Promise<FactoryFinding> {
  const algorithm = known ?? (await findManagementAlgorithm(channel));
  if (!algorithm) return { state: 'unproven' };
  try {
    await authenticateManagement(channel, factoryManagementKey(algorithm), deps, { algorithm });
    return { state: 'factory' };
  } catch (error) {
    if (isRefusal(error, 'card/management-key-wrong')) return { state: 'changed', by: 'refused' };
    throw error;
  }
}

async function isFactory(channel: CardChannel, reference: number): Promise<boolean | undefined> {
  const metadata = await readMetadata(channel, reference);
  return metadata === undefined || metadata === 'none' ? undefined : metadata.isFactory;
}
