import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { isRefusal, type Refusal } from '../../src/core/refusal.ts';
import { openPdf } from '../../src/pdf/document.ts';
import { isPdf, pdfRef } from '../../src/pdf/object.ts';
import { checkUnambiguous } from '../../src/pdf/unambiguous.ts';

/** `ok`, or the code of the refusal with its finding; any other error is thrown. */
export function outcome(act: () => unknown): string {
  try {
    act();
    return 'ok';
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return codeWithFinding(error);
  }
}

function codeWithFinding(refusal: Refusal): string {
  const { finding } = refusal.facts;
  return finding === undefined ? refusal.code : `${refusal.code} ${finding}`;
}

/** Everything that can be asked of a document. */
export function readAll(bytes: Uint8Array): void {
  const document = openPdf(bytes, nodePrimitives);
  outcome(() => document.pages());
  outcome(() => checkUnambiguous(document));
  for (const number of document.numbers()) {
    const entry = document.xrefEntry(number)!;
    const ref = pdfRef(number, entry.kind === 'offset' ? entry.generation : 0);
    outcome(() => {
      const object = document.get(ref);
      if (isPdf(object, 'stream')) document.decode(object, 1 << 20);
    });
  }
  for (const { end } of document.revisions.slice(1, 10)) if (end !== undefined) outcome(() => document.at(end).pages());
}

/** Processor time, which other programs on the machine do not lengthen. */
export function secondsSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}
