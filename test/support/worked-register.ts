import { copyFileSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { Config } from '../../src/config.ts';
import type { Clock } from '../../src/core/time.ts';
import type { Credential } from '../../src/credential/credential.ts';
import type { OfficialId } from '../../src/directory/official.ts';
import type { Oficio } from '../../src/oficio/oficio.ts';
import type { OficioRequest } from '../../src/oficio/request.ts';
import { openServices } from '../../src/compose.ts';
import type { Services } from '../../src/services.ts';
import { installDevelopment } from './installation.ts';
import { OFFICE_ORIGIN, TWO_PAGES, appoint, issueTo, letterOf, openData, type Staff } from './office.ts';

/** An installation in which every kind of act was done, and the rows an insider would like to edit. */
export interface WorkedRegister {
  config: Config;
  staff: Staff;
  standing: Oficio;
  cancelled: Oficio;
  replaced: Oficio;
  revoked: Credential;
  /** A signer's, revoked for a stolen key. */
  stolen: Credential;
  badge: Credential;
  former: OfficialId;
  cancelledFile: Uint8Array;
  /** Signed with the stolen key. */
  spoiltFile: Uint8Array;
}

export async function workedRegister(): Promise<WorkedRegister> {
  const config = await installDevelopment({ origin: OFFICE_ORIGIN });
  const { services } = await openData(config);
  const made = await work(services);
  services.close();
  return { config, ...made };
}

/** What honest people did: every kind of act at least once. */
async function work(services: Services): Promise<Omit<WorkedRegister, 'config'>> {
  const staff = await appoint(services);
  const { director, subdirector, inspector } = staff;
  await services.setSeries({ unit: director.unit, year: 2026, gaps: [{ from: 5, to: 6, reason: 'papel dañado' }] });
  await services.setUnit({ code: 'AE', name: 'Alcaldía de Ejemplo', coveredSince: '2026-01-02' });
  const signer = await issueTo(services, director, 'signer');
  const stolen = await issueTo(services, subdirector, 'signer');
  const revoked = await issueTo(services, subdirector, 'staff');
  const badge = await issueTo(services, inspector, 'staff');
  let number = 0;
  const sign = async (
    who: string,
    subject: string,
    more: Partial<OficioRequest> = {},
  ): Promise<{ oficio: Oficio; document: Uint8Array }> =>
    services.signOficio(
      { ...letterOf(director, TWO_PAGES), signerId: who, subject, amount: 100, ...more },
      `letter ${number++}`,
    );
  const { oficio: standing } = await sign(director.id, 'En pie', {
    addressee: { name: 'Rosa Vega', address: 'Colima 9', isPublic: true },
  });
  const { oficio: cancelled, document: cancelledFile } = await sign(director.id, 'Cancelado');
  const { oficio: replaced } = await sign(director.id, 'Sustituido');
  const { document: spoiltFile } = await sign(subdirector.id, 'De una llave robada');
  await issueTo(services, inspector, 'signer');
  await services.countersignOficio({ id: standing.id, signerId: inspector.id });
  const received = { receivedAt: services.clock(), how: 'window', name: 'Rosa Vega', office: 'Contraloría' };
  const wrong = await services.receptions.receive({ letter: standing.id, received, idempotencyKey: 'reception 1' });
  const correction = { corrects: wrong.id, reason: 'Otra hora' };
  await services.receptions.receive({ letter: standing.id, received, correction, idempotencyKey: 'reception 2' });
  await services.endOficio(cancelled.id, { reason: 'Error' });
  await services.endOficio(replaced.id, { reason: 'Otro', replacedBy: standing });
  await services.suspendCredential(badge.serial);
  await services.resumeCredential(badge.serial);
  await services.suspendCredential(signer.serial);
  await services.resumeCredential(signer.serial);
  await services.revokeCredential(revoked.serial, { reason: 'superseded' });
  await services.revokeCredential(stolen.serial, { reason: 'keyCompromise', compromisedFrom: 1 });
  await services.changeOfficial({ id: inspector.id, changes: { post: 'Inspectora de obras' } });
  await services.changeOfficial({ id: inspector.id, changes: { post: 'Inspectora de mercados' } });
  const { id: former } = await services.registerOfficial({
    input: {
      name: 'Quien Se Fue',
      post: 'Verificador',
      unit: inspector.unit,
      powers: ['Verificar'],
      mayAsk: [],
      neverAsks: [],
      validFrom: '2026-01-16',
    },
  });
  await services.endOfficial({ id: former, reason: 'dismissed' });
  await services.publishCrl('oficios');
  await services.publishCrl('credenciales');
  await services.publishCheckpoint();
  return { staff, standing, cancelled, replaced, revoked, stolen, badge, former, cancelledFile, spoiltFile };
}

/** Takes the end of a letter out of its row. */
export const uncancel = (key: string): string =>
  `UPDATE oficio SET state = 'signed', record = json_remove(json_set(record, '$.state', 'signed'), '$.ended', '$.endedLeaf')
   WHERE key = '${key}';`;

/** Takes the revocation of a credential out of its row. */
export const unrevoke = (key: string): string =>
  `UPDATE credential SET state = 'issued',
   record = json_remove(json_set(record, '$.state', 'issued'), '$.revoked', '$.statusLeaf') WHERE key = '${key}';`;

/** What an insider does to the file, who takes away the triggers that are in the way and puts them back. */
export function tamperWith(file: string, edit: (database: DatabaseSync) => void): void {
  const database = new DatabaseSync(file, { defensive: false });
  const schema = (): string[] =>
    database
      .prepare('SELECT sql FROM sqlite_schema')
      .all()
      .map((row) => String(row['sql']));
  try {
    const before = schema();
    edit(database);
    const after = new Set(schema());
    for (const sql of before) if (!after.has(sql)) database.exec(sql);
  } finally {
    database.close();
  }
}

/** Does `work` with a file of data that afterwards is as before. */
export async function withFileKept<Result>(
  { databaseFile: file }: Config,
  work: () => Promise<Result>,
): Promise<Result> {
  copyFileSync(file, `${file}.kept`);
  try {
    return await work();
  } finally {
    for (const end of ['-wal', '-shm']) rmSync(`${file}${end}`, { force: true });
    copyFileSync(`${file}.kept`, file);
  }
}

/** Opens the data, lets an insider edit rows in the file meanwhile, asks, and puts all back. */
export async function afterEdit<Result>(
  config: Config,
  sql: string,
  ask: (services: Services) => Promise<Result>,
  clock?: Clock,
): Promise<Result> {
  return withFileKept(config, async () => {
    const { services } = await openData(config, clock && { clock });
    try {
      tamperWith(config.databaseFile, (database) => database.exec(`PRAGMA foreign_keys = OFF; ${sql}`));
      return await ask(services);
    } finally {
      services.close();
    }
  });
}

/** The same for what is done before anybody opens it. */
export async function afterTampering<Result>(
  config: Config,
  tamper: (database: DatabaseSync) => void,
  ask: (services: Services) => Promise<Result>,
): Promise<Result> {
  return withFileKept(config, async () => {
    tamperWith(config.databaseFile, tamper);
    const services = await openServices(config);
    try {
      return await ask(services);
    } finally {
      services.close();
    }
  });
}

/** The statement that sets members of the JSON record of one row. */
export const setInRecord = (table: string, key: string, ...changes: readonly string[]): string =>
  `UPDATE ${table} SET record = json_set(record, ${changes.join(', ')}) WHERE key = '${key}';`;
