import { VERDICT_OF_STATE } from '../core/verdict.ts';
import type { OpenApi } from './route.ts';

const text = { type: 'string' } as const;
const time = { type: 'string', format: 'date-time' } as const;
const texts = { type: 'array', items: text } as const;

function object(properties: OpenApi, ...optional: readonly string[]): OpenApi {
  return { type: 'object', properties, required: Object.keys(properties).filter((name) => !optional.includes(name)) };
}

/** A field that only some ways of asking may show is not required. */
function mostlyOptional(properties: OpenApi, ...required: readonly string[]): OpenApi {
  return { type: 'object', properties, required };
}

const letter = mostlyOptional(
  {
    kind: { const: 'oficio' },
    folio: text,
    unit: text,
    sealedAt: time,
    expires: time,
    type: { type: ['string', 'integer'], description: 'A number for a type that this release does not know' },
    amount: { type: 'integer', minimum: 0, description: 'Centavos; 0: asks for no money' },
    pages: { type: 'integer', minimum: 1 },
    subject: text,
    signer: object(
      {
        name: text,
        legalGround: { type: 'string', description: 'Why who signed is not named, instead of the name' },
        post: text,
        serial: text,
      },
      ...['name', 'legalGround'],
    ),
    countersigners: {
      type: 'array',
      items: object(
        {
          name: text,
          legalGround: { type: 'string', description: 'Why they are not named, instead of the name' },
          post: text,
          serial: text,
          signedAt: time,
          state: { enum: ['current', 'revoked', 'not-authorised', 'unconfirmed'] },
        },
        ...['name', 'legalGround', 'post', 'signedAt'],
      ),
      description: 'Who signed it besides, in order; the letter is what its own signature makes it',
    },
    addressee: {
      ...object({ name: text, post: text }, 'post'),
      description: 'Whom a letter in force is for, where that was chosen to be told',
    },
    visit: {
      ...object(
        {
          from: time,
          to: time,
          place: text,
          officials: {
            type: 'array',
            items: object(
              {
                officialId: text,
                state: { enum: ['current', 'ended'] },
                name: text,
                legalGround: text,
                post: text,
                unit: text,
                photo: { type: 'string', description: 'SHA-256, at `/foto/{officialId}/{photo}.jpg`' },
              },
              ...['name', 'legalGround', 'post', 'unit', 'photo'],
            ),
          },
        },
        'place',
      ),
      description: 'The visit that a letter in force announces: these people, and nobody else',
    },
    receivedOn: {
      type: 'string',
      format: 'date',
      description: 'The day on which a letter in force was first received, where that was registered',
    },
    publicVersion: {
      ...object({ state: { enum: ['current', 'replaced', 'withdrawn'] }, ground: text, registeredAt: time }),
      description: 'Of a file: it is registered as the public version of this letter, a copy with parts blacked out',
    },
    availablePublicVersion: {
      ...object({ id: text, ground: text, registeredAt: time }),
      description: 'Of a letter in force: its public version, at `/version-publica/{id}.pdf`',
    },
    endedBelow: {
      type: 'array',
      items: object({ folio: text, state: text }),
      description: 'Of a file: letters over which this one was signed and that do not count any more',
    },
    endedAt: time,
    replacedBy: { type: 'string', description: 'Folio of the letter that replaced it' },
    replacement: {
      ...object({ folio: text, state: text }),
      description:
        'The last of the letters that replaced each other, with its own state: `current` where it is in force',
    },
  },
  'kind',
  'folio',
);

const credential = mostlyOptional(
  {
    kind: { const: 'credential' },
    serial: text,
    card: { type: 'string', pattern: '^[0-9A-HJKMNP-TV-Z]{12}$', description: 'Number of the card that was asked for' },
    credentialKind: { enum: ['staff', 'signer', 'card'] },
    officialId: text,
    name: text,
    skippedTaps: {
      type: 'integer',
      description: 'Of a tap: how many before it were read and not opened, since the last one that was',
    },
    legalGround: { type: 'string', description: 'Why name and photo are not published, instead of both' },
    post: text,
    unit: text,
    powers: texts,
    mayAsk: texts,
    neverAsks: texts,
    photo: { type: 'string', description: 'Hexadecimal SHA-256 of `/foto/{officialId}/{photo}.jpg`' },
    notAfter: time,
    reason: text,
    endedOn: { type: 'string', format: 'date' },
    distinctive: {
      ...mostlyOptional(
        {
          state: { enum: ['current', 'revoked'] },
          until: { type: 'string', format: 'date', description: 'The last day of one that is in force' },
          withdrawnOn: { type: 'string', format: 'date' },
        },
        'state',
      ),
      description:
        'Of who has a mandate and a good credential: their badge "libre de extorsión" is in force, or was withdrawn. No proof that the badge somebody wears is theirs',
    },
  },
  'kind',
);

const distinctive = mostlyOptional(
  {
    kind: { const: 'distinctive' },
    number: { type: 'string', pattern: '^[0-9A-HJKMNP-TV-Z]{12}$' },
    until: { type: 'string', format: 'date', description: 'The last day' },
    officialId: text,
    name: text,
    legalGround: { type: 'string', description: 'Why name and photo are not published, instead of both' },
    post: text,
    unit: text,
    powers: texts,
    mayAsk: texts,
    neverAsks: texts,
    photo: { type: 'string', description: 'Hexadecimal SHA-256 of `/foto/{officialId}/{photo}.jpg`' },
    withdrawnOn: { type: 'string', format: 'date' },
    reason: { enum: ['lost', 'stolen'], description: 'Only where it may be in other hands' },
    endedOn: { type: 'string', format: 'date' },
  },
  ...['kind', 'number', 'until'],
);

const nobody = mostlyOptional({ kind: { const: 'unknown' }, host: text, signer: text }, 'kind');

const signature = object(
  {
    field: text,
    integrity: { enum: ['intact', 'altered', 'allowed-changes', 'forbidden-changes', 'unknown'] },
    trusted: { type: 'boolean' },
    signer: text,
    serial: text,
    signedAt: time,
    coverage: { enum: ['whole-file', 'earlier-revision'] },
    changes: {
      type: 'array',
      items: object({ kind: text, allowed: { type: 'boolean' }, page: { type: 'integer' }, detail: text }, 'page'),
      description: 'At most 100, and 1,000 of all signatures together',
    },
    moreChanges: { type: 'integer', description: 'How many more changes there are than are told' },
    folio: text,
    countersigns: { type: 'string', description: 'Folio of the letter that it countersigns, by the log' },
    countersignerState: {
      enum: ['current', 'revoked', 'not-authorised', 'unconfirmed'],
      description: 'Whether that counts; goes with `countersigns`',
    },
  },
  ...['signer', 'serial', 'signedAt', 'moreChanges', 'folio', 'countersigns', 'countersignerState'],
);

/** What the operations refer to. */
export const SCHEMAS: OpenApi = {
  Verdict: object(
    {
      verdict: { enum: ['valid', 'invalid', 'undetermined'] },
      state: { enum: Object.keys(VERDICT_OF_STATE) },
      dev: { type: 'boolean', description: 'Of a development installation: proves nothing' },
      subject: { oneOf: [letter, credential, distinctive, nobody] },
      signatures: { type: 'array', items: signature },
      checks: {
        type: 'array',
        items: object(
          {
            check: text,
            outcome: { enum: ['pass', 'fail', 'unknown'] },
            detail: text,
            signature: {
              type: 'integer',
              minimum: 1,
              description: 'Which of `signatures` it is about, where there are several',
            },
          },
          'signature',
        ),
      },
      checkedAt: time,
      statusAsOf: time,
    },
    ...['signatures', 'statusAsOf'],
  ),
  Problem: mostlyOptional(
    {
      type: { type: 'string', format: 'uri-reference' },
      title: text,
      status: { type: 'integer' },
      detail: text,
      code: { type: 'string', description: 'Stable: `folder/what-is-wrong`' },
      facts: {
        type: 'object',
        description: 'What was found and expected, by names that go with the code; empty for faults of the server',
        additionalProperties: { type: ['string', 'number'] },
      },
    },
    'status',
    'code',
  ),
};

/** Good or bad, a verdict is an answer. */
export const verdict: OpenApi = {
  description: 'A verdict, good or bad',
  content: { 'application/json': { schema: { $ref: '#/components/schemas/Verdict' } } },
};

const MEANING = {
  400: 'Malformed request',
  404: 'Not found',
  405: 'Another method than those of this address: `Allow` names them',
  413: 'The file is too large',
  414: 'The address is too long',
  415: 'Another media type than expected',
  429: 'Too many requests from one network: `Retry-After` says how long to wait',
  500: 'A bug of ours',
  503: 'Not possible now: worth a retry',
} as const;

/** Problem documents (RFC 9457) under these status codes, and 405, which every address answers to another method. */
export function problems(...statuses: readonly (keyof typeof MEANING)[]): OpenApi {
  const content = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
  return Object.fromEntries(
    [...statuses, 405 as const]
      .toSorted((a, b) => a - b)
      .map((status) => [status, { description: MEANING[status], content }]),
  );
}

/** A small JSON object. */
export function json(description: string, properties: OpenApi, ...optional: readonly string[]): OpenApi {
  return { description, content: { 'application/json': { schema: object(properties, ...optional) } } };
}

/** Bytes under a media type. */
export function bytes(type: string, description: string): OpenApi {
  return { description, content: { [type]: { schema: { type: 'string', contentMediaType: type } } } };
}
