import { toHex, utf8 } from '../core/bytes.ts';
import { readCrockford, toCrockford } from '../core/crockford.ts';
import type { Primitives } from '../core/primitives.ts';
import { Refusal } from '../core/refusal.ts';
import { unixSeconds, type UnixSeconds } from '../core/time.ts';
import { readEntered } from '../directory/text.ts';
import type { Versioned } from '../log/ledger.ts';
import { whoAnswered, type LoginAnswer, type LoginDeps } from './login.ts';
import type { DeviceCode } from './login-code.ts';
import type { PassingRow, PassingStore } from './passing-store.ts';
import { drawSecret, secretId } from './secret.ts';
import { beginSession, standingOfKey, type LoggedIn, type Session } from './session.ts';

/** How long somebody may take to allow it (RFC 8628 §3.2). */
export const DEVICE_SECONDS = 600;
/** Between two looks of the program, and what each look too early adds (§3.5). */
export const POLL_SECONDS = 5;
const MOST_DEVICES = 1_000;
const NONCE_BYTES = 32;
/** 40 bits, for ten minutes, and only whoever is logged in may try them (§5.1). */
const CODE_SYMBOLS = 8;
const MOST_HOST = 64;

/** A program on another machine that waits until somebody lets it act in their name, under the hash of its own secret. */
export interface DeviceLogin extends PassingRow {
  /** Hash of the code that it shows. */
  readonly codeHash: string;
  /** What the machine calls itself: believed by nobody, shown to whoever is asked. */
  readonly host: string;
  readonly network: string;
  readonly madeAt: UnixSeconds;
  readonly nonce: Uint8Array;
  readonly intervalSeconds: number;
  readonly polledAt?: UnixSeconds;
  /** `given`: the program has its session, and gets no second one. */
  readonly state: 'open' | 'allowed' | 'refused' | 'given';
  /** By whose passkey or card it was allowed. */
  readonly by?: Pick<Session, 'person' | 'by' | 'credentialId' | 'card'>;
}

export interface DeviceDeps extends LoginDeps {
  readonly devices: PassingStore<DeviceLogin>;
}

/** What a program is told that asks to be let in. */
export interface AskedDevice {
  /** Its own secret, shown to nobody. */
  readonly deviceCode: string;
  /** Shown at its terminal: two groups of four. */
  readonly userCode: string;
  readonly expiresInSeconds: number;
  readonly intervalSeconds: number;
}

/** How a program's look ended (RFC 8628 §3.5). */
export type DeviceOutcome =
  | { readonly outcome: 'pending' | 'slow-down' | 'denied' | 'expired' | 'unknown' }
  | { readonly outcome: 'allowed'; readonly secret: string; readonly name: string };

function hashCode(code: string, primitives: Pick<Primitives, 'digest'>): string {
  return toHex(primitives.digest('SHA-256', utf8(`cotejo-device-code-v1 ${code}`)));
}

/** Begins it: anybody may, as nothing is gained by it alone. @throws Refusal `device/host` for a name that nobody can read */
export async function askDeviceLogin(
  deps: DeviceDeps,
  { host: typed, network }: { readonly host: string; readonly network: string },
): Promise<AskedDevice> {
  const { devices, clock, random, primitives } = deps;
  const host = readEntered(typed, { max: MOST_HOST });
  if (!('text' in host)) throw new Refusal<DeviceCode>('device/host', 'a machine whose name cannot be read');
  const now = clock();
  await devices.sweep(now, MOST_DEVICES - 1);
  for (;;) {
    const [deviceCode, code] = [drawSecret(random), toCrockford(random(CODE_SYMBOLS), CODE_SYMBOLS)];
    const codeHash = hashCode(code, primitives);
    // Two that show the same code would be told apart by nobody.
    if ((await devices.list()).some(({ record }) => record.codeHash === codeHash)) continue;
    await devices.add({
      id: secretId(deviceCode, primitives)!,
      ...{ codeHash, host: host.text, network, madeAt: now, state: 'open' },
      nonce: random(NONCE_BYTES),
      intervalSeconds: POLL_SECONDS,
      expiresAt: unixSeconds(now + DEVICE_SECONDS),
    });
    return {
      deviceCode,
      userCode: `${code.slice(0, 4)}-${code.slice(4)}`,
      expiresInSeconds: DEVICE_SECONDS,
      intervalSeconds: POLL_SECONDS,
    };
  }
}

/** What waits, as one session sees it. */
export interface ShownDevice extends Pick<DeviceLogin, 'host' | 'network' | 'madeAt' | 'state'> {
  /**
   * Its page, for this session alone: an address that somebody else sends leads nowhere, so that nobody is spared typing the code that they
   * see at their own terminal (RFC 8628 §5.4).
   */
  readonly page: string;
  /** What the passkey answers: this program, this session, this once. */
  readonly challenge: Uint8Array;
}

function bound(word: string, { nonce, id }: DeviceLogin, session: string, { primitives }: DeviceDeps): Uint8Array {
  return primitives.digest('SHA-256', utf8(`cotejo-device-${word}-v1 ${id} ${session} `), nonce);
}

function shownTo(deps: DeviceDeps, record: DeviceLogin, { session }: LoggedIn): ShownDevice {
  const { host, network, madeAt, state } = record;
  const page = toHex(bound('page', record, session, deps).subarray(0, 16));
  return { host, network, madeAt, state, page, challenge: bound('login', record, session, deps) };
}

/** What waits under the code that somebody typed. @throws Refusal `device/unknown` */
export async function findDevice(deps: DeviceDeps, who: LoggedIn, typed: string): Promise<ShownDevice> {
  const code = readCrockford(typed.slice(0, 4 * CODE_SYMBOLS));
  const codeHash = code === undefined ? undefined : hashCode(code, deps.primitives);
  const { record } = await standing(deps, (one) => one.codeHash === codeHash && one.state === 'open');
  return shownTo(deps, record, who);
}

/** The same by its page; also once it was answered. @throws Refusal `device/unknown` */
export async function lookAtDevice(deps: DeviceDeps, who: LoggedIn, page: string): Promise<ShownDevice> {
  return shownTo(deps, (await atPage(deps, who, page)).record, who);
}

function atPage(deps: DeviceDeps, who: LoggedIn, page: string): Promise<Versioned<DeviceLogin>> {
  return standing(deps, (one) => shownTo(deps, one, who).page === page);
}

async function standing(
  { devices, clock }: DeviceDeps,
  isIt: (one: DeviceLogin) => boolean,
): Promise<Versioned<DeviceLogin>> {
  const now = clock();
  const found = (await devices.list()).find(({ record }) => now < record.expiresAt && isIt(record));
  return found ?? unknown();
}

/**
 * Lets the program act in the name of whoever is logged in, by a fresh answer of a passkey of theirs: a browser that somebody left open is
 * not enough.
 * @throws Refusal `device/unknown`, `device/another-passkey`, and as `whoAnswered`
 */
export async function allowDevice(deps: DeviceDeps, who: LoggedIn, page: string, answer: LoginAnswer): Promise<void> {
  const { record, version } = await atPage(deps, who, page);
  if (record.state !== 'open') unknown();
  const by = await whoAnswered(deps, answer, shownTo(deps, record, who).challenge);
  if (by.person !== who.person) {
    throw new Refusal<DeviceCode>('device/another-passkey', 'the passkey of somebody else');
  }
  const { person, caller, credentialId } = by;
  await letIn(deps, { record, version }, { person, by: caller.by, ...(credentialId && { credentialId }) });
}

/** @throws Refusal `device/unknown` where somebody answered meanwhile: of two answers at once, one counts */
export async function letIn(
  { devices }: Pick<DeviceDeps, 'devices'>,
  { record, version }: Versioned<DeviceLogin>,
  by: NonNullable<DeviceLogin['by']>,
): Promise<void> {
  if (!(await devices.replace({ ...record, state: 'allowed', by }, version))) unknown();
}

/** @throws Refusal `device/unknown` */
export async function refuseDevice(deps: DeviceDeps, who: LoggedIn, page: string): Promise<void> {
  const { record, version } = await atPage(deps, who, page);
  if (record.state !== 'open') unknown();
  if (!(await deps.devices.replace({ ...record, state: 'refused' }, version))) unknown();
}

/** The one that has this secret, while it waits. @throws Refusal `device/unknown` */
export async function openDevice(deps: DeviceDeps, deviceCode: string): Promise<Versioned<DeviceLogin>> {
  const id = secretId(deviceCode, deps.primitives);
  return standing(deps, (one) => one.id === id && one.state === 'open');
}

/** What the program finds at its look; with the one after it was allowed its session begins, under a secret that was kept nowhere. */
export async function pollDevice(
  deps: DeviceDeps,
  deviceCode: string | undefined,
  { network }: { readonly network: string },
): Promise<DeviceOutcome> {
  const { devices, clock, primitives } = deps;
  const id = secretId(deviceCode, primitives);
  const kept = id === undefined ? undefined : await devices.find(id);
  if (!kept || kept.record.state === 'given') return { outcome: 'unknown' };
  const { record, version } = kept;
  const now = clock();
  if (now >= record.expiresAt) return { outcome: 'expired' };
  if (record.state === 'refused') return { outcome: 'denied' };
  const { polledAt, intervalSeconds } = record;
  const isEarly = polledAt !== undefined && now - polledAt < intervalSeconds;
  if (isEarly || record.state === 'open') {
    const slower = isEarly ? { intervalSeconds: intervalSeconds + POLL_SECONDS } : {};
    // Where somebody answered meanwhile, the next look finds it.
    await devices.replace({ ...record, ...slower, polledAt: now }, version);
    return { outcome: isEarly ? 'slow-down' : 'pending' };
  }
  const { by } = record;
  const who = by && (await standingOfKey(deps, by));
  if (!who) return { outcome: 'denied' };
  if (!(await devices.replace({ ...record, state: 'given' }, version))) return { outcome: 'unknown' };
  const secret = await beginSession(deps, who, { browser: `cotejo, ${record.host}`, network }, 'program');
  return { outcome: 'allowed', secret, name: who.name };
}

function unknown(): never {
  throw new Refusal<DeviceCode>('device/unknown', 'no program waits under that code');
}
