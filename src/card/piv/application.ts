import { equal, fromUtf8 } from '../../core/bytes.ts';
import { exchange, STATUS } from '../apdu.ts';
import type { CardChannel } from '../channel.ts';
import { readObjects, readOnly, valueOf } from '../tlv.ts';
import { malformed, refuse } from './answer.ts';

/** SP 800-73-5 Part 1 §2.2: registered provider (NIST), PIX of the application, version 1.0. */
export const PIV_AID: Uint8Array = Uint8Array.of(0xa0, 0, 0, 3, 8, 0, 0, 0x10, 0, 1, 0);
const PROVIDER = PIV_AID.subarray(0, 5);

/** The application property template (SP 800-73-5 Part 2 §3.1.1), as far as it is of use. */
export interface Application {
  /** The AID in full, or its last six bytes: cards write either. */
  readonly identifier: Uint8Array;
  /** Name of the product, where the card tells it; at most 64 characters that can be printed. */
  readonly label: string | undefined;
}

/**
 * Selects the PIV application, by its name without the version, as every card takes it.
 * @throws Refusal `card/no-application`, `card/malformed`
 */
export async function selectApplication(channel: CardChannel): Promise<Application> {
  const response = await exchange(channel, { ins: 0xa4, p1: 4, p2: 0, data: PROVIDER, expectsData: true });
  if (response.status !== STATUS.done) {
    const status = response.status.toString(16).padStart(4, '0');
    refuse('card/no-application', `no PIV application: ${status}`, { status });
  }
  return readTemplate(response.data);
}

function readTemplate(answer: Uint8Array): Application {
  const step = 'select';
  const template = readObjects(readOnly(answer, 0x61, step), step);
  const identifier = valueOf(template, 0x4f, step);
  const whole = identifier.length === PIV_AID.length;
  // The version may be another; what it is a version of may not.
  const expected = whole ? PIV_AID.subarray(0, 9) : PIV_AID.subarray(5, 9);
  if ((!whole && identifier.length !== 6) || !equal(identifier.subarray(0, expected.length), expected)) {
    malformed(step, 'an identifier of another application');
  }
  const authority = readOnly(valueOf(template, 0x79, step), 0x4f, step);
  // SP 800-73-5 has the five bytes of the provider; some write the application behind them.
  if (!equal(authority.subarray(0, PROVIDER.length), PROVIDER)) malformed(step, 'another allocation authority');
  const label = template.find(({ tag }) => tag === 0x50)?.value;
  return { identifier, label: label && printableLabel(label) };
}

function printableLabel(value: Uint8Array): string | undefined {
  const text = fromUtf8(value.subarray(0, 64));
  return text?.replaceAll(/\p{C}+/gu, ' ').trim() || undefined;
}
