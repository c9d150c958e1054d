import type { RegisteredLetter } from './knowledge.ts';

/** What the log said of the signer before the leaf of the letter. */
export const WRONG_THEN: Readonly<Record<NonNullable<RegisteredLetter['signerWrong']>, string>> = {
  official: 'no leaf tells who the signer was then',
  mandate: "the signer's mandate was over by then",
  suspended: "the signer's credential was suspended then",
  reserved: "the signer's name was under reserve then, and no office lets them sign",
  credential: "the signer's credential was revoked by then, or was not theirs",
};
