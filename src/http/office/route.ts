import type { OfficeContext } from './site.ts';

/** One thing that the office answers. HEAD goes with GET. */
export interface OfficeRoute {
  readonly method: 'GET' | 'POST';
  /** Below the office, as the router writes it; telemetry knows a request by this alone. */
  readonly path: string;
  readonly answer: (c: OfficeContext) => Response | Promise<Response>;
}
