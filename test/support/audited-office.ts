import { systemClock } from '../../src/adapters/system.ts';
import { composeServices, openServices } from '../../src/compose.ts';
import type { Official } from '../../src/directory/official.ts';
import { LeafKind } from '../../src/log/leaf.ts';
import { openPorts } from '../../src/ports.ts';
import type { Services } from '../../src/services.ts';
import { TWO_PAGES } from './office.ts';
import { ProductionOffice, type Person } from './production-office.ts';

export const UNIT = 'AE';

/** A production installation with something for an auditor to find. */
export interface AuditedOffice {
  readonly office: ProductionOffice;
  readonly services: Services;
  readonly auditor: Person;
  readonly hr: Person;
  readonly signer: Person;
  readonly director: Official;
  readonly serial: string;
  readonly folio: string;
  /** A copy of the leaf that resumed the credential, appended by whoever has the database. */
  readonly forged: number;
  remove(): void;
}

/** An official, their credential, suspended and resumed, a letter of theirs, and a leaf that nobody authorised. */
export async function auditedOffice(): Promise<AuditedOffice> {
  const office = await ProductionOffice.make();
  const { services: first, founders } = office;
  const hr = await office.enrol('Rosa Vega', ['hr']);
  const auditor = await office.enrol('Aída Torres', ['auditor']);
  await office.act([hr], () => first.setUnit({ code: UNIT, name: 'Alcaldía', coveredSince: '2026-01-01' }));
  const input = { name: 'Inés Robles', post: 'Directora', unit: UNIT, validFrom: '2026-01-16' };
  const director = await office.act([hr], () =>
    first.registerOfficial({ input: { ...input, powers: ['Firmar'], mayAsk: [], neverAsks: ['Dinero'] } }),
  );
  const signer = await office.enrol('Inés Robles', ['signer', 'clerk'], founders, director.id);
  const request = { officialId: director.id, kind: 'signer', days: 300, idempotencyKey: 'for the director' } as const;
  const { serial } = await office.act([hr, founders[0]], () => first.issueCredential(request));
  await office.act([hr], () => first.suspendCredential(serial));
  await office.act([hr, founders[0]], () => first.resumeCredential(serial));
  const { oficio } = await office.act([signer], () =>
    first.signOficio(
      { signerId: director.id, type: 'oficio', amount: 0, subject: 'Aviso de obra', document: TWO_PAGES },
      'one letter',
    ),
  );
  const resumed = (await first.log.ofKinds([LeafKind.credentialResumed])).at(-1)!;
  office.close();
  const forged = await copyOf(office, resumed);
  const services = await openServices(office.config, systemClock, office.encryption);
  const remove = (): void => {
    services.close();
    office.remove();
  };
  return { office, services, auditor, hr, signer, director, serial, folio: oficio.folio, forged, remove };
}

/** The same leaf once more, as whoever has the database appends it. */
async function copyOf({ config, encryption }: ProductionOffice, index: number): Promise<number> {
  const ports = openPorts(config, systemClock, encryption);
  const services = await composeServices(config, ports);
  const { kind, issuer, subjectTag, ref } = (await services.log.leaf(index))!;
  const { record, salt, evidence } = (await services.log.opening(index))!;
  const leaf = { kind, issuer, subjectTag, record, salt, evidence: evidence!, ...(ref !== undefined && { ref }) };
  const { index: at } = await ports.ledger.commit({ leaf, writes: [] });
  services.close();
  return at;
}
