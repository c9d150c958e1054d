import { randomUUID } from 'node:crypto';
import { generateKey, type SoftwareKey } from '../../src/adapters/keys.ts';
import { ecdsaRawToDer } from '../../src/asn1/ecdsa.ts';
import { contextTag } from '../../src/asn1/tag.ts';
import { bitString, der, integer, oid, sequence } from '../../src/asn1/write.ts';
import type { Card } from '../../src/card/card.ts';
import type { CardCertificate } from '../../src/card/office.ts';
import { fromHex } from '../../src/core/bytes.ts';
import { cardProofBytes, type CardSlot } from '../../src/credential/on-card.ts';
import type { Official } from '../../src/directory/official.ts';
import type { Services } from '../../src/services.ts';

/** The key of a slot, as the office sees it: requests and proofs without a card around it. */
export interface SoftSlot extends CardCertificate {
  readonly key: SoftwareKey;
}

export async function keyRequest({ signer }: SoftwareKey): Promise<Uint8Array> {
  const info = sequence(integer(0), sequence(), signer.spki, der(contextTag(0)));
  const signature = ecdsaRawToDer(await signer.sign(info));
  return sequence(info, sequence(oid('1.2.840.10045.4.3.2')), bitString(signature));
}

export function registerCard({ cards }: Services, official: Official): Promise<Card> {
  return cards.register({ officialId: official.id, idempotencyKey: randomUUID() });
}

export async function certifySlot(
  { cards }: Services,
  { number }: Card,
  slot: CardSlot,
  key?: SoftwareKey,
): Promise<SoftSlot> {
  const own = key ?? (await generateKey('P-256'));
  return { ...(await cards.certify({ number, slot, csr: await keyRequest(own) })), key: own };
}

/** What the key of the slot answers to a challenge. */
export function proofOf({ guid }: Card, { key, serial }: SoftSlot, challenge: Uint8Array): Promise<Uint8Array> {
  return key.signer.sign(cardProofBytes(fromHex(guid)!, fromHex(serial)!, challenge));
}

export async function proveSlot({ cards }: Services, card: Card, slot: SoftSlot): Promise<void> {
  const challenge = await cards.challenge(slot.serial);
  await cards.prove({ serial: slot.serial, challenge, signature: await proofOf(card, slot, challenge) });
}

export interface MadeCard {
  readonly card: Card;
  readonly slots: Readonly<Record<CardSlot, SoftSlot>>;
}

/** An active card of this person, without a tag. */
export async function makeCard(services: Services, official: Official): Promise<MadeCard> {
  const card = await registerCard(services, official);
  const made: Partial<Record<CardSlot, SoftSlot>> = {};
  for (const slot of ['9A', '9C', '9E'] as const) {
    made[slot] = await certifySlot(services, card, slot);
    await proveSlot(services, card, made[slot]);
  }
  const serials = Object.values(made).map(({ serial }) => serial);
  return { card: await services.cards.activate({ number: card.number, serials }), slots: made as MadeCard['slots'] };
}
