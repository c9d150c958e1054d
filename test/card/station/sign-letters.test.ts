import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Transport } from '../../../cli/client.ts';
import type { LetterOrder } from '../../../cli/letter-order.ts';
import { withFaults } from '../../../hardware/faults.ts';
import { factoryState, padded, type SoftPivState } from '../../../hardware/soft-piv/state.ts';
import { systemRandom } from '../../../src/adapters/system.ts';
import { formatCardNumber } from '../../../src/card/card.ts';
import type { CardChannel } from '../../../src/card/channel.ts';
import type { OfferedView } from '../../../src/http/staff/offered-view.ts';
import { LeafKind } from '../../../src/log/leaf.ts';
import type { Oficio } from '../../../src/oficio/oficio.ts';
import { newcomer, openOffice, TWO_PAGES } from '../../support/office.ts';
import { cardOrder, personalCard, sitDown } from '../../support/signing-station.ts';
import { listening } from '../../support/soft-cards.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { insertCard, PIN } from './station-kit.ts';

const office = await openOffice();
const { services, director } = office;
const { state, card } = await personalCard(services, director);
const number = formatCardNumber(card.number);
const folder = temporaryFolder();
let ordered = 0;

function order(more: Partial<LetterOrder> = {}): LetterOrder {
  return cardOrder(folder, `carta-${++ordered}`, more);
}

async function lettersOf({ subject }: LetterOrder): Promise<readonly Oficio[]> {
  return (await services.oficios.list({ limit: 1000 })).filter((one) => one.subject === subject);
}

async function signedLeaves(): Promise<number> {
  const { size } = await services.log.head();
  let count = 0;
  for (let at = 0; at < size; at++) if ((await services.log.leaf(at))?.kind === LeafKind.oficioSigned) count++;
  return count;
}

/** What the card was sent that has a PIN in it. */
function pinsSent(told: readonly Uint8Array[]): readonly Uint8Array[] {
  return told.filter((command) => command[1] === 0x20 && command.length > 5);
}

const isSignature = (command: Uint8Array): boolean => command[1] === 0x87 && command[3] === 0x9c;

async function codeOf(act: Promise<unknown>): Promise<string> {
  return act.then(
    () => expect.fail('nothing was refused'),
    (error: { readonly code?: string }) => {
      if (error.code === undefined) throw error;
      return error.code;
    },
  );
}

describe('whoever signs with their card', () => {
  test('sees what is signed, how often, and the tries that are left, before the PIN is asked for', async () => {
    const asked = order({ type: 'requerimiento', amount: '1250', subject: 'Licencia de la calle Durango' });
    const before = sitDown(services, insertCard(state), {
      meanwhile: () => {
        const { seen } = before;
        const [letter] = /AE\/DGG\/\d{4}\/\d{4}/.exec(seen)!;
        expect(seen).toContain(`Tarjeta ${number}: ${director.name}, ${director.post}`);
        for (const said of [
          letter,
          asked.input,
          asked.subject,
          'Requerimiento',
          '$1,250.00',
          'una firma',
          'quedan 3 intentos',
        ]) {
          expect(seen).toContain(said);
        }
        expect(seen).toMatch(/SHA-256 +[0-9a-f]{64}\n/);
      },
    });
    const [signed] = await before.sign(asked);
    const document = new Uint8Array(readFileSync(signed!.path));
    expect(await services.verifyPdf(document)).toMatchObject({ verdict: 'valid', state: 'current' });
    expect((await lettersOf(asked))[0]).toMatchObject({ state: 'signed', signer: { officialId: director.id } });
  });

  test('types one PIN for many, which goes to the card right before each signature and is wiped', async () => {
    const orders = [order(), order(), order()];
    const chip = listening(insertCard(state));
    const sitting = sitDown(services, chip);
    await sitting.sign(...orders);
    expect(sitting.seen).toContain('3 firmas');
    expect(sitting.typed).toEqual([new Uint8Array(PIN.length)]);
    const signatures = chip.told.flatMap((command, at) => (isSignature(command) ? [at] : []));
    expect(signatures).toHaveLength(3);
    for (const at of signatures) expect(pinsSent([chip.told[at - 1]!])).toHaveLength(1);
  });

  test('gives no PIN for what is signed already, and gets it again', async () => {
    const asked = order();
    const [first] = await sitDown(services, insertCard(state)).sign(asked);
    const again = sitDown(services, insertCard(state));
    const [second] = await again.sign(asked);
    expect(again.typed).toEqual([]);
    expect(second!.oficio).toMatchObject({ folio: first!.oficio.folio, repeated: true });
  });

  test('signs with RSA as well', async () => {
    const official = await newcomer(office);
    const rsa = await personalCard(services, official, { algorithm: 'RSA-2048' });
    const [signed] = await sitDown(services, insertCard(rsa.state)).sign(order());
    expect((await services.verifyCredential(signed!.oficio.signer.serial)).state).toBe('current');
    expect((await services.verifyPdf(new Uint8Array(readFileSync(signed!.path)))).state).toBe('current');
  });
});

describe('a PIN', () => {
  test('that is wrong costs one try, and is asked for again at a terminal only', async () => {
    const piped = sitDown(services, insertCard(state), { pins: ['11112222'] });
    expect(await codeOf(piped.sign(order()))).toBe('card/pin-wrong');
    expect(piped.seen).toContain('La misma orden sigue desde ahí');
    expect(state.pin.triesLeft).toBe(2);
    expect(piped.typed).toEqual([new Uint8Array(8)]);
    await sitDown(services, insertCard(state)).sign(order());
    expect(state.pin.triesLeft).toBe(3);

    const typed = sitDown(services, insertCard(state), { isTerminal: true, pins: ['11112222', 'letras', PIN] });
    await typed.sign(order());
    expect(typed.seen).toContain('quedan 2 intentos');
    expect(typed.typed.every((bytes) => bytes.every((byte) => byte === 0))).toBe(true);
  });

  test('is never asked for when one try is left, however often it was wrong', async () => {
    const asked = order();
    const typed = sitDown(services, insertCard(state), { isTerminal: true, pins: ['11112222'] });
    expect(await codeOf(typed.sign(asked))).toBe('card/pin-last-try');
    expect(typed.typed).toHaveLength(2);
    expect(state.pin.triesLeft).toBe(1);
    // Nor is anything registered for it.
    const head = await services.log.head();
    const later = sitDown(services, insertCard(state));
    expect(await codeOf(later.sign(order()))).toBe('card/pin-last-try');
    expect([later.typed.length, state.pin.triesLeft]).toEqual([0, 1]);
    expect(await services.log.head()).toEqual(head);
    state.pin.triesLeft = 0;
    expect(await codeOf(sitDown(services, insertCard(state)).sign(order()))).toBe('card/pin-blocked');
    state.pin.triesLeft = 3;
    expect(await lettersOf(asked)).toMatchObject([{ state: 'sealed' }]);
  });
});

describe('a card', () => {
  const untouched = async (other: SoftPivState, code: string, asked = order()): Promise<string> => {
    const head = await services.log.head();
    const chip = listening(insertCard(other));
    const sitting = sitDown(services, chip);
    const { seen } = sitting;
    expect(await codeOf(sitting.sign(asked))).toBe(code);
    expect([pinsSent(chip.told), sitting.typed, await services.log.head()]).toEqual([[], [], head]);
    return seen;
  };

  test('of somebody else is refused by name, and gets no PIN', async () => {
    const official = await newcomer(office);
    const theirs = await personalCard(services, official);
    await untouched(theirs.state, 'card/not-the-signers', order({ signer: director.id }));
    const refusal = await sitDown(services, insertCard(theirs.state))
      .sign(order({ signer: director.id }))
      .catch((error) => error);
    expect(refusal.facts).toEqual({ number: formatCardNumber(theirs.card.number), holder: official.name });
  });

  test('that is a copy of all that can be read, or of another institution, gets no PIN', async () => {
    const copy = factoryState(systemRandom);
    copy.objects = { ...state.objects };
    await untouched(copy, 'card/no-key');
    copy.keys = { ...(await personalCard(services, await newcomer(office))).state.keys };
    await untouched(copy, 'card/signature-wrong');
    await untouched(factoryState(systemRandom), 'card/not-ours');
  });

  test('that has another certificate for letters than was issued for it gets no PIN', async () => {
    const altered = { ...state, objects: { ...state.objects, '5fc10a': state.objects['5fc105']! } };
    await untouched(altered, 'card/certificate-of-another');
    const { '5fc10a': _, ...without } = state.objects;
    await untouched({ ...state, objects: without }, 'card/certificate-of-another');
  });

  test('that was lost, or whose holder left, signs nothing', async () => {
    const lost = await personalCard(services, await newcomer(office));
    await services.cards.end({ number: lost.card.number, reason: 'lost' });
    await untouched(lost.state, 'card/not-active');
    const gone = await newcomer(office);
    const theirs = await personalCard(services, gone);
    await services.endOfficial({ id: gone.id, on: '2026-01-20', reason: 'resigned' });
    await untouched(theirs.state, 'card/no-signing-key');
  });

  test.each([
    ['a copy of it', async () => ({ ...factoryState(systemRandom), objects: state.objects }), 'card/no-key'],
    [
      'another card of ours',
      async () => (await personalCard(services, await newcomer(office))).state,
      'card/exchanged',
    ],
  ])('that gives way to %s while the PIN is typed: that one gets no PIN', async (_, make, code) => {
    let now: CardChannel = insertCard(state);
    const other = listening(insertCard(await make()));
    const chip: CardChannel = { ...now, transmit: (command) => now.transmit(command) };
    const sitting = sitDown(services, chip, { meanwhile: () => void (now = other) });
    expect(await codeOf(sitting.sign(order()))).toBe(code);
    expect(other.told.length).toBeGreaterThan(0);
    expect(pinsSent(other.told)).toEqual([]);
    expect(sitting.typed).toEqual([new Uint8Array(PIN.length)]);
  });
});

describe('whatever stops it', () => {
  /** Does what stops it, then the same order again: one letter, one folio, one signature, and a verdict that says so meanwhile. */
  async function stopAndRepeat(asked: LetterOrder, stopped: Promise<unknown>): Promise<string> {
    const before = await signedLeaves();
    const code = await codeOf(stopped);
    const [draft] = await lettersOf(asked);
    if (draft?.state === 'sealed') expect((await services.verifyTyped(draft.folio)).state).toBe('not-yet-signed');
    const already = (await signedLeaves()) - before;
    const [signed] = await sitDown(services, insertCard(state)).sign(asked);
    const letters = await lettersOf(asked);
    expect(letters).toMatchObject([{ state: 'signed', folio: draft?.folio ?? letters[0]!.folio }]);
    expect((await signedLeaves()) - before - already).toBe(draft?.state === 'signed' ? 0 : 1);
    expect((await services.verifyPdf(new Uint8Array(readFileSync(signed!.path)))).state).toBe('current');
    expect(state.pin.triesLeft).toBe(3);
    return code;
  }

  test('a pull at any APDU: the same order goes on, with its folio', { timeout: 120_000 }, async () => {
    const whole = withFaults(insertCard(state), []);
    await sitDown(services, whole).sign(order());
    expect(whole.sent).toBeLessThan(60);
    for (let at = 0; at < whole.sent; at++) {
      for (const when of ['before', 'after'] as const) {
        const asked = order();
        const chip = withFaults(insertCard(state), [{ kind: 'pull', at, when }]);
        const sitting = sitDown(services, chip);
        const code = await stopAndRepeat(asked, sitting.sign(asked));
        expect(code, `${when} APDU ${at}`).toBe('card/removed');
        expect(sitting.typed.flatMap((bytes) => [...bytes]).every((byte) => byte === 0)).toBe(true);
      }
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
    await sitDown(services, insertCard(state), { through: counting }).sign(order());
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
        const asked = order();
        const stopped = sitDown(services, insertCard(state), { through: dying }).sign(asked);
        expect(await stopAndRepeat(asked, stopped), `${when} request ${at}`).toBe('gone');
      }
    }
  });

  test('a card that lies about its signature signs nothing', async () => {
    const whole = listening(insertCard(state));
    await sitDown(services, whole).sign(order());
    const at = whole.told.findIndex(isSignature);
    for (const bytes of [Uint8Array.of(0x90, 0), Uint8Array.of(0x7c, 2, 0x82, 0, 0x90, 0), Uint8Array.of(0x69, 0x82)]) {
      const asked = order();
      const chip = withFaults(insertCard(state), [{ kind: 'lie', at, when: 'after', bytes }]);
      const code = await stopAndRepeat(asked, sitDown(services, chip).sign(asked));
      expect(code).toMatch(/^card\/(?:malformed|not-allowed)$/);
    }
  });

  test('a suspension while the PIN is typed is in time', async () => {
    const official = await newcomer(office);
    const theirs = await personalCard(services, official);
    const { serial } = (await services.cards.certificates(theirs.card.number)).find(({ slot }) => slot === '9C')!;
    const asked = order();
    const meanwhile = async (): Promise<void> => void (await services.suspendCredential(serial));
    const sitting = sitDown(services, insertCard(theirs.state), { meanwhile });
    expect(await codeOf(sitting.sign(asked))).toBe('oficio/signer-suspended');
    expect(await lettersOf(asked)).toMatchObject([{ state: 'sealed' }]);
    await services.resumeCredential(serial);
    await sitDown(services, insertCard(theirs.state)).sign(asked);
    expect(await lettersOf(asked)).toMatchObject([{ state: 'signed' }]);
  });
});

describe('a service that delivers something else', () => {
  const answering =
    (end: RegExp, answer: () => Response) =>
    (transport: Transport): Transport =>
    async (request) =>
      end.test(request.url) ? answer() : transport(request);

  test.each<[string, () => Response]>([
    ['another file', () => new Response(new Uint8Array(TWO_PAGES))],
    ['no file at all', () => new Response('x')],
  ])('as signed has %s refused, and nothing is written', async (_, answer) => {
    const asked = order();
    const sitting = sitDown(services, insertCard(state), { through: answering(/\/document\?version=0$/, answer) });
    expect([await codeOf(sitting.sign(asked)), existsSync(asked.output)]).toEqual(['oficio/delivered-differs', false]);
    expect(await sitDown(services, insertCard(state)).sign(asked)).toHaveLength(1);
  });

  test('as signed before, another letter, is refused', async () => {
    const [earlier] = await sitDown(services, insertCard(state)).sign(order());
    const asked = order();
    for (const told of [earlier!.oficio, { ...earlier!.oficio, subject: asked.subject }]) {
      const through = answering(/\/oficios\/prepared$/, () => Response.json(told));
      expect(await codeOf(sitDown(services, insertCard(state), { through }).sign(asked))).toBe(
        'oficio/delivered-differs',
      );
    }
    expect(existsSync(asked.output)).toBe(false);
  });
});

describe('a service that wants something else signed', () => {
  /** Between the command and an honest service: what it offers is changed on the way. */
  const lying =
    (change: (offered: OfferedView) => object) =>
    (transport: Transport): Transport =>
    async (request) => {
      const answer = await transport(request);
      if (!request.url.endsWith('/oficios/prepared')) return answer;
      return Response.json(change((await answer.json()) as OfferedView));
    };

  test.each<[string, (offered: OfferedView) => object]>([
    ['other bytes', (offered) => ({ ...offered, toBeSigned: Buffer.alloc(64).toString('base64') })],
    ['another amount', (offered) => ({ ...offered, letter: { ...offered.letter, amount: 5 } })],
    [
      'another name',
      (offered) => ({ ...offered, letter: { ...offered.letter, signer: { ...offered.letter.signer, name: 'X' } } }),
    ],
  ])('gets no signature over %s, and no PIN is asked for', async (_, change) => {
    const chip = listening(insertCard(state));
    const sitting = sitDown(services, chip, { through: lying(change) });
    expect(await codeOf(sitting.sign(order()))).toBe('oficio/prepared-differs');
    expect([sitting.typed, pinsSent(chip.told), chip.told.some(isSignature)]).toEqual([[], [], false]);
  });

  test.each<[string, (offered: OfferedView) => object]>([
    ['no salt', (offered) => ({ ...offered, letter: { ...offered.letter, salt: 7 } })],
    ['no pages', (offered) => ({ ...offered, letter: { ...offered.letter, pages: 'x' } })],
    ['no institution', (offered) => ({ ...offered, letterhead: { ...offered.letterhead, institution: {} } })],
    ['an id that is none', (offered) => ({ ...offered, letter: { ...offered.letter, id: '../x' } })],
  ])('is not believed with %s', async (_, change) => {
    const sitting = sitDown(services, insertCard(state), { through: lying(change) });
    expect(await codeOf(sitting.sign(order()))).toBe('http/unexpected');
    expect(sitting.typed).toEqual([]);
  });
});

test('the PIN stands in nothing that is seen, told or kept', async () => {
  const wrong = '31415926';
  const seen: string[] = [];
  for (const pins of [[PIN], [wrong]]) {
    for (const json of [false, true]) {
      const sitting = sitDown(services, insertCard(state), { pins, json });
      const outcome = await sitting.sign(order()).catch((error: unknown) => error);
      seen.push(sitting.seen, JSON.stringify(outcome), String((outcome as Error).stack));
      if (pins[0] === wrong) await sitDown(services, insertCard(state)).sign(order());
    }
  }
  const { dataFolder, databaseFile } = office.config;
  office.ports.data.database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  seen.push(readFileSync(databaseFile).toString('latin1'), dataFolder);
  for (const pin of [PIN, wrong]) {
    for (const form of [pin, padded(pin), Buffer.from(pin).toString('base64')]) {
      expect(seen.some((text) => text.includes(form))).toBe(false);
    }
  }
});
