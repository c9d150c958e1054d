import { isRefusal } from '../core/refusal.ts';

/**
 * Acts that meet on one row: one of them wins each time, the others load again and decide again. More meetings than
 * there can be callers at once are no accident.
 */
const MAX_TRIES = 64;

/** `act` again from its beginning while another act was faster. @throws Refusal `log/stale` after 64 tries */
export async function untilFresh<Result>(act: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await act();
    } catch (error) {
      if (attempt === MAX_TRIES || !isRefusal(error, 'log/stale')) throw error;
    }
  }
}
