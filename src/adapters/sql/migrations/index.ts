import { first } from './0001-first.ts';
import { withoutLogEntryRef } from './0002-without-log-entry-ref.ts';
import { documents } from './0003-documents.ts';
import { oficioInputDigest } from './0004-oficio-input-digest.ts';
import { tapCounters } from './0005-tap-counters.ts';
import { cards } from './0006-cards.ts';
import { distinctives } from './0007-distinctives.ts';
import { office } from './0008-office.ts';
import { approvals } from './0009-approvals.ts';
import { receptions } from './0010-receptions.ts';
import { deliveries } from './0011-deliveries.ts';
import { deviceLogin } from './0012-device-login.ts';
import { lettersByLeaf } from './0013-letters-by-leaf.ts';
import { programTokens } from './0014-program-tokens.ts';
import { dataExports } from './0015-data-exports.ts';
import { notices } from './0016-notices.ts';
import { publicVersions } from './0017-public-versions.ts';

/**
 * What takes the database from version n to n + 1, in SQLite's SQL (D1 runs the same). The version is how many have run;
 * one that was released is never edited.
 */
export const MIGRATIONS: readonly string[] = [
  first,
  withoutLogEntryRef,
  documents,
  oficioInputDigest,
  tapCounters,
  cards,
  distinctives,
  office,
  approvals,
  receptions,
  deliveries,
  deviceLogin,
  lettersByLeaf,
  programTokens,
  dataExports,
  notices,
  publicVersions,
];
