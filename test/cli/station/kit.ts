import { expect } from 'vitest';
import { Board, type Question, type Seat, type SeatState } from '../../../cli/station/board.ts';
import type { StationReaders } from '../../../cli/station/presence.ts';
import { Seats, type SeatsDeps, type SeatsOptions } from '../../../cli/station/seats.ts';
import { insertSoftPiv } from '../../../hardware/soft-piv/card.ts';
import type { SoftPivState } from '../../../hardware/soft-piv/state.ts';
import type { CardChannel } from '../../../src/card/channel.ts';
import type { CardOutageCode } from '../../../src/card/code.ts';
import type { Journal } from '../../../src/card/station/journal.ts';
import type { CardOffice } from '../../../src/card/office.ts';
import type { StationDeps } from '../../../src/card/station/provision.ts';
import { Queue } from '../../../src/card/station/queue.ts';
import { personOf, standingOf } from '../../../src/card/station/work-card.ts';
import { Outage } from '../../../src/core/refusal.ts';
import type { OfficialId } from '../../../src/directory/official.ts';
import { memoryJournal, PIN, stationOf } from '../../card/station/station-kit.ts';
import type { FakeOffice } from '../../support/fake-office.ts';
import { managementDeps } from '../../support/soft-cards.ts';
import { until } from '../../support/driver-processes.ts';

const MUTE_MS = 1_000;

interface Lying {
  readonly open: () => CardChannel;
  isPulled: boolean;
}

/** Readers in this process, into which tests put cards. */
export interface SoftReaders extends StationReaders {
  /** @param open the card, powered up */
  put(reader: string, open: () => CardChannel): void;
  pull(reader: string): void;
  /** Another card in the same place, so fast that the service tells nobody. */
  swap(reader: string, open: () => CardChannel): void;
  plug(reader: string): void;
  /** The card service ends, or comes back with its readers, empty. */
  serve(runs: boolean): void;
}

export function softReaders(names: readonly string[]): SoftReaders {
  const slots = new Map<string, Lying | undefined>(names.map((name) => [name, undefined]));
  const listeners = new Set<(readers: ReturnType<StationReaders['list']>) => void>();
  let isServed = true;
  const list: StationReaders['list'] = () =>
    isServed ? [...slots].map(([name, lying]) => ({ name, hasCard: lying !== undefined })) : [];
  const tell = (): void => {
    for (const told of [...listeners]) told(list());
  };
  return {
    list,
    serviceAnswers: () => isServed,
    onChange(told) {
      listeners.add(told);
      return () => listeners.delete(told);
    },
    async connect(reader) {
      const lying = slots.get(reader);
      if (!lying) throw removed();
      const channel = lying.open();
      return {
        atr: channel.atr,
        async transmit(command) {
          if (lying.isPulled) throw removed();
          const answer = await inTime(channel.transmit(command));
          if (lying.isPulled) throw removed();
          return answer;
        },
        close: () => channel.close(),
      };
    },
    put(reader, open) {
      slots.set(reader, { open, isPulled: false });
      tell();
    },
    pull(reader) {
      const lying = slots.get(reader);
      if (lying) lying.isPulled = true;
      slots.set(reader, undefined);
      tell();
    },
    swap(reader, open) {
      slots.get(reader)!.isPulled = true;
      slots.set(reader, { open, isPulled: false });
    },
    serve(runs) {
      isServed = runs;
      for (const [reader, lying] of slots) {
        if (lying) lying.isPulled = true;
        slots.set(reader, undefined);
      }
      tell();
    },
    plug(reader) {
      slots.set(reader, undefined);
      tell();
    },
  };
}

/** As the supervisor of a real reader does, which gives a card 5 s. */
async function inTime(answer: Promise<Uint8Array>): Promise<Uint8Array> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Outage<CardOutageCode>('card/mute', 'no answer')), MUTE_MS);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

function removed(): Outage<CardOutageCode> {
  return new Outage('card/removed', 'the card was pulled');
}

export function chip(state: SoftPivState): () => CardChannel {
  return () => insertSoftPiv(state, { ...managementDeps, personality: 'yubikey' });
}

/** A station at work in this process, over soft readers, and what tests do at it. */
export interface TriedStation {
  readonly readers: SoftReaders;
  readonly board: Board;
  readonly queue: Queue;
  readonly journal: Journal;
  readonly seats: Seats;
  readonly running: Promise<void>;
  /** What a reader shows, once it shows this. */
  shows<Is extends SeatState['is']>(reader: string, is: Is, ms?: number): Promise<SeatState & { readonly is: Is }>;
  /** What is asked at a reader, once it is. */
  asked(reader: string, kind: Question['kind']): Promise<Question>;
  /** Confirms, and types the PIN. */
  agree(reader: string): Promise<Question>;
  stop(): Promise<void>;
}

export interface TryOptions extends SeatsOptions {
  readonly readers?: readonly string[];
  readonly journal?: Journal;
  /** In this order; all unless told. */
  readonly people?: readonly OfficialId[];
  /** Of another office than one in memory. */
  readonly deps?: StationDeps;
}

export async function tryStation(
  office: CardOffice & { readonly officials: readonly OfficialId[] },
  { readers: names = ['A', 'B', 'C'], people = office.officials, ...options }: TryOptions = {},
): Promise<TriedStation> {
  const readers = softReaders(names);
  const board = new Board();
  const deps = options.deps ?? stationOf(office as FakeOffice, options.journal ?? memoryJournal());
  const { journal } = deps;
  const queue = new Queue(
    await Promise.all(
      people.map(async (id) => {
        const holder = await office.holder(id);
        return [personOf(holder), await standingOf(deps, holder)] as const;
      }),
    ),
  );
  const seatsDeps: SeatsDeps = { ...deps, queue, pins: new Map(), readers, board };
  const seats = new Seats(seatsDeps, options);
  const running = seats.run();
  const at = (reader: string): Seat | undefined => board.seats.find((seat) => seat.reader === reader);
  const shows: TriedStation['shows'] = async (reader, is, ms) => {
    await until(() => at(reader)?.state.is === is, `${reader} shows ${is}, not ${at(reader)?.state.is}`, ms);
    return at(reader)!.state as never;
  };
  const asked: TriedStation['asked'] = async (reader, kind) => {
    const questionAt = (): Question | undefined =>
      board.questions.find((one) => one.seat.reader === reader && one.question.kind === kind)?.question;
    await until(() => questionAt() !== undefined, `${reader} asks ${kind}`);
    return questionAt()!;
  };
  return {
    ...{ readers, board, queue, journal, seats, running, shows, asked },
    async agree(reader) {
      const offer = await asked(reader, 'offer');
      board.answerOffer(offer.id, { is: 'them' });
      board.answerPin((await asked(reader, 'pin')).id, PIN, PIN);
      return offer;
    },
    async stop() {
      seats.stop();
      await running;
    },
  };
}

/** What must hold at the end of any day: nobody has two cards, and no card two people. */
export function expectOneCardEach(office: FakeOffice, states: readonly SoftPivState[]): void {
  const open = [...office.cards.values()].filter(({ state }) => state !== 'ended');
  expect(new Set(open.map(({ officialId }) => officialId)).size).toBe(open.length);
  const active = open.filter(({ state }) => state === 'active');
  for (const { guid, number } of active) {
    const bodies = states.filter(({ objects }) => objects['5fc102']?.includes(guid));
    expect(bodies, `bodies of ${number}`).toHaveLength(1);
  }
}
