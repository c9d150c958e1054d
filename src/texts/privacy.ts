import type { RetentionId, RetentionLine } from '../personal/retention.ts';

/** What the privacy notice says around the table of what is kept. */
export interface PrivacyTexts {
  readonly title: string;
  readonly lead: string;
  readonly responsible: string;
  /** Of those who only check something. */
  readonly asking: string;
  readonly columns: readonly [what: string, why: string, until: string];
  readonly rightsTitle: string;
  readonly rights: string;
  readonly ground: string;
  line(id: RetentionId): readonly [what: string, why: string];
  time(line: RetentionLine): string;
}
