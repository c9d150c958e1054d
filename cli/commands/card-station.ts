import type { StationDeps } from '../../src/card/station/provision.ts';
import { Queue } from '../../src/card/station/queue.ts';
import { peopleOfList, peopleWithoutCard, type StationList } from '../station/people.ts';
import { runStation } from '../station/run.ts';
import { badLinesText } from '../station/summary.ts';
import { reportKind } from '../station/report.ts';
import { chooseReport } from '../station/report-file.ts';
import { expectService } from '../cards/card-service.ts';
import { openConfigured, READER_OPTIONS, RSA_OPTION, stationDeps } from '../cards/station.ts';
import { EXIT, oneOf, UsageError, type Command, type Context, type Exit, type Meanings } from '../command.ts';
import { explain } from '../explain.ts';
import { checkOutput, readInput, refuseExisting } from '../files.ts';
import { refuseOwnFiles } from '../own-files.ts';
import type { Screen } from '../screen.ts';

const PARTS: Meanings<'chip' | 'both'> = {
  chip: { es: 'el chip de contacto', en: 'the contact chip' },
  both: { es: 'también el chip que leen los teléfonos', en: 'the tag that phones read as well' },
};

const MOST_LIST_BYTES = 20_000_000;

export const cardStation: Command = {
  name: 'card station',
  summary: {
    es: 'prepara muchas tarjetas, una tras otra, en uno o varios lectores',
    en: 'prepares many cards, one after the other, at one or several readers',
  },
  options: {
    list: {
      type: 'string',
      value: { es: 'LISTA.csv', en: 'LIST.csv' },
      help: { es: 'a quiénes: una columna «clave»', en: 'for whom: a column "clave" of ids' },
    },
    unit: {
      type: 'string',
      value: { es: 'SIGLAS', en: 'CODE' },
      help: {
        es: 'quienes no tienen tarjeta en esta unidad y las que dependen de ella',
        en: 'those without a card in this unit and the ones below it',
      },
    },
    parts: {
      type: 'string',
      value: 'chip|both',
      help: { es: 'qué se prepara (por omisión, chip):', en: 'what is prepared (default: chip):' },
      words: PARTS,
    },
    rsa: RSA_OPTION,
    web: {
      type: 'boolean',
      help: {
        es: 'pregunta en una página de este equipo, con nombre y fotografía grandes',
        en: 'asks on a page of this machine, with name and photo large',
      },
    },
    report: {
      type: 'string',
      value: { es: 'INFORME.csv|.json', en: 'REPORT.csv|.json' },
      help: {
        es: 'qué se hizo, persona por persona (por omisión, en card-reports de la carpeta de datos)',
        en: 'what was done, person by person (default: in card-reports of the data folder)',
      },
    },
    silent: { type: 'boolean', help: { es: 'sin sonidos', en: 'without sounds' } },
    reader: READER_OPTIONS.reader,
  },
  run: (context) => workOnList(context),
};

/** @param onAddress told of each address of the page */
export async function workOnList(context: Context, onAddress?: (address: string) => void): Promise<Exit> {
  const { given, screen, config } = context;
  const parts = oneOf('parts', given.text('parts') ?? 'chip', PARTS);
  if (given.text('list') !== undefined && given.text('unit') !== undefined) throw new UsageError(ONE_OF_BOTH);
  const asked = given.text('report');
  if (asked !== undefined) {
    reportKind(asked);
    await refuseOwnFiles(asked, config);
    await checkOutput(asked);
    await refuseExisting(asked, '--report');
  }
  const client = await context.client();
  const deps = await stationDeps(client, config);
  const list = await readList(context, deps);
  const faults = tellFaults(screen, list);
  const queue = new Queue(list.people, list.holders);
  tellCounts(screen, queue, list.faults.length);
  const { waiting, begun } = queue.counts();
  if (waiting + begun === 0) return tellNobody(screen, queue, list.faults.length, faults);
  const readers = await openConfigured(config);
  try {
    await expectService(readers);
    const reader = given.text('reader');
    const exit = await runStation(
      { ...deps, queue, pins: new Map(), readers, screen },
      {
        ...{ withTag: parts === 'both', isSilent: given.flag('silent'), web: given.flag('web') },
        ...(reader !== undefined && { reader }),
        algorithm: given.flag('rsa') ? 'RSA-2048' : 'P-256',
        reportPath: await chooseReport(asked, { dataFolder: config.dataFolder, began: deps.clock() }),
        faults: list.faults,
        ...(onAddress && { onAddress }),
      },
    );
    return exit === EXIT.done ? faults : exit;
  } finally {
    readers.close();
  }
}

const ONE_OF_BOTH = { es: 'elija --list o --unit, no las dos', en: 'choose --list or --unit, not both' };

async function readList({ given, screen, client }: Context, deps: StationDeps): Promise<StationList> {
  const path = given.text('list');
  const tell = (done: number, of: number): void => {
    if (done % 10 === 0)
      screen.progress(
        screen.say({ es: `Leyendo la lista: ${done} de ${of}`, en: `Reading the list: ${done} of ${of}` }),
      );
  };
  try {
    const open = await client();
    if (path !== undefined) return await peopleOfList(open, deps, await readInput(path, MOST_LIST_BYTES), tell);
    return await peopleWithoutCard(open, deps, given.text('unit'), tell);
  } finally {
    screen.progressDone();
  }
}

/** Lines that name nobody never lose the others. */
function tellFaults(screen: Screen, { faults }: StationList): Exit {
  let worst: Exit = EXIT.done;
  for (const { line, error } of faults) {
    screen.note(screen.say({ es: `✗ renglón ${line}:`, en: `✗ line ${line}:` }));
    worst = Math.max(worst, explain(error, screen, { line, outcome: 'refused' })) as Exit;
  }
  return worst;
}

function tellCounts(screen: Screen, queue: Queue, badLines: number): void {
  const { total, done, begun, failed } = queue.counts();
  const parts = [
    total === 1 ? { es: '1 persona', en: '1 person' } : { es: `${total} personas`, en: `${total} people` },
    ...(done > 0
      ? [
          {
            es: `${done} ya ${done === 1 ? 'tiene' : 'tienen'} tarjeta`,
            en: `${done} ${done === 1 ? 'has' : 'have'} a card already`,
          },
        ]
      : []),
    ...(begun > 0 ? [{ es: `${begun} con su tarjeta a medias`, en: `${begun} with a half-made card` }] : []),
    ...(failed > 0
      ? [{ es: `${failed} no ${failed === 1 ? 'puede' : 'pueden'} tenerla hoy`, en: `${failed} cannot get one today` }]
      : []),
    ...(badLines > 0 ? [badLinesText(badLines)] : []),
  ];
  screen.note(parts.map((part) => screen.say(part)).join(' · '));
}

function tellNobody(screen: Screen, queue: Queue, badLines: number, faults: Exit): Exit {
  const counts = queue.counts();
  if (screen.json) screen.data({ summary: { ...counts, ...(badLines > 0 && { badLines }) } });
  screen.line(screen.say({ es: 'No hay a quién preparar una tarjeta.', en: 'There is nobody to prepare a card for.' }));
  return counts.failed > 0 && faults === EXIT.done ? EXIT.declined : faults;
}
