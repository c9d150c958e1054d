import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { signLetters, type BridgeStation } from '../../cli/bridge/sign-letters.ts';
import { cardOffice } from '../../cli/card-office.ts';
import { countersignAtStation, type CountersignedByCard } from '../../cli/cards/countersign-with-card.ts';
import type { CountersignOrder } from '../../cli/countersign-letter.ts';
import { signAtStation, type CardRun } from '../../cli/cards/sign-with-card.ts';
import { Client, type Transport } from '../../cli/client.ts';
import type { LetterOrder } from '../../cli/letter-order.ts';
import { Screen } from '../../cli/screen.ts';
import type { SignedLetter } from '../../cli/sign-letter.ts';
import type { SoftPivState } from '../../hardware/soft-piv/state.ts';
import { factoryState } from '../../hardware/soft-piv/state.ts';
import { nodePrimitives as primitives } from '../../src/adapters/primitives.ts';
import { systemClock, systemRandom } from '../../src/adapters/system.ts';
import type { Card } from '../../src/card/card.ts';
import type { CardChannel } from '../../src/card/channel.ts';
import { provisionCard } from '../../src/card/station/provision.ts';
import type { ProvisionOptions } from '../../src/card/station/provision-chip.ts';
import { utf8 } from '../../src/core/bytes.ts';
import type { Official } from '../../src/directory/official.ts';
import type { BridgeLetter, BridgeStep } from '../../src/http/card-bridge.ts';
import { staffApp } from '../../src/http/staff/app.ts';
import type { Services } from '../../src/services.ts';
import { insertCard, memoryJournal, people, PIN } from '../card/station/station-kit.ts';
import { TWO_PAGES } from './office.ts';
import { managementDeps } from './soft-cards.ts';

/** The whole card of an official: what is in the chip, and what the register says of it. */
export interface PersonalCard {
  readonly state: SoftPivState;
  readonly card: Card;
}

export async function personalCard(
  services: Pick<Services, 'cards'>,
  official: Pick<Official, 'id'>,
  options: ProvisionOptions = {},
): Promise<PersonalCard> {
  const state = factoryState(systemRandom);
  const deps = { ...managementDeps, primitives, clock: systemClock, journal: memoryJournal(), busy: new Set<string>() };
  const chip = insertCard(state);
  const { card } = await provisionCard({ ...deps, office: services.cards }, official.id, { chip }, people(), options);
  return { state, card };
}

/** A letter in a folder, as somebody orders it signed with their card. */
export function cardOrder(folder: string, name: string, more: Partial<LetterOrder> = {}): LetterOrder {
  const input = join(folder, `${name}.pdf`);
  // Not the document of any other order.
  writeFileSync(input, Buffer.concat([TWO_PAGES, Buffer.from(`%${name}\n`)]));
  return {
    input,
    output: join(folder, `${name}-firmado.pdf`),
    signer: '',
    type: 'oficio',
    amount: '0',
    subject: `Asunto de ${name}`,
    ...more,
  };
}

export interface Sitting {
  /** What whoever sits there saw, the questions too. */
  readonly seen: string;
  /** What was typed, as the program has it: wiped when it is done. */
  readonly typed: readonly Uint8Array[];
}

export interface SittingOptions {
  /** The answers, one after another; the last one again and again. */
  readonly pins?: readonly string[];
  readonly isTerminal?: boolean;
  /** What is answered to a question with yes or no. */
  readonly says?: boolean;
  /** Told where the bridge's work is. */
  readonly tell?: (step: BridgeStep, done: number) => void;
  /** Instead of the whole installation, in nobody's name. */
  readonly transport?: Transport;
  /** Happens while the PIN is being typed. */
  readonly meanwhile?: () => void | Promise<void>;
  /** Between the command and the service. */
  readonly through?: (transport: Transport) => Transport;
  readonly json?: boolean;
}

export interface Signing extends Sitting {
  /** Signs all of them, or throws as the first does. */
  sign(...orders: readonly LetterOrder[]): Promise<readonly SignedLetter[]>;
  run<Result>(orders: readonly LetterOrder[], act: (run: CardRun) => Promise<Result>): Promise<Result>;
  countersign(order: CountersignOrder): Promise<CountersignedByCard>;
  /** As the bridge to a page of the office signs. */
  bridge(letters: readonly string[]): Promise<readonly BridgeLetter[]>;
  /** The files that whoever sits there may open before they say yes. */
  readonly kept: readonly Uint8Array[];
  /** Where the bridge's work was. */
  readonly steps: readonly string[];
}

/** Somebody at a station of this installation, with one card in its reader. */
export function sitDown(
  services: Services,
  channel: CardChannel,
  {
    pins = [PIN],
    isTerminal = false,
    meanwhile,
    through = (transport) => transport,
    json = false,
    says = true,
    transport,
    tell = () => {},
  }: SittingOptions = {},
): Signing {
  const seen: string[] = [];
  const typed: Uint8Array[] = [];
  const kept: Uint8Array[] = [];
  const steps: string[] = [];
  const app = staffApp(services);
  const client = new Client(through(transport ?? (async (request) => app.fetch(request))), async () => {});
  const stream = { write: (text: string) => void seen.push(text) };
  const screen = new Screen({ language: 'es', json, out: stream, messages: stream, colour: false });
  const station: BridgeStation = {
    ...{ office: cardOffice(client), random: systemRandom, primitives, clock: systemClock },
    take: async () => ({ part: 'chip', reader: 'one', channel }),
    prompt: {
      isTerminal,
      hide: () => {},
      async confirm(question) {
        seen.push(`${screen.say(question)} ${says ? 's' : 'n'}\n`);
        return says;
      },
      async askSecret(question) {
        seen.push(`${screen.say(question)}\n`);
        await meanwhile?.();
        typed.push(utf8(pins[Math.min(typed.length, pins.length - 1)]!));
        return typed.at(-1)!;
      },
    },
  };
  const run: Signing['run'] = (orders, act) => signAtStation(client, station, screen, orders, act);
  return {
    get seen() {
      return seen.join('');
    },
    typed,
    run,
    kept,
    steps,
    bridge: (letters) =>
      signLetters(
        {
          ...{ client: client.withoutWaiting(), station, screen },
          async keep(name, pdf) {
            kept.push(pdf);
            return `/tmp/${name.replaceAll('/', '-')}.pdf`;
          },
          tell(step, done) {
            if (steps.at(-1) !== step) steps.push(step);
            tell(step, done);
          },
        },
        letters,
      ),
    countersign: (order) => countersignAtStation(client, station, screen, order),
    sign: (...orders) =>
      run(orders, async (signer) => {
        const signed: SignedLetter[] = [];
        for (const order of orders) signed.push(await signer.sign(order));
        return signed;
      }),
  };
}
