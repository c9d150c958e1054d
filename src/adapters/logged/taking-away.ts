import type { Primitives } from '../../core/primitives.ts';
import type { Credential } from '../../credential/credential.ts';
import type { CredentialStore } from '../../credential/store.ts';
import type { Official, OfficialId } from '../../directory/official.ts';
import type { DirectoryStore } from '../../directory/store.ts';
import { LeafKind } from '../../log/leaf.ts';
import type { Oficio, OficioId } from '../../oficio/oficio.ts';
import type { OficioStore } from '../../oficio/store.ts';
import { commitsTo, type OpenedLeaves } from './acting-rows.ts';
import { findingAsLogged } from './as-logged.ts';
import type { WitnessLog } from './first-leaves.ts';
import {
  agreesWithIntent,
  firstOutcome,
  isPreparedAsRecorded,
  loggedEnd,
  loggedMandate,
  loggedStatus,
  toldAbout,
  withLoggedSignature,
} from './witness.ts';

/*
 * The rows of acts that take a right away. Their first leaf has to vouch for whose they are; how they stand is told by the
 * log, whatever the row says of it: no leaf that somebody appended keeps a right in force.
 */

type Log = Pick<WitnessLog, 'leaf' | 'opening' | 'referring' | 'isFirst'>;
type Digests = Pick<Primitives, 'digest' | 'hmac'>;

/** The credential as it stands by the log. */
async function standing(credential: Credential, log: Log, primitives: Digests): Promise<Credential> {
  const { intentLeaf, serial, kind } = credential;
  const issuedLeaf = await firstOutcome(log, intentLeaf, LeafKind.credentialIssued, primitives);
  const status = await loggedStatus(log, intentLeaf, serial, primitives);
  const state = status?.state ?? (issuedLeaf === undefined ? 'prepared' : 'issued');
  const isSame = issuedLeaf === credential.issuedLeaf && state === credential.state;
  if (isSame && (!status || status.leaf === credential.statusLeaf)) return credential;
  const { issuedLeaf: _issued, statusLeaf: _status, suspendedAt: _suspended, revoked: _revoked, ...rest } = credential;
  const { leaf, at = credential.preparedAt, reason = 'unspecified', voidFrom } = status ?? {};
  const isStolen = kind === 'signer' && reason === 'keyCompromise' && voidFrom !== undefined;
  return {
    ...rest,
    state,
    ...(issuedLeaf !== undefined && { issuedLeaf }),
    ...(leaf !== undefined && { statusLeaf: leaf }),
    ...(state === 'suspended' && { suspendedAt: at }),
    ...(state === 'revoked' && { revoked: { at, reason, ...(isStolen && { compromisedFrom: voidFrom }) } }),
  };
}

/** @throws Refusal `log/corrupt` for a credential for which its intent does not vouch */
export function standingCredentials(rows: CredentialStore, log: Log, primitives: Digests): CredentialStore {
  const find = findingAsLogged<Credential>({
    noun: 'credential',
    read: (serial) => rows.find(serial),
    async isAsLogged(row, serial) {
      if (row.serial !== serial) return false;
      const issued = row.issuedLeaf === undefined ? undefined : await log.leaf(row.issuedLeaf);
      if (issued && issued.ref !== row.intentLeaf) return false;
      return isPreparedAsRecorded(log, row, primitives);
    },
  });
  return {
    ...rows,
    async find(serial) {
      const found = await find(serial);
      return found && { ...found, record: await standing(found.record, log, primitives) };
    },
  };
}

/** @throws Refusal `log/corrupt` for a letter for which its intent does not vouch */
export function standingOficios(rows: OficioStore, log: Log, primitives: Digests): OficioStore {
  const find = findingAsLogged<Oficio, OficioId>({
    noun: 'oficio',
    read: (id) => rows.find(id),
    isAsLogged: async (row, id) => row.id === id && agreesWithIntent(log, row, primitives),
  });
  return {
    ...rows,
    async find(id) {
      const found = await find(id);
      if (!found) return undefined;
      const end = await loggedEnd(log, found.record, primitives);
      const { ended, endedLeaf, ...letter } = await withLoggedSignature(log, found.record, primitives);
      const state = letter.signedLeaf === undefined ? 'sealed' : 'signed';
      if (!end) return { ...found, record: { ...letter, state } };
      const told = { ...(ended && { ended }), ...(endedLeaf !== undefined && { endedLeaf }) };
      return { ...found, record: { ...letter, ...told, state: end.state } };
    },
  };
}

/** Whether any leaf about an official commits to the row: what tells otherwise may have been appended by somebody else. */
async function isRecorded(official: Official, log: Log, leaves: OpenedLeaves, primitives: Digests): Promise<boolean> {
  const { registeredLeaf } = official;
  if (!(await log.isFirst(registeredLeaf))) return false;
  for (const { index } of [{ index: registeredLeaf }, ...(await toldAbout(log, registeredLeaf, primitives))]) {
    if (commitsTo(await leaves.open(index), official, primitives)) return true;
  }
  return false;
}

/** @throws Refusal `log/corrupt` for an official whose row no leaf about them ever told */
export function standingOfficials(
  rows: DirectoryStore,
  log: Log,
  leaves: OpenedLeaves,
  primitives: Digests,
): DirectoryStore {
  const find = findingAsLogged<Official, OfficialId>({
    noun: 'official',
    read: (id) => rows.findOfficial(id),
    isAsLogged: async (row, id) => row.id === id && isRecorded(row, log, leaves, primitives),
  });
  return {
    ...rows,
    async findOfficial(id) {
      const found = await find(id);
      if (!found) return undefined;
      const { ended: _, ...official } = found.record;
      const mandate = await loggedMandate(log, official, primitives);
      const ended = mandate === 'ended' ? undefined : mandate?.ended;
      return { ...found, record: { ...official, ...(ended && { ended }) } };
    },
  };
}
