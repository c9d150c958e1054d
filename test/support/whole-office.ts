import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { LAUNCHED, MAIN, runAside, type Done } from './command-line.ts';
import { until } from './driver-processes.ts';
import { FOUNDING_ORIGIN, NAMES, WORDS } from './founding-day.ts';
import { FoundingRun, placeOf, TYPED, type FoundingPlace } from './founding-run.ts';
import { chromiumAt, type Device, type OfficeChromium } from './office-chromium.ts';

const NODE = ['--disable-warning=ExperimentalWarning', MAIN] as const;
const STARTS_MS = 60_000;

/** A program that is followed while it runs. */
export interface Running {
  readonly done: Promise<Done>;
  /** Waits until its messages say it. @returns what the first group of `pattern` holds */
  told(pattern: RegExp): Promise<string>;
}

/**
 * An installation as an institution has it: founded in Chromium by two people, served by a process of its own behind a TLS proxy, unlocked
 * by its custodian, and asked by browsers and by a command line at somebody's own machine.
 */
export class WholeOffice {
  readonly place: FoundingPlace;
  readonly chromium: OfficeChromium;
  readonly founders: readonly Device[];
  /** Of the person who is at the command line. */
  readonly home: string;
  #service: ChildProcess | undefined;
  /** What the service says of itself. */
  telemetry = '';

  private constructor(place: FoundingPlace, chromium: OfficeChromium, founders: readonly Device[], home: string) {
    this.place = place;
    this.chromium = chromium;
    this.founders = founders;
    this.home = home;
  }

  /** Two founders make their passkeys at their addresses; `compared`: with the page of each while it shows the fingerprint. */
  static async found(folder: string, compared: (founder: Device, i: number) => Promise<void>): Promise<WholeOffice> {
    const place = await placeOf(mkdtempSync(join(folder, 'one-')));
    const chromium = await chromiumAt(FOUNDING_ORIGIN, place.port, folder);
    const run = new FoundingRun(place);
    try {
      run.type(...TYPED);
      const founders: Device[] = [];
      for (const i of NAMES.keys()) {
        const device = await chromium.device();
        await device.page.goto(await run.invitation(i + 1));
        await device.page.click('button');
        await device.page.click('#make button');
        await device.page.waitForSelector('#done:not([hidden])');
        const shown = (await device.page.locator('#print li').allTextContents()).join(' ');
        const { fingerprint } = await run.event(({ event, founder }) => event === 'made' && founder === i + 1);
        if (shown !== fingerprint) throw new Error(`the page shows ${shown}, the terminal ${fingerprint}`);
        await compared(device, i);
        founders.push(device);
      }
      run.type('sí');
      const status = await run.ended;
      if (status !== 0) throw new Error(`init ended with ${status}: ${run.stderr}`);
      const home = join(folder, 'home-of-hr');
      mkdirSync(home);
      return new WholeOffice(place, chromium, founders, home);
    } catch (error) {
      await run.kill();
      await chromium.close();
      throw error;
    }
  }

  /** Starts the service as after a boot, and has the custodian unlock its keys. */
  async serve(): Promise<void> {
    const { dataFolder, env } = this.place;
    const child = spawn(process.execPath, [...NODE, 'serve'], {
      env: { ...LAUNCHED, ...env, COTEJO_DATA: dataFolder },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child.stderr.setEncoding('utf8').on('data', (part: string) => void (this.telemetry += part));
    this.#service = child;
    const says = (event: string) => () => this.telemetry.includes(`"event":"${event}"`) || child.exitCode !== null;
    await until(says('locked'), 'it waits for the passphrase', STARTS_MS);
    const unlocked = await this.#run(['unlock'], { COTEJO_DATA: dataFolder }, `${WORDS.keys}\n`);
    if (unlocked.status !== 0) throw new Error(`unlock: ${unlocked.stderr}`);
    await until(says('started'), 'it serves', STARTS_MS);
    if (child.exitCode !== null) throw new Error(`serve ended: ${this.telemetry}`);
  }

  async #run(words: readonly string[], env: Readonly<Record<string, string>>, input: string): Promise<Done> {
    return runAside(process.execPath, [...NODE, ...words], { env: { ...LAUNCHED, ...env }, input });
  }

  /** The command line of somebody who has no installation on their machine. */
  remotely(words: readonly string[], { env = {}, input = '' }: RemoteOptions = {}): Running {
    const { authority, port } = this.chromium.proxy;
    const own = { HOME: this.home, COTEJO_DATA: join(this.home, 'none'), NODE_EXTRA_CA_CERTS: authority };
    const remote = `https://localhost:${port}`;
    const child = spawn(process.execPath, [...NODE, ...words], {
      env: { ...LAUNCHED, ...own, COTEJO_REMOTE: remote, ...env },
      timeout: 240_000,
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (part: Buffer) => void (stdout += String(part)));
    child.stderr.on('data', (part: Buffer) => void (stderr += String(part)));
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    let isOver = false;
    const done = once(child, 'close').then(([status]) => {
      isOver = true;
      return { status: (status as number | null) ?? -1, stdout, stderr };
    });
    return {
      done,
      async told(pattern) {
        await until(() => pattern.test(stderr) || isOver, `it says ${pattern}`, 120_000);
        const found = pattern.exec(stderr);
        if (!found) throw new Error(`it ended without ${pattern}: ${stdout}\n${stderr}`);
        return found[1] ?? found[0];
      },
    };
  }

  /** On the machine of the service. */
  async locally(words: readonly string[]): Promise<Done> {
    return this.#run(words, { ...this.place.env, COTEJO_DATA: this.place.dataFolder }, '');
  }

  /** What anybody reads at this path, without a browser. */
  async publicPage(path: string): Promise<string> {
    return (await fetch(`http://127.0.0.1:${this.place.port}${path}`, { headers: { accept: 'text/html' } })).text();
  }

  async close(): Promise<void> {
    await this.chromium.close();
    const child = this.#service;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const over = once(child, 'close');
    child.kill('SIGTERM');
    await over;
  }
}

export interface RemoteOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
}
