import { nodeBlockCiphers } from '../../src/adapters/block-ciphers.ts';
import { systemRandom } from '../../src/adapters/system.ts';
import type { CardChannel } from '../../src/card/channel.ts';
import { selectApplication } from '../../src/card/piv/application.ts';
import { factoryManagementKey } from '../../src/card/piv/factory.ts';
import { authenticateManagement, type ManagementDeps } from '../../src/card/piv/management.ts';
import type { ManagementAlgorithm } from '../../src/card/piv/reference.ts';
import { insertSoftPiv } from '../../hardware/soft-piv/card.ts';
import type { SoftPivOptions } from '../../hardware/soft-piv/session.ts';
import { factoryState, type SoftPivState } from '../../hardware/soft-piv/state.ts';

export const managementDeps: ManagementDeps = { ciphers: nodeBlockCiphers, random: systemRandom };

export interface SoftCard {
  readonly state: SoftPivState;
  readonly channel: CardChannel;
}

export type SoftCardOptions = Partial<SoftPivOptions> & { readonly managementAlgorithm?: ManagementAlgorithm };

/** A card from the factory, in the reader, its application selected. */
export async function newCard({ managementAlgorithm, ...options }: SoftCardOptions = {}): Promise<SoftCard> {
  const state = factoryState(options.random ?? systemRandom, managementAlgorithm);
  return { state, channel: await putIn(state, options) };
}

/** The same card in the reader (again), its application selected. */
export async function putIn(state: SoftPivState, options: Partial<SoftPivOptions> = {}): Promise<CardChannel> {
  const channel = insertSoftPiv(state, { ...managementDeps, personality: 'yubikey', ...options });
  await selectApplication(channel);
  return channel;
}

/** A card from the factory to which its management key has been proven. */
export async function openCard(options: SoftCardOptions = {}): Promise<SoftCard> {
  const card = await newCard(options);
  const { algorithm } = card.state.managementKey;
  await authenticateManagement(card.channel, factoryManagementKey(algorithm), managementDeps);
  return card;
}

/** A channel that notes what is sent, before `channel` gets it. */
export function listening(channel: CardChannel): CardChannel & { readonly told: Uint8Array[] } {
  const told: Uint8Array[] = [];
  return {
    ...channel,
    told,
    transmit(command) {
      told.push(command.slice());
      return channel.transmit(command);
    },
  };
}
