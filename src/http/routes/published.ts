import { certificateOf, CONTENT_SIGNER, isAuthorityId, type AuthorityId } from '../../authority/authority.ts';
import { toHex } from '../../core/bytes.ts';
import { parseTilePath, readTile, TILE_WIDTH, type Tile } from '../../log/tile.ts';
import { readCrl } from '../../revocation/crl.ts';
import { statusListName } from '../../revocation/lists.ts';
import type { PublicSite } from '../context.ts';
import { bytes, problems } from '../openapi-parts.ts';
import { answerWith, type PublicContext, type Route } from '../route.ts';

const IMMUTABLE = 'public, max-age=31536000, immutable';

interface KeptCrl {
  readonly crl: Uint8Array;
  readonly etag: string;
  readonly lastModified: string;
}

/** What has a certificate: an authority, or the key that signs what stands on cards. */
const CERTIFIED = ['raiz', 'credenciales', 'oficios', CONTENT_SIGNER] as const;

function authorityIn(file: string | undefined, suffix: string): AuthorityId | undefined {
  const id = file?.slice(0, -suffix.length) ?? '';
  return isAuthorityId(id) ? id : undefined;
}

const authorityParameter = {
  name: 'authority',
  in: 'path',
  required: true,
  schema: { enum: ['raiz', 'credenciales', 'oficios'] },
} as const;

/** What anybody may copy: certificates, revocation lists, trust list, status lists and the log. */
export function publishedRoutes({ deps, headers }: PublicSite): readonly Route[] {
  const crls = new Map<AuthorityId, KeptCrl>();
  const making = new Map<AuthorityId, Promise<Uint8Array>>();

  /** Requests that come at once share one making. */
  function currentCrl(id: AuthorityId): Promise<Uint8Array> {
    const begun = making.get(id);
    if (begun) return begun;
    const made = deps.publishCrl(id).finally(() => making.delete(id));
    making.set(id, made);
    return made;
  }

  async function keptCrl(id: AuthorityId): Promise<KeptCrl> {
    const crl = await currentCrl(id);
    const etag = `"${toHex(deps.primitives.digest('SHA-256', crl).subarray(0, 12))}"`;
    const known = crls.get(id);
    if (known?.etag === etag) return known;
    const lastModified = new Date(readCrl(crl).thisUpdate * 1000).toUTCString();
    const kept = { crl, etag, lastModified };
    crls.set(id, kept);
    return kept;
  }

  /** A checkpoint that was published covers the tile: a full one for ever, a partial one as it was then. */
  async function isPublished({ level, index, width }: Tile): Promise<boolean> {
    const latest = await deps.signedCheckpoint();
    const leavesEach = TILE_WIDTH ** (level === 'entries' ? 0 : level);
    const end = (index * TILE_WIDTH + width) * leavesEach;
    if (!latest || end > latest.size) return false;
    if (width === TILE_WIDTH) return true;
    const [first] = await deps.checkpoints.list(end, 1);
    return first !== undefined && first.size < end + leavesEach;
  }

  async function tile(c: PublicContext): Promise<Response> {
    const path = c.req.path;
    const wanted = parseTilePath(path.slice(path.indexOf('/log/') + '/log/'.length));
    if (!wanted || !(await isPublished(wanted))) return c.notFound();
    return answerWith(await readTile(deps.log, wanted, deps.primitives), {
      ...headers.published,
      'content-type': 'application/octet-stream',
      'cache-control': IMMUTABLE,
    });
  }

  return [
    {
      method: 'GET',
      path: '/ca/{authority}.cer',
      match: '/ca/:file{[a-z]+\\.cer}',
      operation: {
        operationId: 'getAuthority',
        summary: 'The certificate of an authority, or of the key that signs what stands on cards (RFC 5280, DER)',
        parameters: [{ ...authorityParameter, schema: { enum: CERTIFIED } }],
        responses: { 200: bytes('application/pkix-cert', 'The certificate'), ...problems(404, 500, 503) },
      },
      async answer(c) {
        const id = CERTIFIED.find((one) => c.req.param('file') === `${one}.cer`);
        const found = id && (await deps.authorities.findAuthority(id));
        if (!found) return c.notFound();
        return answerWith(certificateOf(found.record).encoded, {
          ...headers.published,
          'content-type': 'application/pkix-cert',
          'cache-control': 'public, max-age=3600',
        });
      },
    },
    {
      method: 'GET',
      path: '/crl/{authority}.crl',
      match: '/crl/:file{[a-z]+\\.crl}',
      operation: {
        operationId: 'getRevocations',
        summary: 'The complete revocation list of an authority (RFC 5280, DER)',
        parameters: [authorityParameter],
        responses: {
          200: bytes('application/pkix-crl', 'The list'),
          304: { description: 'Not changed since' },
          ...problems(404, 500, 503),
        },
      },
      async answer(c) {
        const id = authorityIn(c.req.param('file'), '.crl');
        if (!id) return c.notFound();
        const { crl, etag, lastModified } = await keptCrl(id);
        const described = {
          ...headers.published,
          'content-type': 'application/pkix-crl',
          'cache-control': 'public, max-age=300',
          etag,
          'last-modified': lastModified,
        };
        const match = c.req.header('if-none-match');
        const same =
          match === undefined
            ? c.req.header('if-modified-since') === lastModified
            : match.trim() === '*' || match.includes(etag);
        return same ? answerWith(null, described, 304) : answerWith(crl, described);
      },
    },
    {
      method: 'GET',
      path: '/trust-list',
      operation: {
        operationId: 'getTrustList',
        summary: 'The charter signed by the root and the list of the day: which keys count',
        responses: { 200: bytes('application/cbor', 'The trust list'), ...problems(500, 503) },
      },
      answer: async () =>
        answerWith(await deps.publications.trustList(), {
          ...headers.published,
          'content-type': 'application/cbor',
          'cache-control': 'public, max-age=300',
        }),
    },
    {
      method: 'GET',
      path: '/status/{list}',
      match: '/status/:list{[0-9]{1,6}}',
      operation: {
        operationId: 'getStatusList',
        summary: 'A status list of the trust list (Token Status List, CWT)',
        parameters: [{ name: 'list', in: 'path', required: true, schema: { type: 'integer', minimum: 1 } }],
        responses: { 200: bytes('application/statuslist+cwt', 'The list'), ...problems(404, 500, 503) },
      },
      async answer(c) {
        const text = c.req.param('list') ?? '';
        const name = text.startsWith('0') ? undefined : statusListName(Number(text));
        if (!name) return c.notFound();
        return answerWith(await deps.publications.statusList(name), {
          ...headers.published,
          'content-type': 'application/statuslist+cwt',
          'cache-control': 'public, max-age=60',
        });
      },
    },
    {
      method: 'GET',
      path: '/log/checkpoint',
      operation: {
        operationId: 'getCheckpoint',
        summary: 'The newest signed head of the log (C2SP tlog-checkpoint)',
        responses: { 200: bytes('text/plain', 'The signed note'), ...problems(404, 500, 503) },
      },
      async answer(c) {
        const latest = await deps.signedCheckpoint();
        if (!latest) return c.notFound();
        return answerWith(latest.note, {
          ...headers.published,
          'content-type': 'text/plain; charset=utf-8',
          'cache-control': 'public, max-age=5',
        });
      },
    },
    {
      method: 'GET',
      path: '/log/tile/{tile}',
      match: '/log/tile/*',
      operation: {
        operationId: 'getTile',
        summary: 'A tile of hashes or a bundle of entries (C2SP tlog-tiles)',
        parameters: [
          {
            name: 'tile',
            in: 'path',
            required: true,
            description: '`0/x001/234`, `entries/000.p/7`: with its slashes',
            schema: { type: 'string' },
          },
        ],
        responses: { 200: bytes('application/octet-stream', 'The tile'), ...problems(404, 500, 503) },
      },
      answer: tile,
    },
  ];
}
