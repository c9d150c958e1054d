import { encodeCbor, type CborValue } from '../core/cbor.ts';
import { cborShape } from '../core/cbor-shape.ts';
import { isRefusal, Refusal } from '../core/refusal.ts';
import type { Evidence } from '../log/leaf.ts';
import { MAX_BATCH, STATEMENT_KEY_BYTES, type Statement } from './statement.ts';

/** How an act was authorised (docs/formats/evidence.md). A number never changes its meaning. */
export const EvidenceKind = {
  /** Nobody says so: counts under the development policy only. */
  none: 0,
  /** Passkey assertions over the record. */
  assertions: 1,
  /** The service itself, by a rule: what it takes away or publishes by the clock. */
  automatic: 2,
  /** Somebody who was logged in, without an assertion: for what gives nobody a right. */
  session: 3,
} as const;

/** Who made an assertion: the leaves of their enrolment and of their roles then, or a founder of the charter by place. */
export type AssertedBy = { readonly enrolment: number; readonly roles: number } | { readonly founder: number };

export interface SignedAssertion {
  readonly by: AssertedBy;
  readonly authenticatorData: Uint8Array;
  readonly clientDataJSON: Uint8Array;
  readonly signature: Uint8Array;
}

/** Evidence of kind 1: of one act, also where several were authorised together. */
export interface Authorisation {
  /** Without its action, which the record says. */
  readonly statement: Omit<Statement, 'action'>;
  /** Where the record stands among those of the statement, and the path from it to their root. */
  readonly place: number;
  readonly path: readonly Uint8Array[];
  readonly assertions: readonly SignedAssertion[];
}

const VERSION = 1;
/** A requester and an approver, and room for a third. */
const MAX_ASSERTIONS = 3;
const MAX_PATH = 10;
const MAX_FOUNDERS = 16;
const MAX_EVIDENCE_BYTES = 24_576;

class NotEvidence extends Refusal<'access/evidence-malformed'> {}

function malformed(what: string): never {
  throw new NotEvidence('access/evidence-malformed', what);
}
const shape = cborShape(malformed);

function encodeBy(by: AssertedBy): CborValue {
  return 'founder' in by ? [by.founder] : [by.enrolment, by.roles];
}

function readBy(value: CborValue | undefined): AssertedBy {
  const [first, second] = shape.array(value, 1, 2);
  if (second === undefined) return { founder: shape.number(first, 0, MAX_FOUNDERS - 1) };
  return { enrolment: shape.number(first), roles: shape.number(second) };
}

export function authorisationEvidence({ statement, place, path, assertions }: Authorisation): Evidence {
  const { count, target, key, at, size, root } = statement;
  const bytes = encodeCbor([
    VERSION,
    [count, target, key, at, size, root],
    place,
    path,
    assertions.map((one) => [encodeBy(one.by), one.authenticatorData, one.clientDataJSON, one.signature]),
  ]);
  return { kind: EvidenceKind.assertions, bytes };
}

/** Who was logged in when an act was made that needs no more. */
export function sessionEvidence(by: AssertedBy): Evidence {
  return { kind: EvidenceKind.session, bytes: encodeCbor([VERSION, encodeBy(by)]) };
}

export const AUTOMATIC: Evidence = { kind: EvidenceKind.automatic, bytes: new Uint8Array(0) };

/** What `read` makes of it, or `undefined` for anything that is not exactly one encoding within bounds. */
function reading<T>(bytes: Uint8Array, read: (items: readonly CborValue[]) => T): T | undefined {
  if (bytes.length > MAX_EVIDENCE_BYTES) return undefined;
  try {
    const items = shape.array(shape.decode(bytes, { maxDepth: 4, maxItems: 128 }), 2, 5);
    if (items[0] !== VERSION) malformed('another version');
    return read(items.slice(1));
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}

/** The authorisation of evidence of kind 1; `undefined` for anything else. Never throws on hostile input. */
export function readAuthorisation({ kind, bytes }: Evidence): Authorisation | undefined {
  if (kind !== EvidenceKind.assertions) return undefined;
  return reading(bytes, (items) => {
    const [statement, place, path, assertions] = shape.array([...items], 4, 4);
    const [count, target, key, at, size, root] = shape.array(statement, 6, 6);
    const told = {
      count: shape.number(count, 1, MAX_BATCH),
      target: shape.bytes(target, 32),
      key: shape.bytes(key, STATEMENT_KEY_BYTES),
      at: shape.time(at),
      size: shape.number(size, 1),
      root: shape.bytes(root, 32),
    };
    return {
      statement: told,
      place: shape.number(place, 0, told.count - 1),
      path: shape.array(path, 0, MAX_PATH).map((hash) => shape.bytes(hash, 32)),
      assertions: shape.array(assertions, 1, MAX_ASSERTIONS).map((item) => {
        const [by, authenticatorData, clientDataJSON, signature] = shape.array(item, 4, 4);
        return {
          by: readBy(by),
          authenticatorData: shape.bytes(authenticatorData, 37, 1024),
          clientDataJSON: shape.bytes(clientDataJSON, 1, 4096),
          signature: shape.bytes(signature, 1, 1024),
        };
      }),
    };
  });
}

/** Who was logged in, by evidence of kind 3; `undefined` for anything else. Never throws on hostile input. */
export function readSession({ kind, bytes }: Evidence): AssertedBy | undefined {
  if (kind !== EvidenceKind.session) return undefined;
  return reading(bytes, ([by, ...rest]) => (rest.length === 0 ? readBy(by) : malformed('more than who it was')));
}
