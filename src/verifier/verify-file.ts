import { isRefusal } from '../core/refusal.ts';
import type { Primitives } from '../core/primitives.ts';
import type { UnixSeconds } from '../core/time.ts';
import { unknown } from '../core/verdict.ts';
import type { Knowledge } from './knowledge.ts';
import type { Answer } from './subject.ts';
import { verifyPdf } from './verify-pdf.ts';

/**
 * The verdict on a file that somebody sent. Where its pictures could not be looked at, the answer says so: what
 * looks like an unsigned file may be a scan of a letter.
 */
export async function verifyFile(
  bytes: Uint8Array,
  knowledge: Knowledge,
  at: UnixSeconds,
  primitives: Primitives,
): Promise<Answer> {
  const { readPicture, ...rest } = knowledge;
  if (!readPicture) return verifyPdf(bytes, rest, at, primitives);
  let passedOver = 0;
  const watched: typeof readPicture = async (jpeg) => {
    const finding = await readPicture(jpeg).catch((error: unknown) => {
      if (isRefusal(error)) return { lookedAt: true };
      throw error;
    });
    if (!finding.lookedAt) passedOver++;
    return finding;
  };
  const answer = await verifyPdf(bytes, { ...rest, readPicture: watched }, at, primitives);
  if (passedOver === 0 || answer.state !== 'unsigned') return answer;
  const check = unknown(
    'document/pictures',
    `${passedOver} pictures of the file were too large to be looked at, or there was no time`,
  );
  return { ...answer, checks: [...answer.checks, check] };
}
