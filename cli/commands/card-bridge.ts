import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { systemClock, systemRandom } from '../../src/adapters/system.ts';
import { BRIDGE_PORT } from '../../src/http/card-bridge.ts';
import { Desk } from '../bridge/desk.ts';
import { openBridge, type BridgeDeps } from '../bridge/server.ts';
import { signLetters } from '../bridge/sign-letters.ts';
import { Prompt } from '../cards/prompt.ts';
import { READER_OPTIONS, withStation } from '../cards/station.ts';
import { Declined, EXIT, UsageError, type Command, type Given } from '../command.ts';
import { explain } from '../explain.ts';
import { isTold } from '../client.ts';

import type { Screen } from '../screen.ts';
import { cardStation, workOnList } from './card-station.ts';

export const cardBridge: Command = {
  name: 'card bridge',
  summary: {
    es: 'deja que la página de la oficina use el lector de este equipo: usted confirma aquí',
    en: 'lets the page of the office use the reader of this machine: you confirm here',
  },
  options: {
    ...READER_OPTIONS,
    unit: cardStation.options!['unit']!,
    parts: cardStation.options!['parts']!,
  },
  async run(context) {
    const { screen } = context;
    const client = await context.client();
    const { origin } = await client.get<{ readonly origin: string }>('/api/v1/staff/installation');
    const folder = await mkdtemp(join(tmpdir(), 'cotejo-firmar-'));
    const prompt = new Prompt(screen);
    const desk = new Desk({
      async sign(letters, tell) {
        ring();
        screen.note(screen.say(asked(letters.length)));
        const run = (station: Parameters<Parameters<typeof withStation>[1]>[0]) =>
          signLetters({ client: client.withoutWaiting(), station, screen, keep: keeper(folder), tell }, letters);
        const done = await withStation(context, run, prompt);
        tellDone(screen, done);
        return done;
      },
      async station(opened) {
        ring();
        if (!(await prompt.confirm(OPEN_STATION))) throw new Declined(NOT_OPENED);
        // The station has the terminal to itself.
        await prompt.close();
        try {
          await workOnList({ ...context, given: forStation(context.given) }, opened);
        } finally {
          prompt.hide();
          screen.note(screen.say(GOES_ON));
        }
      },
      failed(error) {
        if (error instanceof Declined) screen.note(screen.say(error.text));
        else if (isTold(error)) explain(error, screen);
        else if (error instanceof UsageError) screen.note(screen.say(error.text));
        else screen.note(error instanceof Error ? error.message : String(error));
        screen.note(screen.say(GOES_ON));
      },
    });
    try {
      const bridge = await openBridge({
        ...{ origin: new URL(origin).origin, port: BRIDGE_PORT, desk },
        ...{ clock: systemClock, random: systemRandom, primitives: nodePrimitives },
        ...tellingOf(screen),
      });
      try {
        prompt.hide();
        screen.note(screen.say(ready(origin)));
        await untilStopped(desk);
      } finally {
        await bridge.close();
        await desk.ended();
      }
    } finally {
      await prompt.close();
      await rm(folder, { recursive: true, force: true });
    }
    return EXIT.done;
  },
};

/** Ctrl+C ends a work, where one goes on (its question, its station); else the bridge. */
async function untilStopped(desk: Desk): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const interrupt = (): void => void (desk.isBusy || resolve());
  const signals = ['SIGTERM', 'SIGHUP'] as const;
  process.on('SIGINT', interrupt);
  for (const signal of signals) process.on(signal, resolve);
  try {
    await promise;
  } finally {
    process.off('SIGINT', interrupt);
    for (const signal of signals) process.off(signal, resolve);
  }
}

function tellingOf(screen: Screen): Pick<BridgeDeps, 'showCode' | 'tell'> {
  return {
    showCode(code) {
      ring();
      screen.note(`  ${screen.paint('strong', code)}`);
      screen.note(screen.say(TYPE_IT));
    },
    tell: (what) => screen.note(screen.say(what === 'paired' ? PAIRED : CODE_OVER)),
  };
}

/** What the station is told beside what the page may say, which is nothing. */
function forStation(given: Given): Given {
  const theirs = ['unit', 'parts', 'reader'];
  return {
    ...given,
    positionals: [],
    text: (name) => (theirs.includes(name) ? given.text(name) : undefined),
    flag: (name) => name === 'web',
  };
}

/** The files that whoever sits there opens before they say yes, for nobody else on the machine; gone when the bridge ends. */
function keeper(folder: string): (name: string, pdf: Uint8Array) => Promise<string> {
  return async (name, pdf) => {
    const path = join(folder, `${name.replaceAll(/[^\w-]+/g, '-').slice(0, 80)}.pdf`);
    await writeFile(path, pdf, { mode: 0o600 });
    return path;
  };
}

function tellDone(screen: Screen, done: Awaited<ReturnType<typeof signLetters>>): void {
  const count = done.filter(({ outcome }) => outcome !== 'refused').length;
  const waits = done.some(({ outcome }) => outcome === 'waits');
  screen.note(
    screen.say({
      es: `La tarjeta firmó ${count} de ${done.length}.${waits ? ' Falta confirmarlo en la página con su llave de acceso.' : ''}`,
      en: `The card signed ${count} of ${done.length}.${waits ? ' It still has to be confirmed on the page with your passkey.' : ''}`,
    }),
  );
  screen.note(screen.say(GOES_ON));
}

/** Somebody looks at the browser. */
function ring(): void {
  if (process.stderr.isTTY) process.stderr.write('\x07');
}

function ready(origin: string): { readonly es: string; readonly en: string } {
  return {
    es: `El puente está listo. Solo atiende a la página de ${origin}, en este equipo. Ctrl+C lo termina.`,
    en: `The bridge is ready. It answers the page of ${origin} alone, on this machine. Ctrl+C ends it.`,
  };
}

function asked(count: number): { readonly es: string; readonly en: string } {
  return {
    es: `La página pide firmar ${count === 1 ? 'un oficio' : `${count} oficios`}. Meta su tarjeta en el lector.`,
    en: `The page asks for ${count === 1 ? 'a letter' : `${count} letters`} to be signed. Put your card into the reader.`,
  };
}

const TYPE_IT = {
  es: 'Escriba este código en la página de la oficina que usted tiene abierta (vale cinco minutos). No lo diga a nadie.',
  en: 'Type this code into the page of the office that you have open (it counts for five minutes). Tell it to nobody.',
};
const PAIRED = {
  es: 'Una página escribió el código y ya puede pedir. Si no fue usted, termine con Ctrl+C.',
  en: 'A page typed the code and may ask from now on. If it was not you, end with Ctrl+C.',
};
const CODE_OVER = {
  es: 'Se escribió mal el código cinco veces: ya no sirve. La página puede pedir otro.',
  en: 'The code was typed wrong five times: it serves no more. The page may ask for another one.',
};
const OPEN_STATION = {
  es: 'La página pide abrir la estación de tarjetas en este equipo. ¿La abro?',
  en: 'The page asks to open the card station on this machine. Open it?',
};
const NOT_OPENED = { es: 'No se abrió.', en: 'Not opened.' };
const GOES_ON = { es: 'El puente sigue abierto.', en: 'The bridge stays open.' };
