import { nodePrimitives as primitives } from './adapters/primitives.ts';
import { pictureReader, readQrPicture } from './adapters/qr-picture.ts';
import { verifierAside } from './adapters/verify-aside.ts';
import type { Clock } from './core/time.ts';
import type { Publications } from './publications.ts';
import {
  verifyCertificate,
  verifyCredential,
  verifyPdf,
  verifySeal,
  verifyTyped,
  type Answer,
  type Knowledge,
  type Register,
} from './verifier/index.ts';

/** What an installation tells whoever asks. */
export interface Verdicts {
  verifySeal(text: string): Promise<Answer>;
  verifyTyped(text: string): Promise<Answer>;
  verifyPdf(pdf: Uint8Array): Promise<Answer>;
  /** The same in another thread, within bounds of time and memory: for a service that others wait for meanwhile. */
  verifyPdfAside(pdf: Uint8Array): Promise<Answer>;
  /** By the QR code in it; JPEG, PNG or WebP. */
  verifyPicture(picture: Uint8Array): Promise<Answer>;
  verifyCredential(serial: string): Promise<Answer>;
  verifyCertificate(der: Uint8Array): Promise<Answer>;
  /** Ends what is judged in other threads. */
  stopJudging(): void;
}

export interface VerdictDeps {
  readonly register: Register;
  readonly publications: Pick<Publications, 'knowledge'>;
  /** Asked before each verdict. */
  checkInstitution(): Promise<void>;
  readonly clock: Clock;
}

export function verdictsBy({ register, publications, checkInstitution, clock }: VerdictDeps): Verdicts {
  const aside = verifierAside();
  const knowledge = async (): Promise<Knowledge> => {
    await checkInstitution();
    return { ...(await publications.knowledge()), register, readPicture: pictureReader() };
  };
  return {
    verifySeal: async (text) => verifySeal(text, await knowledge(), clock(), primitives),
    verifyTyped: async (text) => verifyTyped(text, await knowledge(), clock(), primitives),
    verifyPdf: async (pdf) => verifyPdf(pdf, await knowledge(), clock(), primitives),
    verifyPdfAside: async (pdf) => aside.verify(pdf, await knowledge(), clock()),
    // Nothing readable is as unreadable as text that is no seal.
    verifyPicture: async (picture) => verifyTyped(await readQrPicture(picture), await knowledge(), clock(), primitives),
    verifyCredential: async (serial) => verifyCredential(serial, await knowledge(), clock(), primitives),
    stopJudging: () => aside.close(),
    verifyCertificate: async (der) => verifyCertificate(der, await knowledge(), clock(), primitives),
  };
}
