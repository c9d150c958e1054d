import { isRefusal } from '../core/refusal.ts';

/** Two acts that meet on one row: the second loads again and decides again. More meetings in a row are no accident. */
const MAX_TRIES = 8;

/** `act` again from its beginning while another act was faster. @throws Refusal `log/stale` after eight tries */
export async function untilFresh<Result>(act: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await act();
    } catch (error) {
      if (attempt === MAX_TRIES || !isRefusal(error, 'log/stale')) throw error;
    }
  }
}
