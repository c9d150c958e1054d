import { repeating } from './access/acting.ts';
import { officeDoor } from './access/door.ts';
import { AUTHORISED_LATER } from './access/rule.ts';
import { actingContext } from './adapters/acting.ts';
import { actsAlone } from './adapters/logged/acts-alone.ts';
import { loggedCredentials, standingCredentials } from './adapters/logged/credentials.ts';
import { lettersBegunWith, loggedCountersignatures } from './adapters/logged/countersignatures.ts';
import { loggedDirectory, withoutEdited } from './adapters/logged/directory.ts';
import { EndedHolders } from './adapters/logged/ended-holders.ts';
import { loggedOficios, standingOficios } from './adapters/logged/oficios.ts';
import { OpenedLeaves } from './adapters/logged/opened-leaves.ts';
import { ownKeys } from './adapters/logged/own-keys.ts';
import { checkInstitution } from './adapters/logged/institution.ts';
import { openPhotoFolder } from './adapters/photo-folder.ts';
import { makePictureReaders } from './adapters/photo.ts';
import { officialThen } from './adapters/logged/acts-then.ts';
import type { KeyEncryption } from './adapters/keys/encryption.ts';
import { isKnownOnHold } from './adapters/logged/unread-card.ts';
import { witnessLog } from './adapters/logged/first-leaves.ts';
import { OnCards } from './adapters/logged/on-cards.ts';
import { loggedAuthorities } from './adapters/logged/authorities.ts';
import { loggedRevocation } from './adapters/logged/revocation.ts';
import { nodePrimitives } from './adapters/primitives.ts';
import { holdsSeal, originRegister, voidLetters, type RegisterDeps } from './adapters/logged/register.ts';
import { toldActs } from './adapters/logged/told-acts.ts';
import { sqlAuthorities } from './adapters/sql/authorities.ts';
import { sqliteCheckpoints } from './adapters/sql/checkpoints.ts';
import { sqlCredentials } from './adapters/sql/credentials.ts';
import { sqlDirectory, versionOfUnit } from './adapters/sql/directory.ts';
import { sqliteLog } from './adapters/sql/log-reader.ts';
import { sqlBeside } from './adapters/sql/public-versions.ts';
import { sqlOficios } from './adapters/sql/oficios.ts';
import { sqlPassing } from './adapters/sql/passing.ts';
import { sqlCrls } from './adapters/sql/revocation.ts';
import { certificateOf, type AuthorityId } from './authority/authority.ts';
import { readCertificate } from './authority/certificate.ts';
import { readKeyRequest } from './authority/csr.ts';
import { USAGE } from './authority/extension.ts';
import { makeBadge } from './badge/make.ts';
import { accessOffice, approvalDeps } from './compose-access.ts';
import { composeAudit } from './compose-audit.ts';
import { composeBeside } from './compose-beside.ts';
import { composeCards, loginCards } from './compose-cards.ts';
import { composeLeaving } from './compose-leaving.ts';
import { composeDistinctives } from './compose-distinctives.ts';
import { composeLists } from './compose-lists.ts';
import { composeNotices } from './compose-notices.ts';
import { composeSigning, signedFileOf } from './compose-signing.ts';
import type { Config } from './config.ts';
import { equal, toHex, utf8 } from './core/bytes.ts';
import { elapsedBy, type Clock, type UnixSeconds } from './core/time.ts';
import { takingTurnsBy } from './core/turns.ts';
import { revokeCredential, resumeCredential, suspendCredential } from './credential/revoke.ts';
import { AUTHORITY_OF } from './credential/credential.ts';
import { holderOf, issueCredential, type IssueDeps } from './credential/issue.ts';
import { endedRevocations } from './credential/revoke-ended.ts';
import { revokeUnproven } from './credential/revoke-unproven.ts';
import { changeOfficial } from './directory/change.ts';
import { endOfficial } from './directory/end.ts';
import { importOfficials } from './directory/import.ts';
import { registerOfficial, type ActBy } from './directory/register.ts';
import { setUnit } from './directory/set-unit.ts';
import { NO_EVIDENCE, NO_ISSUER } from './log/leaf.ts';
import type { StoredCheckpoint } from './log/ledger.ts';
import { parseNoteKey } from './log/note.ts';
import { explainProof, openEntry } from './log/prove.ts';
import { checkSignedLog, onSignedLog, publishCheckpoint } from './log/publish.ts';
import type { Countersignatures } from './oficio/countersignature.ts';
import { endOficio } from './oficio/end.ts';
import type { Oficio } from './oficio/oficio.ts';
import { claimsOf } from './oficio/register.ts';
import { setSeries } from './oficio/set-series.ts';
import type { SignOficioDeps } from './oficio/sign.ts';
import { sealOrigin } from './seal/address.ts';
import { encodeClaims } from './seal/seal.ts';
import { renewedTrust, trustByChain } from './signature/trust.ts';
import { badgeEs } from './texts/badge.es.ts';
import { distinctiveEs } from './texts/distinctive.es.ts';
import { oficioEs } from './texts/oficio.es.ts';
import { readInstalled } from './installed.ts';
import { openPorts, type Ports } from './ports.ts';
import { publications } from './publications.ts';
import { verdictsBy } from './verdicts.ts';
import { MAX_FILE_BYTES, standingBy } from './verifier/index.ts';
import type { Services } from './services.ts';

/** How long a judgement about a chain of our own is kept. */
const TRUST_SECONDS = 3600;

/**
 * Opens the installation of `config` for writing: one process at a time.
 * @throws Refusal `installation/none`, and those of database and keys
 * @throws Outage `data/in-use` while another process has it, `keys/locked`
 */
export async function openServices(config: Config, clock?: Clock, unlocked?: KeyEncryption): Promise<Services> {
  const ports = openPorts(config, clock, unlocked);
  try {
    return await composeServices(config, ports);
  } catch (error) {
    ports.data.close();
    throw error;
  }
}

/**
 * The installation over these ports; closing it closes its database.
 * @throws Refusal `installation/none`, `config/origin-differs`, `data/charter-damaged`, `data/row-damaged`, and those
 *   of the keys
 */
export async function composeServices(config: Pick<Config, 'dataFolder' | 'origin'>, ports: Ports): Promise<Services> {
  const { data } = ports;
  const acting = actingContext();
  const { clock, random } = repeating(acting, ports);
  const primitives = nodePrimitives;
  const authorityRows = sqlAuthorities(data);
  const { institution, charterRow, charter, root, dev } = await readInstalled(config, data);
  const keys = ports.openKeys(dev);
  const [seal, list, status, logKey] = (await Promise.all(
    ['seal', 'trust-list', 'status-list', 'log'].map(async (name) => (await keys.get(name)).signer),
  )) as [
    SignOficioDeps['sealSigner'],
    SignOficioDeps['sealSigner'],
    SignOficioDeps['sealSigner'],
    SignOficioDeps['sealSigner'],
  ];
  const authoritySigner = async (id: AuthorityId): Promise<typeof seal> => (await keys.get(id)).signer;

  const logged = sqliteLog(data, primitives);
  const access = ports.access({ charter, dev, log: logged, acting, clock: ports.clock, primitives });
  const { gate, people, judge } = access;
  const log = witnessLog(access.log, primitives);
  const checkpoints = sqliteCheckpoints(data);
  const rows = sqlDirectory(data);
  const credentials = sqlCredentials(data);
  const oficios = sqlOficios(data);
  const leaves = new OpenedLeaves(log, primitives);
  const directory = loggedDirectory(rows, log, leaves, primitives);
  const actingCredentials = loggedCredentials(credentials, log, primitives);
  const { readPhoto, readStamp } = makePictureReaders();
  const logOrigin = parseNoteKey(charter.logKey, primitives).name;
  const signedLog = { log, checkpoints, origin: logOrigin, logSigner: logKey, primitives };
  let institutionHolds: Promise<void> | undefined;
  const institutionAsLogged = (): Promise<void> => {
    // Once: neither is read again while the process lives. A failure is told to whoever asked and not kept.
    institutionHolds ??= checkSignedLog(signedLog).then(() =>
      checkInstitution(log, charterRow, institution, primitives),
    );
    institutionHolds.catch(() => (institutionHolds = undefined));
    return institutionHolds;
  };
  const publish = async (): Promise<StoredCheckpoint> => {
    await institutionAsLogged();
    return publishCheckpoint(signedLog);
  };
  const check = async (): Promise<void> => {
    await institutionAsLogged();
    await checkSignedLog(signedLog);
  };
  // What the charter says of addresses and keys stands in whatever an act makes.
  const ledger = access.ruled(onSignedLog(actsAlone(ports.ledger, log), institutionAsLogged));
  const holders = new EndedHolders(log, primitives);
  const onCards = new OnCards(log, primitives);
  const revocation = loggedRevocation(sqlCrls(data), log, holders, onCards, primitives, check, clock);
  const authorities = loggedAuthorities(authorityRows, log, primitives, check);
  const common = { ledger, clock, random, primitives, evidence: NO_EVIDENCE, directory, authorities };
  const by: ActBy = { issuer: NO_ISSUER, evidence: NO_EVIDENCE };
  // Verdicts go by the log, whatever rows say: each is compared with what was asked for there.
  const edited = { acceptEdited: true };
  const published = publications({
    charterBytes: charterRow.charter,
    rootSpki: root.key.spki,
    origin: charter.origin,
    allowHttp: dev,
    listSigner: list,
    statusSigner: status,
    sealSpki: seal.spki,
    revocation,
    check: institutionAsLogged,
    clock,
    primitives,
  });
  const registerDeps: RegisterDeps = {
    oficios: sqlOficios(data, edited),
    credentials: sqlCredentials(data, edited),
    ...sqlBeside(data),
    log,
    checkpoints,
    publishCheckpoint: publish,
    places: published.places,
    sealSpki: seal.spki,
    judge,
    clock,
    primitives,
  };
  const actingOficios = loggedOficios(oficios, log, primitives, {
    async hasItsSeal(oficio) {
      const seal = await holdsSeal(oficio, registerDeps);
      return seal !== undefined && equal(encodeClaims(seal.claims), encodeClaims(claimsOf(oficio)));
    },
  });
  const register = originRegister(registerDeps);
  const findVoid = voidLetters(registerDeps);
  const issueDeps: IssueDeps = {
    ...common,
    store: actingCredentials,
    log,
    officialThen: (official, before) => officialThen(log, official, before, primitives),
    authoritySigner,
    arc: charter.arc,
    origin: charter.origin,
  };
  const issuingKeys = charter.authorities.map((der) => readCertificate(der).key.spki);
  const ourKeys = [charter.listKey, ...charter.statusKeys, seal.spki, root.key.spki, ...issuingKeys];
  const resumeDeps = { ...common, store: standingCredentials(credentials, log, primitives), log };
  // Whoever takes a right away asks nothing of the official's row: an edited one must not stop a revocation.
  const statusDeps = { ...resumeDeps, directory: withoutEdited(directory) };
  const endedDeps = { ...statusDeps, endedCredentials: (at: UnixSeconds) => holders.credentials(at) };
  // Damaged pixels are replaced, not kept.
  const directoryDeps = { ...common, store: { ...directory, findPhoto: rows.findPhoto } };
  const { findOfficial } = loggedDirectory(rows, log, leaves, primitives, { acceptEdited: true });
  const endOfficialDeps = { ...directoryDeps, store: { ...directoryDeps.store, findOfficial } };
  const endOficioDeps = { ...common, store: standingOficios(oficios, log, primitives), findVoid };
  // Another one in its place is found out with the first letter, which is read as a stranger would.
  const oficioAuthority = await authorityRows.findAuthority('oficios');
  const signerChain = oficioAuthority ? [certificateOf(oficioAuthority.record).encoded] : [];

  const elapsed = elapsedBy(clock);
  const trust = renewedTrust(
    () =>
      trustByChain({ intermediates: [], anchors: [root], at: clock(), requiredEku: USAGE.documentSigning }, primitives),
    elapsed,
    TRUST_SECONDS,
  );
  const signers = ownKeys(async (name) => (await keys.get(name)).signer);
  const letterhead = { institution, origin: charter.origin, dev };
  const signDeps: SignOficioDeps = {
    ...common,
    store: actingOficios,
    credentials: signers.checked(actingCredentials),
    isOnHold: ({ intentLeaf }) => isKnownOnHold(log, intentLeaf, primitives),
    async signersOf(officialId) {
      const prepared = await log.credentialsOf(officialId);
      return prepared.flatMap(({ authority, serial }) => (authority === AUTHORITY_OF.signer ? [serial] : []));
    },
    log,
    sealSigner: seal,
    sealSpki: seal.spki,
    trust,
    origin: sealOrigin(charter.origin, { allowHttp: dev }),
    maxFileBytes: MAX_FILE_BYTES,
    standingOf: standingBy(register),
    rowsBelow: registerDeps,
    findAlarm: (document) => verdicts.findUnmadeSignature(document),
    allowHttp: dev,
    letterhead: { ...letterhead, texts: oficioEs },
    signerChain,
    credentialSigner: signers.signerOf,
    gate,
  };
  const countersignaturesOf = (oficio: Oficio): Promise<Countersignatures> =>
    loggedCountersignatures(log, oficio, primitives);
  const lists = composeLists({
    ...common,
    ...{ store: revocation, log, authoritySigner, dev, check: institutionAsLogged },
    revokeEnded: () => acting.alone(() => ended.everybody()),
  });
  const inTurnOfCard = takingTurnsBy();
  const onPlastic = composeCards({
    ...common,
    ...{ data, log, onCards, inTurn: inTurnOfCard, registerDeps, institution, ownKeys: ourKeys, elapsed },
    masters: ports.openSecrets(dev),
    credentials: actingCredentials,
    issuing: { ...issueDeps, evidence: dev ? NO_EVIDENCE : AUTHORISED_LATER },
    revoking: statusDeps,
    origin: charter.origin,
    arc: charter.arc,
    contentKey: async () => (await keys.findOrGenerate('card-content', 'P-256')).signer,
    check: institutionAsLogged,
    published: { ...published, publishCrl: lists.publishCrl, listSigner: list },
  });
  const worn = composeDistinctives({
    ...{ ...letterhead, ...common, data, registerDeps, texts: distinctiveEs },
    standingDirectory: statusDeps.directory,
    check: institutionAsLogged,
  });
  const ended = endedRevocations(endedDeps, elapsed);
  const accessDeps = { ...common, store: people, founders: judge.founders };
  // With time and draws of its own: nobody logs in again bit by bit.
  const doorParts = {
    ...{ ...common, ...ports, ...judge, ...sqlPassing(data), people },
    ...{ origin: charter.origin, institution: institution.name, nextIndex: () => log.size() },
    enrolling: accessDeps,
    alone: <Value>(work: () => Promise<Value>) => acting.alone(work),
  };
  const leaving = composeLeaving({ ...accessDeps, endedOfficials: () => holders.officials(clock()) }, ended);
  const verdicts = verdictsBy({
    register,
    ...onPlastic.judged,
    ...worn.judged,
    publications: published,
    checkInstitution: institutionAsLogged,
    clock,
  });
  const door = officeDoor({ ...doorParts, loginCard: loginCards(verdicts, actingCredentials) });

  const services = {
    ...verdicts,
    ...{ dev, institution, charter, clock, authorities, directory, credentials, door },
    cards: onPlastic.office,
    toldCards: onPlastic.told,
    distinctives: worn.office,
    oficios: { ...oficios, listSeries: actingOficios.listSeries },
    shown: { credential: actingCredentials.find, oficio: actingOficios.find },
    log,
    checkpoints,
    readPhoto,
    publications: published,
    checkInstitution: institutionAsLogged,
    setUnit: (unit) => setUnit({ ...directoryDeps, versionOfUnit: (code) => versionOfUnit(data, code) }, { unit, by }),
    registerOfficial: (request) => registerOfficial(directoryDeps, { ...request, by }),
    changeOfficial: (request) => changeOfficial(directoryDeps, { ...request, by }),
    async endOfficial(request) {
      const official = await endOfficial(endOfficialDeps, { ...request, by });
      await acting.alone(() => leaving.of(official));
      return official;
    },
    async importOfficials(csv, photoFolder, options) {
      const folder = photoFolder === undefined ? {} : { photoFolder: openPhotoFolder(photoFolder) };
      return importOfficials({ ...directoryDeps, readPhoto, ...folder }, { csv, by }, options);
    },
    async issueCredential({ csr, ...request }) {
      await institutionAsLogged();
      if (csr) {
        const { key } = await readKeyRequest(csr, primitives, { ownKeys: ourKeys });
        return issueCredential(issueDeps, { ...request, spki: key.spki, keyPlace: 'csr' });
      }
      await holderOf({ directory }, request, clock());
      // Named after the request, so that a retry finds the key that the first try made.
      const name = primitives.digest('SHA-256', utf8(`${request.kind}/${request.idempotencyKey}`));
      const keyName = `credential-${toHex(name.subarray(0, 12))}`;
      const { signer } = await keys.findOrGenerate(keyName, 'P-256');
      return issueCredential(issueDeps, { ...request, spki: signer.spki, keyPlace: 'soft', keyName });
    },
    suspendCredential: (serial) => suspendCredential(statusDeps, serial),
    resumeCredential: (serial) => resumeCredential(resumeDeps, serial),
    revokeCredential: (serial, grounds) => revokeCredential(statusDeps, serial, grounds),
    async makeBadge(number) {
      await institutionAsLogged();
      return makeBadge({ ...letterhead, ...common, texts: badgeEs, office: onPlastic.office }, number);
    },
    ...composeSigning({ ...signDeps, countersignaturesOf, findVoid }, institutionAsLogged),
    countersignaturesOf: async (oficio) =>
      (await loggedCountersignatures(log, oficio, primitives, { acceptUnread: true })).made,
    lettersBegunWith: (serial) => lettersBegunWith(log, serial, primitives),
    signedFile: signedFileOf(actingOficios, oficios, countersignaturesOf),
    ...composeBeside({ ...accessDeps, people, data, log, acting, oficios: actingOficios, readStamp, verdicts }),
    endOficio: (id, ending) => endOficio(endOficioDeps, id, ending),
    findVoid,
    setSeries: (change) => setSeries({ ...common, store: actingOficios }, change),
    ...lists,
    revokeEnded: () => acting.alone(() => leaving.everybody()),
    revokeUnproven: () => revokeUnproven({ ...statusDeps, onCards, inTurn: inTurnOfCard }),
    acting,
    access: accessOffice({ ...accessDeps, judge }),
    approvals: approvalDeps({
      ...{ data, acting, judge, people, log, primitives },
      ...{ clock: ports.clock, random: ports.random, publishCheckpoint: publish },
    }),
    publishCheckpoint: publish,
    signedCheckpoint: () => checkSignedLog(signedLog),
    async proveEntry(index) {
      await publish();
      return explainProof({ log, checkpoints, primitives }, index);
    },
    openEntry: (index) => openEntry({ log }, index),
    toldActs: toldActs({ log: logged, judge, dev, directory: rows, primitives }),
    auditLog: composeAudit({
      data,
      log,
      checkpoints,
      charter,
      places: published.places,
      sealSpki: seal.spki,
      judge,
      dev,
      primitives,
    }),
    hasCommitted: () => data.acknowledged.size > 0,
    close() {
      verdicts.stopJudging();
      data.close();
    },
  } satisfies Omit<Services, 'notices'>;
  return { ...services, ...composeNotices({ ...services, ...doorParts }) };
}
