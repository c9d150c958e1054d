import type { Readers } from '../../hardware/pcsc/readers.ts';
import type { CardOutageCode } from '../../src/card/code.ts';
import { Outage } from '../../src/core/refusal.ts';

/** One that is started anew, or by our asking, is there by then. */
const COMES_MS = 2_000;

/**
 * Before anybody is asked for a card, and while one is waited for: without a card service none is ever seen.
 * @throws Outage `card/no-service`
 */
export async function expectService(readers: Pick<Readers, 'serviceAnswers' | 'onChange'>): Promise<void> {
  const until = performance.now() + COMES_MS;
  for (let left = COMES_MS; !readers.serviceAnswers(); left = until - performance.now()) {
    if (left <= 0) throw new Outage<CardOutageCode>('card/no-service', 'no card service answers');
    await change(readers, left);
  }
}

/** Until the readers or their service tell of a change, but not longer than this. */
export async function change(readers: Pick<Readers, 'onChange'>, ms: number): Promise<void> {
  let stop = (): void => {};
  let timer: NodeJS.Timeout | undefined;
  await new Promise<void>((resolve) => {
    stop = readers.onChange(() => resolve());
    timer = setTimeout(resolve, ms);
  });
  clearTimeout(timer);
  stop();
}
