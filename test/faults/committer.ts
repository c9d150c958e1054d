/**
 * A process that is meant to be killed: commits numbered acts to the SQLite file it is given and prints a line for each
 * one that was acknowledged. `node committer.ts FILE NAME [COUNT]`
 */
import { writeSync } from 'node:fs';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { sqliteCheckpoints } from '../../src/adapters/sql/checkpoints.ts';
import { sqliteLedger } from '../../src/adapters/sql/ledger.ts';
import { sqliteLog } from '../../src/adapters/sql/log-reader.ts';
import { units } from '../../src/adapters/sql/nouns.ts';
import { findRecord } from '../../src/adapters/sql/record-table.ts';
import { openSqlite } from '../../src/adapters/sqlite.ts';
import { publishCheckpoint } from '../../src/log/publish.ts';
import { bytesOf, plainAct, unitPut } from '../support/acts.ts';
import { ed25519Signer } from '../support/ed25519-signer.ts';

const [file = '', name = '', count = 'Infinity'] = process.argv.slice(2);
const data = openSqlite(file);
const ledger = sqliteLedger(data, nodePrimitives);
const deps = {
  log: sqliteLog(data, nodePrimitives),
  checkpoints: sqliteCheckpoints(data),
  origin: 'example.org/log',
  logSigner: ed25519Signer(bytesOf('log key')),
  primitives: nodePrimitives,
};
await publishCheckpoint(deps);
/** Each act also counts itself in one row: the row and the log can only move together. */
let version = (await findRecord(data, units, 'COUNTER'))?.version ?? 0;
for (let i = 0; i < Number(count); i++) {
  const act = `${name}-${i}`;
  const { index } = await ledger.commit(plainAct(act, unitPut('COUNTER', version), unitPut(act)));
  version++;
  writeSync(1, `${index} ${act}\n`);
  if (i % 20 === 10) writeSync(1, `checkpoint ${(await publishCheckpoint(deps)).note.replaceAll('\n', '|')}\n`);
}
data.close();
