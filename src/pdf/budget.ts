import type { PdfLimits } from './limits.ts';
import { tooLarge } from './refusal.ts';

/** Objects may not be nested in each other's strings to make us read the file many times over. */
const READ_ALLOWANCE = 16 * 1024 * 1024;
/** An unread file is read once for itself, once for what is ambiguous in it, once for its earlier revisions. */
const READINGS = 3;

/**
 * What one file may make us spend, however many of its revisions are opened: a file with many signatures would otherwise
 * cost its limits once for each. Each is counted when it has been spent, so that the last step may go below zero.
 */
export class Budget {
  readonly #limits: PdfLimits;
  readonly #fileLength: number;
  inflateLeft: number;
  valuesLeft: number;
  readLeft: number;
  #stepsLeft: number;

  constructor(fileLength: number, limits: PdfLimits) {
    this.#limits = limits;
    this.#fileLength = fileLength;
    this.inflateLeft = limits.maxInflatedBytes;
    this.valuesLeft = limits.maxValues;
    this.readLeft = READINGS * fileLength + READ_ALLOWANCE;
    this.#stepsLeft = limits.maxSteps;
  }

  /** Refuses once reading has cost too much: how much an object takes is known when it has been read, or refused. */
  mayRead(): void {
    if (this.readLeft < 0) tooLarge('reading the objects takes too long', this.#fileLength);
    if (this.valuesLeft < 0) tooLarge('too many values', this.#limits.maxValues);
  }

  /** Counts work on what has been read. @throws Refusal `pdf/too-large` */
  spend(steps: number): void {
    this.#stepsLeft -= steps;
    if (this.#stepsLeft < 0) tooLarge('too much to compare', this.#limits.maxSteps);
  }
}
