import { createRequire } from 'node:module';

/** pdf-lib as @signpdf loads it: its ECMAScript build is another copy, whose objects the placeholder does not know. */
export const pdfLib = createRequire(import.meta.url)('pdf-lib') as typeof import('pdf-lib');
