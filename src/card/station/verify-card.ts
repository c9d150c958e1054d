import { cardGuidOf } from '../../authority/card-name.ts';
import { tryReadCertificate, type Certificate } from '../../authority/certificate.ts';
import { equal, toHex } from '../../core/bytes.ts';
import { isRefusal, Refusal } from '../../core/refusal.ts';
import type { CardSlot } from '../../credential/on-card.ts';
import { formatCardNumber, type Card, type CardRegisterCode } from '../card.ts';
import type { CardChannel } from '../channel.ts';
import type { ShownContent } from '../check-content.ts';
import { checkBytes, keyOf, readGuid, readWhole, refuseCard, type ChipDeps } from './chip.ts';
import { selectApplication } from '../piv/application.ts';
import { readCertificate } from '../piv/certificate.ts';
import { signWith } from '../piv/keys.ts';
import { certificateObject } from '../piv/objects.ts';
import type { PublicKey } from '../piv/public-key.ts';

/** What a card showed of itself, and proved: that it holds the key of this certificate, which names this GUID. */
export interface ShownCard {
  /** 32 hexadecimal digits. */
  readonly guid: string;
  /** Of the card itself (9E). Who issued it, and whether it counts today, is for the verifier to say. */
  readonly certificate: Certificate;
  readonly key: PublicKey;
}

export type CounterDeps = Pick<ChipDeps, 'channel' | 'random' | 'primitives'>;

/**
 * At a counter, without a PIN: has the card sign fresh bytes with the key of 9E.
 * @throws Refusal `card/no-application`, `card/not-ours`, `card/certificate-of-another`, `card/signature-wrong`
 */
export async function challengeCard({ channel, random, primitives }: CounterDeps): Promise<ShownCard> {
  await selectApplication(channel);
  const guid = await readGuid(channel);
  const certificate = await readSlotCertificate(channel, '9E');
  const key = certificate && keyOf(certificate);
  if (!guid || !key) refuseCard('card/not-ours', 'the chip shows no card of anybody');
  const named = cardGuidOf(certificate);
  if (!named || !equal(named, guid)) {
    refuseCard('card/certificate-of-another', 'the certificate on the card names another one');
  }
  // A chip without the key answers as one with another.
  await signWith(channel, '9E', key, checkBytes(guid, random), primitives);
  return { guid: toHex(guid), certificate, key };
}

/**
 * That the chip is the card of the register: by the certificate that the office issued for its own key, and by that key.
 * @throws Refusal `card/revoked` where nothing is in force for it, and as `challengeCard`
 */
export async function proveCardKey(deps: CounterDeps & Pick<ChipDeps, 'office'>, card: Card): Promise<ShownCard> {
  const shown = await challengeCard(deps);
  const issued = await deps.office.certificates(card.number);
  const number = formatCardNumber(card.number);
  // Of somebody who left nothing is in force: nobody says then that their card is a copy.
  if (!issued.some(({ slot }) => slot === '9E')) {
    throw new Refusal<CardRegisterCode>('card/revoked', 'what was issued for the card was revoked', { number });
  }
  const isIssued = issued.some(
    ({ slot, isProven, certificate }) => slot === '9E' && isProven && equal(certificate, shown.certificate.encoded),
  );
  if (shown.guid === card.guid && isIssued) return shown;
  return refuseCard('card/certificate-of-another', 'the certificate on the card is not of this one', { number });
}

/** What the chip says of itself, for `checkContent`. */
export async function readShownContent({ channel }: Pick<ChipDeps, 'channel'>): Promise<ShownContent> {
  const chuid = await readWhole(channel, 'chuid');
  const securityObject = await readWhole(channel, 'security-object');
  return { ...(chuid && { chuid }), ...(securityObject && { securityObject }) };
}

/** The certificate that lies beside the key of a slot, whoever issued it; `undefined` where there is none that can be read. */
export async function readSlotCertificate(channel: CardChannel, slot: CardSlot): Promise<Certificate | undefined> {
  const container = await readWhole(channel, certificateObject(slot));
  try {
    return container && tryReadCertificate(readCertificate(container));
  } catch (error) {
    if (isRefusal(error, 'card/malformed')) return undefined;
    throw error;
  }
}
