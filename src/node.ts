import type { Server } from 'node:http';
import { listenLocally } from './adapters/local-socket.ts';
import { nodePrimitives } from './adapters/primitives.ts';
import type { KeyEncryption } from './adapters/keys/encryption.ts';
import { systemClock, systemPause, systemRandom } from './adapters/system.ts';
import { AUTHORITY_IDS } from './authority/authority.ts';
import type { Config } from './config.ts';
import { Outage } from './core/refusal.ts';
import { publicApp, type PublicAppOptions } from './http/app.ts';
import { formatTime, unixSeconds } from './core/time.ts';
import { OFFICE_SCRIPTS } from './http/page-modules.ts';
import { officeApp, withOffice } from './http/office/app.ts';
import type { OfficeDeps } from './http/office/site.ts';
import { staffApp } from './http/staff/app.ts';
import { knownStaff, type KnownStaff } from './http/staff/known.ts';
import { jsonTelemetry, type Telemetry } from './http/telemetry.ts';
import { waitAfter } from './notice/deliver.ts';
import { composeServices } from './compose.ts';
import { whileLocked } from './locked.ts';
import { pageModules } from './page-modules.ts';
import { keyPorts, openPorts } from './ports.ts';
import { readCrl } from './revocation/crl.ts';
import { listenPublicly, serverOf } from './public-server.ts';
import type { Services } from './services.ts';

export interface ServeOptions extends Omit<PublicAppOptions, 'isServing'> {
  /** Takes each line of telemetry; standard error unless said. */
  readonly writeTelemetry?: (line: string) => void;
  /** What its keys lie encrypted under. */
  readonly unlocked?: KeyEncryption;
  /**
   * Told when keys are encrypted and nothing opens them: nobody is served until a custodian gives the passphrase at the owner-only
   * socket. Without it, the service does not begin (`keys/locked`).
   */
  readonly onLocked?: () => void;
  /** Stops at SIGTERM, SIGINT and SIGHUP (the terminal was closed); on unless said. */
  readonly stopAtSignals?: boolean;
}

/** An installation that serves. */
export interface Service {
  readonly dev: boolean;
  /** The institution's name. */
  readonly institution: string;
  /** Public base address. */
  readonly origin: string;
  /** Where it listens: the port that was given, or the one that the system chose for port 0. */
  readonly address: { readonly host: string; readonly port: number };
  readonly services: Services;
  /** Takes no new request, finishes those that are there for at most ten seconds, closes the data. May be called again. */
  stop(): Promise<void>;
  /** Resolves when it has stopped, for whatever reason. */
  readonly stopped: Promise<void>;
}

const CHECKPOINT_SECONDS = 60;
const CRL_SECONDS = 15 * 60;
const UNPROVEN_SECONDS = 30;
const DAY_SECONDS = 86_400;
const APPROVAL_SECONDS = 60;
const NOTICE_SECONDS = 2;
const STOP_SECONDS = 10;
const SWEEP_MILLISECONDS = 50;

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/**
 * Serves the installation of `config`: the public service on its address, the staff API on the owner-only socket, and
 * what has to be published in time.
 * @throws Refusal as `openServices`; Outage also `http/address-in-use`, `http/address-unavailable`
 * @throws StoppedWhileLocked
 */
export async function serveInstallation(config: Config, options: ServeOptions = {}): Promise<Service> {
  const { writeTelemetry = (line: string) => void process.stderr.write(line), stopAtSignals = true } = options;
  const telemetry = jsonTelemetry(systemClock, writeTelemetry);
  const services = await openUnlocked(config, options, telemetry);
  let serving = true;
  let closeSocket: (() => Promise<void>) | undefined;
  let publicServer: Server | undefined;
  try {
    await publishNow(services, telemetry);
    // Nobody waits for somebody else's file.
    const judging = { ...services, verifyPdf: services.verifyPdfAside };
    const deps = { ...judging, origin: services.charter.origin, random: systemRandom, primitives: nodePrimitives };
    const open = publicApp({ ...deps, telemetry }, { ...options, isServing: () => serving });
    const staff = knownStaff(judging, (error) => telemetry.failure('staff', error));
    publicServer = serverOf(await openTo(services, { ...deps, staff }, telemetry, open.fetch));
    const staffServer = serverOf(staffApp(judging).fetch);
    closeSocket = await listenLocally(staffServer, config);
    const address = await listenPublicly(publicServer, config.listen);
    // The first file need not wait for a thread to start.
    void services.verifyPdfAside(new Uint8Array()).catch(() => {});
    const mail = services.notices.isOn ? 'on' : 'off';
    telemetry.notice('started', { host: address.host, port: address.port, mail });
    const stops = [publishRegularly(services, staff, telemetry), tellRegularly(services, telemetry)];
    const stopTimers = async (): Promise<void> => void (await Promise.all(stops.map((stop) => stop())));
    const closers = { stopTimers, publicServer, staffServer, closeSocket };
    const stopping = Promise.withResolvers<void>();
    let begun: Promise<void> | undefined;
    const stop = (): Promise<void> => {
      serving = false;
      for (const signal of SIGNALS) process.off(signal, onSignal);
      begun ??= shutDown(closers, services, telemetry).then(stopping.resolve, stopping.reject);
      return stopping.promise;
    };
    // Whoever waits for `stopped` is told what went wrong; a signal has nobody to tell.
    const onSignal = (): void => void stop().catch(() => {});
    if (stopAtSignals) for (const signal of SIGNALS) process.on(signal, onSignal);
    const { dev, institution, charter } = services;
    const stopped = stopping.promise;
    return { dev, institution: institution.name, origin: charter.origin, address, services, stop, stopped };
  } catch (error) {
    publicServer?.close();
    await closeSocket?.();
    services.close();
    throw error;
  }
}

type Fetch = Parameters<typeof serverOf>[0];

/** What is answered in public: with the office of an installation that has people, or that only they may act in. */
async function openTo(
  services: Services,
  deps: Pick<OfficeDeps, 'origin' | 'random' | 'primitives' | 'staff'>,
  telemetry: Telemetry,
  open: Fetch,
): Promise<Fetch> {
  if (services.dev && (await services.access.listPeople()).length === 0) return open;
  const { founders } = services.access.judge;
  const office = officeApp({ ...services, ...deps, founders, telemetry, modules: pageModules(OFFICE_SCRIPTS) });
  return withOffice(open, office.fetch, deps.origin);
}

/** Told to stop before anybody gave the passphrase of the keys: nothing was begun. */
export class StoppedWhileLocked extends Error {}

/** The installation, once its keys are open. The data are held meanwhile: nobody else takes their place. */
async function openUnlocked(config: Config, options: ServeOptions, telemetry: Telemetry): Promise<Services> {
  const ports = openPorts(config, systemClock, options.unlocked);
  try {
    return await composeServices(config, ports).catch(async (error: unknown) => {
      if (!(error instanceof Outage && error.code === 'keys/locked' && options.onLocked)) throw error;
      options.onLocked();
      const unlocked = await untilStopped(options, (stop) => whileLocked(config, { telemetry, serverOf, stop }));
      if (!unlocked) throw new StoppedWhileLocked();
      return composeServices(config, { ...ports, ...keyPorts(config, unlocked) });
    });
  } catch (error) {
    ports.data.close();
    throw error;
  }
}

async function untilStopped<Result>(
  { stopAtSignals = true }: ServeOptions,
  wait: (stop: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const stopping = new AbortController();
  const stop = (): void => stopping.abort();
  if (stopAtSignals) for (const signal of SIGNALS) process.on(signal, stop);
  try {
    return await wait(stopping.signal);
  } finally {
    for (const signal of SIGNALS) process.off(signal, stop);
  }
}

/** What a verifier asks for first has to be there before anybody can ask. */
async function publishNow(services: Services, telemetry: Telemetry): Promise<void> {
  // First: a log that lost what was signed is served to nobody.
  await services.publishCheckpoint();
  // Nor is one whose telephones somebody edited.
  await services.checkInstitution();
  for (const id of AUTHORITY_IDS) {
    // Nobody here can renew the list of an offline root: the others are served all the same, and somebody is told.
    await services.publishCrl(id).catch((error: unknown) => {
      if (!(error instanceof Outage) || error.code !== 'revocation/root-list-over') throw error;
      telemetry.failure('publish/crl/raiz', error);
    });
  }
  await services.publishCheckpoint();
}

/** Who has to fetch the root's key needs time for it. */
const WARNED_DAYS = 60;

/** Tells of the list of an offline root before it ends. */
async function warnOfRootList({ dev, publishCrl, clock }: Services, telemetry: Telemetry): Promise<void> {
  if (dev) return;
  const { nextUpdate } = readCrl(await publishCrl('raiz'));
  const days = Math.floor((nextUpdate - clock()) / 86_400);
  if (days < WARNED_DAYS) telemetry.notice('root-list-ends', { days, until: formatTime(nextUpdate) });
}

/** What nobody keeps any longer goes, a bounded number at a time; told in numbers alone. */
async function sweepPersonalData({ personal }: Services, telemetry: Telemetry): Promise<void> {
  const { lines, isBounded } = await personal.sweep({ isTrial: false });
  const swept = lines.filter(({ due }) => due > 0);
  if (swept.length === 0) return;
  const counts = swept.flatMap(({ line, erased, failed }) => [
    [line, erased] as const,
    ...(failed > 0 ? [[`${line}-failed`, failed] as const] : []),
  ]);
  telemetry.notice('data-swept', { ...Object.fromEntries(counts), ...(isBounded && { more: 1 }) });
}

/** Each does nothing while what is published is still good. A failure is told and tried again at the next turn. */
function publishRegularly(services: Services, staff: KnownStaff, telemetry: Telemetry): () => Promise<void> {
  const failure = (what: string) => (error: unknown) => telemetry.failure(what, error);
  // Tried with the first lists already: at once only what failed there is tried again, and told.
  let running: Promise<unknown> = services.revokeEnded().catch(failure('revoke/ended'));
  running = running.then(() => services.revokeUnproven()).catch(failure('revoke/unproven'));
  const warn = (): Promise<void> => warnOfRootList(services, telemetry);
  running = running.then(warn).catch(failure('publish/crl/raiz'));
  // What was authorised before the service stopped.
  const settle = async (): Promise<void> => {
    try {
      await staff.settle();
    } finally {
      await services.door.finishReplacing();
    }
  };
  running = running.then(settle).catch(failure('approvals'));
  const swept = (): Promise<void> => sweepPersonalData(services, telemetry);
  running = running.then(swept).catch(failure('data/sweep'));
  const every = (seconds: number, what: string, act: () => Promise<unknown>): NodeJS.Timeout =>
    setInterval(() => {
      running = running.then(act).catch(failure(what));
    }, seconds * 1000).unref();
  const timers = [
    every(CHECKPOINT_SECONDS, 'publish/checkpoint', () => services.publishCheckpoint()),
    every(CRL_SECONDS, 'revoke/ended', () => services.revokeEnded()),
    every(UNPROVEN_SECONDS, 'revoke/unproven', () => services.revokeUnproven()),
    every(DAY_SECONDS, 'publish/crl/raiz', warn),
    every(DAY_SECONDS, 'data/sweep', swept),
    every(APPROVAL_SECONDS, 'approvals', settle),
    ...AUTHORITY_IDS.map((id) => every(CRL_SECONDS, `publish/crl/${id}`, () => services.publishCrl(id))),
  ];
  return async () => {
    timers.forEach((timer) => clearInterval(timer));
    await running;
  };
}

/**
 * Notices have turns of their own: a mail server that does not answer keeps nothing from being published. While it does not, it is asked
 * less and less often.
 */
function tellRegularly({ notices, clock }: Services, telemetry: Telemetry): () => Promise<void> {
  if (!notices.isOn) return async () => {};
  let outages = 0;
  let quietUntil = clock();
  const deliver = async (): Promise<void> => {
    if (clock() < quietUntil) return;
    const { failed, outage } = await notices.deliver();
    for (const { kind: about, ...why } of failed) telemetry.notice('notice-failed', { about, ...why });
    outages = outage ? outages + 1 : 0;
    if (!outage) return;
    quietUntil = unixSeconds(clock() + waitAfter(outages - 1));
    telemetry.notice('mail-waits', { ...outage, until: formatTime(quietUntil) });
  };
  const failure = (error: unknown): void => telemetry.failure('notices', error);
  let running: Promise<unknown> | undefined;
  const timer = setInterval(() => {
    running ??= notices
      .collect()
      .catch(failure)
      .then(deliver)
      .catch(failure)
      .finally(() => (running = undefined));
  }, NOTICE_SECONDS * 1000).unref();
  return async () => {
    clearInterval(timer);
    // What is on its way is let go on: a message that was taken, and not noted, would be sent again.
    await Promise.race([running, systemPause(STOP_SECONDS * 1000)]);
    notices.close();
  };
}

interface Closers {
  stopTimers(): Promise<void>;
  readonly publicServer: Server;
  readonly staffServer: Server;
  closeSocket(): Promise<void>;
}

async function shutDown(
  { stopTimers, publicServer, staffServer, closeSocket }: Closers,
  services: Services,
  telemetry: Telemetry,
): Promise<void> {
  const servers = [publicServer, staffServer];
  const late = setTimeout(() => servers.forEach((server) => server.closeAllConnections()), STOP_SECONDS * 1000);
  // A connection that was busy when it began is idle, and kept by its caller, once its answer is sent.
  const sweep = setInterval(() => servers.forEach((server) => server.closeIdleConnections()), SWEEP_MILLISECONDS);
  try {
    const closed = new Promise<void>((resolve) => publicServer.close(() => resolve()));
    await Promise.all([closed, closeSocket(), stopTimers()]);
    // Of what was done since the last turn.
    await services.publishCheckpoint().catch((error: unknown) => telemetry.failure('publish/checkpoint', error));
  } finally {
    clearTimeout(late);
    clearInterval(sweep);
    services.close();
    telemetry.notice('stopped');
  }
}
