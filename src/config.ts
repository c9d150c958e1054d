import { isAbsolute, join, resolve } from 'node:path';
import { z } from 'zod';
import { fromUtf8 } from './core/bytes.ts';
import { Refusal } from './core/refusal.ts';
import { parseMailAddress, phoneOf, type MailAddress } from './directory/contact.ts';
import type { Institution } from './directory/institution.ts';
import { parseSmtpUrl, type SmtpServer } from './notice/smtp-server.ts';

export type ConfigCode =
  | 'config/malformed'
  | 'config/institution-malformed'
  /** COTEJO_LISTEN alone names no address that a phone can open (`found`). */
  | 'config/origin-missing'
  /** COTEJO_ORIGIN is not the address that seals and certificates of this installation carry. */
  | 'config/origin-differs';

/** Where and how this process works; read from the environment once. */
export interface Config {
  /** Absolute path of the data folder. */
  readonly dataFolder: string;
  /** Absolute path of the SQLite file. */
  readonly databaseFile: string;
  /** Absolute path of the folder of key files. */
  readonly keysFolder: string;
  /** Public base address without a trailing slash; absent = what `init` wrote down. */
  readonly origin?: string;
  readonly listen: { readonly host: string; readonly port: number };
  /** A JSON file with the institution's name, address, telephones and texts, read by `init`. */
  readonly institutionFile?: string;
  /** The library through which card readers are reached; absent = the first that loads. */
  readonly cardDriver?: 'nfc-pcsc' | 'pcsc-mini';
  /** Absolute path of a folder with the certificates of makers of chips, or of one of them. */
  readonly cardMakers?: string;
  /** Whether chips of other makers are refused. */
  readonly cardAttestationRequired?: boolean;
  /** Absolute path of the file in which systemd hands over the passphrase of the keys (LoadCredential); it may be absent. */
  readonly passphraseFile?: string;
  /** The owner-only socket through which the command line reaches a running service. */
  readonly socketFile: string;
  /** The service elsewhere that commands ask, in place of the installation of this machine. */
  readonly remote?: string;
  /** Absolute path of the file that keeps who is logged in where; absent where the account has no home. */
  readonly loginFile?: string;
  /** Through which server notices go, and from whom; absent: nobody is told anything by mail. */
  readonly mail?: MailSetting;
}

export interface MailSetting {
  /** Or the absolute path of the file that says so. */
  readonly server: SmtpServer | { readonly file: string };
  readonly from: MailAddress;
}

/** An address that seals and certificates can carry: no credentials, query or fragment. */
export function parseOrigin(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) return undefined;
  if (url.username || url.password || url.search || url.hash) return undefined;
  return `${url.protocol}//${url.host}${url.pathname.replace(/\/+$/, '')}`;
}

/** The address of a service elsewhere: `https` alone, as what is sent there is a secret. */
export function parseRemote(text: string): string | undefined {
  const origin = parseOrigin(text);
  return origin?.startsWith('https://') ? origin : undefined;
}

const environment = z.object({
  COTEJO_DATA: z.string().min(1).default('./data'),
  COTEJO_DATABASE_URL: z
    .string()
    .regex(/^sqlite:.+$/, 'only sqlite:PATH is supported by this release')
    .optional(),
  COTEJO_ORIGIN: z
    .string()
    .optional()
    .transform((text, context) => {
      const origin = text === undefined ? undefined : parseOrigin(text);
      if (text !== undefined && origin === undefined) context.addIssue('not an http(s) address without query');
      return origin;
    }),
  COTEJO_LISTEN: z
    .string()
    .regex(/^(?:[A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\]):\d{1,5}$/, 'expected HOST:PORT')
    .refine((text) => Number(text.slice(text.lastIndexOf(':') + 1)) <= 65_535, 'expected a port from 0 to 65535')
    .default('localhost:8080'),
  COTEJO_KEYS: z
    .string()
    .regex(/^file:.+$/, 'only file:FOLDER is supported by this release')
    .optional(),
  COTEJO_INSTITUTION: z.string().min(1).optional(),
  COTEJO_REMOTE: z
    .string()
    .optional()
    .transform((text, context) => {
      const remote = text === undefined || text === '' ? undefined : parseRemote(text);
      if (text && remote === undefined) context.addIssue('not an https address');
      return remote;
    }),
  XDG_CONFIG_HOME: z.string().optional(),
  APPDATA: z.string().optional(),
  HOME: z.string().optional(),
  CREDENTIALS_DIRECTORY: z.string().min(1).optional(),
  COTEJO_CARD_DRIVER: z.enum(['nfc-pcsc', 'pcsc-mini']).optional(),
  COTEJO_CARD_MAKERS: z.string().min(1).optional(),
  COTEJO_CARD_ATTESTATION: z.enum(['told', 'required']).default('told'),
  COTEJO_SMTP_URL: z
    .string()
    .optional()
    .transform((text, context) => {
      if (!text) return undefined;
      const file = /^file:(.+)$/.exec(text)?.[1];
      const server = file === undefined ? parseSmtpUrl(text) : { file };
      return server ?? (context.addIssue('expected smtp://, smtps:// or file:PATH'), z.NEVER);
    }),
  COTEJO_MAIL_FROM: z
    .string()
    .optional()
    .transform((text, context) => {
      if (!text) return undefined;
      return parseMailAddress(text) ?? (context.addIssue('not a mail address'), z.NEVER);
    }),
});

/** A setting as it can be shown and logged: without who logs in there, and with which password. */
export function withoutSecrets(text: string): string {
  return text
    .replace(/^([a-z][a-z0-9+.-]*:)?(\/\/)?.*@/is, '$1$2…@')
    .replaceAll(/([?&;](?:password|pin-value)=)[^&;]*/gi, '$1…')
    .slice(0, 80);
}

/**
 * The settings of `docs/settings.md` from the environment; unset ones take their defaults.
 * @throws Refusal `config/malformed` naming the variable
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>, workingFolder: string): Config {
  const parsed = environment.safeParse(env);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    const variable = String(issue.path[0]);
    throw new Refusal<ConfigCode>('config/malformed', `${variable}: ${issue.message}`, {
      variable,
      found: variable === 'COTEJO_SMTP_URL' ? '…' : withoutSecrets(env[variable] ?? ''),
    });
  }
  const settings = parsed.data;
  const dataFolder = resolve(workingFolder, settings.COTEJO_DATA);
  const inData = (path: string): string => (isAbsolute(path) ? path : resolve(workingFolder, path));
  const colon = settings.COTEJO_LISTEN.lastIndexOf(':');
  return {
    dataFolder,
    databaseFile: settings.COTEJO_DATABASE_URL
      ? inData(settings.COTEJO_DATABASE_URL.slice('sqlite:'.length))
      : join(dataFolder, 'cotejo.sqlite'),
    keysFolder: settings.COTEJO_KEYS ? inData(settings.COTEJO_KEYS.slice('file:'.length)) : join(dataFolder, 'keys'),
    ...(settings.COTEJO_ORIGIN === undefined ? {} : { origin: settings.COTEJO_ORIGIN }),
    listen: {
      host: settings.COTEJO_LISTEN.slice(0, colon).replace(/^\[|\]$/g, ''),
      port: Number(settings.COTEJO_LISTEN.slice(colon + 1)),
    },
    ...(settings.COTEJO_INSTITUTION === undefined
      ? {}
      : { institutionFile: resolve(workingFolder, settings.COTEJO_INSTITUTION) }),
    ...(settings.COTEJO_CARD_DRIVER === undefined ? {} : { cardDriver: settings.COTEJO_CARD_DRIVER }),
    ...(settings.COTEJO_CARD_MAKERS === undefined
      ? {}
      : { cardMakers: resolve(workingFolder, settings.COTEJO_CARD_MAKERS) }),
    ...(settings.COTEJO_CARD_ATTESTATION === 'required' && { cardAttestationRequired: true }),
    ...(settings.CREDENTIALS_DIRECTORY === undefined
      ? {}
      : { passphraseFile: resolve(workingFolder, settings.CREDENTIALS_DIRECTORY, 'cotejo-passphrase') }),
    socketFile: join(dataFolder, 'cotejo.sock'),
    ...(settings.COTEJO_REMOTE === undefined ? {} : { remote: settings.COTEJO_REMOTE }),
    ...loginFileOf(settings),
    ...mailOf(settings, workingFolder),
  };
}

/** @throws Refusal `config/malformed` where it is said through which server, and not from whom */
function mailOf(
  { COTEJO_SMTP_URL: server, COTEJO_MAIL_FROM: from }: z.output<typeof environment>,
  workingFolder: string,
): Pick<Config, 'mail'> {
  if (!server) return {};
  if (!from) {
    const facts = { variable: 'COTEJO_MAIL_FROM', found: '' };
    throw new Refusal<ConfigCode>('config/malformed', 'COTEJO_MAIL_FROM: missing beside COTEJO_SMTP_URL', facts);
  }
  return { mail: { server: 'file' in server ? { file: resolve(workingFolder, server.file) } : server, from } };
}

/** In the folder that the account keeps for its programs (XDG Base Directory; on Windows that of its profile). */
function loginFileOf({
  XDG_CONFIG_HOME: xdg,
  APPDATA: profile,
  HOME: home,
}: z.output<typeof environment>): Pick<Config, 'loginFile'> {
  const folder = [xdg, profile, home && join(home, '.config')].find((one) => one && isAbsolute(one));
  return folder ? { loginFile: join(folder, 'cotejo', 'logins.json') } : {};
}

const text = z.string().trim().min(1).max(400);

const number = z
  .string()
  .transform((typed, context) => phoneOf(typed) ?? (context.addIssue('not a telephone number'), z.NEVER));

const telephone = z
  .strictObject({ label: text, labelEn: text.optional(), number })
  .transform(({ labelEn, ...rest }) => ({ ...rest, ...(labelEn !== undefined && { labelEn }) }));

const institutionFile = z.strictObject({
  name: z.string().trim().min(3).max(64),
  shortName: z.string().trim().min(3).max(80),
  address: text,
  telephone: number,
  policyArc: z.string().regex(/^[0-2](?:\.(?:0|[1-9]\d{0,9})){1,20}$/, 'not an object identifier'),
  legend: text,
  telephones: z.array(telephone).max(12),
  letterTexts: z
    .record(
      z.string(),
      z.strictObject({
        payment: text.optional(),
        expired: text.optional(),
        paymentEn: text.optional(),
        expiredEn: text.optional(),
      }),
    )
    .transform((texts) => texts as Institution['letterTexts']),
  checkedOn: z.iso.date(),
});

/**
 * The institution that `COTEJO_INSTITUTION` describes (`docs/settings.md`).
 * @throws Refusal `config/institution-malformed` naming the field, and by `form` what it should be
 */
export function readInstitution(bytes: Uint8Array): Institution {
  let value: unknown;
  try {
    value = JSON.parse(fromUtf8(bytes) ?? '');
  } catch {
    throw new Refusal<ConfigCode>('config/institution-malformed', 'not JSON in UTF-8', { form: 'json' });
  }
  const parsed = institutionFile.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const superfluous = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
  const path = [...issue.path, ...superfluous].map(String);
  const field = path.join('.');
  const form = superfluous.length > 0 ? 'superfluous' : path[0] === undefined ? 'json' : path[0];
  throw new Refusal<ConfigCode>('config/institution-malformed', `${field}: ${issue.message}`, { field, form });
}
