/** What the server says of what it declined. */
export class Told extends Error {
  readonly code: string;

  constructor(detail: string, code: string) {
    super(detail);
    this.code = code;
  }
}

export const LOST = 'No hay conexión con el servidor. Revise la red e inténtelo otra vez.';

/** What a problem document says; anything else is told as the outage that it is. */
export function toldIn(answer: unknown): Told {
  const { detail, code } = (answer ?? {}) as { readonly detail?: string; readonly code?: string };
  return detail === undefined ? new Told(LOST, 'none') : new Told(detail, code ?? 'none');
}

/** Posts JSON to a page of ours. @throws Told for what was declined; TypeError without a connection */
export async function ask(path: string, body: unknown): Promise<unknown> {
  const answer = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify(body),
  });
  const said: unknown = await answer.json().catch(() => undefined);
  if (answer.ok) return said;
  throw toldIn(said);
}
