import type { Distinctive, DistinctiveNumber } from './distinctive.ts';
import type { GrantRequest } from './grant.ts';

/** The acts about distinctives, and what is told of them. Each act is durable before it resolves. */
export interface DistinctiveOffice {
  /** @throws Refusal as `grantDistinctive` */
  grant(request: GrantRequest): Promise<Distinctive>;
  /** @throws Refusal as `withdrawDistinctive` */
  withdraw(request: { readonly number: DistinctiveNumber; readonly reason: string }): Promise<Distinctive>;
  find(number: DistinctiveNumber): Promise<Distinctive | undefined>;
  /** All that this person was ever granted, in order. */
  listOf(officialId: string): Promise<readonly Distinctive[]>;
  /** All that were ever granted, in order. */
  list(): Promise<readonly Distinctive[]>;
  /** The artwork: a PDF. @throws Refusal as `makeDistinctive` */
  print(number: DistinctiveNumber): Promise<Uint8Array>;
}
