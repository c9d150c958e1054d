import { holdsRole } from '../../access/role.ts';
import { drawSecret } from '../../access/secret.ts';
import { dayInMexicoCity } from '../../core/time.ts';
import { Refusal } from '../../core/refusal.ts';
import type { HttpCode } from '../../texts/code.ts';
import { MAX_FILE_BYTES } from '../../verifier/index.ts';
import type { PublicVersionView } from '../staff/public-versions.ts';
import type { OficioView } from '../staff/views.ts';
import { LETTER_ROLES } from './frame.ts';
import { publicVersionPage } from './public-version-page.ts';
import { roleRoute, type OfficeRoute } from './route.ts';
import type { OfficeContext, OfficeSite } from './site.ts';

const PATH = '/oficios/:id{[0-9a-f]{16}}/version-publica';
/** The file and the fields around it. */
const MOST_BYTES = MAX_FILE_BYTES + 65_536;

/** Public versions of letters: each page asks the staff API in the name of whoever is logged in. */
export function publicVersionPageRoutes(site: OfficeSite): readonly OfficeRoute[] {
  const { clock, random } = site.deps;
  const idOf = (c: OfficeContext): string => c.req.param('id') ?? '';
  const here = (c: OfficeContext): string => `/oficios/${idOf(c)}/version-publica`;

  return [
    roleRoute(site, 'GET', PATH, LETTER_ROLES, async (c, who) => {
      const [[letter], versions] = await Promise.all([
        site.get<readonly OficioView[]>(who, `/oficios?name=${idOf(c)}`),
        site.get<readonly PublicVersionView[]>(who, `/oficios/${idOf(c)}/public-versions`),
      ]);
      const at = clock();
      const isClerk = holdsRole(who.caller.grants, 'clerk', dayInMexicoCity(at), letter!.unit);
      const mayPublish = isClerk && letter!.leaves.signed !== undefined;
      const page = { letter: letter!, versions, mayPublish, formKey: drawSecret(random) };
      return site.page(publicVersionPage(site, { who, at }, page));
    }),
    roleRoute(site, 'POST', PATH, ['clerk'], async (c, who) => {
      const { fields, files } = await site.readMultipart(c, MOST_BYTES);
      const document = files.get('document');
      if (!document) throw new Refusal<HttpCode>('http/malformed', 'no file chosen', { field: 'document' });
      const request = {
        ground: fields.get('ground') ?? '',
        acceptCovered: fields.get('acceptCovered') === 'yes',
        idempotencyKey: `version/${fields.get('key') ?? ''}`,
      };
      const body = new FormData();
      body.set('request', JSON.stringify(request));
      body.set('document', new File([new Uint8Array(document)], 'version.pdf', { type: 'application/pdf' }));
      return site.outcome(c, await site.ask(who, 'POST', `/oficios/${idOf(c)}/public-versions`, body), here(c));
    }),
    roleRoute(site, 'POST', `${PATH}/:own{[0-9a-f]{16}}/retirar`, ['clerk'], async (c, who) => {
      const reason = (await site.readForm(c)).get('reason') ?? '';
      const path = `/oficios/${idOf(c)}/public-versions/${c.req.param('own')}/withdraw`;
      return site.outcome(c, await site.ask(who, 'POST', path, { reason }), here(c));
    }),
  ];
}
