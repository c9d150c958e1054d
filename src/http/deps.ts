import type { AuthorityId } from '../authority/authority.ts';
import type { AuthorityStore } from '../authority/store.ts';
import type { Primitives } from '../core/primitives.ts';
import type { Random } from '../core/random.ts';
import type { Clock } from '../core/time.ts';
import type { Institution } from '../directory/institution.ts';
import type { DirectoryStore } from '../directory/store.ts';
import type { CheckpointStore, LogReader, StoredCheckpoint } from '../log/ledger.ts';
import type { PublicVersionOffice } from '../oficio/public-version-store.ts';
import type { StatusListName } from '../revocation/lists.ts';
import type { Answer, TapAnswer } from '../verifier/index.ts';
import type { Telemetry } from './telemetry.ts';

/** What the public service asks of an installation. It reads; the lists that it serves are signed below it. */
export interface PublicDeps {
  readonly dev: boolean;
  readonly institution: Institution;
  /** Public base address without a trailing slash; may hold a path prefix. */
  readonly origin: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly primitives: Pick<Primitives, 'digest'>;
  readonly telemetry: Telemetry;

  verifySeal(text: string): Promise<Answer>;
  verifyTyped(text: string): Promise<Answer>;
  verifyPdf(pdf: Uint8Array): Promise<Answer>;
  verifyCredential(serial: string): Promise<Answer>;
  /** Uses the tap up. */
  verifyTap(path: string): Promise<TapAnswer>;
  verifyBadge(number: string): Promise<Answer>;

  readonly publications: {
    trustList(): Promise<Uint8Array>;
    statusList(name: StatusListName): Promise<Uint8Array>;
  };
  publishCrl(authority: AuthorityId): Promise<Uint8Array>;
  readonly authorities: Pick<AuthorityStore, 'findAuthority'>;
  readonly publicVersions: Pick<PublicVersionOffice, 'findPublished'>;
  readonly directory: Pick<DirectoryStore, 'findOfficial' | 'findPhoto' | 'findUnit'>;
  readonly log: LogReader;
  readonly checkpoints: CheckpointStore;
  signedCheckpoint(): Promise<StoredCheckpoint | undefined>;
}
