import { setTimeout } from 'node:timers/promises';
import type { ApprovalView, PendingView } from '../../src/http/staff/approval-views.ts';
import { ApiProblem, type Waiting } from '../client.ts';
import { StillWaits } from '../command.ts';
import { localTime } from '../local-time.ts';
import type { Screen } from '../screen.ts';

const API = '/api/v1/staff/approvals';
/** Often at first, when whoever asked confirms it themselves. */
const FIRST_MS = 2_000;
const SECONDS_OFTEN = 60;
const LATER_MS = 10_000;

interface WaitOptions {
  readonly screen: Screen;
  /** Else it is only told where it is confirmed. */
  readonly wait: boolean;
  /** The public address, where passkeys are used. */
  origin(): Promise<string>;
  readonly everyMs?: number;
}

/**
 * Waits until the people have authorised what was asked for, and gives what the request would have been answered then.
 * @throws StillWaits; ApiProblem `approval/not-open` where somebody declined it or nobody confirmed it in time
 */
export function waitingForPeople({ screen, wait, origin, everyMs = FIRST_MS }: WaitOptions): Waiting {
  return async (first, ask) => {
    let answer = first;
    // What was done may lead to another part, which waits for itself.
    while (answer.status === 202) {
      const { approval } = (await answer.json()) as { readonly approval: PendingView };
      const { id } = approval;
      const address = `${await origin()}/oficina/solicitudes/${id}`;
      screen.note(
        screen.say({
          es: `Falta confirmarlo con llave de acceso (vence ${localTime(approval.expiresAt)}):`,
          en: `It still has to be confirmed with a passkey (until ${localTime(approval.expiresAt)}):`,
        }),
      );
      screen.note(`  ${address}`);
      if (!wait) throw new StillWaits({ id, address });
      screen.note(
        screen.say({
          es: 'Ctrl+C deja de esperar; la solicitud sigue en pie.',
          en: 'Ctrl+C waits no longer; what was asked for stands.',
        }),
      );
      await untilOver(id, ask, { screen, everyMs });
      answer = await ask(`${API}/${id}/answer`);
    }
    return answer;
  };
}

async function untilOver(
  id: string,
  ask: Parameters<Waiting>[1],
  { screen, everyMs }: { readonly screen: Screen; readonly everyMs: number },
): Promise<void> {
  const since = performance.now();
  for (;;) {
    const one = (await (await ask(`${API}/${id}`)).json()) as ApprovalView;
    if (one.state === 'enacted') return screen.progressDone();
    if (one.state !== 'open') {
      screen.progressDone();
      const facts = { state: one.state, ...(one.end?.why !== undefined && { why: one.end.why }) };
      throw new ApiProblem({ code: 'approval/not-open', status: 409, detail: `it is ${one.state}`, facts });
    }
    const seconds = Math.round((performance.now() - since) / 1000);
    const names = one.given.map(({ name }) => name).join(', ');
    const confirmed = names && screen.say({ es: ` (ya confirmó ${names})`, en: ` (confirmed by ${names})` });
    screen.progress(screen.say({ es: `Esperando${confirmed}… ${seconds} s`, en: `Waiting${confirmed}… ${seconds} s` }));
    await setTimeout(seconds < SECONDS_OFTEN ? everyMs : LATER_MS);
  }
}
