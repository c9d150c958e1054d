import { nodeBlockCiphers as ciphers } from './adapters/block-ciphers.ts';
import { nodePrimitives as primitives } from './adapters/primitives.ts';
import { pictureReader, readQrPicture } from './adapters/qr-picture.ts';
import { systemPause } from './adapters/system.ts';
import { verifierAside } from './adapters/verify-aside.ts';
import { readTapPath } from './card/ntag424/tap-address.ts';
import { judgeTap, readPlainTagPath, type JudgeTapDeps } from './card/tap.ts';
import type { Clock } from './core/time.ts';
import type { Alarm } from './oficio/refuse-alarm.ts';
import type { Publications } from './publications.ts';
import {
  findUnmadeSignature,
  verifyBadge,
  verifyCertificate,
  verifyCredential,
  verifyPdf,
  verifyPlainTag,
  verifySeal,
  verifyTap,
  verifyTyped,
  type Answer,
  type CardRegister,
  type DistinctiveRegister,
  type Knowledge,
  type Register,
  type TapAnswer,
} from './verifier/index.ts';

/** What an installation tells whoever asks. */
export interface Verdicts {
  verifySeal(text: string): Promise<Answer>;
  verifyTyped(text: string): Promise<Answer>;
  verifyPdf(pdf: Uint8Array): Promise<Answer>;
  /** What keeps it from being signed over. @throws Refusal of a file that cannot be read */
  findUnmadeSignature(pdf: Uint8Array): Promise<Alarm | undefined>;
  /** `verifyPdf` in another thread, within bounds of time and memory: for a service that others wait for meanwhile. */
  verifyPdfAside(pdf: Uint8Array): Promise<Answer>;
  /** By the QR code in it; JPEG, PNG or WebP. */
  verifyPicture(picture: Uint8Array): Promise<Answer>;
  verifyCredential(serial: string): Promise<Answer>;
  /** By the number printed on a card. */
  verifyBadge(number: string): Promise<Answer>;
  /** By what stands behind `/c/` in an address that a card opened. Uses the tap up: asked again it is `replayed`. */
  verifyTap(path: string): Promise<TapAnswer>;
  verifyCertificate(der: Uint8Array): Promise<Answer>;
  /** Ends what is judged in other threads. */
  stopJudging(): void;
}

export interface VerdictDeps {
  readonly register: Register;
  readonly cards: CardRegister;
  readonly distinctives: DistinctiveRegister;
  readonly taps: Omit<JudgeTapDeps, 'ciphers' | 'pause'>;
  readonly publications: Pick<Publications, 'knowledge'>;
  /** Asked before each verdict. */
  checkInstitution(): Promise<void>;
  readonly clock: Clock;
}

export function verdictsBy({
  register,
  cards,
  distinctives,
  taps,
  publications,
  checkInstitution,
  clock,
}: VerdictDeps): Verdicts {
  const aside = verifierAside();
  const knowledge = async (): Promise<Knowledge> => {
    await checkInstitution();
    return { ...(await publications.knowledge()), register, readPicture: pictureReader() };
  };
  const withPeople = async (): Promise<Knowledge> => ({ ...(await knowledge()), cards, distinctives });
  return {
    verifySeal: async (text) => verifySeal(text, await knowledge(), clock(), primitives),
    verifyTyped: async (text) => verifyTyped(text, await withPeople(), clock(), primitives),
    verifyPdf: async (pdf) => verifyPdf(pdf, await knowledge(), clock(), primitives),
    findUnmadeSignature: async (pdf) => findUnmadeSignature(pdf, await knowledge(), clock(), primitives),
    verifyPdfAside: async (pdf) => aside.verify(pdf, await knowledge(), clock()),
    // Nothing readable is as unreadable as text that is no seal.
    verifyPicture: async (picture) =>
      verifyTyped(await readQrPicture(picture), await withPeople(), clock(), primitives),
    verifyCredential: async (serial) => verifyCredential(serial, await withPeople(), clock(), primitives),
    verifyBadge: async (number) => verifyBadge(number, await withPeople(), clock(), primitives),
    async verifyTap(path) {
      // First: what fails here uses no tap up.
      const known = await withPeople();
      const plain = readPlainTagPath(path);
      if (plain !== undefined) {
        return { answer: await verifyPlainTag(plain, known, clock(), primitives), isOnce: false };
      }
      const tap = await judgeTap({ ...taps, ciphers, pause: systemPause }, readTapPath(path));
      return { answer: await verifyTap(tap, known, clock(), primitives), isOnce: tap.outcome === 'accepted' };
    },
    stopJudging: () => aside.close(),
    verifyCertificate: async (der) => verifyCertificate(der, await withPeople(), clock(), primitives),
  };
}
