/** The greatest file that is judged: of everybody, at the public service and on the command line. */
export const MAX_FILE_BYTES: number = 25 * 1024 * 1024;

/**
 * The greatest document that is sealed: what comes of it can be checked by whoever gets it. Seal, signature and the lines
 * on every page are far smaller than what is left.
 */
export const MAX_LETTER_BYTES: number = 24 * 1024 * 1024;
