import { isRefusal } from '../../core/refusal.ts';
import type { PublicDeps } from '../deps.ts';
import type { PublicSite } from '../context.ts';
import { json, problems } from '../openapi-parts.ts';
import { answerWith, type Route } from '../route.ts';

/** Whether what was signed is still what the log says: a restored old copy or a second log must not answer. */
async function isConsistent({ signedCheckpoint }: PublicDeps): Promise<boolean> {
  try {
    await signedCheckpoint();
    return true;
  } catch (error) {
    if (isRefusal(error)) return false;
    throw error;
  }
}

/** For whoever keeps the service running. `isServing` turns false as soon as it is told to stop. */
export function healthRoutes({ deps, headers }: PublicSite, isServing: () => boolean): readonly Route[] {
  const tell = (ready: boolean, why?: string): Response =>
    answerWith(JSON.stringify({ ready, ...(why && { why }) }), headers.json, ready ? 200 : 503);
  return [
    {
      method: 'GET',
      path: '/healthz',
      operation: {
        operationId: 'isAlive',
        summary: 'Whether the process lives',
        responses: { 200: json('It does', { alive: { const: true } }), ...problems(500) },
      },
      answer: () => answerWith('{"alive":true}', headers.json),
    },
    {
      method: 'GET',
      path: '/readyz',
      operation: {
        operationId: 'isReady',
        summary: 'Whether it should be asked: the database answers, and the log is what was signed',
        responses: {
          ...problems(500),
          200: json('It should', { ready: { const: true } }),
          503: json('It should not', { ready: { const: false }, why: { enum: ['stopping', 'log', 'database'] } }),
        },
      },
      async answer() {
        if (!isServing()) return tell(false, 'stopping');
        try {
          return (await isConsistent(deps)) ? tell(true) : tell(false, 'log');
        } catch (error) {
          deps.telemetry.failure('/readyz', error);
          return tell(false, 'database');
        }
      },
    },
  ];
}
