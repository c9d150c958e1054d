/** In this process, because the card is in it: a command that is waited for would keep it from answering. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { EXIT, type Given } from '../../cli/command.ts';
import { cardReaders } from '../../cli/commands/card-readers.ts';
import { Screen } from '../../cli/screen.ts';
import { insertVirtualCard, type VirtualCard } from '../../hardware/pcsc/virtual-reader.ts';
import { readConfig } from '../../src/config.ts';
import { missingDriver, missingPcscd, startPcscd, type Pcscd } from '../support/pcscd.ts';

async function run(language: 'es' | 'en', json = false): Promise<{ out: string; messages: string }> {
  let out = '';
  let messages = '';
  const screen = new Screen({
    language,
    json,
    out: { write: (text) => void (out += text) },
    messages: { write: (text) => void (messages += text) },
    colour: false,
  });
  const config = readConfig({ COTEJO_CARD_DRIVER: 'pcsc-mini' }, '/');
  const client = (): never => expect.fail('no installation is needed');
  expect(await cardReaders.run({ given: {} as Given, screen, config, client })).toBe(EXIT.done);
  return { out, messages };
}

const missing = missingPcscd() ?? missingDriver('pcsc-mini');

describe.skipIf(missing)(`card readers ${missing ?? ''}`, () => {
  let pcscd: Pcscd;
  let card: VirtualCard;
  beforeAll(async () => {
    pcscd = await startPcscd();
    vi.stubEnv('PCSCLITE_CSOCK_NAME', pcscd.socket);
    const powerUp = () => ({
      atr: Uint8Array.of(0x3b, 0x80, 0x80, 0x01, 0x01),
      transmit: async () => Uint8Array.of(0x90, 0x00),
      close: async () => {},
    });
    card = await insertVirtualCard({ powerUp, port: pcscd.readers[1]!.port });
    // So often does pcscd look.
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await card?.pull();
    await pcscd?.remove();
  });

  test('shows each reader and whether a card is in it, in both languages', async () => {
    const es = await run('es');
    const en = await run('en');
    expect(es.out).toMatch(/^LECTOR +TARJETA +ATR\n/);
    expect(es.out).toMatch(/^Cotejo A 00 00 +no +—$/m);
    expect(es.out).toMatch(/^Cotejo A 00 01 +sí +—$/m);
    expect(en.out).toMatch(/^READER +CARD +ATR\n/);
    expect(en.out).toMatch(/^Cotejo A 00 01 +yes +—$/m);
    expect(es.messages + en.messages).toBe('Biblioteca: pcsc-mini\nLibrary: pcsc-mini\n');
  });

  test('--json gives a document for each, with the library', async () => {
    const documents = (await run('en', true)).out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    const cards = [false, true, false, false];
    expect(documents).toEqual(pcscd.readers.map(({ name }, i) => ({ name, hasCard: cards[i], driver: 'pcsc-mini' })));
  });

  test('without a card service says so', async () => {
    vi.stubEnv('PCSCLITE_CSOCK_NAME', `${pcscd.socket}.none`);
    await expect(run('es')).rejects.toMatchObject({ code: 'card/no-service' });
    vi.stubEnv('PCSCLITE_CSOCK_NAME', pcscd.socket);
  });
});
