/**
 * A process that is meant to be killed in the middle of one act: `node stopped-act.ts DATA-FOLDER POINT ORDER`, where the
 * order is JSON. Prints what its keys signed, and at the end what was acknowledged.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readConfig } from '../../src/config.ts';
import { isRefusal } from '../../src/core/refusal.ts';
import type { CredentialKind, RevocationReason } from '../../src/credential/credential.ts';
import type { OficioId } from '../../src/oficio/oficio.ts';
import { EVIDENCE_KINDS } from '../../src/directory/distinctive/distinctive.ts';
import { openPorts } from '../../src/ports.ts';
import { composeServices } from '../../src/compose.ts';
import type { Services } from '../../src/services.ts';
import { stoppingPorts, tell } from './stopping-ports.ts';

/** What the parent asks for. */
export type Order =
  | { readonly act: 'issue'; readonly official: string; readonly kind: CredentialKind; readonly key: string }
  | { readonly act: 'sign'; readonly official: string; readonly key: string }
  | { readonly act: 'revoke'; readonly serial: string; readonly reason: RevocationReason }
  | { readonly act: 'countersign'; readonly letter: OficioId; readonly official: string }
  | { readonly act: 'grant'; readonly official: string; readonly until: string; readonly key: string }
  | { readonly act: 'publish' };

/** Runs one order and says what an answer to it names. */
export async function carryOut(services: Services, order: Order): Promise<string> {
  switch (order.act) {
    case 'issue': {
      const { official: officialId, kind, key: idempotencyKey } = order;
      return (await services.issueCredential({ officialId, kind, days: 300, idempotencyKey })).serial;
    }
    case 'sign': {
      const document = new Uint8Array(readFileSync(join(import.meta.dirname, '../samples/oficio-2-paginas.pdf')));
      const letter = { document, signerId: order.official, type: 'oficio', amount: 0, subject: 'Prueba' } as const;
      return (await services.signOficio(letter, order.key)).oficio.folio;
    }
    case 'countersign': {
      const { letter: id, official: signerId } = order;
      return (await services.countersignOficio({ id, signerId })).countersignature.id;
    }
    case 'revoke':
      return revokeOnce(services, order.serial, order.reason);
    case 'grant': {
      const { official: officialId, until, key: idempotencyKey } = order;
      const evidence = EVIDENCE_KINDS.map((kind) => ({ kind, until }));
      return (await services.distinctives.grant({ officialId, evidence, idempotencyKey })).number;
    }
    case 'publish':
      await services.publishCrl('oficios');
      return 'oficios';
  }
}

/** Revoking has no idempotency key: what is revoked already is what was asked for. */
async function revokeOnce(services: Services, serial: string, reason: RevocationReason): Promise<string> {
  try {
    return (await services.revokeCredential(serial, { reason })).serial;
  } catch (error) {
    if (isRefusal(error, 'credential/already-revoked')) return serial;
    throw error;
  }
}

if (process.argv[1] === import.meta.filename) {
  const [folder = '', point = '', order = ''] = process.argv.slice(2);
  const config = readConfig({ COTEJO_DATA: folder }, folder);
  const services = await composeServices(config, stoppingPorts(openPorts(config), Number(point)));
  tell({ acknowledged: await carryOut(services, JSON.parse(order) as Order) });
  services.close();
}
