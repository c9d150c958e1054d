import { readCertificate } from '../../authority/certificate.ts';
import { cardOfRegistration } from '../../card/office/replay.ts';
import { equal } from '../../core/bytes.ts';
import type { Primitives } from '../../core/primitives.ts';
import type { Credential, KeyPlace } from '../../credential/credential.ts';
import { credentialAsPrepared, type CredentialOfRow } from '../../credential/replay.ts';
import { issuedRecord } from '../../credential/record.ts';
import type { CredentialStore } from '../../credential/store.ts';
import { LeafKind } from '../../log/leaf.ts';
import { holdsOfRow, openedLeaf, openingMissing } from '../../log/vouch.ts';
import { findingAsLogged, type TellingOptions } from './as-logged.ts';
import { cardLeafOf, loggedCard, type LoggedCard } from './card-proof.ts';
import type { WitnessLog } from './first-leaves.ts';
import { saidOf } from './opened-leaves.ts';
import { firstOutcome, loggedStanding, openedRecord } from './witness.ts';

type Log = Pick<WitnessLog, 'leaf' | 'opening' | 'referring' | 'isFirst' | 'firstOfGuid' | 'hasCome'>;
type Digests = Pick<Primitives, 'digest' | 'hmac' | 'verify'>;

const KEY_PLACES: ReadonlySet<KeyPlace> = new Set(['soft', 'csr', 'card']);

/**
 * The credential as its leaves say it: what its intent recorded, whether it was issued, and how it stands. Certificate,
 * profile, and where a key is that is on no card, are as the row has them. `undefined` where the row names no intent of ours.
 * @throws Refusal `log/opening-missing` where nobody can read any more what was prepared; or what was said of it, unless that is to be
 *   told all the same: then a suspension that may have been lifted is told as lifted, so that it can be said again
 */
export async function toldCredential(
  row: CredentialOfRow,
  log: Log,
  primitives: Digests,
  { acceptUnread = false }: TellingOptions = {},
): Promise<Credential | undefined> {
  const { intentLeaf, certificate } = row;
  if (!(await log.isFirst(intentLeaf))) return undefined;
  const record = (await openedRecord(log, intentLeaf, primitives)) ?? openingMissing(intentLeaf);
  const prepared = credentialAsPrepared(record, row, primitives);
  if (!prepared) return undefined;
  const issuedLeaf = await firstOutcome(log, intentLeaf, LeafKind.credentialIssued, primitives);
  const { status: said, leaf } = await loggedStanding(log, intentLeaf, prepared.serial, primitives);
  const card = await loggedCard(log, intentLeaf, primitives);
  const proven = card?.proven;
  if (card?.unreadProof !== undefined && !acceptUnread) openingMissing(card.unreadProof);
  const salt = issuedLeaf === undefined ? undefined : (await log.opening(issuedLeaf))?.salt;
  const unread = said?.unread ?? (said && said.at === undefined ? said.leaf : undefined);
  if (unread !== undefined && !acceptUnread) openingMissing(unread);
  const status = said?.state === 'suspended' && said.unread !== undefined ? undefined : said;
  // Of what nobody can read any more only that it was said is known.
  const { state, at = prepared.preparedAt, reason = 'unspecified', compromisedFrom } = status ?? {};
  return {
    ...prepared,
    ...(card && (await placeOn(card, intentLeaf, log, primitives, { acceptUnread }))),
    ...(proven && { proof: proven.proof, provenLeaf: proven.leaf }),
    state: state ?? (issuedLeaf === undefined ? 'prepared' : 'issued'),
    ...(issuedLeaf !== undefined && {
      issuedLeaf,
      ...(certificate && { certificate }),
      ...(salt && { issuedSalt: salt }),
    }),
    ...(leaf !== undefined && { statusLeaf: leaf }),
    ...(state === 'suspended' && { suspendedAt: at }),
    ...(state === 'revoked' && {
      revoked: { at, reason, ...(compromisedFrom !== undefined && { compromisedFrom }) },
    }),
  };
}

/** Where the key is, of one whose certificate names a card: the card of that GUID, whatever the row says. */
async function placeOn(
  { guid }: LoggedCard,
  intentLeaf: number,
  log: Log,
  primitives: Digests,
  { acceptUnread = false }: TellingOptions,
): Promise<Pick<Credential, 'keyPlace' | 'card'>> {
  const registered = guid && (await cardLeafOf(log, intentLeaf, guid, { acceptUnread }));
  const record = registered === undefined ? undefined : await openedRecord(log, registered, primitives);
  if (registered !== undefined && !record && !acceptUnread) openingMissing(registered);
  return { keyPlace: 'card', card: (record && cardOfRegistration(record, registered!)?.number) ?? '' };
}

/**
 * Whether certificate and profile are those that were issued, and what else the row alone tells is of its type.
 * @throws Refusal `log/opening-missing` where nobody can read any more what was issued
 */
export async function isWhole(credential: Credential, log: Log, primitives: Digests): Promise<boolean> {
  const { certificate, profile, tbs, issuedLeaf, issuedSalt, keyPlace, keyName, card } = credential;
  if (!(profile instanceof Uint8Array) || !(issuedSalt instanceof Uint8Array)) return false;
  if (!KEY_PLACES.has(keyPlace) || (keyPlace === 'soft') !== (typeof keyName === 'string')) return false;
  if (keyPlace !== 'soft' && keyName !== undefined) return false;
  if ((keyPlace === 'card') !== (card !== undefined)) return false;
  if (issuedLeaf === undefined) return certificate === undefined;
  const issued = (await openedLeaf(log, issuedLeaf, primitives)) ?? openingMissing(issuedLeaf);
  if (!certificate) return false;
  return holdsOfRow(() => {
    const isBody = equal(readCertificate(certificate).tbs, tbs);
    return isBody && equal(issuedRecord(certificate, profile, primitives), issued.record);
  });
}

/** `rows`, of which one credential is told by the log. @throws Refusal `log/corrupt` for a row that says anything else */
export function loggedCredentials(rows: CredentialStore, log: Log, primitives: Digests): CredentialStore {
  return {
    ...rows,
    find: findingAsLogged<Credential>({
      noun: 'credential',
      read: (serial) => rows.find(serial),
      async told(row, serial) {
        const told = row.serial === serial ? await toldCredential(row, log, primitives) : undefined;
        return told?.serial === serial && (await isWhole(told, log, primitives)) ? told : undefined;
      },
      async said({ intentLeaf, issuedLeaf }) {
        // Of what would be signed with it nobody could say that it counts: it is told anew, which refuses it.
        const isRead = issuedLeaf === undefined || (await log.opening(issuedLeaf)) !== undefined;
        return isRead ? saidOf(log, intentLeaf, issuedLeaf) : NaN;
      },
    }),
  };
}

/**
 * The same for acts that take a right away: what the row says besides is not asked, no edit of it keeps a right in force, and the
 * act mends it.
 * @throws Refusal `log/corrupt` for a row that names no intent of ours under this number
 */
export function standingCredentials(rows: CredentialStore, log: Log, primitives: Digests): CredentialStore {
  return {
    ...rows,
    find: findingAsLogged<Credential>({
      noun: 'credential',
      read: (serial) => rows.find(serial),
      async told(row, serial) {
        const told = await toldCredential(row, log, primitives, { acceptUnread: true });
        return told?.serial === serial ? told : undefined;
      },
      acceptEdited: true,
    }),
  };
}
