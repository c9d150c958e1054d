import { certificateOf, CONTENT_SIGNER, type AuthorityId } from '../../authority/authority.ts';
import type { AuthorityStore } from '../../authority/store.ts';
import { equal } from '../../core/bytes.ts';
import type { Primitives } from '../../core/primitives.ts';
import { isRefusal } from '../../core/refusal.ts';
import type { Signer } from '../../core/signer.ts';
import type { Clock, Pause, UnixSeconds } from '../../core/time.ts';
import { isUnproven, type Credential, type SerialNumber } from '../../credential/credential.ts';
import type { CredentialStore } from '../../credential/store.ts';
import { phoneOf } from '../../directory/contact.ts';
import type { Institution } from '../../directory/institution.ts';
import { parseOfficialId, type Official } from '../../directory/official.ts';
import { decodeProfile, type PublicProfile } from '../../directory/profile.ts';
import type { DirectoryStore } from '../../directory/store.ts';
import { publicView } from '../../directory/view.ts';
import { makeCardBundle, type BundledCard } from '../bundle.ts';
import type { Card, CardNumber } from '../card.ts';
import type { CardStore } from './store.ts';

export interface GatherBundleDeps {
  readonly store: Pick<CardStore, 'list'>;
  /** Of each slot of a card what was prepared for it last, 9A first. */
  readonly leaves: { newestOf(guid: string): Promise<readonly SerialNumber[]> };
  readonly credentials: Pick<CredentialStore, 'find'>;
  readonly directory: Pick<DirectoryStore, 'findOfficial' | 'findPhoto'>;
  readonly authorities: Pick<AuthorityStore, 'findAuthority'>;
  readonly trustList: () => Promise<Uint8Array>;
  /** Of the authority `credenciales`. */
  readonly statusList: () => Promise<Uint8Array>;
  readonly publishCrl: (authority: AuthorityId) => Promise<Uint8Array>;
  /** The key that signs the daily list. */
  readonly listSigner: Signer;
  readonly institution: Pick<Institution, 'telephone'>;
  readonly clock: Clock;
  /** Lets others work in between. */
  readonly pause: Pause;
  readonly primitives: Pick<Primitives, 'digest'>;
}

/** What somebody did to a row, or to the record of a leaf: it stops the answer about one card, and no list of the others. */
const EDITED = ['log/corrupt', 'log/opening-missing'];

/**
 * The signed list that a counter without network goes by: every card that is in use now, with what anybody may see of its
 * holder. The lists are made after the cards are read, so that what is revoked meanwhile is in them.
 * @throws Refusal `card/bundle-too-large`, and as the lists are published
 */
export async function gatherCardBundle(deps: GatherBundleDeps): Promise<Uint8Array> {
  const { clock, primitives, listSigner } = deps;
  const telephone = phoneOf(deps.institution.telephone);
  const cards: BundledCard[] = [];
  const leftOut: CardNumber[] = [];
  for (const card of await deps.store.list()) {
    if (card.state !== 'active') continue;
    await deps.pause(0);
    try {
      const bundled = await bundledCard(deps, card, clock());
      if (bundled) cards.push(bundled);
    } catch (error) {
      if (!isRefusal(error) || !EDITED.includes(error.code)) throw error;
      leftOut.push(card.number);
    }
  }
  const signer = await deps.authorities.findAuthority(CONTENT_SIGNER);
  const crls = [await deps.publishCrl('raiz'), await deps.publishCrl('credenciales')];
  return makeCardBundle(
    { signer: listSigner, primitives },
    {
      crls,
      statusList: await deps.statusList(),
      trustList: await deps.trustList(),
      madeAt: clock(),
      ...(signer && { contentSigner: certificateOf(signer.record).encoded }),
      cards,
      leftOut,
      ...(telephone !== undefined && { telephone }),
    },
  );
}

/** Nothing of a card without a chip, or whose holder has left: of them the public sees no face. */
async function bundledCard(deps: GatherBundleDeps, card: Card, at: UnixSeconds): Promise<BundledCard | undefined> {
  const serials = await deps.leaves.newestOf(card.guid);
  const credentialAt = async (place: number): Promise<Credential | undefined> => {
    const serial = serials.at(place);
    return serial === undefined ? undefined : (await deps.credentials.find(serial))?.record;
  };
  // One that is revoked stays in the list: it is how a counter learns of it.
  const [holder, found] = [await credentialAt(0), await credentialAt(-1)];
  const own = found && isOfCard(found) ? found : undefined;
  const id = parseOfficialId(card.officialId);
  const official = id && (await deps.directory.findOfficial(id))?.record;
  if (!own?.certificate || holder?.kind !== 'staff' || !official) return undefined;
  const view = publicView(official, at);
  if (view.mandate === 'ended' || view.mandate === 'expired') return undefined;
  const { number, guid } = card;
  const base = {
    ...{ number, guid, holderSerial: holder.serial },
    certificateDigest: deps.primitives.digest('SHA-256', own.certificate),
  };
  const profile = decodeProfile(own.profile);
  if (view.publication.state === 'reserved' && profile.name !== undefined) {
    return { ...base, legalGround: view.publication.legalGround };
  }
  const photo = await photoIn(deps, official, profile);
  return { ...base, profile: own.profile, ...(photo && { photo }) };
}

function isOfCard(credential: Credential): boolean {
  return credential.kind === 'card' && credential.state !== 'revoked' && !isUnproven(credential);
}

/** The picture that the profile names; another one that the person has by now is no proof of anything. */
async function photoIn(
  { directory, primitives }: GatherBundleDeps,
  { id }: Official,
  { photo }: PublicProfile,
): Promise<Uint8Array | undefined> {
  const thumbnail = photo && (await directory.findPhoto(id))?.record.thumbnail;
  return thumbnail && equal(primitives.digest('SHA-256', thumbnail), photo.thumbnailSha256) ? thumbnail : undefined;
}
