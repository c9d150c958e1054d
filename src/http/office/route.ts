import type { Role } from '../../access/role.ts';
import { callerWith } from '../../access/rule.ts';
import type { LoggedIn } from '../../access/session.ts';
import type { OfficeContext, OfficeSite } from './site.ts';

/** One thing that the office answers. HEAD goes with GET. */
export interface OfficeRoute {
  readonly method: 'GET' | 'POST';
  /** Below the office, as the router writes it; telemetry knows a request by this alone. */
  readonly path: string;
  readonly answer: (c: OfficeContext) => Response | Promise<Response>;
}

/** What a page answers to whoever is logged in. */
export type PersonalAnswer = (c: OfficeContext, who: LoggedIn) => Response | Promise<Response>;

/** For whoever is logged in and has one of these roles, before anything of the request is read. */
export function roleRoute(
  site: Pick<OfficeSite, 'whoAsks' | 'deps'>,
  method: OfficeRoute['method'],
  path: string,
  roles: readonly Role[],
  answer: PersonalAnswer,
): OfficeRoute {
  return {
    method,
    path,
    async answer(c) {
      const who = await site.whoAsks(c);
      callerWith(roles, who.caller, site.deps.clock());
      return answer(c, who);
    },
  };
}
