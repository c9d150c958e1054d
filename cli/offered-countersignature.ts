import type { OfferedCountersignatureView } from '../src/http/staff/countersignatures.ts';
import type { OfferedToStation } from '../src/oficio/check-offered-countersignature.ts';
import { MAX_COUNTERSIGNATURES } from '../src/oficio/countersignature.ts';
import { bytes, chain, texts, time, unexpected } from './offered-letter.ts';

/** A countersignature that waits for a card, as the staff API tells it. @throws Outage `http/unexpected` */
export function readOfferedCountersignature(
  view: OfferedCountersignatureView,
): Omit<OfferedToStation, 'origin' | 'dev'> {
  const { countersignature: one, letter } = view;
  texts('letter', letter, ['id', 'folio', 'subject']);
  texts('countersignature', one, ['id', 'letter']);
  texts('countersignature.signer', one.signer, ['officialId', 'name', 'post', 'serial']);
  if (!/^[0-9a-f]{16}$/.test(one.id)) unexpected('countersignature.id');
  if (!/^[0-9a-f]{16}$/.test(one.letter)) unexpected('countersignature.letter');
  const { ordinal } = one;
  if (!Number.isSafeInteger(ordinal) || ordinal < 1 || ordinal > MAX_COUNTERSIGNATURES)
    unexpected('countersignature.ordinal');
  return {
    countersignature: {
      ...one,
      at: time('countersignature.at', one.at),
      salt: bytes('countersignature.salt', one.salt),
    },
    certificate: bytes('certificate', view.certificate),
    signerChain: chain(view.signerChain),
    toBeSigned: bytes('toBeSigned', view.toBeSigned),
  };
}
