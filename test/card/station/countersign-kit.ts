import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { CountersignOrder } from '../../../cli/countersign-letter.ts';
import type { SoftPivState } from '../../../hardware/soft-piv/state.ts';
import type { Card } from '../../../src/card/card.ts';
import type { Official } from '../../../src/directory/official.ts';
import type { SignedOficio } from '../../../src/oficio/complete.ts';
import { newcomer, openOffice, type Office } from '../../support/office.ts';
import { personalCard } from '../../support/signing-station.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

export interface Given {
  readonly letter: SignedOficio;
  readonly input: string;
  readonly asked: CountersignOrder;
}

export interface Countersigning {
  readonly office: Office;
  /** Whose card it is. */
  readonly person: Official;
  readonly state: SoftPivState;
  readonly card: Card;
  readonly folder: string;
  /** A letter of the director in a file, as somebody orders it countersigned with their card. */
  given(more?: Partial<CountersignOrder>): Promise<Given>;
}

/** An office, and somebody with a card who countersigns its letters. */
export async function openCountersigning(): Promise<Countersigning> {
  const office = await openOffice();
  const person = await newcomer(office);
  const { state, card } = await personalCard(office.services, person);
  const folder = temporaryFolder();
  let ordered = 0;
  return {
    ...{ office, person, state, card, folder },
    async given(more = {}) {
      const letter = await office.sign();
      const input = join(folder, `oficio-${++ordered}.pdf`);
      writeFileSync(input, letter.document);
      const output = join(folder, `oficio-${ordered}-refrendado.pdf`);
      return { letter, input, asked: { target: input, output, signer: '', overwrite: false, ...more } };
    },
  };
}

export const isSignature = (command: Uint8Array): boolean => command[1] === 0x87 && command[3] === 0x9c;
export const isPin = (command: Uint8Array): boolean => command[1] === 0x20 && command.length > 5;

export async function codeOf(act: Promise<unknown>): Promise<string> {
  return act.then(
    () => expect.fail('nothing was refused'),
    (error: { readonly code?: string }) => {
      if (error.code === undefined) throw error;
      return error.code;
    },
  );
}
