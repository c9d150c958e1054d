import type { Context } from 'hono';
import { z } from 'zod';
import { fromBase64 } from '../../core/base64.ts';
import { Refusal } from '../../core/refusal.ts';
import { parseUnitCode, type UnitCode } from '../../directory/unit.ts';
import type { HttpCode } from '../../texts/code.ts';

function malformed(field: string, found: string): never {
  throw new Refusal<HttpCode>('http/body-malformed', `${field}: ${found}`, { field, found: found.slice(0, 120) });
}

/** The body, read once at the rim. @throws Refusal `http/body-malformed` naming the first field that does not fit */
export async function readJson<Schema extends z.ZodType>(c: Context, schema: Schema): Promise<z.output<Schema>> {
  const body: unknown = await c.req.json().catch(() => malformed('body', 'not JSON'));
  return checked(schema, body);
}

export function checked<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  return malformed(issue.path.join('.') || 'body', issue.message);
}

/** A file in standard base64. */
export const base64Bytes: z.ZodType<Uint8Array, string> = z
  .string()
  .transform((text, context) => fromBase64(text) ?? (context.addIssue('not base64'), z.NEVER));

/** A number in a query: absent, or a whole one. */
export function queryNumber(c: Context, name: string, fallback: number, most: number): number {
  const text = c.req.query(name);
  if (text === undefined) return fallback;
  const value = /^\d{1,15}$/.test(text) ? Number(text) : malformed(name, 'not a whole number');
  return Math.min(value, most);
}

/** Of lists by unit, those below it included. */
export const unitWanted: z.ZodOptional<z.ZodType<UnitCode>> = z
  .string()
  .max(60)
  .transform((text, context) => parseUnitCode(text) ?? (context.addIssue('not a unit'), z.NEVER))
  .optional();
/** In force, with a last day within so many days. */
export const daysWanted: z.ZodOptional<z.ZodType<number>> = z.coerce.number().int().min(0).max(3660).optional();

/** The part `request` of a form. @throws Refusal `http/body-malformed` */
export function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    throw new Refusal<HttpCode>('http/body-malformed', 'request: not JSON', { field: 'request' });
  }
}

/** What a route takes: a JSON body; a form of a part `request` of JSON and one `document` of PDF; bytes of these types; a query. */
export interface RouteInput {
  readonly body?: z.ZodType;
  /** `document`: that part alone. */
  readonly form?: z.ZodType | 'document';
  /** In place of `body`, the same as the part `request` of a form with a part `photo`. */
  readonly photo?: true;
  readonly bytes?: readonly string[];
  readonly query?: z.ZodType;
}

/** By method and path, as the tables of `who-may-ask.ts` name routes. */
export type RouteInputs = Readonly<Record<string, RouteInput>>;
