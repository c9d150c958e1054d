import { z } from 'zod';
import type { Role } from '../../access/role.ts';
import { problems, SCHEMAS } from '../openapi-parts.ts';
import type { OpenApi } from '../route.ts';
import { APPROVAL_INPUTS } from './approvals.ts';
import { CARD_LETTER_INPUTS } from './card-letters.ts';
import { CARD_INPUTS } from './cards.ts';
import { COUNTERSIGNATURE_INPUTS } from './countersignatures.ts';
import { CREDENTIAL_INPUTS } from './credentials.ts';
import { DIRECTORY_INPUTS } from './directory.ts';
import { DISTINCTIVE_INPUTS } from './distinctives.ts';
import type { RouteInput, RouteInputs } from './input.ts';
import { LETTER_INPUTS } from './letters.ts';
import { LOG_ENTRY_INPUTS } from './log-entries.ts';
import { LOG_INPUTS } from './log.ts';
import { NOTICE_INPUTS } from './notices.ts';
import { OFICIO_INPUTS } from './oficios.ts';
import { PEOPLE_INPUTS } from './people.ts';
import { PERSONAL_DATA_INPUTS } from './personal-data.ts';
import { STAFF_PREFIX } from './prefix.ts';
import { PUBLIC_VERSION_INPUTS } from './public-versions.ts';
import { RECEPTION_INPUTS } from './receptions.ts';
import { TOLD_CARD_INPUTS } from './told-cards.ts';
import { VERIFY_INPUTS } from './verify.ts';
import { ACTS, leadsTo, READS, rolesFor, type Leads } from './who-may-ask.ts';

/** What every route takes, by the very schemas that it reads requests with. */
export const STAFF_INPUTS: RouteInputs = {
  ...DIRECTORY_INPUTS,
  ...CREDENTIAL_INPUTS,
  ...CARD_INPUTS,
  ...CARD_LETTER_INPUTS,
  ...TOLD_CARD_INPUTS,
  ...DISTINCTIVE_INPUTS,
  ...OFICIO_INPUTS,
  ...LETTER_INPUTS,
  ...COUNTERSIGNATURE_INPUTS,
  ...RECEPTION_INPUTS,
  ...PUBLIC_VERSION_INPUTS,
  ...PERSONAL_DATA_INPUTS,
  ...VERIFY_INPUTS,
  ...LOG_INPUTS,
  ...LOG_ENTRY_INPUTS,
  ...PEOPLE_INPUTS,
  ...NOTICE_INPUTS,
  ...APPROVAL_INPUTS,
};

/** As whoever sends it has to write it; what only a program can tell of it is left out. */
export function inputSchema(schema: z.ZodType): OpenApi {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return rest;
}

interface Query {
  readonly properties?: Readonly<Record<string, OpenApi>>;
  readonly required?: readonly string[];
  readonly anyOf?: readonly Query[];
}

/** Each field of a query; of several forms of one, all fields. */
function queryParameters(schema: Query): readonly OpenApi[] {
  const { properties = {}, required = [], anyOf = [] } = schema;
  const own = Object.entries(properties).map(([name, of]) => ({
    ...{ name, in: 'query', required: required.includes(name), schema: of },
    ...(of['type'] === 'array' && { style: 'form', explode: true }),
  }));
  const other = anyOf.flatMap((one) => queryParameters({ ...one, required: [] }));
  return [...own, ...other];
}

function formOf(request: z.ZodType | undefined, file: OpenApi, needed: readonly string[]): OpenApi {
  const properties = { ...(request && { request: inputSchema(request) }), ...file };
  return { 'multipart/form-data': { schema: { type: 'object', properties, required: needed } } };
}

const PDF: OpenApi = { document: { type: 'string', contentMediaType: 'application/pdf' } };
const PHOTO: OpenApi = { photo: { type: 'string', contentMediaType: 'image/jpeg' } };

function contentOf({ body, form, photo, bytes }: RouteInput): OpenApi | undefined {
  if (body) {
    return {
      'application/json': { schema: inputSchema(body) },
      ...(photo && formOf(body, PHOTO, ['request'])),
    };
  }
  if (bytes) {
    return Object.fromEntries(bytes.map((type) => [type, { schema: { type: 'string', contentMediaType: type } }]));
  }
  if (form === 'document') return formOf(undefined, PDF, ['document']);
  return form && formOf(form, PDF, ['request', 'document']);
}

const WAITS: OpenApi = {
  description: 'It waits for people: the approval, with the challenge that their passkeys sign',
  content: {
    'application/json': {
      schema: { type: 'object', properties: { approval: { type: 'object' } }, required: ['approval'] },
    },
  },
};

function descriptionOf(leads: Leads, roles: readonly Role[] | 'asked'): string {
  if (roles === 'asked' || leads === 'approval') return 'For whoever it concerns: each is asked who they are.';
  const who = `For: ${roles.join(', ')}.`;
  if (leads === 'reading') return who;
  return leads === 'service'
    ? `${who} The service publishes it by its own rule.`
    : `${who} Kinds of acts: ${leads.map((kind) => `0x${kind.toString(16)}`).join(', ')}.`;
}

function operationOf(route: string): OpenApi {
  const [method = '', path = ''] = route.split(' ');
  const leads = leadsTo(method, path);
  const roles = READS[route] ?? rolesFor(leads);
  const input = STAFF_INPUTS[route] ?? {};
  const content = contentOf(input);
  const inPath = [...path.matchAll(/:([A-Za-z]+)/g)].map(([, name]) => ({
    ...{ name, in: 'path', required: true, schema: { type: 'string' } },
  }));
  const parameters = [...inPath, ...(input.query ? queryParameters(inputSchema(input.query) as Query) : [])];
  return {
    operationId: operationIdOf(method, path),
    tags: [path.split('/')[1]],
    description: descriptionOf(leads, roles),
    ...(parameters.length > 0 && { parameters }),
    ...(content && { requestBody: { required: true, content } }),
    responses: {
      200: { description: 'What was asked for, or done' },
      ...(typeof leads === 'object' && { 202: WAITS }),
      ...problems(400, 404, 413, 415, 500, 503),
      403: problem('Nobody is logged in, or none of the roles'),
      409: problem('Something changed meanwhile, or does not allow it'),
      422: problem('Understood and declined'),
    },
  };
}

function problem(description: string): OpenApi {
  return {
    description,
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  };
}

/** `postCardsNumberEnd` */
function operationIdOf(method: string, path: string): string {
  const words = path.split(/[^A-Za-z]+/).filter((word) => word !== '');
  return method.toLowerCase() + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}

/** The OpenAPI 3.1 document of the staff API: every route of the tables, with what it takes and whom it is for. */
export function staffOpenApi(origin: string, institution: string): OpenApi {
  const paths: Record<string, Record<string, OpenApi>> = {};
  for (const route of new Set([...Object.keys(READS), ...Object.keys(ACTS)])) {
    const [method = '', path = ''] = route.split(' ');
    const named = path.replaceAll(/:([A-Za-z]+)/g, '{$1}');
    (paths[named] ??= {})[method.toLowerCase()] = operationOf(route);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: `Cotejo, for staff: ${institution}`,
      version: '1',
      description:
        'Answers whoever is logged in, by the cookie of their session; what needs other people is answered with 202 and waits. Problems are RFC 9457 documents.',
    },
    servers: [{ url: `${origin}${STAFF_PREFIX}` }],
    security: [{ session: [] }],
    paths,
    components: {
      schemas: { Problem: SCHEMAS['Problem'] },
      securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: '__Host-cotejo-sesion' } },
    },
  };
}
