import { isRefusal } from '../core/refusal.ts';
import type { PdfDocument } from '../pdf/document.ts';
import { checkPlainSave } from '../pdf/plain-save.ts';
import { findFaultOfRoles, type SaveFault } from './save-roles.ts';

/** What forbids a save, whatever it changes. */
export interface LaterSave {
  /** Its bytes are not of the one form that every reader reads alike. */
  readonly ambiguity: string | undefined;
  /** What it brings is for nothing that a save may be for. Looked for where the bytes are plain. */
  readonly fault: SaveFault | undefined;
}

/** Every signature of a document asks for the saves behind it. By document, and by where their tables stand. */
const known = new WeakMap<PdfDocument, Map<number, LaterSave>>();

/**
 * Judges the `count` newest saves of a document, oldest first, each against the state before it.
 * @throws Refusal `pdf/too-large`, and those of reading a state of the document
 */
export function judgeSaves(now: PdfDocument, count: number): readonly LaterSave[] {
  const answers = known.get(now) ?? new Map<number, LaterSave>();
  known.set(now, answers);
  const saves: LaterSave[] = [];
  let before: PdfDocument | undefined;
  for (let i = count - 1; i >= 0; i--) {
    const { startxref, end } = now.revisions[i]!;
    let save = answers.get(startxref);
    if (save) before = undefined;
    else {
      const older = now.revisions[i + 1]?.end;
      if (end === undefined || older === undefined || older >= end)
        save = { ambiguity: 'missing-eof', fault: undefined };
      else {
        before ??= now.at(older);
        const state: PdfDocument = now.at(end);
        save = judgeSave(before, state);
        before = state;
      }
      answers.set(startxref, save);
    }
    saves.push(save);
  }
  return saves;
}

function judgeSave(before: PdfDocument, state: PdfDocument): LaterSave {
  try {
    checkPlainSave(state, before);
  } catch (error) {
    if (!isRefusal(error, 'pdf/ambiguous')) throw error;
    return { ambiguity: String(error.facts['finding']), fault: undefined };
  }
  return { ambiguity: undefined, fault: findFaultOfRoles(before, state) };
}
