import { SCHEMAS } from './openapi-parts.ts';
import type { OpenApi, Route } from './route.ts';

/** The OpenAPI 3.1 document of the routes that have an operation. */
export function openApiDocument(routes: readonly Route[], origin: string, institution: string): OpenApi {
  const paths: Record<string, Record<string, OpenApi>> = {};
  for (const { path, method, operation } of routes) {
    if (operation) (paths[path] ??= {})[method.toLowerCase()] = operation;
  }
  return {
    openapi: '3.1.0',
    info: {
      title: `Cotejo: ${institution}`,
      version: '1',
      summary: 'Whether a letter or a credential is genuine',
      description: 'A verdict, good or bad, is always HTTP 200. Problems are RFC 9457 documents.',
    },
    servers: [{ url: origin }],
    paths,
    components: { schemas: SCHEMAS },
  };
}
