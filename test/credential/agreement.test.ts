import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { systemClock } from '../../src/adapters/system.ts';
import { findStatusKey, findStatusList } from '../../src/authority/trust-list.ts';
import { encodePem } from '../../src/authority/pem.ts';
import { unixSeconds } from '../../src/core/time.ts';
import type { CredentialKind } from '../../src/credential/credential.ts';
import { findRevoked, readCrl } from '../../src/revocation/crl.ts';
import { STATUS_LISTS } from '../../src/revocation/lists.ts';
import { inflateStatuses, openStatusList, statusAt, verifyStatusList } from '../../src/revocation/status-list.ts';
import { ask, missingJudge } from '../support/judges.ts';
import { issueTo, openOffice } from '../support/office.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

let ahead = 0;
const office = await openOffice({ clock: () => unixSeconds(systemClock() + ahead) });
const { services } = office;
const folder = temporaryFolder();
const noOpenssl = missingJudge('openssl');
const runs = process.env['COTEJO_LONG'] ? 40 : 4;

type State = 'issued' | 'suspended' | 'revoked';
type Act = 'suspend' | 'resume' | 'revoke';

/** What is true of a credential after an act, and the code of what may not be done. */
const NEXT: Readonly<Record<State, Readonly<Record<Act, State | { readonly code: string }>>>> = {
  issued: { suspend: 'suspended', resume: { code: 'credential/not-suspended' }, revoke: 'revoked' },
  suspended: { suspend: { code: 'credential/already-suspended' }, resume: 'issued', revoke: 'revoked' },
  revoked: {
    suspend: { code: 'credential/already-revoked' },
    resume: { code: 'credential/already-revoked' },
    revoke: { code: 'credential/already-revoked' },
  },
};
const VERDICT = { issued: 'current', suspended: 'suspended', revoked: 'revoked' } as const;
const LISTED = { issued: 'valid', suspended: 'suspended', revoked: 'invalid' } as const;

function pemFile(name: string, label: 'CERTIFICATE' | 'X509 CRL', ...ders: readonly Uint8Array[]): string {
  const path = join(folder, name);
  writeFileSync(path, ders.map((der) => encodePem(label, der)).join(''));
  return path;
}

/** What everybody is told of this credential, each by another way. */
async function told(kind: CredentialKind, serial: string) {
  const name = kind === 'staff' ? 'credenciales' : 'oficios';
  const { certificate, statusIndex } = (await services.credentials.find(serial))!.record;
  const crl = await services.publishCrl(name);
  const { trust } = await services.publications.knowledge();
  const list = openStatusList(await services.publications.statusList(name));
  const spki = findStatusKey(trust, list.kid, nodePrimitives)!;
  const { uri } = findStatusList(trust, STATUS_LISTS[name])!;
  expect(await verifyStatusList(list, { spki, uri }, nodePrimitives)).toBe(true);
  const { root, authorities } = services.charter;
  const openssl = (): string => {
    const lists = pemFile('lists.pem', 'X509 CRL', crl, rootCrl);
    const chain = pemFile('chain.pem', 'CERTIFICATE', ...authorities);
    const anchor = pemFile('root.pem', 'CERTIFICATE', root);
    const leaf = pemFile('leaf.pem', 'CERTIFICATE', certificate!);
    return ask('openssl', [
      ...['verify', '-x509_strict', '-crl_check_all', '-attime', String(services.clock()), '-CRLfile', lists],
      ...['-CAfile', anchor, '-untrusted', chain, leaf],
    ]).text;
  };
  const rootCrl = await services.publishCrl('raiz');
  return {
    verdict: (await services.verifyCredential(serial)).state,
    status: statusAt(inflateStatuses(list, nodePrimitives), statusIndex),
    onCrl: findRevoked(readCrl(crl), serial) !== undefined,
    openssl: noOpenssl ? undefined : openssl(),
  };
}

async function expectAgreement(kind: CredentialKind, serial: string, state: State): Promise<void> {
  const { verdict, status, onCrl, openssl } = await told(kind, serial);
  expect({ verdict, status, onCrl }).toEqual({
    verdict: VERDICT[state],
    status: LISTED[state],
    onCrl: state !== 'issued',
  });
  if (openssl === undefined) return;
  if (state === 'issued') expect(openssl).toMatch(/: OK\s*$/);
  else expect(openssl).toContain('certificate revoked');
}

async function carryOut(act: Act, serial: string): Promise<string> {
  if (act === 'suspend') return (await services.suspendCredential(serial)).state;
  if (act === 'resume') return (await services.resumeCredential(serial)).state;
  return (await services.revokeCredential(serial, { reason: 'privilegeWithdrawn' })).state;
}

describe(`list, status list, page and openssl${noOpenssl ? ` (without openssl: ${noOpenssl})` : ''}`, () => {
  const step = fc.record({
    act: fc.constantFrom<Act[]>('suspend', 'resume', 'revoke'),
    target: fc.integer({ min: 0, max: 2 }),
  });

  test.each(['staff', 'signer'] as const)(
    'always say the same of a %s credential, whatever happens in which order',
    { timeout: 120_000 },
    async (kind) => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 7 }), async (steps) => {
          const held = await Promise.all([0, 1, 2].map(() => issueTo(services, office.inspector, kind)));
          const states: State[] = held.map(() => 'issued');
          for (const { act, target } of steps) {
            const { serial } = held[target]!;
            const next = NEXT[states[target]!][act];
            if (typeof next === 'string') {
              expect(await carryOut(act, serial)).toBe(next);
              states[target] = next;
            } else {
              await expect(carryOut(act, serial)).rejects.toMatchObject({ code: next.code });
            }
            // A status list may be one minute old.
            ahead += 61;
            for (const [i, one] of held.entries()) await expectAgreement(kind, one.serial, states[i]!);
          }
        }),
        { numRuns: runs },
      );
    },
  );
});
