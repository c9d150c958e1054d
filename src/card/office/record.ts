import { fromHex } from '../../core/bytes.ts';
import { encodeCbor } from '../../core/cbor.ts';
import type { UnixSeconds } from '../../core/time.ts';
import type { Card, CardNumber } from '../card.ts';

/*
 * What the leaves of a card commit to: docs/formats/act-records.md. Each throws a TypeError for a card that has not come so
 * far.
 */

export function registeredRecord({ number, officialId, guid, expires, registeredAt }: Card): Uint8Array {
  return encodeCbor([1, 'card/registered', number, officialId, fromHex(guid)!, expires, registeredAt]);
}

export function tagRecord({ number, tag }: Card): Uint8Array {
  const { uid, batch, keyVersion } = tag!;
  return encodeCbor([1, 'card/tag-assigned', number, fromHex(uid)!, batch, keyVersion]);
}

/** That a secret of the card was told to a station, and by what right. */
export interface Opening {
  readonly number: CardNumber;
  readonly at: UnixSeconds;
  readonly secret: string;
  readonly station?: string;
  /** The credential whose key signed the challenge; absent where none had to. */
  readonly by: { readonly serial: string; readonly challenge: Uint8Array; readonly signature: Uint8Array } | undefined;
}

export function openedRecord({ number, at, secret, station, by }: Opening): Uint8Array {
  const proof = by ? [fromHex(by.serial)!, by.challenge, by.signature] : [null, null, null];
  return encodeCbor([1, 'card/opened', number, at, secret, station ?? null, ...proof]);
}

/** With the tag that was proven with it; it has none where the card has none. And with the certificates that count from then on. */
export function activatedRecord({ number, activatedAt, tag, certified }: Card): Uint8Array {
  const told = tag ? [fromHex(tag.uid)!, tag.batch, tag.keyVersion] : [null, null, null];
  return encodeCbor([1, 'card/activated', number, activatedAt!, ...told, certified!.map((digest) => fromHex(digest)!)]);
}

/** Said of a card that had ended for another reason. */
export function stolenRecord({ number, stolen }: Card): Uint8Array {
  return encodeCbor([1, 'card/stolen', number, stolen!.at]);
}

export function endedRecord({ number, ended }: Card): Uint8Array {
  return encodeCbor([1, 'card/ended', number, ended!.at, ended!.reason]);
}
