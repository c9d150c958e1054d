import type { PublicSite } from '../context.ts';
import { bytes, problems } from '../openapi-parts.ts';
import { answerWith, type Route } from '../route.ts';

/** The public versions of letters: to be read by anybody. */
export function publicVersionRoutes(context: PublicSite): readonly Route[] {
  const { deps, headers } = context;
  return [
    {
      method: 'GET',
      path: '/version-publica/{id}.pdf',
      match: '/version-publica/:file{[0-9a-f]{16}\\.pdf}',
      operation: {
        operationId: 'getPublicVersion',
        summary: 'A letter with parts blacked out, while it is published',
        description: '`availablePublicVersion` of a letter names it. A copy to read: the letter is what was signed.',
        parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string', pattern: '^[0-9a-f]{16}$' } }],
        responses: { 200: bytes('application/pdf', 'The file'), ...problems(404, 429, 500, 503) },
      },
      async answer(c) {
        context.limitDownloads(c);
        const file = await deps.publicVersions.findPublished((c.req.param('file') ?? '').slice(0, 16));
        if (!file) return c.notFound();
        // Withdrawn, it is gone at once: nobody on the way keeps it.
        return answerWith(file, {
          ...headers.published,
          'content-type': 'application/pdf',
          'content-disposition': 'attachment; filename="version-publica.pdf"',
          'x-robots-tag': 'noindex',
          'cache-control': 'no-store',
        });
      },
    },
  ];
}
