import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { devInstitution } from '../../keys-dev/institution.ts';
import { SoftAuthenticator } from '../doubles/soft-authenticator.ts';
import { LAUNCHED, MAIN } from './command-line.ts';
import { REAL_ARC } from './founded.ts';
import { FOUNDING_ORIGIN, NAMES, WORDS } from './founding-day.ts';

export interface FoundingEvent {
  readonly event: 'invited' | 'opened' | 'made' | 'founded';
  readonly founder?: number;
  readonly name?: string;
  readonly address?: string;
  readonly fingerprint?: string;
  readonly rootKeyId?: string;
}

/** A port that nobody listens on, in this moment. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Where somebody founds: an empty folder, two media and the institution's file beside it. */
export interface FoundingPlace {
  readonly dataFolder: string;
  readonly media: readonly [string, string];
  readonly env: Readonly<Record<string, string>>;
  /** Of the page, without the TLS proxy that an institution has before it. */
  readonly port: number;
}

export async function placeOf(folder: string): Promise<FoundingPlace> {
  const media = [join(folder, 'memoria-a'), join(folder, 'memoria-b')] as const;
  for (const medium of media) mkdirSync(medium, { recursive: true });
  const institution = join(folder, 'institucion.json');
  writeFileSync(institution, JSON.stringify({ ...devInstitution, policyArc: REAL_ARC }));
  const port = await freePort();
  const env = {
    COTEJO_INSTITUTION: institution,
    COTEJO_ORIGIN: FOUNDING_ORIGIN,
    COTEJO_LISTEN: `127.0.0.1:${port}`,
  };
  return { dataFolder: join(folder, 'data'), media, env, port };
}

/** The options of a rehearsal, for a program. */
export function wordsOf({ media }: FoundingPlace): readonly string[] {
  return [
    ...['init', '--own', '--json', '--root-media-same-disk', '--custodian', 'Ana Pérez'],
    ...NAMES.flatMap((name) => ['--founder', name]),
    ...media.flatMap((medium) => ['--root-media', medium]),
  ];
}

export const TYPED: readonly string[] = [
  WORDS.keys,
  WORDS.keys,
  WORDS.mediumA,
  WORDS.mediumA,
  WORDS.mediumB,
  WORDS.mediumB,
];

/** `./cotejo init` in a process of its own, told by its lines of JSON. */
export class FoundingRun {
  readonly events: FoundingEvent[] = [];
  readonly child: ChildProcessWithoutNullStreams;
  stderr = '';
  #stdout = '';
  readonly #place: FoundingPlace;
  readonly ended: Promise<number | null>;

  constructor(place: FoundingPlace, words: readonly string[] = wordsOf(place)) {
    this.#place = place;
    const env = { ...LAUNCHED, COTEJO_DATA: place.dataFolder, ...place.env };
    this.child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, ...words], { env });
    this.child.stdin.on('error', () => {});
    this.child.stderr.setEncoding('utf8').on('data', (part: string) => void (this.stderr += part));
    this.child.stdout.setEncoding('utf8').on('data', (part: string) => {
      const lines = (this.#stdout + part).split('\n');
      this.#stdout = lines.pop()!;
      for (const line of lines.filter(Boolean)) this.events.push(JSON.parse(line) as FoundingEvent);
    });
    this.ended = once(this.child, 'close').then(([status]) => status as number | null);
  }

  type(...lines: readonly string[]): void {
    for (const line of lines) this.child.stdin.write(`${line}\n`);
  }

  /** The first event that fits. @throws where the command ends before it */
  async event(fits: (event: FoundingEvent) => boolean): Promise<FoundingEvent> {
    let isOver = false;
    void this.ended.then(() => (isOver = true));
    for (;;) {
      const found = this.events.find(fits);
      if (found) return found;
      if (isOver) throw new Error(`the command ended: ${JSON.stringify(this.events)} ${this.stderr}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async invitation(founder: number): Promise<string> {
    const { address } = await this.event(({ event, founder: who }) => event === 'invited' && who === founder);
    return address!;
  }

  /** As a browser of a founder's, behind the proxy. */
  async browse(path: string, cookie: string, body?: unknown): Promise<Response> {
    return fetch(`http://127.0.0.1:${this.#place.port}${path}`, {
      method: 'POST',
      redirect: 'manual',
      headers: { origin: FOUNDING_ORIGIN, cookie, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  }

  /** Somebody opens their address. @returns their cookie */
  async open(founder: number): Promise<string> {
    const answer = await this.browse(new URL(await this.invitation(founder)).pathname, '');
    if (answer.status !== 303) throw new Error(`${answer.status}: ${await answer.text()}`);
    return answer.headers.get('set-cookie')!.split(';')[0]!;
  }

  /** Somebody makes a passkey. @returns the fingerprint that their page shows */
  async make(cookie: string): Promise<string> {
    const options = await (await this.browse('/oficina/fundacion/opciones', cookie, {})).json();
    const answer = new SoftAuthenticator(FOUNDING_ORIGIN).create(options as never);
    const told = (await (await this.browse('/oficina/fundacion/llave', cookie, answer)).json()) as FoundingEvent;
    return told.fingerprint!;
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }
}

/** All files beside the data folder and in it. */
export function rootOf({ dataFolder }: FoundingPlace): string {
  return dirname(dataFolder);
}
