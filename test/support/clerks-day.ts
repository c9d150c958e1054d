import type { PersonId } from '../../src/access/person.ts';
import type { RoleGrant } from '../../src/access/role.ts';
import type { Config } from '../../src/config.ts';
import type { CalendarDay } from '../../src/core/time.ts';
import type { OfficialId } from '../../src/directory/official.ts';
import type { UnitCode } from '../../src/directory/unit.ts';
import { ProductionOffice, type Person } from './production-office.ts';

const FROM = '2026-01-01' as CalendarDay;

/** An installation with two units, each with a clerk and somebody who signs. */
export interface ClerksDay {
  readonly office: ProductionOffice;
  readonly hr: Person;
  readonly approver: Person;
  readonly clerk: Person;
  /** Of the other unit. */
  readonly stranger: Person;
  readonly signer: Person;
  readonly signerId: OfficialId;
  /** Of the other unit; countersigns. */
  readonly second: Person;
  readonly secondId: OfficialId;
}

export async function clerksDay(more: Pick<Config, 'mail'> = {}): Promise<ClerksDay> {
  const office = await ProductionOffice.make(more);
  const { services } = office;
  const hr = await office.enrol('Hilda Rojas', ['hr']);
  const approver = await office.enrol('Óscar Lara', ['approver']);
  const inUnit = async (person: Person, role: RoleGrant['role'], unit: string): Promise<void> => {
    const grants: RoleGrant[] = [{ role, unit: unit as UnitCode, from: FROM }];
    await office.act(office.founders, () => services.access.setRoles(person.id as PersonId, grants));
  };
  const unit = (code: string, name: string, parent?: string): Promise<unknown> =>
    office.act([hr], () =>
      services.setUnit({ code, name, coveredSince: FROM, ...(parent !== undefined && { parent }) }),
    );
  await unit('AE', 'Alcaldía de Ejemplo');
  await unit('AE/DX', 'Dirección de Ejemplo', 'AE');
  await unit('AE/OP', 'Obras Públicas', 'AE');
  const official = async (name: string, post: string, of: string): Promise<OfficialId> => {
    const input = {
      ...{ name, post, unit: of, powers: ['Firmar oficios'], mayAsk: [], neverAsks: [] },
      validFrom: '2026-01-16',
    };
    const { id } = await office.act([hr], () => services.registerOfficial({ input }));
    const asked = { officialId: id, kind: 'signer' as const, days: 365, idempotencyKey: `signer of ${id}` };
    await office.act([hr, approver], () => services.issueCredential(asked));
    return id;
  };
  const signerId = await official('Inés Robles', 'Directora de Ejemplo', 'AE/DX');
  const secondId = await official('Raúl Cano', 'Director de Obras', 'AE/OP');
  const signer = await office.enrol('Inés Robles', ['signer'], office.founders, signerId);
  const second = await office.enrol('Raúl Cano', ['signer'], office.founders, secondId);
  await inUnit(second, 'signer', 'AE/OP');
  const clerk = await office.enrol('Carlos Clave', ['clerk']);
  await inUnit(clerk, 'clerk', 'AE/DX');
  const stranger = await office.enrol('Olga Otra', ['clerk']);
  await inUnit(stranger, 'clerk', 'AE/OP');
  return { office, hr, approver, clerk, stranger, signer, signerId, second, secondId };
}
