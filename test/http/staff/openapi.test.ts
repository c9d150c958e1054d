import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { inputSchema, STAFF_INPUTS, staffOpenApi } from '../../../src/http/staff/openapi.ts';
import { staffApp, STAFF_PREFIX } from '../../../src/http/staff/app.ts';
import { ACTS, READS } from '../../../src/http/staff/who-may-ask.ts';
import { makeInstallation, type Installation } from '../../support/installation.ts';

// oxlint-disable-next-line typescript/no-explicit-any -- a document is looked through as it stands
type Found = any;

const document = staffOpenApi('https://verifica.example.mx', 'Alcaldía de Ejemplo') as Found;
let installation: Installation;

beforeAll(async () => {
  installation = await makeInstallation();
});
afterAll(() => installation.remove());

describe('the description of the staff API', () => {
  test('is OpenAPI 3.1, by somebody else’s program', async () => {
    const { valid, errors } = await new Validator().validate(structuredClone(document));
    expect([valid, errors]).toEqual([true, undefined]);
  });

  test('is served to whoever is logged in, and names every route', async () => {
    const app = staffApp(installation.services);
    const served = (await (await app.request(`${STAFF_PREFIX}/openapi.json`)).json()) as Found;
    const described = Object.entries<Found>(served.paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`),
    );
    const routes = app.routes.filter(({ method }) => method !== 'ALL');
    const told = new Set(routes.map(({ method, path }) => `${method} ${path.slice(STAFF_PREFIX.length)}`));
    expect(described.toSorted()).toEqual([...told].toSorted());
  });

  test('says of every route that takes something what it takes, and of no other', () => {
    const posts = [...Object.keys(ACTS), ...Object.keys(READS)].filter((route) => route.startsWith('POST '));
    const named = Object.keys(STAFF_INPUTS).filter((route) => route.startsWith('POST '));
    expect(named.toSorted()).toEqual([...new Set(posts)].toSorted());
    const unknown = Object.keys(STAFF_INPUTS).filter((route) => !(route in ACTS) && !(route in READS));
    expect(unknown).toEqual([]);
  });

  test('has an id of its own for every operation', () => {
    const ids = Object.values<Found>(document.paths).flatMap((item) =>
      Object.values<Found>(item).map(({ operationId }) => operationId),
    );
    expect(new Set(ids).size).toBe(ids.length);
  });
});

/** Something that fits a schema, by the schema alone. */
function sampleOf(schema: Found): unknown {
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  if (schema.anyOf ?? schema.oneOf) return sampleOf((schema.anyOf ?? schema.oneOf)[0]);
  if (schema.default !== undefined) return schema.default;
  switch (schema.type) {
    case 'object': {
      const all = Object.entries<Found>(schema.properties ?? {});
      const needed = all.filter(([name]) => schema.required?.includes(name));
      return Object.fromEntries(needed.map(([name, of]) => [name, sampleOf(of)]));
    }
    case 'array':
      return Array.from({ length: schema.minItems ?? 0 }, () => sampleOf(schema.items));
    case 'integer':
    case 'number':
      return schema.minimum ?? 0;
    case 'boolean':
      return true;
    case 'string':
      return 'a'.repeat(Math.max(schema.minLength ?? 1, 1));
    default:
      return null;
  }
}

describe('what a body has to be', () => {
  const ajv = new Ajv2020({ strict: true, strictTypes: false, validateFormats: false, allErrors: true });
  const bodies = Object.entries(STAFF_INPUTS).flatMap(([route, { body, form, query }]) =>
    [body, form === 'document' ? undefined : form, query].flatMap((schema) =>
      schema ? [[route, schema] as const] : [],
    ),
  );

  test.for(bodies)('%s is read alike by somebody else’s program', ([, schema]: readonly [string, z.ZodType]) => {
    const described = inputSchema(schema) as Found;
    const validate = ajv.compile(described);
    const sample = sampleOf(described);
    const fits = validate(sample);
    // A pattern that no sample has, or what only a program can tell, is looked at below.
    const patterns = JSON.stringify(described).includes('"pattern"');
    if (!patterns) expect([fits, validate.errors]).toEqual([true, null]);
    const wrong: unknown[] = [null, [], 'text', 7];
    const isObject = typeof sample === 'object' && sample !== null;
    if (isObject) wrong.push({ ...sample, unknownField: 1 });
    for (const name of described.required ?? []) {
      const { [name]: _, ...rest } = sample as Record<string, unknown>;
      wrong.push(rest);
    }
    for (const one of wrong) {
      expect([one, validate(one), schema.safeParse(one).success]).toEqual([one, false, false]);
    }
  });
});
