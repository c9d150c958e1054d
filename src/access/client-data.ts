import { fromUtf8 } from '../core/bytes.ts';

/** What the browser says of the ceremony that it led: of `CollectedClientData` what we judge (WebAuthn L3 §5.8.1). */
export interface ClientData {
  readonly type: string;
  /** base64url without padding. */
  readonly challenge: string;
  readonly origin: string;
  /** A page of another origin had the one that asked in a frame: `crossOrigin`, `topOrigin`. */
  readonly isFramed: boolean;
}

/** For whoever reads them to keep: browsers write some hundred. */
export const MOST_CLIENT_DATA_BYTES = 4096;
/** Browsers add texts, and one flat object at most: nothing is gained by following somebody deeper. */
const MOST_OPENED = 16;

/** The fields that §5.8.1.1 writes first, in this order. */
const FIRST = ['type', 'challenge', 'origin'] as const;

function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  if ((text.match(/[[{]/g)?.length ?? 0) > MOST_OPENED) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  // Of two fields of one name JSON.parse takes the last, other readers the first: one text would say two challenges.
  // §5.8.1.1 writes as JSON.stringify does, so only what comes back as it was has one meaning.
  return JSON.stringify(value) === text ? (value as Record<string, unknown>) : undefined;
}

/**
 * Reads `clientDataJSON`; `undefined` unless it is written as §5.8.1.1 says: UTF-8, the fields in their order, none twice, no
 * space, each character in its one spelling. Fields that we do not know may follow (§5.8.1.3). `crossOrigin` may be absent, as
 * Level 1 clients leave it out.
 */
export function readClientData(bytes: Uint8Array): ClientData | undefined {
  const text = fromUtf8(bytes);
  const fields = text === undefined ? undefined : parse(text);
  if (!fields || FIRST.some((name, i) => Object.keys(fields)[i] !== name)) return undefined;
  const { type, challenge, origin, crossOrigin } = fields;
  if (typeof type !== 'string' || typeof challenge !== 'string' || typeof origin !== 'string') return undefined;
  if (crossOrigin !== undefined && typeof crossOrigin !== 'boolean') return undefined;
  return { type, challenge, origin, isFramed: crossOrigin === true || Object.hasOwn(fields, 'topOrigin') };
}
