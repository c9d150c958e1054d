import { expect, test } from 'vitest';
import { issueTo, openOffice } from '../support/office.ts';
import { codeOfAct } from '../support/refuses.ts';

test('a theft that is found after a revocation voids what the key signed since', async () => {
  const office = await openOffice();
  const { services, signer } = office;
  const before = await office.sign();
  const { size } = await services.log.head();
  const after = await office.sign();
  await services.revokeCredential(signer.serial, { reason: 'superseded' });
  expect((await services.verifyPdf(after.document)).state).toBe('current');
  await services.revokeCredential(signer.serial, { reason: 'keyCompromise', compromisedFrom: size });
  expect((await services.verifyPdf(after.document)).state).toBe('revoked');
  expect((await services.verifyPdf(before.document)).state).toBe('current');

  const again = { reason: 'keyCompromise', compromisedFrom: size } as const;
  expect(await codeOfAct(() => services.revokeCredential(signer.serial, again))).toBe('credential/already-revoked');
  await services.revokeCredential(signer.serial, { reason: 'keyCompromise', compromisedFrom: 0 });
  expect((await services.verifyPdf(before.document)).state).toBe('revoked');
});

test('who left is told so, not sent away with another identification', async () => {
  const { services, inspector } = await openOffice();
  const badge = await issueTo(services, inspector, 'staff');
  const printed = BigInt(`0x${badge.serial}`).toString();
  expect((await services.verifyCredential(printed)).state).toBe('current');
  await services.endOfficial({ id: inspector.id, reason: 'dismissed' });
  expect((await services.verifyCredential(badge.serial)).state).toBe('ended');
  expect((await services.credentials.find(badge.serial))?.record.state).toBe('revoked');
});
