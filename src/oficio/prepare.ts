import { fromLatin1 } from '../core/bytes.ts';
import type { Primitives } from '../core/primitives.ts';
import type { Signer } from '../core/signer.ts';
import { pdfString } from '../pdf/object.ts';
import { beginUpdate } from '../pdf/update.ts';
import type { Versioned } from '../log/ledger.ts';
import { SALT_ENTRY, SEAL_ENTRY } from '../seal/in-signature.ts';
import { sealAddress, sealOrigin } from '../seal/address.ts';
import { makeSeal } from '../seal/make.ts';
import { drawStamp } from '../seal/stamp.ts';
import { addStampAppearance, stampPages } from '../seal/stamp-pages.ts';
import { transformRect, type Rect } from '../pdf/geometry.ts';
import type { PdfRef } from '../pdf/object.ts';
import {
  finishPreparation,
  freeFieldName,
  prepareSignature,
  roomForChain,
  type Prepared,
} from '../signature/prepare.ts';
import { FIELD_NAME, type InspectedDocument } from './inspect.ts';
import type { Oficio } from './oficio.ts';
import { claimsOf } from './register.ts';
import { pageTexts, stampContent, type Letterhead, type ShownLetter } from './stamp-content.ts';

export interface LayOutDeps {
  readonly primitives: Primitives;
  readonly letterhead: Letterhead;
  /** DER of what belongs into the chain of the signer's certificate. */
  readonly signerChain: readonly Uint8Array[];
  /** Seals may lead to plain HTTP: only in a development installation. */
  readonly allowHttp: boolean;
}

export interface PrepareOficioDeps extends LayOutDeps {
  /** The key whose SPKI the letter was registered with. */
  readonly sealSigner: Signer;
}

/** What of a letter stands in its file. */
export type LaidOutLetter = ShownLetter & Pick<Oficio, 'salt'>;

/** A letter that lacks nothing but its signature: still a draft (`not-yet-signed`). */
export interface PreparedOficio {
  /** As it was registered, with the version that the act of signing replaces. */
  readonly registered: Versioned<Oficio>;
  /** The text of the QR. */
  readonly sealText: string;
  readonly prepared: Prepared;
}

/**
 * Seals a registered letter and puts seal, folios and the empty signature into an incremental update: everything that
 * the signature will cover. `certificate` is the signer's, DER.
 * @throws Refusal `seal/text-too-long`, `seal/too-long`, `signature/certified`, `signature/locked` …
 */
export async function prepareOficio(
  deps: PrepareOficioDeps,
  registered: Versioned<Oficio>,
  inspected: InspectedDocument,
  certificate: Uint8Array,
): Promise<PreparedOficio> {
  const { primitives, sealSigner } = deps;
  const origin = sealOrigin(deps.letterhead.origin, { allowHttp: deps.allowHttp });
  const seal = await makeSeal({ signer: sealSigner, primitives, origin }, claimsOf(registered.record));
  return { registered, ...layOutOficio(deps, registered.record, inspected, certificate, seal) };
}

/**
 * The same of a letter whose seal (its bytes) is made already. It draws nothing at random and asks nobody: from the same
 * document, letter and seal everybody gets the same bytes. So the second half makes what the first one made, and whoever holds the key
 * sees for themselves what it signs.
 * @throws Refusal as `prepareOficio`
 */
export function layOutOficio(
  deps: LayOutDeps,
  oficio: LaidOutLetter,
  inspected: InspectedDocument,
  certificate: Uint8Array,
  seal: Uint8Array,
): Pick<PreparedOficio, 'sealText' | 'prepared'> {
  const { primitives, letterhead } = deps;
  const sealText = sealAddress(sealOrigin(letterhead.origin, { allowHttp: deps.allowHttp }), seal);
  const stamp = drawStamp(stampContent(oficio, seal, sealText, letterhead), inspected.placement.shape);
  const update = beginUpdate(inspected.document);
  const shown =
    inspected.signatures.length > 0
      ? appearanceOnly(update, inspected, stamp)
      : drawnOnPages(update, inspected, stamp, oficio, sealText, letterhead);
  const placed = prepareSignature(update, {
    ...shown,
    fieldName: freeFieldName(inspected.document, FIELD_NAME),
    at: oficio.sealedAt,
    reservedBytes: roomForChain([certificate, ...deps.signerChain]),
    entries: {
      [SEAL_ENTRY]: pdfString(fromLatin1(sealText)),
      [SALT_ENTRY]: pdfString(oficio.salt, true),
    },
  });
  return { sealText, prepared: finishPreparation(update, placed, { certificate }, primitives) };
}

type Update = ReturnType<typeof beginUpdate>;

interface Shown {
  readonly page: PdfRef;
  readonly rect: Rect;
  readonly appearance?: PdfRef;
}

function drawnOnPages(
  update: Update,
  { survey, placement }: InspectedDocument,
  stamp: ReturnType<typeof drawStamp>,
  oficio: ShownLetter,
  sealText: string,
  letterhead: Letterhead,
): Shown {
  const { page, fieldRect } = stampPages(update, survey, placement, stamp, pageTexts(oficio, letterhead), sealText);
  return { page, rect: fieldRect };
}

/** On a document that is signed already nothing changes but the new signature's own widget. */
function appearanceOnly(
  update: Update,
  { survey, placement }: InspectedDocument,
  stamp: ReturnType<typeof drawStamp>,
): Shown {
  const { page, view } = survey.pages[placement.page - 1]!;
  return {
    page: page.ref,
    rect: transformRect(placement.box, view.toUser),
    appearance: addStampAppearance(update, stamp, page.rotate),
  };
}
