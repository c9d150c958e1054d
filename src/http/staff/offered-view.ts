import { toBase64 } from '../../core/base64.ts';
import { formatTime } from '../../core/time.ts';
import type { OfferedLetter } from '../../oficio/check-prepared.ts';
import type { Oficio } from '../../oficio/oficio.ts';
import type { ToldAfter } from './told-after.ts';

/** A letter that waits for the signature of a card: everything from which whoever holds the card makes it themselves. Bytes are base64. */
export interface OfferedView extends ToldAfter {
  readonly letter: Pick<Oficio, 'id' | 'folio' | 'type' | 'amount' | 'subject' | 'signer' | 'pages' | 'statusIndex'> & {
    readonly expires?: string;
    readonly sealedAt: string;
    readonly salt: string;
  };
  /** The text of the QR. */
  readonly seal: string;
  readonly certificate: string;
  readonly signerChain: readonly string[];
  readonly letterhead: OfferedLetter['letterhead'];
  readonly toBeSigned: string;
  /** Folios of letters of the same document that are in force: told before anybody types a PIN. */
  readonly earlierInForce: readonly string[];
}

export function offeredView(
  offered: OfferedLetter,
  { earlierInForce, untold }: Pick<OfferedView, 'earlierInForce' | 'untold'>,
): OfferedView {
  const { id, folio, type, amount, subject, signer, pages, statusIndex, expires, sealedAt, salt } = offered.letter;
  const { name, telephone, legend } = offered.letterhead.institution;
  return {
    letter: {
      ...{ id, folio, type, amount, subject, signer, pages, statusIndex },
      ...(expires !== undefined && { expires: formatTime(expires) }),
      sealedAt: formatTime(sealedAt),
      salt: toBase64(salt),
    },
    seal: offered.sealText,
    certificate: toBase64(offered.certificate),
    signerChain: offered.signerChain.map((certificate) => toBase64(certificate)),
    letterhead: {
      institution: { name, telephone, legend },
      origin: offered.letterhead.origin,
      dev: offered.letterhead.dev,
    },
    toBeSigned: toBase64(offered.toBeSigned),
    earlierInForce,
    ...(untold !== undefined && { untold }),
  };
}
