import { globSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { DRIVERS } from '../../hardware/pcsc/driver.ts';
import { openReaders, type Readers } from '../../hardware/pcsc/readers.ts';
import { insertVirtualCard, type VirtualCard } from '../../hardware/pcsc/virtual-reader.ts';
import { padded, type SoftPivState } from '../../hardware/soft-piv/state.ts';
import { certificateOf } from '../../src/authority/authority.ts';
import { encodePem } from '../../src/authority/pem.ts';
import type { CardChannel } from '../../src/card/channel.ts';
import type { Official } from '../../src/directory/official.ts';
import type { SealedView } from '../../src/http/staff/views.ts';
import { insertCard, PIN } from '../card/station/station-kit.ts';
import { until } from '../support/driver-processes.ts';
import { json, LAUNCHED, MAIN, runAside, type Done, type ErrorDocument } from '../support/command-line.ts';
import { makeInstallation, type Installation } from '../support/installation.ts';
import { missingJudge, opensslCms, pdfsigVerify } from '../support/judges.ts';
import { missingDriver, missingPcscd, startPcscd, type Pcscd } from '../support/pcscd.ts';
import { cardOrder, personalCard } from '../support/signing-station.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const noPcscd = missingPcscd();
const chosen = DRIVERS.find((driver) => missingDriver(driver) === undefined);
const WAIT = ['--wait', '10'];

describe.each(DRIVERS)('over %s', { timeout: 300_000 }, (driver) => {
  const missing = noPcscd ?? missingDriver(driver);

  describe.skipIf(missing)(`oficio sign --card ${missing ?? ''}`, () => {
    let pcscd: Pcscd;
    let readers: Readers;
    let office: Installation;
    let ana: Official;
    let [hers, his]: SoftPivState[] = [];
    const inserted = new Map<number, VirtualCard>();
    const temporary = temporaryFolder();
    const root = join(temporary, 'raiz.pem');
    let ordered = 0;

    beforeAll(async () => {
      pcscd = await startPcscd();
      readers = await openReaders({ driver, socket: pcscd.socket });
      office = await makeInstallation();
      ana = await office.register({ name: 'Ana Pérez Núñez' });
      hers = (await personalCard(office.services, ana)).state;
      his = (await personalCard(office.services, await office.register({ name: 'Beto Ruiz' }))).state;
      const { record } = (await office.services.authorities.findAuthority('raiz'))!;
      writeFileSync(root, encodePem('CERTIFICATE', certificateOf(record).encoded));
      // The commands hold the data from here on.
      office.close();
    });
    afterEach(async () => {
      for (const slot of inserted.keys()) await pull(slot);
    });
    afterAll(async () => {
      readers.close();
      await pcscd.remove();
      office.remove();
    });

    async function put(
      state: SoftPivState,
      slot = 0,
      channelOf: (state: SoftPivState) => CardChannel = insertCard,
    ): Promise<void> {
      const { port } = pcscd.readers[slot]!;
      inserted.set(slot, await insertVirtualCard({ powerUp: () => channelOf(state), port }));
      await until(() => readers.list()[slot]!.hasCard, 'a card in the reader', 30_000);
    }

    async function pull(slot: number): Promise<void> {
      await inserted.get(slot)?.pull();
      inserted.delete(slot);
      await until(() => !readers.list()[slot]!.hasCard, 'the card gone', 30_000);
    }

    /** Aside: the card is in this thread. */
    async function cotejo(words: readonly string[], input = ''): Promise<Done> {
      const env = {
        ...LAUNCHED,
        COTEJO_DATA: office.config.dataFolder,
        COTEJO_CARD_DRIVER: driver,
        PCSCLITE_CSOCK_NAME: pcscd.socket,
        HOME: temporary,
      };
      return runAside(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, ...words], { env, input });
    }

    function signing(): readonly string[] {
      const { input, output, type, amount, subject } = cardOrder(temporary, `carta-${++ordered}`);
      const asked = ['--type', type, '--amount', amount, '--subject', subject];
      return ['oficio', 'sign', input, '-o', output, ...asked, '--card', '--json', ...WAIT];
    }

    type Signed = SealedView & { readonly path: string; readonly card: string };

    const judges = missingJudge('pdfsig', 'certutil', 'openssl');
    test.skipIf(judges)(`makes letters that other people's programs call signed ${judges ?? ''}`, async () => {
      await put(hers!);
      const done = await cotejo(signing(), `${PIN}\n`);
      expect(done.status, done.stderr).toBe(0);
      const { path, signer, state } = json<Signed>(done);
      expect([signer.officialId, state]).toEqual([ana.id, 'signed']);
      expect(pdfsigVerify(path, root)).toMatchObject([{ valid: true, wholeDocument: true, trusted: true }]);
      expect(opensslCms(path, root).status).toBe(0);
      expect(done.stderr).toContain('quedan 3 intentos');
    });

    // What is the same over any library, over one.
    if (driver !== chosen) return;

    test('pulled while it signs, goes on with the same folio', async () => {
      let isPulled = false;
      await put(hers!, 0, (state) => {
        const channel = insertCard(state);
        return {
          ...channel,
          async transmit(command) {
            if (command[1] === 0x87 && command[3] === 0x9c && !isPulled) {
              isPulled = true;
              await inserted.get(0)!.pull();
            }
            return channel.transmit(command);
          },
        };
      });
      const words = signing();
      const pulled = await cotejo(words, `${PIN}\n`);
      expect(pulled.status, pulled.stderr).toBe(75);
      expect(json<ErrorDocument>(pulled).error.code).toBe('card/removed');
      const folio = /AE\/DGG\/SCI\/\d{4}\/\d{4}/.exec(pulled.stderr)![0];
      expect(pulled.stderr).toContain('La misma orden sigue desde ahí');
      expect(pulled.stderr).toContain('repita la misma orden sin sacarla');
      expect(json(await cotejo(['verify', folio, '--json']))).toMatchObject({ state: 'not-yet-signed' });
      await pull(0);
      await put(hers!);
      const done = await cotejo(words, `${PIN}\n`);
      expect(json<Signed>(done), done.stderr).toMatchObject({ folio, state: 'signed', repeated: false });
    });

    test('countersigns what another card signed, and goes on when it was pulled', async () => {
      await put(hers!);
      const { path, folio } = json<Signed>(await cotejo(signing(), `${PIN}\n`));
      await pull(0);
      let isPulled = false;
      await put(his!, 0, (state) => {
        const channel = insertCard(state);
        return {
          ...channel,
          async transmit(command) {
            if (command[1] === 0x87 && command[3] === 0x9c && !isPulled) {
              isPulled = true;
              await inserted.get(0)!.pull();
            }
            return channel.transmit(command);
          },
        };
      });
      const out = join(temporary, 'refrendado.pdf');
      const words = ['oficio', 'countersign', path, '-o', out, '--card', '--json', ...WAIT];
      const pulled = await cotejo(words, `${PIN}\n`);
      expect([pulled.status, json<ErrorDocument>(pulled).error.code]).toEqual([75, 'card/removed']);
      expect(pulled.stderr).toContain('No quedó refrendado');
      await pull(0);
      await put(his!);
      const done = await cotejo(words, `${PIN}\n`);
      expect(json(done), done.stderr).toMatchObject({
        folio,
        repeated: false,
        countersignature: { name: 'Beto Ruiz' },
      });
      const verdict = json<{ subject: object }>(await cotejo(['verify', out, '--json']));
      expect(verdict).toMatchObject({ state: 'current', subject: { countersigners: [{ name: 'Beto Ruiz' }] } });
      if (judges) return;
      expect(pdfsigVerify(out, root)).toMatchObject([
        { valid: true, wholeDocument: false, trusted: true },
        { valid: true, wholeDocument: true, trusted: true },
      ]);
    });

    test('finds the card of the signer among several readers, and refuses that of somebody else by name', async () => {
      await put(his!, 0);
      const refused = await cotejo([...signing(), '--signer', ana.id], `${PIN}\n`);
      expect(refused.status).toBe(4);
      expect(json<ErrorDocument>(refused).error).toMatchObject({ code: 'card/not-the-signers' });
      expect(refused.stderr).toContain('Beto Ruiz');
      await put(hers!, 1);
      const several = await cotejo(signing(), `${PIN}\n`);
      expect(several.status, several.stderr).toBe(2);
      const done = await cotejo([...signing(), '--signer', ana.id], `${PIN}\n`);
      expect(json<Signed>(done).signer.officialId, done.stderr).toBe(ana.id);
    });

    test('signs a list with one PIN, each line a letter of its own', async () => {
      const [one, two] = [cardOrder(temporary, 'lista-1'), cardOrder(temporary, 'lista-2')];
      const list = join(temporary, 'lista.csv');
      const lines = [one, two].map(({ input, subject }) => `${input};oficio;0;${subject};`);
      const theirs = `${one.input.replace('lista-1', 'otra')};oficio;0;Otro;`;
      writeFileSync(list, ['archivo;tipo;monto;asunto;folio', ...lines, theirs].join('\n'));
      await put(hers!);
      const done = await cotejo(
        ['oficio', 'sign', '--list', list, '--out-dir', temporary, '--card', '--json', ...WAIT],
        `${PIN}\n`,
      );
      const outcomes = done.stdout
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { outcome: string }).outcome);
      expect(outcomes, done.stderr).toEqual(['signed', 'signed', 'refused']);
      expect(done.stderr).toContain('2 firmas');
    });

    test('says what to do when one try is left for the PIN, which it never spends', async () => {
      await put(hers!);
      hers!.pin.triesLeft = 1;
      const last = await cotejo(signing(), `${PIN}\n`);
      expect([last.status, json<ErrorDocument>(last).error.code]).toEqual([4, 'card/pin-last-try']);
      expect(json<ErrorDocument>(last).error.next).toContain('card unblock');
      expect(hers!.pin.triesLeft).toBe(1);
      hers!.pin.triesLeft = 3;
    });

    test('leaves the PIN nowhere: not in what it says, nor in any file of the installation', async () => {
      await put(hers!);
      const runs = [await cotejo(signing(), `${PIN}\n`), await cotejo(signing(), '31415926\n')];
      expect(json<ErrorDocument>(runs[1]!).error.code).toBe('card/pin-wrong');
      expect(hers!.pin.triesLeft).toBe(2);
      hers!.pin.triesLeft = 3;
      const files = globSync(join(office.config.dataFolder, '**/*')).filter((path) => statSync(path).isFile());
      expect(files.length).toBeGreaterThan(5);
      const kept = [
        ...runs.flatMap(({ stdout, stderr }) => [stdout, stderr]),
        ...files.map((path) => readFileSync(path, 'latin1')),
      ];
      for (const pin of [PIN, '31415926']) {
        for (const form of [pin, padded(pin), Buffer.from(padded(pin), 'hex').toString('latin1')]) {
          expect(kept.some((text) => text.includes(form))).toBe(false);
        }
      }
    });

    test('wants --card beside the options of a reader', async () => {
      const words = signing().filter((word) => word !== '--card');
      expect((await cotejo(words)).status).toBe(2);
    });
  });
});
