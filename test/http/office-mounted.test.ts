import { afterEach, describe, expect, test } from 'vitest';
import { withOffice } from '../../src/http/office/app.ts';
import { serveInstallation, type Service } from '../../src/node.ts';
import { installDevelopment } from '../support/installation.ts';
import { ProductionOffice } from '../support/production-office.ts';
import { removeInstallation } from '../support/production.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

const quiet = { stopAtSignals: false, writeTelemetry: () => {} };

async function ask({ address }: Service, path: string): Promise<readonly [number, string]> {
  const answer = await fetch(`http://127.0.0.1:${address.port}${path}`, { headers: { accept: 'text/html' } });
  return [answer.status, await answer.text()];
}

describe('the public listener', () => {
  test('has the office of an installation that people act in, beside what residents see', async () => {
    const office = await ProductionOffice.make();
    office.close();
    const service = await serveInstallation(office.config, { ...quiet, unlocked: office.encryption });
    stops.push(() => service.stop().finally(() => office.remove()));
    expect(await ask(service, '/oficina')).toEqual([403, expect.stringContaining('Entrar con mi llave de acceso')]);
    const [, page] = await ask(service, '/oficina');
    const scripts = [...page.matchAll(/(?:src|href)="([^"]+\.ts)"/g)].map(([, path]) => path!);
    expect(scripts.length).toBeGreaterThan(2);
    for (const path of scripts)
      expect(await ask(service, path)).toEqual([200, expect.not.stringContaining('interface ')]);
    expect((await ask(service, scripts[0]!.replace('src/http/client', 'src/adapters')))[0]).toBe(404);
    expect((await ask(service, '/'))[0]).toBe(200);
    expect((await ask(service, '/oficinas'))[0]).toBe(404);
  });

  test('has none of a development installation in which nobody is enrolled', async () => {
    const config = await installDevelopment();
    const service = await serveInstallation({ ...config, listen: { host: '127.0.0.1', port: 0 } }, quiet);
    stops.push(() => service.stop().finally(() => removeInstallation(config)));
    const [status, page] = await ask(service, '/oficina');
    expect([status, page]).toEqual([404, expect.not.stringContaining('llave de acceso')]);
  });

  test('leads below the prefix of the address alone to the office', () => {
    const told = (who: string) => () => new Response(who);
    const fetch = withOffice(told('open'), told('office'), 'https://alcaldia.example/sellos');
    const of = async (path: string): Promise<string> =>
      (await fetch(new Request(`https://alcaldia.example${path}`), {})).text();
    const paths = [
      '/sellos/oficina',
      '/sellos/oficina/personas?x',
      '/oficina',
      '/sellos/oficinas',
      '/sellos/v/oficina/',
    ];
    return expect(Promise.all(paths.map(of))).resolves.toEqual(['office', 'office', 'open', 'open', 'open']);
  });
});
