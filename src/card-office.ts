import { contentSigner, type ContentSignerDeps } from './authority/content-signer.ts';
import type { AccessRequest } from './card/access-proof.ts';
import { grantAccess, keyToProve } from './card/office/access.ts';
import { assignTag } from './card/office/assign-tag.ts';
import { activateCard, credentialsOf, mayBeProven } from './card/office/activate.ts';
import type { CardRegisterCode } from './card/card.ts';
import { hashListsOf } from './card/card-objects.ts';
import { cardCertificate, certifySlot, type CertifyDeps } from './card/office/certify.ts';
import { Challenges } from './card/office/challenges.ts';
import { signSecurityObject } from './card/content.ts';
import { endCard, type EndCardDeps } from './card/office/end.ts';
import { cardHolder } from './card/office/holder.ts';
import { formatTagUid, type TagUid } from './card/ntag424/uid.ts';
import type { CardHolder, CardOffice } from './card/office.ts';
import { getCard, refuseUnlessRegistered, registerCard } from './card/office/register.ts';
import type { CardAccess, CardSecrets } from './card/office/secrets.ts';
import { equal, fromHex } from './core/bytes.ts';
import { Refusal } from './core/refusal.ts';
import type { Signer } from './core/signer.ts';
import type { takingTurnsBy } from './core/turns.ts';
import { revokeCredential } from './credential/revoke.ts';
import type { Credential, CredentialCode } from './credential/credential.ts';
import { knownOfficial } from './credential/issue.ts';
import { proveCredential } from './credential/prove.ts';
import type { Institution } from './directory/institution.ts';
import type { Ledger } from './log/ledger.ts';

export interface CardOfficeDeps extends CertifyDeps, Pick<ContentSignerDeps, 'authorities'> {
  /** Cards for ending them. */
  readonly standing: EndCardDeps['store'];
  readonly secrets: CardSecrets;
  readonly institution: Institution;
  /** Public base address: tags open it. */
  readonly origin: string;
  /** Counts a tap as used, whatever came of it. */
  readonly countTap: (uid: TagUid, keyVersion: number, counter: number) => Promise<unknown>;
  /** The key that signs what stands on cards. */
  readonly contentKey: () => Promise<Signer>;
  /** Arc of policies and extensions. */
  readonly arc: string;
  readonly ledger: Ledger;
  /** Asked before each act: charter and log are those that were signed. */
  readonly check: () => Promise<void>;
  /**
   * One act after another about the card of a number: what is certified, proven and revoked does not change while it is judged
   * whether it may count.
   */
  readonly inTurn: ReturnType<typeof takingTurnsBy>;
  /** Seconds that never fall. */
  readonly elapsed: () => number;
}

/** The acts about cards over the register of this installation. */
export function cardOffice(deps: CardOfficeDeps): CardOffice {
  const { store, directory, clock, secrets, inTurn } = deps;
  const challenges = new Challenges(deps.random, deps.elapsed);
  const openings = new Challenges(deps.random, deps.elapsed);
  const opened = async (request: AccessRequest): Promise<CardAccess> => {
    await deps.check();
    const { number, purpose } = request;
    const card = await grantAccess(deps, request, (drawn) => openings.take(`${number} ${purpose}`, drawn));
    return secrets.access(fromHex(card.guid)!);
  };
  const holder = async (officialId: string): Promise<CardHolder> => {
    // Also of whoever has left: their card is still verified, ended and wiped.
    const { record: official } = await knownOfficial({ directory }, officialId);
    const [unit, photo, card] = await Promise.all([
      directory.findUnit(official.unit),
      directory.findPhoto(official.id),
      store.findOfOfficial(official.id),
    ]);
    const { institution, leaves } = deps;
    // Of one in use nobody asks: it is begun on no other body.
    const unfinished = card?.record.state === 'registered' ? card.record : undefined;
    const cardOpenings = unfinished && (await leaves.openingsOf(unfinished.registeredLeaf));
    const isCardProven = unfinished && (await mayBeProven(deps, unfinished));
    const told = { card: card?.record, cardOpenings, isCardProven, institution };
    return cardHolder({ official, unit: unit?.record, photo: photo?.record, ...told }, clock());
  };
  // Whoever takes a right away asks nothing of the official's row.
  const ending: EndCardDeps = { ...deps, store: deps.standing, directory: deps.revoking.directory };
  return {
    holder,
    async register(request) {
      await deps.check();
      await secrets.prepare();
      return registerCard(deps, request);
    },
    async find(by) {
      if ('number' in by) return (await store.find(by.number))?.record;
      if ('guid' in by) return (await store.findByGuid(by.guid))?.record;
      return (await store.listByTag(by.tagUid)).at(-1);
    },
    async certificates(number) {
      const { record: card } = await getCard(store, number);
      const issued = await credentialsOf(deps, card);
      const official = (await directory.findOfficial(card.officialId))?.record;
      const given = issued.filter(({ state }) => state === 'issued' || state === 'suspended');
      return given.map((one) => cardCertificate(one, official));
    },
    async accessChallenge(number, purpose) {
      const { record: card } = await getCard(store, number);
      const key = await keyToProve(deps, card, purpose);
      return key && { challenge: openings.draw(`${number} ${purpose}`), certificate: key.certificate! };
    },
    managementKey: async (opening) => (await opened({ ...opening, purpose: 'management-key' })).managementKey,
    puk: async (opening) => (await opened({ ...opening, purpose: 'puk' })).puk,
    async replaceKey(opening) {
      await opened({ ...opening, purpose: 'key-replacement' });
    },
    async assignTag(number, uid, request) {
      await deps.check();
      const tag = await assignTag(deps, { ...request, number, uid, batch: await secrets.presentBatch() });
      const { batch, keyVersion } = tag;
      return { origin: deps.origin, batch, keyVersion, keys: await secrets.tagKeys(batch, uid, keyVersion) };
    },
    async certify(request) {
      await deps.check();
      return inTurn(request.number, () => certifySlot(deps, request));
    },
    async challenge(serial) {
      await getOnCard(deps, serial);
      return challenges.draw(serial);
    },
    async prove({ serial, challenge, signature }) {
      await deps.check();
      const { proof, card } = await getOnCard(deps, serial);
      // A retry whose first answer was lost.
      if (proof && equal(proof.challenge, challenge)) return;
      await inTurn(card, async () => {
        refuseUnlessRegistered((await getCard(store, card)).record);
        if (!challenges.take(serial, challenge)) refuse('credential/challenge-unknown', serial);
        await proveCredential({ ...deps.revoking, store: deps.issuing.store }, serial, { challenge, signature });
      });
    },
    async discard(serial) {
      const { card } = await getOnCard({ credentials: deps.revoking.store }, serial);
      await inTurn(card, async () => {
        const { state } = await getOnCard({ credentials: deps.revoking.store }, serial);
        if (state === 'revoked') return;
        // A station that made another body of it meanwhile. Where nobody can read any more whether it is active, or which card
        // it is, nothing is revoked for that.
        const { record: found } = await getCard(store, card);
        if (found.state === 'active') refuseUnlessRegistered(found);
        await revokeCredential(deps.revoking, serial, { reason: 'superseded' });
      });
    },
    async signContent({ number, bytes }) {
      await deps.check();
      const { record: card } = await getCard(store, number);
      refuseUnlessRegistered(card);
      const known = hashListsOf(card, await holder(card.officialId), deps.primitives);
      if (!known.some((one) => equal(one, bytes))) {
        throw new Refusal<CardRegisterCode>('card/content-differs', 'other hashes than of what is known', { number });
      }
      const signer = await deps.contentKey();
      const issuerSigner = await deps.issuing.authoritySigner('credenciales');
      const certificate = await contentSigner({ ...deps, issuerSigner }, signer);
      return signSecurityObject(bytes, { signer, certificate }, deps.primitives);
    },
    async activate({ number, serials, tag }) {
      await deps.check();
      if (tag) {
        const { record: card } = await getCard(store, number);
        // First: what the station read to prove the tag is never new to anybody.
        const isOurs = card.tag?.uid === formatTagUid(tag.uid) && card.tag.keyVersion === tag.keyVersion;
        if (isOurs && card.state === 'registered') await deps.countTap(tag.uid, tag.keyVersion, tag.counter);
      }
      return inTurn(number, () => activateCard(deps, { number, serials, ...(tag && { tag }) }));
    },
    end: (request) => endCard(ending, request),
  };
}

/** @throws Refusal `credential/not-found`, `credential/not-on-card` */
async function getOnCard(
  { credentials }: Pick<CardOfficeDeps, 'credentials'>,
  serial: string,
): Promise<Credential & { readonly card: string }> {
  const credential = (await credentials.find(serial))?.record;
  if (!credential) refuse('credential/not-found', serial.slice(0, 50));
  const { card } = credential;
  if (card === undefined) refuse('credential/not-on-card', serial);
  return { ...credential, card };
}

function refuse(code: CredentialCode, serial: string): never {
  throw new Refusal<CredentialCode>(code, `credential ${serial}: ${code}`, { serial });
}
