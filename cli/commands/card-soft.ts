import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { insertVirtualCard, VPCD_PORT, type VirtualCard } from '../../hardware/pcsc/virtual-reader.ts';
import { insertSoftPiv } from '../../hardware/soft-piv/card.ts';
import { factoryState, type SoftPivState } from '../../hardware/soft-piv/state.ts';
import { nodeBlockCiphers } from '../../src/adapters/block-ciphers.ts';
import { systemRandom } from '../../src/adapters/system.ts';
import type { CardChannel } from '../../src/card/channel.ts';
import type { CardOutageCode } from '../../src/card/code.ts';
import { Outage } from '../../src/core/refusal.ts';
import { EXIT, UsageError, type Command } from '../command.ts';
import { exists, readInput, writeOutput } from '../files.ts';

const deps = { ciphers: nodeBlockCiphers, random: systemRandom };
const OWNER_ONLY = 0o600;
const MOST_BYTES = 1_000_000;

export const cardSoft: Command = {
  name: 'card soft',
  summary: {
    es: 'pone en el lector virtual una tarjeta hecha de programa, para ensayar',
    en: 'puts a card that is a program into the virtual reader, to rehearse',
  },
  positionals: { es: 'TARJETA.json', en: 'CARD.json' },
  minPositionals: 1,
  options: {
    port: {
      type: 'string',
      value: { es: 'PUERTO', en: 'PORT' },
      help: {
        es: `el del lector virtual (vsmartcard-vpcd); ${VPCD_PORT} si no se dice`,
        en: `of the virtual reader (vsmartcard-vpcd); ${VPCD_PORT} unless told`,
      },
    },
  },
  async run({ given, screen }) {
    const [path] = given.positionals;
    const port = portOf(given.text('port'));
    const isNew = !(await exists(path!));
    const state = isNew ? factoryState(systemRandom) : readState(path!, await readInput(path!, MOST_BYTES));
    const keep = (): Promise<void> =>
      writeOutput(path!, new TextEncoder().encode(`${JSON.stringify(state, undefined, 2)}\n`), OWNER_ONLY);
    await keep();

    const powerUp = (): CardChannel => insertSoftPiv(state, { ...deps, personality: 'yubikey' });
    let inserted: VirtualCard | undefined;
    let isTold = false;
    const tell = (): void => {
      screen.note(screen.say(inserted ? PUT_IN : PULLED));
      if (screen.json) screen.data({ inserted: inserted !== undefined });
    };
    const insert = async (): Promise<void> => {
      const card = (inserted = await insertAt(port, powerUp));
      await expectTaken(card, port);
      if (!isTold) screen.note(screen.say(isNew ? BLANK : SAME));
      isTold = true;
      tell();
      // The reader went, as when its service stops.
      void card.gone.then(() => {
        if (inserted !== card) return;
        inserted = undefined;
        tell();
      });
    };
    const pull = async (): Promise<void> => {
      const card = inserted;
      inserted = undefined;
      await card?.pull();
      await keep();
    };
    try {
      await insert();
      await untilStopped(async () => {
        if (!inserted) return insert();
        await pull();
        tell();
      });
      return EXIT.done;
    } finally {
      await pull();
    }
  },
};

const BLANK = {
  es: 'Es una tarjeta nueva, de fábrica y en blanco. No es de plástico ni guarda secretos de nadie: sirve sólo para ensayar.',
  en: 'It is a new card, blank and as from the factory. It is no plastic and keeps no secret safe: it is to rehearse with.',
};
const SAME = { es: 'Es la tarjeta de ese archivo.', en: 'It is the card of that file.' };
const PUT_IN = {
  es: 'Puesta en el lector virtual. Intro la saca; Ctrl+C termina.',
  en: 'In the virtual reader. Enter pulls it; Ctrl+C ends.',
};
const PULLED = {
  es: 'Fuera del lector. Intro la mete otra vez; Ctrl+C termina.',
  en: 'Out of the reader. Enter puts it in again; Ctrl+C ends.',
};

/** @throws Outage `card/no-virtual-reader` */
async function insertAt(port: number, powerUp: () => CardChannel): Promise<VirtualCard> {
  try {
    return await insertVirtualCard({ powerUp, port });
  } catch (error) {
    throw new Outage<CardOutageCode>('card/no-virtual-reader', 'nothing listens there', { port }, { cause: error });
  }
}

/** On a machine that does much else. */
const TAKEN_MS = 8_000;

/** @throws Outage `card/no-virtual-reader` where another card is in that reader (`isTaken`) */
async function expectTaken(card: VirtualCard, port: number): Promise<void> {
  const late = new AbortController();
  const isLate = setTimeout(TAKEN_MS, true, { signal: late.signal }).catch(() => false);
  const isOther = await Promise.race([card.taken.then(() => false), isLate]);
  late.abort();
  if (isOther)
    throw new Outage<CardOutageCode>('card/no-virtual-reader', 'another card is in it', { port, isTaken: 'yes' });
}

/** Each line that is typed is one turn. Without a terminal it stays in until the process is told to stop. */
async function untilStopped(turn: () => Promise<void>): Promise<void> {
  const lines = createInterface({ input: process.stdin });
  // Node ends when nothing is left to wait for.
  const waiting = setInterval(() => {}, 60_000);
  try {
    await new Promise<void>((resolve, reject) => {
      let work = Promise.resolve();
      lines.on('line', () => void (work = work.then(turn).catch(reject)));
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
        process.once(signal, () => void work.then(resolve));
    });
  } finally {
    clearInterval(waiting);
    lines.close();
  }
}

function portOf(text: string | undefined): number {
  const port = text === undefined ? VPCD_PORT : Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new UsageError({
    es: `--port es un número de puerto, no «${text}»`,
    en: `--port is the number of a port, not "${text}"`,
  });
}

function readState(path: string, bytes: Uint8Array): SoftPivState {
  try {
    const state = JSON.parse(new TextDecoder().decode(bytes)) as SoftPivState;
    if (
      state.serial > 0 &&
      state.managementKey.value &&
      state.pin.value &&
      state.puk.value &&
      state.objects &&
      state.keys
    ) {
      return state;
    }
  } catch {
    // Told below.
  }
  throw new UsageError({
    es: `«${path}» no es el archivo de una tarjeta de programa; con otro nombre se hace una nueva`,
    en: `"${path}" is not the file of such a card; another name makes a new one`,
  });
}
