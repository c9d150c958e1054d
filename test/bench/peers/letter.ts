import { createPrivateKey, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromBase64 } from '../../../src/core/base64.ts';
import { oficioEs } from '../../../src/texts/oficio.es.ts';
import { openSeal } from '../../../src/seal/open.ts';
import { sealOrigin } from '../../../src/seal/address.ts';
import type { Oficio } from '../../../src/oficio/oficio.ts';
import { pageTexts, stampContent } from '../../../src/oficio/stamp-content.ts';
import type { BenchInstallation } from '../installation.ts';

/** What every peer has to put on the letter: what our own seal shows, and its QR. */
export interface PeerLetter {
  readonly pdf: Uint8Array;
  /** The text of the QR. */
  readonly qr: string;
  readonly lines: readonly string[];
  /** Small at the foot of every page. */
  readonly folio: string;
}

/** Where the peers put it: they are told, and need not look for room. */
export const QR = { x: 40, y: 60, side: 106 } as const;
export const TEXT = { x: 160, y: 160, size: 5, pitch: 6 } as const;
export const FOLIO = { x: 40, y: 20, size: 6 } as const;
export const WIDGET = [160, 60, 560, 166] as const;

const CHARACTERS_IN_LINE = 120;

/** The texts of our seal on `pdf`, for others to print. The seal itself is a present: they need not make one. */
export function peerLetter(installation: BenchInstallation, pdf: Uint8Array, oficio: Oficio): PeerLetter {
  const { institution, charter } = installation.services;
  const letterhead = { institution, origin: charter.origin, texts: oficioEs, dev: true };
  const qr = oficio.sealText!;
  const seal = openSeal(qr, { origins: [sealOrigin(charter.origin)] });
  const shown = stampContent(oficio, seal.bytes, qr, letterhead);
  const { check, original, signature } = shown;
  const texts = [
    shown.institution,
    shown.title,
    ...[shown.folio, ...shown.fields, check.code, check.telephone].map(({ label, value }) => `${label}: ${value}`),
    shown.demand,
    `${check.lead} ${check.address}`,
    `${original.label}: ${original.value}`,
    `${signature.label}: ${signature.value}`,
    shown.legend,
  ].filter((text) => text !== undefined);
  const lines = texts.flatMap((text) => text.match(new RegExp(`.{1,${CHARACTERS_IN_LINE}}`, 'gu')) ?? []);
  return { pdf, qr, lines, folio: pageTexts(oficio, letterhead).folioLine(1, 2) };
}

/** A key and its certificates, for the peers that sign with P-256: those of our own signer. */
export interface PeerSigner {
  /** DER, the signer's first. */
  readonly certificates: readonly Uint8Array[];
  /** ECDSA over SHA-256 in DER, by Node's own cryptography. */
  sign(data: Uint8Array): Uint8Array;
}

export function peerSigner({ keysFolder, signer, issuer }: BenchInstallation): PeerSigner {
  const file = JSON.parse(readFileSync(join(keysFolder, `${signer.keyName}.key.json`), 'utf8')) as { pkcs8: string };
  const der = Buffer.from(fromBase64(file.pkcs8)!);
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  return { certificates: [signer.certificate, issuer], sign: (data) => new Uint8Array(sign('sha256', data, key)) };
}
