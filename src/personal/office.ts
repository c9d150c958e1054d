import type { DoneErasure, ErasureRequest } from '../oficio/erase-details.ts';
import type { OficioId } from '../oficio/oficio.ts';
import type { ExportNote } from './export-note.ts';
import type { SweepReport } from './sweep.ts';

/** What the office does with personal data. */
export interface PersonalDataOffice {
  /** @throws Refusal as `eraseDetails` */
  erase(request: ErasureRequest): Promise<DoneErasure>;
  /** What is kept no longer, by a rule of the service; a trial only counts. Stopped in between, the next one goes on. */
  sweep(options: { readonly isTrial: boolean; readonly most?: number }): Promise<SweepReport>;
  /** The newest sweep that erased, since the process began: it begins with one. */
  lastSweep(): SweepReport | undefined;
  /** The letters beside which somebody of this name stands, as rows say it: what is told of each, the log tells. */
  namedBeside(name: string): Promise<NamedBeside>;
  /** Whether a name has every word of another, without regard to accents, case and order. */
  isNamed(name: string, asked: string): boolean;
  /** Before anything is told: who asks about whom. */
  noteExport(note: Pick<ExportNote, 'by' | 'about'>): Promise<ExportNote>;
  /** The newest first. */
  listExports(): Promise<readonly ExportNote[]>;
}

export interface NamedBeside {
  readonly letters: readonly OficioId[];
  /** Whether there are more than an answer holds. */
  readonly isBounded: boolean;
}
