import { parseCardNumber, type CardNumber } from '../../src/card/card.ts';
import { fileReadKey } from '../../src/card/ntag424/keys.ts';
import { readNdefAddress } from '../../src/card/ntag424/ndef.ts';
import { formatTagUid } from '../../src/card/ntag424/uid.ts';
import type { RegisteredTag, TagRegister, TapCounters, TapKeys } from '../../src/card/tap.ts';
import { composeServices } from '../../src/compose.ts';
import { checkSymbol } from '../../src/core/crockford.ts';
import { nodeBlockCiphers } from '../../src/adapters/block-ciphers.ts';
import type { Official } from '../../src/directory/official.ts';
import { encodeProfile, publicProfile } from '../../src/directory/profile.ts';
import { openPorts } from '../../src/ports.ts';
import type { Services } from '../../src/services.ts';
import type { RegisteredCard } from '../../src/verifier/index.ts';
import { BATCH, insert, KEY_VERSION, MASTERS, newTag, personalise, UID } from '../card/ntag424/tag-kit.ts';
import { makeInstallation, type InstallationOptions } from './installation.ts';

/** Number of the card that the tag of these tests is in. */
export const CARD: CardNumber = parseCardNumber('7K3M0W9XT2P' + checkSymbol('7K3M0W9XT2P'))!;

/** A register of tags that tests write into; it has the one tag of `tag-kit.ts`. */
export function tagRegister(): TagRegister & { readonly tags: Map<string, RegisteredTag> } {
  const tags = new Map<string, RegisteredTag>([
    [formatTagUid(UID), { card: CARD, batch: BATCH, keyVersion: KEY_VERSION }],
  ]);
  return { tags, findTag: async (uid) => tags.get(formatTagUid(uid)) };
}

export const TAP_KEYS: TapKeys = {
  metaReadKey: async (batch) => (batch === BATCH ? MASTERS.metaRead : undefined),
  fileReadKey: async (uid, version) => fileReadKey(nodeBlockCiphers, MASTERS.fileRead, uid, version),
};

export function memoryCounters(): TapCounters & { readonly last: Map<string, number> } {
  const last = new Map<string, number>();
  return {
    last,
    async advance(uid, keyVersion, counter) {
      const key = `${formatTagUid(uid)}/${keyVersion}`;
      if (counter <= (last.get(key) ?? -1)) return 'replayed';
      last.set(key, counter);
      return 'accepted';
    },
  };
}

/** A tag of ours that is held to a telephone again and again: each call gives the address of one more tap. */
export async function tapping(origin: string): Promise<() => Promise<string>> {
  const state = newTag();
  await personalise(insert(state), undefined, { origin });
  const channel = insert(state, 3);
  return async () => (await readNdefAddress(channel))!;
}

/** An installation with one card, a tag alone, that tests do with as they like. */
export interface TappedInstallation {
  readonly services: Services;
  readonly holder: Official;
  /** What the register of cards tells of it; a test may change it. */
  card: RegisteredCard;
  /** The next tap of its tag: what stands behind the origin, `/c/…`. */
  tap(): Promise<string>;
  remove(): void;
}

export async function tappedInstallation(options: InstallationOptions = {}): Promise<TappedInstallation> {
  const installation = await makeInstallation(options);
  const holder = await installation.register({ name: 'Guadalupe Ríos Tenorio' }, true);
  installation.close();
  const tapped: { card: RegisteredCard } = {
    card: {
      number: CARD,
      guid: '00'.repeat(16),
      state: 'active',
      credentials: [],
      official: { id: holder.id, mandate: 'current', profile: encodeProfile(publicProfile(holder)) },
    },
  };
  const register = {
    findByNumber: async (number: string) => (number === tapped.card.number ? tapped.card : undefined),
  };
  const cards = { register, tags: tagRegister(), tapKeys: TAP_KEYS };
  const { config } = installation;
  const services = await composeServices(config, { ...openPorts(config, options.clock), cards });
  const next = await tapping(services.charter.origin);
  return Object.assign(tapped, {
    ...{ services, holder },
    tap: async () => (await next()).slice(services.charter.origin.length),
    remove() {
      services.close();
      installation.remove();
    },
  });
}
