/** Whom `card verify` names: nobody but the holder of a card that proved itself. */
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Context, Exit } from '../../cli/command.ts';
import { cardVerify } from '../../cli/commands/card-verify.ts';
import { verify as verifyCommand } from '../../cli/commands/verify.ts';
import { Client } from '../../cli/client.ts';
import { Screen } from '../../cli/screen.ts';
import { factoryTag } from '../../hardware/soft-ntag424.ts';
import { factoryState, type SoftPivState } from '../../hardware/soft-piv/state.ts';
import { nodePrimitives as primitives } from '../../src/adapters/primitives.ts';
import { systemClock, systemRandom } from '../../src/adapters/system.ts';
import { formatCardNumber, type Card } from '../../src/card/card.ts';
import type { CardChannel } from '../../src/card/channel.ts';
import type { CardOffice } from '../../src/card/office.ts';
import { writePlainAddress } from '../../src/card/ntag424/ndef.ts';
import { parseTagUid } from '../../src/card/ntag424/uid.ts';
import { encodeCertificate } from '../../src/card/piv/certificate.ts';
import { provisionCard } from '../../src/card/station/provision.ts';
import { encodeObject } from '../../src/card/tlv.ts';
import { fromHex, toHex, toLatin1 } from '../../src/core/bytes.ts';
import type { Official } from '../../src/directory/official.ts';
import { staffApp } from '../../src/http/staff/app.ts';
import { insert } from '../card/ntag424/tag-kit.ts';
import { insertCard, memoryJournal, people } from '../card/station/station-kit.ts';
import { makeInstallation, type Installation } from '../support/installation.ts';
import { personalCard, type PersonalCard } from '../support/signing-station.ts';
import { makeTaggedCard } from '../support/tagged-cards.ts';
import { managementDeps } from '../support/soft-cards.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { turncoat } from '../support/turncoat.ts';

const reader = vi.hoisted(() => ({ channel: undefined as CardChannel | undefined }));
vi.mock('../../hardware/pcsc/readers.ts', () => ({
  openReaders: async () => ({
    driver: 'none',
    serviceAnswers: () => true,
    list: () => [{ name: 'one', hasCard: true }],
    onChange: () => () => {},
    connect: async () => reader.channel,
    close() {},
  }),
}));

const folder = temporaryFolder();
let office: Installation;
/** Of short addresses: the one of a letter goes into a tag. */
const ORIGIN = 'https://v.mx';
beforeAll(async () => {
  office = await makeInstallation({ origin: ORIGIN });
});
afterAll(() => office.remove());

interface Told {
  readonly exit: Exit;
  readonly seen: string;
  readonly hasPhoto: boolean;
}

let photos = 0;

async function verify(channel: CardChannel): Promise<Told> {
  reader.channel = channel;
  const out = join(folder, `${++photos}.jpg`);
  let seen = '';
  const stream = { write: (text: string) => void (seen += text) };
  const screen = new Screen({ language: 'en', json: false, out: stream, messages: stream, colour: false });
  const app = staffApp(office.services);
  const client = new Client(
    async (request) => app.fetch(request),
    async () => {},
  );
  const given = { text: (name: string) => (name === 'out' ? out : undefined), flag: () => false };
  const context = { given, screen, config: office.config, client: async () => client } as unknown as Context;
  const exit = await cardVerify.run(context);
  return { exit, seen, hasPhoto: existsSync(out) };
}

async function provisionAs(official: Official, chip: CardChannel, cards: CardOffice): Promise<unknown> {
  const deps = { ...managementDeps, primitives, clock: systemClock, journal: memoryJournal(), busy: new Set<string>() };
  return provisionCard({ ...deps, office: cards }, official.id, { chip }, people());
}

function expectNobody({ exit, seen, hasPhoto }: Told, { name }: Official, card?: Card): void {
  expect([exit, hasPhoto]).toEqual([1, false]);
  expect(seen).not.toContain(name);
  expect(seen).not.toContain('Compare');
  if (card) expect(seen).not.toContain(formatCardNumber(card.number));
}

/** What `verify` tells of a number that somebody typed. */
async function verifyTarget(target: string): Promise<string> {
  let seen = '';
  const stream = { write: (text: string) => void (seen += text) };
  const screen = new Screen({ language: 'en', json: false, out: stream, messages: stream, colour: false });
  const app = staffApp(office.services);
  const client = new Client(
    async (request) => app.fetch(request),
    async () => {},
  );
  const given = { positionals: [target] };
  await verifyCommand.run({ given, screen, client: async () => client } as unknown as Context);
  return seen;
}

/** Has the key that its certificate is for, and signed that itself. */
async function selfSigned({ state, card }: PersonalCard): Promise<SoftPivState> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const uuid = card.guid.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  const made = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: '7a7a7a7a',
    name: 'CN=Nobody',
    notBefore: new Date('2026-01-01T00:00:00Z'),
    notAfter: new Date('2046-01-01T00:00:00Z'),
    signingAlgorithm: algorithm,
    keys,
    extensions: [new x509.SubjectAlternativeNameExtension([{ type: 'url', value: `urn:uuid:${uuid}` }])],
  });
  const { d } = await crypto.subtle.exportKey('jwk', keys.privateKey);
  const point = new Uint8Array(await crypto.subtle.exportKey('raw', keys.publicKey));
  const forged = factoryState(systemRandom);
  const certificate = toHex(encodeObject(0x53, encodeCertificate(new Uint8Array(made.rawData))));
  forged.objects = { ...state.objects, '5fc101': certificate };
  forged.keys['9e'] = {
    algorithm: 'P-256',
    secret: Buffer.from(d!, 'base64url').toString('hex'),
    publicKey: `8641${toHex(point)}`,
    pinPolicy: 'never',
  };
  return forged;
}

describe('a chip', () => {
  test('of the office is of its holder, with name and photo', async () => {
    const official = await office.register({ name: 'Ana Que Está' }, true);
    const { state, card } = await personalCard(office.services, official);
    const { exit, seen, hasPhoto } = await verify(insertCard(state));
    expect([exit, hasPhoto]).toEqual([0, true]);
    expect(seen).toContain(official.name);
    expect(seen).toContain(formatCardNumber(card.number));
    // Both certificates are looked at: no check stands there twice without saying of which.
    const named = [...seen.matchAll(/^ +[✓✗?] ([a-z0-9-]+\/[a-z0-9-]+(?: \(9[AE]\))?):/gm)].map(([, name]) => name);
    expect(named).toEqual(expect.arrayContaining([expect.stringContaining('(9E)'), expect.stringContaining('(9A)')]));
    expect(named).toEqual([...new Set(named)]);
    const unit = (await office.services.directory.findUnit(official.unit))?.record;
    expect(seen).toMatch(new RegExp(`Unit +${unit!.name} \\(${unit!.code}\\)\n`));
  });

  test.each(['public', 'reserved'] as const)(
    'that names the card of somebody in its own certificate is not ours (%s)',
    async (publication) => {
      const ground = publication === 'reserved' ? { legalGround: 'Acuerdo AE/7/2026' } : {};
      const official = await office.register({ name: `Berta Nombrada ${publication}`, publication, ...ground }, true);
      const own = await personalCard(office.services, official);
      const told = await verify(insertCard(await selfSigned(own)));
      expectNobody(told, official, own.card);
      expect(told.seen).toContain('(not-ours)');
      // A code never stands in place of words.
      expect(told.seen).not.toMatch(/card\/challenge: card\/not-ours *$/m);
    },
  );

  test('that lost what the office signed is altered, and shows nobody', async () => {
    const official = await office.register({ name: 'Celia Sin Firma' }, true);
    const { state } = await personalCard(office.services, official);
    const { '5fc106': _, ...objects } = state.objects;
    const told = await verify(insertCard({ ...state, objects }));
    expectNobody(told, official);
    expect(told.seen).toContain('(altered)');
  });

  test('that bears what was signed of another card at the second look is altered, and shows neither', async () => {
    const [official, other] = [await office.register({ name: 'Fabio Con Dos Caras' }), await office.register({}, true)];
    const [own, theirs] = [await personalCard(office.services, official), await personalCard(office.services, other)];
    const told = await verify(turncoat(insertCard(own.state), insertCard(theirs.state)));
    expectNobody(told, official);
    expectNobody(told, other, theirs.card);
    expect(told.seen).toContain('(altered)');
  });

  test.each(['before anything is signed on it', 'right before it would have counted'])(
    'that was left %s was never finished, not altered: its holder is not shown, and the next step is told',
    async (when) => {
      const official = await office.register({ name: `Gil A Medias ${when}` }, true);
      const state = factoryState(systemRandom);
      const chip = insertCard(state);
      const isFirst = when.startsWith('before');
      const channel: CardChannel = {
        ...chip,
        async transmit(command) {
          // The last object: all keys are proven by then.
          if (isFirst && toHex(command).includes('5c035fc106') && command[1] === 0xdb) throw new Error('stopped');
          return chip.transmit(command);
        },
      };
      const activate = (): never => {
        throw new Error('stopped');
      };
      await expect(provisionAs(official, channel, { ...office.services.cards, activate })).rejects.toThrow('stopped');
      const told = await verify(insertCard(state));
      expectNobody(told, official);
      expect(told.seen).toContain('(not-yet-valid)');
      expect(told.seen).toContain('never finished');
      expect(told.seen).toContain(`./cotejo card provision --official ${official.id}`);
    },
  );

  test.each([
    ['lost', 'LOST', 'human resources'],
    ['stolen', 'STOLEN', '911'],
  ] as const)(
    'that was reported %s says so, who to call and not to hand it back, also by its number, and shows no face',
    async (reason, word, whom) => {
      const official = await office.register({ name: `Hilda ${word}` }, true);
      const { state, card } = await personalCard(office.services, official);
      await office.services.cards.end({ number: card.number, reason });
      const told = await verify(insertCard(state));
      expectNobody(told, official);
      const asked = await verifyTarget(formatCardNumber(card.number));
      for (const seen of [told.seen, asked]) {
        for (const said of [word, whom, 'do not hand it back']) expect(seen).toContain(said);
        expect(seen).toContain('(revoked)');
      }
      expect(told.seen).toContain(office.services.institution.telephone);
    },
  );

  test.each(['since before', 'since the card was made'])(
    'of who is under reserve %s shows neither name nor photo, and says how it is confirmed',
    async (since) => {
      const reserve = { publication: 'reserved', legalGround: 'Acuerdo AE/9/2026' } as const;
      const isEarlier = since === 'since before';
      const official = await office.register({ name: `Irma Reservada ${since}`, ...(isEarlier && reserve) }, true);
      const { state, card } = await personalCard(office.services, official);
      if (!isEarlier) await office.services.changeOfficial({ id: official.id, changes: reserve, photo: null });
      const { exit, seen, hasPhoto } = await verify(insertCard(state));
      expect([exit, hasPhoto]).toEqual([0, false]);
      expect(seen).not.toContain('Irma');
      for (const said of [reserve.legalGround, formatCardNumber(card.number), 'under reserve'])
        expect(seen).toContain(said);
    },
  );

  test.each(['9A', '9E'] as const)(
    'one of whose credentials was revoked is revoked, and keeps its number (%s)',
    async (slot) => {
      const official = await office.register({ name: `Dora Revocada ${slot}` }, true);
      const { state, card } = await personalCard(office.services, official);
      const { serial } = (await office.services.cards.certificates(card.number)).find((one) => one.slot === slot)!;
      await office.services.revokeCredential(serial, { reason: 'privilegeWithdrawn' });
      const told = await verify(insertCard(state));
      expectNobody(told, official);
      expect(told.seen).toContain('(revoked)');
      expect(told.seen).toContain(formatCardNumber(card.number));
    },
  );
});

describe('a tag with the number of the tag of somebody', () => {
  test('is not ours unless it makes a tap, whatever it holds', async () => {
    const official = await office.register({ name: 'Elena Del Chip' }, true);
    const { number } = await makeTaggedCard(office.services, official);
    const card = (await office.services.cards.find({ number }))!;
    const boss = await office.register({ name: 'Alcaldesa', unit: 'AE' });
    await office.issue(boss, 'signer');
    const { document } = await office.sign({ signerId: boss.id, type: 'oficio' });
    const letter = /HTTPS:\/\/V\.MX\/V\/[A-Z2-7]+/.exec(toLatin1(document))![0].replace('HTTPS', 'https');
    const uid = parseTagUid(fromHex(card.tag!.uid)!)!;
    const held = [
      'https://evil.example/',
      letter,
      `${ORIGIN}/b/${number}`,
      `${ORIGIN}/c/${number}`,
      `${ORIGIN}/c/7K3M`,
    ];
    for (const address of [undefined, ...held]) {
      const tag = factoryTag(uid);
      if (address !== undefined) await writePlainAddress(insert(tag), address);
      expectNobody(await verify(insert(tag)), official, card);
    }
  });
});
