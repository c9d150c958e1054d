import type { Role } from '../../src/access/role.ts';
import type { CalendarDay } from '../../src/core/time.ts';
import type { Official } from '../../src/directory/official.ts';
import type { UnitCode } from '../../src/directory/unit.ts';
import type { SealedView } from '../../src/http/staff/views.ts';
import type { OficioId } from '../../src/oficio/oficio.ts';
import { TWO_PAGES } from './office.ts';
import { ProductionOffice, type Person } from './production-office.ts';
import { StaffDesk } from './staff-desk.ts';

/** A production office with two units: a signed letter of the first and a draft, their clerk, and a stranger who is clerk of the second. */
export interface LetterDesk {
  readonly office: ProductionOffice;
  readonly desk: StaffDesk;
  readonly director: Official;
  readonly letter: SealedView;
  readonly draft: OficioId;
  who(name: Role | 'stranger'): Person;
}

export async function makeLetterDesk(): Promise<LetterDesk> {
  const office = await ProductionOffice.make();
  const desk = new StaffDesk(office);
  const { services } = office;
  const people = new Map<Role | 'stranger', Person>();
  const who = (name: Role | 'stranger'): Person => people.get(name)!;
  const enrolIn = async (unit: string, role: Role): Promise<Person> => {
    const person = await office.enrol(`${role} de ${unit}`, [role]);
    const grant = { role, unit: unit as UnitCode, from: '2026-01-01' as CalendarDay };
    await office.act(office.founders, () => services.access.setRoles(person.id, [grant]));
    return person;
  };
  for (const role of ['hr', 'approver', 'auditor'] as const)
    people.set(role, await office.enrol(`Persona ${role}`, [role]));
  for (const code of ['AE', 'AE/DGG', 'AE/DGO']) {
    const unit = { code, name: `Unidad ${code}`, coveredSince: '2026-01-01', ...(code !== 'AE' && { parent: 'AE' }) };
    await office.act([who('hr')], () => services.setUnit(unit));
  }
  people.set('clerk', await enrolIn('AE/DGG', 'clerk'));
  people.set('stranger', await enrolIn('AE/DGO', 'clerk'));
  const input = {
    ...{
      name: 'Inés Robles',
      post: 'Directora',
      unit: 'AE/DGG',
      powers: ['Firmar'],
      mayAsk: [],
      neverAsks: ['Dinero'],
    },
    validFrom: '2026-01-16',
  };
  const director = await office.act([who('hr')], () => services.registerOfficial({ input }));
  const wanted = { officialId: director.id, kind: 'signer', days: 300, idempotencyKey: 'for the director' } as const;
  await office.act([who('hr'), who('approver')], () => services.issueCredential(wanted));
  people.set('signer', await office.enrol('Inés Robles', ['signer'], office.founders, director.id));
  const order = (key: string): object => ({
    ...{ signerId: director.id, type: 'oficio', amount: 0, subject: 'Aviso de obra', idempotencyKey: key },
    addressee: { name: 'Lidia Mora', address: 'Colima 9' },
  });
  const waiting = await desk.waits(desk.postForm(who('clerk'), '/oficios', order('letter one'), TWO_PAGES));
  const letter = (await desk.give(waiting, who('signer'))).json as unknown as SealedView;
  await desk.waits(desk.postForm(who('clerk'), '/oficios', order('letter two'), TWO_PAGES));
  const draft = (await services.oficios.list({ state: 'sealed', limit: 1 }))[0]!.id;
  return { office, desk, director, letter, draft, who };
}
