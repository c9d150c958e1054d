import { X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { DRIVERS } from '../../hardware/pcsc/driver.ts';
import { openReaders, type Readers } from '../../hardware/pcsc/readers.ts';
import { insertVirtualCard, type VirtualCard } from '../../hardware/pcsc/virtual-reader.ts';
import { softNtag424 } from '../../hardware/soft-ntag424.ts';
import { factoryState, padded, type SoftPivState } from '../../hardware/soft-piv/state.ts';
import { systemRandom } from '../../src/adapters/system.ts';
import { AUTHORITY_IDS, certificateOf } from '../../src/authority/authority.ts';
import { encodePem } from '../../src/authority/pem.ts';
import { drawCardNumber } from '../../src/card/card.ts';
import type { CardChannel } from '../../src/card/channel.ts';
import type { Official } from '../../src/directory/official.ts';
import type { VerdictView } from '../../cli/show-verdict.ts';
import { realTag } from '../card/ntag424/tag-kit.ts';
import { insertCard } from '../card/station/station-kit.ts';
import { until } from '../support/driver-processes.ts';
import { LAUNCHED, MAIN, json, runAside, type Done, type ErrorDocument } from '../support/command-line.ts';
import { makeInstallation, type Installation } from '../support/installation.ts';
import { ask, missingJudge, type Judge } from '../support/judges.ts';
import { missingDriver, missingPcscd, startPcscd, type Pcscd } from '../support/pcscd.ts';
import { managementDeps } from '../support/soft-cards.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const PIN = '90817263';
const OTHER_PIN = '27182845';
/** Until the command's own driver has noticed the card. */
const WAIT = ['--wait', '10'];
const noPcscd = missingPcscd();
const chosen = DRIVERS.find((driver) => missingDriver(driver) === undefined);

const LONG = Boolean(process.env['COTEJO_LONG']);
/** What drivers do alike is tried with each in `test/hardware/readers.test.ts`. */
const SECOND = '(a second driver only in the long tests)';

interface Provisioned {
  readonly card: { readonly number: string; readonly state: string; readonly guid: string };
  readonly began: string;
  readonly slots: Readonly<Record<string, string>>;
}

describe.each(DRIVERS)('over %s', { timeout: 300_000 }, (driver) => {
  const missing = noPcscd ?? missingDriver(driver) ?? (driver === chosen || LONG ? undefined : SECOND);

  describe.skipIf(missing)(`the commands of cards ${missing ?? ''}`, () => {
    let pcscd: Pcscd;
    let readers: Readers;
    let office: Installation;
    let official: Official;
    let inserted: VirtualCard | undefined;
    const state = factoryState(systemRandom);
    const temporary = temporaryFolder();
    const pathOf = (name: string): string => join(temporary, name);

    beforeAll(async () => {
      pcscd = await startPcscd();
      readers = await openReaders({ driver, socket: pcscd.socket });
      office = await makeInstallation();
      official = await office.register({ name: 'Ana Pérez Núñez' }, true);
      for (const id of AUTHORITY_IDS) {
        const { record } = (await office.services.authorities.findAuthority(id))!;
        writeFileSync(pathOf(`${id}.pem`), encodePem('CERTIFICATE', certificateOf(record).encoded));
      }
      // The commands hold the data from here on.
      office.close();
    });
    afterEach(() => pull());
    afterAll(async () => {
      readers.close();
      await pcscd.remove();
      office.remove();
    });

    const hasCard = (slot: number): boolean => readers.list()[slot]!.hasCard;

    async function put(card: SoftPivState, channelOf: (card: SoftPivState) => CardChannel = insertCard): Promise<void> {
      inserted = await insertVirtualCard({ powerUp: () => channelOf(card), port: pcscd.readers[0]!.port });
      await until(() => hasCard(0), 'a card in the reader', 30_000);
    }

    async function pull(): Promise<void> {
      await inserted?.pull();
      inserted = undefined;
      await until(() => !hasCard(0), 'the card gone', 30_000);
    }

    /** Aside: the card is in this thread. */
    async function run(
      program: string,
      args: readonly string[],
      input = '',
      data = office.config.dataFolder,
    ): Promise<Done> {
      const env = {
        ...LAUNCHED,
        COTEJO_DATA: data,
        COTEJO_CARD_DRIVER: driver,
        PCSCLITE_CSOCK_NAME: pcscd.socket,
        HOME: temporary,
      };
      return runAside(program, args, { env, input });
    }
    const cotejo = (words: readonly string[], input = '', data?: string): Promise<Done> =>
      run(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, 'card', ...words], input, data);

    test('provision a card, pulled in the middle, and then whole', async () => {
      let sent = 0;
      await put(state, (card) => {
        const channel = insertCard(card);
        return {
          ...channel,
          async transmit(command) {
            if (++sent === 60) await inserted!.pull();
            return channel.transmit(command);
          },
        };
      });
      const words = ['provision', '--official', official.id, '--json', ...WAIT];
      const pulled = await cotejo(words, `${PIN}\n${PIN}\n`);
      expect(pulled.status, pulled.stderr).toBe(75);
      expect(json<ErrorDocument>(pulled).error.code).toBe('card/removed');
      await pull();

      await put(state);
      const unfinished = await cotejo(['verify', '--json', ...WAIT]);
      expect(json<VerdictView>(unfinished).verdict).not.toBe('valid');
      const done = await cotejo(words, `${PIN}\n${PIN}\n`);
      expect(done.status, done.stderr).toBe(0);
      expect(json<Provisioned>(done)).toMatchObject({ card: { state: 'active' }, began: 'resumed' });
      expect(state.pin.value).toBe(padded(PIN));
      const journal = join(office.config.dataFolder, 'card-journal');
      const lines = readdirSync(journal).map((name) => readFileSync(join(journal, name), 'utf8'));
      expect(lines).toHaveLength(1);
      expect([...lines, pulled.stdout, pulled.stderr, done.stdout, done.stderr].join('')).not.toContain(PIN);
    });

    test('verify it without a PIN, and inspect it', async () => {
      await put(state);
      const photo = pathOf('photo.jpg');
      const verified = await cotejo(['verify', '--json', '--out', photo, ...WAIT]);
      expect(verified.status, verified.stderr).toBe(0);
      expect(json(verified)).toMatchObject({ verdict: 'valid', state: 'current', card: { officialId: official.id } });
      expect(readFileSync(photo).subarray(0, 2)).toEqual(Buffer.from([0xff, 0xd8]));
      const shown = await cotejo(['inspect', ...WAIT]);
      expect(shown.status, shown.stderr).toBe(0);
      expect(shown.stdout).toContain('Ana Pérez Núñez');
    });

    test('verify it without a service, by the list that was made for the counter', async () => {
      const [list, root, photo] = [pathOf('list'), pathOf('raiz.cer'), pathOf('offline.jpg')];
      const made = await cotejo(['bundle', '-o', list, '--root-out', root, '--json']);
      expect(made.status, made.stderr).toBe(0);
      expect(json(made)).toMatchObject({ cards: 1, photos: 1, leftOut: [] });
      await put(state);
      const offline = ['verify', '--offline', '--bundle', list, '--root', root, '--out', photo, '--json', ...WAIT];
      const verified = await cotejo(offline, '', pathOf('counter'));
      expect(verified.status, verified.stderr).toBe(3);
      expect(json(verified)).toMatchObject({ state: 'unconfirmed', subject: { name: 'Ana Pérez Núñez' }, photo });
      expect(json<VerdictView>(verified).checks.every(({ outcome }) => outcome === 'pass')).toBe(true);
      expect(readFileSync(photo).subarray(0, 2)).toEqual(Buffer.from([0xff, 0xd8]));
      const said = await cotejo(['verify', '--offline', '--bundle', list, ...WAIT], '', pathOf('counter'));
      expect(said.stdout).toMatch(/cuando se hizo la lista \(\d{4}-/);
      expect(said.stdout).toContain('llame al 55 0000 0000');
      await pull();
      await put(state, () => softNtag424(managementDeps, realTag(0)));
      const tag = await cotejo(['verify', '--offline', '--bundle', list, '--json', ...WAIT], '', pathOf('counter'));
      expect([tag.status, json<ErrorDocument>(tag).error.code]).toEqual([4, 'card/tag-needs-network']);
    });

    const judges: readonly Judge[] = ['opensc-tool', 'pkcs15-tool', 'pkcs11-tool', 'yubico-piv-tool', 'openssl'];
    const noJudges = missingJudge(...judges);
    test.skipIf(noJudges)(`make what other people's programs read ${noJudges ?? ''}`, async () => {
      await put(state);
      const reader = pcscd.readers[0]!.name;
      const opensc = await run('opensc-tool', ['--reader', reader, '--name']);
      expect(opensc.stdout, opensc.stderr).toContain('Personal Identity Verification Card');
      const listed = await run('pkcs15-tool', ['--reader', reader, '--list-certificates']);
      expect(listed.stdout).toContain('Certificate for PIV Authentication');
      expect(listed.stdout).toContain('Certificate for Digital Signature');
      expect(listed.stdout).toContain('Certificate for Card Authentication');

      const status = await run('yubico-piv-tool', ['-r', reader, '-a', 'status']);
      expect(status.stdout).toContain('Slot 9c');
      for (const slot of ['9a', '9c', '9e'] as const) {
        const path = pathOf(`${slot}.pem`);
        const read = await run('yubico-piv-tool', ['-r', reader, '-a', 'read-certificate', '-s', slot, '-o', path]);
        expect(read.status, read.stderr).toBe(0);
        const pin = slot === '9e' ? [] : ['-a', 'verify-pin', '-P', PIN];
        const proof = ['-r', reader, ...pin, '-a', 'test-signature', '-A', 'ECCP256', '-s', slot, '-i', path];
        const signed = await run('yubico-piv-tool', proof);
        expect(signed.stderr + signed.stdout, slot).toContain('Successful ECDSA verification');
        expectChain(path, slot === '9c' ? 'oficios' : 'credenciales');
      }
      const [data, signature] = [pathOf('data'), pathOf('signature')];
      writeFileSync(data, 'thirty-two bytes that are signed');
      const pkcs11 = ['--slot-description', reader, '--login', '--pin', PIN, '--sign', '--id', '01'];
      const made = await run('pkcs11-tool', [
        ...[...pkcs11, '--mechanism', 'ECDSA-SHA256', '--signature-format', 'openssl'],
        ...['--input-file', data, '--output-file', signature],
      ]);
      expect(made.status, made.stderr).toBe(0);
      const key = pathOf('key.pem');
      const { publicKey } = new X509Certificate(readFileSync(pathOf('9a.pem')));
      writeFileSync(key, publicKey.export({ format: 'pem', type: 'spki' }));
      expect(ask('openssl', ['dgst', '-sha256', '-verify', key, '-signature', signature, data]).text).toContain('OK');
    });

    /** Under the root of the installation, by somebody else's rules. */
    function expectChain(path: string, authority: 'credenciales' | 'oficios'): void {
      const trust = ['-CAfile', pathOf('raiz.pem'), '-untrusted', pathOf(`${authority}.pem`)];
      const { status, text } = ask('openssl', ['verify', '-policy_check', ...trust, path]);
      expect(status, text).toBe(0);
    }

    // What is the same over any library, over one.
    if (driver !== chosen) return;

    test('say of a copy, and of a card of nobody, that it is not ours', async () => {
      const copy = factoryState(systemRandom);
      copy.objects = { ...state.objects };
      for (const other of [copy, factoryState(systemRandom)]) {
        await put(other);
        const verified = await cotejo(['verify', '--json', ...WAIT]);
        expect(verified.status, verified.stderr).toBe(1);
        expect(json(verified)).toMatchObject({ verdict: 'invalid', state: 'not-ours' });
        await pull();
      }
    });

    test('say of a card that lost what the office signed that it is altered, and not whose it is', async () => {
      const { '5fc106': _, ...objects } = state.objects;
      await put({ ...state, objects });
      const verified = await cotejo(['verify', '--json', ...WAIT]);
      expect(verified.status, verified.stderr).toBe(1);
      expect(json(verified)).toMatchObject({ verdict: 'invalid', state: 'altered' });
      expect(json<VerdictView>(verified).subject).not.toHaveProperty('name');
    });

    test('set another PIN on it, which is blocked', async () => {
      state.pin.triesLeft = 0;
      await put(state);
      const done = await cotejo(['unblock', '--json', ...WAIT], `${OTHER_PIN}\n${OTHER_PIN}\n`);
      expect(done.status, done.stderr).toBe(0);
      expect(state.pin).toMatchObject({ value: padded(OTHER_PIN), triesLeft: 3 });
    });

    test('end the card of somebody who lost it, and wipe it when it is found, with its number typed', async () => {
      const ended = await cotejo(['replace', '--official', official.id, '--reason', 'lost', '--json']);
      const { card } = json<Provisioned>(ended);
      expect(card).toMatchObject({ state: 'ended', ended: { reason: 'lost' } });
      await put(state);
      const verified = await cotejo(['verify', '--json', ...WAIT]);
      expect(verified.status).toBe(1);
      expect(json(verified)).toMatchObject({ verdict: 'invalid', state: 'revoked' });

      const wrong = await cotejo(['wipe', drawCardNumber(systemRandom), ...WAIT]);
      expect(wrong.status, wrong.stderr).toBe(4);
      const done = await cotejo(['wipe', '--json', ...WAIT], `${card.number.toLowerCase()}\n`);
      expect(done.status, done.stderr).toBe(0);
      expect(json(done)).toMatchObject({ card: { state: 'ended', ended: { reason: 'lost' } }, wiped: 'chip' });
      expect(Object.keys(state.objects)).toEqual(['5fc107']);
    });

    test('say that no card is there, or that two are, and which reader is not', async () => {
      const none = await cotejo(['verify', '--json', '--wait', '3']);
      expect(none.status).toBe(75);
      expect(json<ErrorDocument>(none).error.code).toBe('card/none-in-reader');
      const unknown = await cotejo(['verify', '--json', '--reader', 'no such', '--wait', '3']);
      expect(json<ErrorDocument>(unknown).error.code).toBe('card/no-reader');
      await put(factoryState(systemRandom));
      const second = await insertVirtualCard({
        powerUp: () => insertCard(factoryState(systemRandom)),
        port: pcscd.readers[1]!.port,
      });
      await until(() => hasCard(1), 'a card in the other reader', 30_000);
      const several = await cotejo(['inspect', '--json', ...WAIT]);
      expect(several.status).toBe(2);
      const one = await cotejo(['inspect', '--json', '--reader', pcscd.readers[1]!.name, ...WAIT]);
      expect(one.status, one.stderr).toBe(0);
      await second.pull();
    });
  });
});
