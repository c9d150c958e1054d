import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Transport } from '../../../cli/client.ts';
import type { CountersignOrder } from '../../../cli/countersign-letter.ts';
import { withFaults } from '../../../hardware/faults.ts';
import { formatCardNumber } from '../../../src/card/card.ts';
import { concat, fromLatin1 } from '../../../src/core/bytes.ts';
import { LeafKind } from '../../../src/log/leaf.ts';
import type { SignedOficio } from '../../../src/oficio/complete.ts';
import type { Oficio, OficioId } from '../../../src/oficio/oficio.ts';
import type { LetterSubject } from '../../../src/verifier/index.ts';
import { issueTo, newcomer } from '../../support/office.ts';
import { personalCard, sitDown } from '../../support/signing-station.ts';
import { listening } from '../../support/soft-cards.ts';
import { insertCard, PIN } from './station-kit.ts';

import { codeOf, isPin, openCountersigning, type Given } from './countersign-kit.ts';
const { office, person, state, card, folder, given } = await openCountersigning();
const { services, director, subdirector } = office;
const number = formatCardNumber(card.number);
let posts = 0;

async function countersignersOf({ sealText }: Oficio): Promise<readonly string[]> {
  const { subject } = await services.verifyTyped(sealText!);
  return ((subject as LetterSubject).countersigners ?? []).map(({ name }) => name!);
}

describe('whoever countersigns with their card', () => {
  test.each<[string, (one: Given) => string]>([
    ['file', ({ input }) => input],
    ['folio', ({ letter }) => letter.oficio.folio],
    ['code', ({ letter }) => letter.oficio.typedCode],
    ['id', ({ letter }) => letter.oficio.id],
  ])('names the letter by its %s, and sees what it is before the PIN is asked for', async (_, targetOf) => {
    const one = await given();
    const { oficio } = one.letter;
    const sitting = sitDown(services, insertCard(state), {
      meanwhile: () => {
        for (const said of [
          `Tarjeta ${number}: ${person.name}, ${person.post}`,
          oficio.folio,
          oficio.subject,
          director.name,
          `Refrenda   ${person.name}, ${person.post}`,
          '$0.00',
          'una firma',
          'quedan 3 intentos',
        ]) {
          expect(sitting.seen).toContain(said);
        }
        // Who has no file at hand is told how to read it before.
        expect(sitting.seen.includes(`oficio show ${oficio.folio} -o`)).toBe(targetOf(one) !== one.input);
      },
    });
    const made = await sitting.countersign({ ...one.asked, target: targetOf(one) });
    expect([made.card, made.oficio.repeated]).toEqual([number, false]);
    const file = new Uint8Array(readFileSync(made.path));
    expect(file.subarray(0, one.letter.document.length)).toEqual(one.letter.document);
    const answer = await services.verifyPdf(file);
    expect([answer.verdict, answer.state, answer.signatures!.length]).toEqual(['valid', 'current', 2]);
    expect(await countersignersOf(oficio)).toEqual([person.name]);
    expect(sitting.typed).toEqual([new Uint8Array(PIN.length)]);
  });

  test('signs the newest version, whichever they have, and sees who countersigned before', async () => {
    const { letter, asked } = await given();
    await services.countersignOficio({ id: letter.oficio.id, signerId: subdirector.id });
    const sitting = sitDown(services, insertCard(state));
    const { path, oficio } = await sitting.countersign(asked);
    expect(sitting.seen).toContain(`Refrendos  ${subdirector.name}`);
    expect(oficio.countersignature.ordinal).toBe(2);
    expect(await services.verifyPdf(new Uint8Array(readFileSync(path)))).toMatchObject({ verdict: 'valid' });
  });

  test('gives no PIN for what they countersigned already, and gets it again, also behind another one', async () => {
    const { letter, asked } = await given();
    const { path } = await sitDown(services, insertCard(state)).countersign(asked);
    const first = readFileSync(path);
    await services.countersignOficio({ id: letter.oficio.id, signerId: subdirector.id });
    const again = sitDown(services, insertCard(state));
    expect((await again.countersign(asked)).oficio.repeated).toBe(true);
    expect([again.typed, readFileSync(path).equals(first)]).toEqual([[], true]);
  });

  test('is given another file for it by no service', async () => {
    const [one, another] = [await given(), await given()];
    const { path } = await sitDown(services, insertCard(state)).countersign(another.asked);
    const elsewhere = readFileSync(path);
    await sitDown(services, insertCard(state)).countersign(one.asked);
    const { id, folio } = one.letter.oficio;
    const bySubdirector = (await office.sign()).oficio.id;
    await services.countersignOficio({ id: bySubdirector, signerId: subdirector.id });
    const theirs = concat(...(await services.signedFile(bySubdirector))!);
    const order = { ...one.asked, target: folio, output: join(folder, 'otra-vez.pdf') };
    for (const base of [one.letter.document, elsewhere, theirs, fromLatin1('%PDF-')]) {
      const delivering =
        (transport: Transport): Transport =>
        async (request) =>
          request.url.endsWith(`/${id}/document?version=1`) ? new Response(new Uint8Array(base)) : transport(request);
      const sitting = sitDown(services, insertCard(state), { through: delivering });
      expect(await codeOf(sitting.countersign(order))).toBe('oficio/delivered-differs');
      expect(existsSync(order.output)).toBe(false);
    }
    expect((await sitDown(services, insertCard(state)).countersign(order)).oficio.repeated).toBe(true);
  });

  test('with RSA signs as well', async () => {
    const theirs = await personalCard(services, await newcomer(office), { algorithm: 'RSA-2048' });
    const { asked, letter } = await given();
    const { path } = await sitDown(services, insertCard(theirs.state)).countersign(asked);
    expect((await services.verifyPdf(new Uint8Array(readFileSync(path)))).state).toBe('current');
    expect(await countersignersOf(letter.oficio)).toHaveLength(1);
  });

  test('of somebody else, or over another file, is refused before anything is recorded, and gets no PIN', async () => {
    const { size } = await services.log.head();
    const { asked, input, letter } = await given();
    const untouched = async (order: CountersignOrder): Promise<string> => {
      const chip = listening(insertCard(state));
      const sitting = sitDown(services, chip);
      const code = await codeOf(sitting.countersign(order));
      expect([chip.told.some(isPin), sitting.typed, existsSync(order.output)]).toEqual([false, [], order.overwrite]);
      return code;
    };
    expect(await untouched({ ...asked, signer: director.id })).toBe('card/not-the-signers');
    const strange = join(folder, 'strange.pdf');
    writeFileSync(strange, Buffer.concat([readFileSync(input), Buffer.from('\n')]));
    expect(await untouched({ ...asked, target: strange })).toBe('oficio/another-version');
    writeFileSync(strange, Buffer.from(letter.document.subarray(0, letter.oficio.inputLength)));
    expect(await untouched({ ...asked, target: strange })).toBe('oficio/no-letter-in-file');
    expect((await services.log.head()).size).toBe(size + 2);
  });
});

describe('whatever stops it', () => {
  async function begunAndMade({ oficio }: SignedOficio): Promise<readonly number[]> {
    const about = await services.log.referring(oficio.signedLeaf!);
    const begun = about.filter(({ kind }) => kind === LeafKind.oficioCountersignIntent);
    const made = await Promise.all(begun.map(({ index }) => services.log.referring(index)));
    return [begun.length, made.flat().length];
  }

  test('a pull at any APDU: the same order goes on with what was begun', { timeout: 120_000 }, async () => {
    const whole = withFaults(insertCard(state), []);
    await sitDown(services, whole).countersign((await given()).asked);
    expect(whole.sent).toBeLessThan(60);
    for (let at = 0; at < whole.sent; at += 3) {
      const { letter, asked } = await given();
      const chip = withFaults(insertCard(state), [{ kind: 'pull', at, when: at % 2 === 0 ? 'before' : 'after' }]);
      const sitting = sitDown(services, chip);
      expect(await codeOf(sitting.countersign(asked)), `APDU ${at}`).toBe('card/removed');
      expect(sitting.typed.flatMap((bytes) => [...bytes]).every((byte) => byte === 0)).toBe(true);
      await sitDown(services, insertCard(state)).countersign(asked);
      expect(await begunAndMade(letter)).toEqual([1, 1]);
      expect(state.pin.triesLeft).toBe(3);
    }
  });

  test('a service that is killed before or after any request: the same', { timeout: 120_000 }, async () => {
    let requests = 0;
    const counting =
      (transport: Transport): Transport =>
      (request) => {
        requests++;
        return transport(request);
      };
    await sitDown(services, insertCard(state), { through: counting }).countersign((await given()).asked);
    for (let at = 0; at < requests; at++) {
      for (const when of ['before', 'after'] as const) {
        let sent = 0;
        const dying =
          (transport: Transport): Transport =>
          async (request) => {
            const here = sent++ >= at;
            if (here && when === 'before') throw Object.assign(new Error('gone'), { code: 'gone' });
            const answer = await transport(request);
            if (here) throw Object.assign(new Error('gone'), { code: 'gone' });
            return answer;
          };
        const { letter, asked } = await given();
        const stopped = sitDown(services, insertCard(state), { through: dying }).countersign(asked);
        expect(await codeOf(stopped), `${when} request ${at}`).toBe('gone');
        const { path } = await sitDown(services, insertCard(state)).countersign(asked);
        expect(await begunAndMade(letter)).toEqual([1, 1]);
        expect((await services.verifyPdf(new Uint8Array(readFileSync(path)))).state).toBe('current');
      }
    }
  });

  test.each<[string, (id: OficioId) => Promise<unknown>, string]>([
    [
      'another one who is faster',
      (id) => services.countersignOficio({ id, signerId: subdirector.id }),
      'oficio/overtaken',
    ],
    ['the end of the letter', (id) => services.endOficio(id, { reason: 'Error' }), 'oficio/not-in-force'],
    [
      'another name of their post',
      () => services.changeOfficial({ id: person.id, changes: { post: `Verificadora ${++posts}` } }),
      'oficio/overtaken',
    ],
  ])('%s while the PIN is typed comes first', async (_, happen, code) => {
    const { letter, asked } = await given();
    const meanwhile = async (): Promise<void> => void (await happen(letter.oficio.id));
    const sitting = sitDown(services, insertCard(state), { meanwhile });
    expect(await codeOf(sitting.countersign(asked))).toBe(code);
    expect(await countersignersOf(letter.oficio)).not.toContain(person.name);
    expect((await services.auditLog()).sound).toBe(true);
    if (code !== 'oficio/overtaken') return;
    await sitDown(services, insertCard(state)).countersign(asked);
    expect(await countersignersOf(letter.oficio)).toContain(person.name);
  });

  test('many who ask at once begin it once, each of them by themselves', async () => {
    const other = await newcomer(office);
    await personalCard(services, other);
    const { letter } = await given();
    const { id } = letter.oficio;
    const asked = await Promise.all(
      [person, other].map(async ({ id: signerId }) => {
        const list = await services.credentials.list({ officialId: signerId, kind: 'signer', limit: 10 });
        return { id, signerId, serial: list.find(({ keyPlace }) => keyPlace === 'card')!.serial };
      }),
    );
    const all = Array.from({ length: 20 }, () => asked).flat();
    const offered = await Promise.all(all.map((request) => services.prepareCountersignature(request)));
    expect(new Set(offered.map((one) => ('intent' in one ? one.intent.id : 'none'))).size).toBe(2);
    expect(await begunAndMade(letter)).toEqual([2, 0]);
  });

  test('another one who is faster while the letter is fetched comes first, and nobody is accused of it', async () => {
    const { letter, asked } = await given();
    const { id } = letter.oficio;
    const through =
      (transport: Transport): Transport =>
      async (request) => {
        const answer = await transport(request);
        if (request.url.endsWith('/prepared')) await services.countersignOficio({ id, signerId: subdirector.id });
        return answer;
      };
    const sitting = sitDown(services, insertCard(state), { through });
    expect(await codeOf(sitting.countersign(asked))).toBe('oficio/overtaken');
    await sitDown(services, insertCard(state)).countersign(asked);
    expect(await countersignersOf(letter.oficio)).toEqual([subdirector.name, person.name]);
  });
});

test('a key that is on a card is not asked for without it', async () => {
  const { letter } = await given();
  const act = services.countersignOficio({ id: letter.oficio.id, signerId: person.id });
  await expect(act).rejects.toMatchObject({ code: 'oficio/signer-key-elsewhere' });
  const both = await newcomer(office);
  const theirs = await personalCard(services, both);
  await issueTo(services, both, 'signer');
  await services.countersignOficio({ id: letter.oficio.id, signerId: both.id });
  const again = sitDown(services, insertCard(theirs.state));
  const output = join(folder, 'both.pdf');
  const made = await again.countersign({ target: letter.oficio.folio, output, signer: both.id, overwrite: false });
  expect([made.oficio.repeated, again.typed]).toEqual([true, []]);
});
