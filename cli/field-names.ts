import { ApiProblem } from './client.ts';
import { inBoth, type Command } from './command.ts';
import type { Screen } from './screen.ts';

/** What `act` gives; a refusal of one field says in `where` the option or argument that it was typed in. */
export async function namingFields<Result>(
  { fields }: Command,
  screen: Screen,
  act: () => Promise<Result>,
): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    const where = error instanceof ApiProblem && fields?.[error.facts['field'] ?? ''];
    if (!where) throw error;
    const { code, status, message, facts } = error;
    throw new ApiProblem({ code, status, detail: message, facts: { ...facts, where: screen.say(inBoth(where)) } });
  }
}
