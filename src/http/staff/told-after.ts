import { isRefusal, Outage } from '../../core/refusal.ts';

/** What is told beside an act that is done. */
export interface ToldAfter {
  /** Why the rest could not be looked up, by code: what is empty says nothing then. */
  readonly untold?: string;
}

/**
 * What `tell` tells, or `otherwise` with the code of what kept it from telling: the act is done, and a row of another one that
 * somebody edited must keep nobody from its folio and file.
 */
export async function toldAfter<Told extends object>(
  tell: () => Promise<Told>,
  otherwise: Told,
): Promise<Told & ToldAfter> {
  try {
    return await tell();
  } catch (error) {
    if (!isRefusal(error) && !(error instanceof Outage)) throw error;
    return { ...otherwise, untold: error.code };
  }
}
