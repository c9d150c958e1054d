import { readdir, mkdir } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../../src/config.ts';
import { Refusal } from '../../src/core/refusal.ts';
import type { EntryCode } from '../../src/texts/code.ts';
import type { Client } from '../client.ts';
import { EXIT, type Command } from '../command.ts';
import { checkSentence } from '../demo/check-sentence.ts';
import type { DemoReport } from '../demo/run.ts';
import type { Screen } from '../screen.ts';
import { serveUntilStopped } from './serve.ts';
import { verdictWords } from '../show-verdict.ts';

interface Installation {
  readonly dev: boolean;
  readonly origin: string;
}

async function isEmpty(folder: string): Promise<boolean> {
  return (await readdir(folder).catch(() => [])).length === 0;
}

/** The first address of this machine on a local network. */
function lanAddress(): string | undefined {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return all.find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
}

function onLan(config: Config): Config {
  const address = lanAddress() ?? config.listen.host;
  const listen = { ...config.listen, host: '0.0.0.0' };
  return { ...config, listen, origin: config.origin ?? `http://${address}:${config.listen.port}` };
}

async function openDevelopment(client: Client): Promise<Installation> {
  const installation = await client.get<Installation>('/api/v1/staff/installation');
  if (installation.dev) return installation;
  throw new Refusal<EntryCode>('demo/not-development', 'the data are not of a development installation');
}

function show(screen: Screen, report: DemoReport): void {
  screen.line();
  screen.table(
    [
      screen.say({ es: 'FOLIO', en: 'FOLIO' }),
      screen.say({ es: 'VEREDICTO', en: 'VERDICT' }),
      screen.say({ es: 'ARCHIVO', en: 'FILE' }),
    ],
    report.documents.map((one) => [one.folio, verdictWords(screen, one.verdict), one.path]),
  );
  screen.line();
  for (const check of report.checks) {
    const mark = check.held ? screen.paint('good', '✓') : screen.paint('bad', '✗');
    screen.line(`${mark} ${checkSentence(check, screen.language)}`);
  }
}

export const demo: Command = {
  name: 'demo',
  summary: {
    es: 'monta una alcaldía ficticia, firma oficios, los comprueba, revoca, y sirve la página',
    en: 'sets up a fictitious borough, signs letters, checks them, revokes, and serves the page',
  },
  options: {
    once: { type: 'boolean', help: { es: 'termina después de las comprobaciones', en: 'ends after the checks' } },
    lan: {
      type: 'boolean',
      help: { es: 'en la red local, para probar con un teléfono', en: 'on the local network, to try with a phone' },
    },
  },
  async run({ given, screen, config: given_ }) {
    const config = given.flag('lan') ? onLan(given_) : given_;
    if (!given.flag('once')) await (await import('../../src/public-server.ts')).checkAddress(config.listen);
    if (await isEmpty(config.dataFolder)) {
      screen.note(
        screen.say({
          es: `Instalación de PRUEBA en ${config.dataFolder}`,
          en: `TEST installation in ${config.dataFolder}`,
        }),
      );
      const { initDevelopment } = await import('../init-development.ts');
      await initDevelopment(config);
    }
    const folder = join(config.dataFolder, 'demo');
    const { connect } = await import('../connect.ts');
    const { runDemo } = await import('../demo/run.ts');
    const client = await connect(config);
    let report: DemoReport;
    try {
      await openDevelopment(client);
      await mkdir(folder, { recursive: true });
      report = await runDemo(client, folder, (step) => screen.note(`· ${screen.say(step)}`));
    } finally {
      await client.close();
    }
    const checks = report.checks.map(({ check, ...rest }) => ({ check: check.en, ...rest }));
    if (screen.json) screen.data({ ...report, checks });
    show(screen, report);
    if (!report.checks.every(({ held }) => held)) return EXIT.invalid;
    if (given.flag('once')) return EXIT.done;
    if (given.flag('lan') && config.origin) {
      const { terminalQr } = await import('../terminal-qr.ts');
      screen.picture(await terminalQr(`${config.origin}/`, screen.colour));
      screen.line(`${screen.paint('wait', 'DEV')}  ${config.origin}/`);
    }
    for (const { folio, seal } of report.documents) screen.line(`  ${folio}: ${seal}`);
    await serveUntilStopped({ config, screen });
    return EXIT.done;
  },
};
