import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { encodeCbor } from '../../src/core/cbor.ts';
import { utf8 } from '../../src/core/bytes.ts';
import { LeafKind, NO_EVIDENCE, NO_ISSUER, type LeafDraft } from '../../src/log/leaf.ts';
import type { Act, AnyPut } from '../../src/log/ledger.ts';

/** 32 bytes that follow from `name`: tests that fail do so again. */
export function bytesOf(name: string): Uint8Array {
  return nodePrimitives.digest('SHA-256', utf8(name));
}

/** A leaf that says nothing of interest. */
export function plainLeaf(name: string, more: Partial<LeafDraft> = {}): LeafDraft {
  return {
    kind: LeafKind.unitSet,
    issuer: NO_ISSUER,
    record: encodeCbor([1, 'unit/set', name]),
    salt: bytesOf(`salt ${name}`),
    subjectTag: bytesOf(`tag ${name}`),
    evidence: NO_EVIDENCE,
    ...more,
  };
}

/** An act with these writes. */
export function plainAct(name: string, ...writes: readonly AnyPut[]): Act {
  return { leaf: plainLeaf(name), writes };
}

/** The first writing of an administrative unit. */
export function unitPut(code: string, ifVersion = 0, name = `Unidad ${code}`): AnyPut {
  return { put: 'unit', key: code, record: { code, name, coveredSince: '2026-01-01' }, ifVersion };
}
