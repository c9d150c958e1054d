import { createHash } from 'node:crypto';
import { STAMP_LIMITS } from '../../src/directory/photo.ts';
import type { ReceptionView } from '../../src/http/staff/receptions.ts';
import type { OficioView } from '../../src/http/staff/views.ts';
import { EXIT, idempotencyKeyOf, oneOf, UsageError, type Command, type Given, type Text } from '../command.ts';
import { readInput } from '../files.ts';
import { showReceptions, WAYS } from '../reception-words.ts';
import { typedTime } from '../typed-day.ts';

const API = '/api/v1/staff/oficios';

/** The fields of what is sent, and their options. */
const TEXTS = { name: 'by', post: 'post', office: 'office', folio: 'office-folio' } as const;

export const receive: Command = {
  name: 'oficio receive',
  summary: {
    es: 'registra que un oficio se recibió (acuse), o corrige un registro',
    en: 'registers that a letter was received (acuse), or corrects what was registered',
  },
  positionals: 'FOLIO',
  minPositionals: 1,
  options: {
    at: {
      type: 'string',
      value: { es: '"dd/mm/aaaa hh:mm"', en: '"dd/mm/yyyy hh:mm"' },
      help: {
        es: 'día y hora en que se recibió, hora de la Ciudad de México',
        en: 'day and hour at which it was received, Mexico City time',
      },
    },
    by: {
      type: 'string',
      value: { es: 'NOMBRE', en: 'NAME' },
      help: { es: 'quién lo recibió (no se publica)', en: 'who received it (never published)' },
    },
    post: { type: 'string', value: { es: 'CARGO', en: 'POST' }, help: { es: 'su cargo', en: 'their post' } },
    office: {
      type: 'string',
      value: { es: 'OFICINA', en: 'OFFICE' },
      help: { es: 'oficina que lo recibió', en: 'the office that received it' },
    },
    'office-folio': {
      type: 'string',
      value: 'FOLIO',
      help: { es: 'número que le dio esa oficina', en: 'the number that this office gave it' },
    },
    how: {
      type: 'string',
      value: { es: 'MODO', en: 'WAY' },
      help: { es: 'cómo se recibió, uno de:', en: 'how it was received, one of:' },
      words: WAYS,
    },
    photo: {
      type: 'string',
      value: { es: 'FOTO.jpg', en: 'PHOTO.jpg' },
      help: { es: 'foto de la hoja con el sello de recibido', en: 'photo of the page with the stamp on it' },
    },
    corrects: {
      type: 'string',
      value: { es: 'RECEPCIÓN', en: 'RECEPTION' },
      help: {
        es: 'la recepción mal registrada a la que ésta sustituye (la da oficio show)',
        en: 'the wrong reception that this one takes the place of (oficio show tells it)',
      },
    },
    never: {
      type: 'boolean',
      help: { es: 'con --corrects: no hubo tal recepción', en: 'with --corrects: it never took place' },
    },
    reason: {
      type: 'string',
      value: { es: 'MOTIVO', en: 'REASON' },
      help: { es: 'con --corrects: por qué se corrige', en: 'with --corrects: why it is corrected' },
    },
    'idempotency-key': {
      type: 'string',
      value: { es: 'TEXTO', en: 'TEXT' },
      help: { es: 'para repetir sin duplicar', en: 'to repeat without doubling' },
    },
  },
  fields: { ...Object.fromEntries(Object.entries(TEXTS).map(([field, option]) => [field, `--${option}`])) },
  async run({ given, screen, client }) {
    checkTogether(given);
    const photo = given.text('photo');
    const received = given.flag('never')
      ? undefined
      : {
          receivedAt: timeOf(given.need('at')),
          how: oneOf('how', given.need('how'), WAYS),
          name: given.need('by'),
          ...optional(given, ['post', 'office', 'folio']),
        };
    const corrects = given.text('corrects');
    const correction = corrects === undefined ? undefined : { corrects, reason: given.need('reason') };
    const picture = photo === undefined ? undefined : await readInput(photo, STAMP_LIMITS.inputBytes);
    const body = { ...(received && { received }), ...(correction && { correction }) };
    const open = await client();
    const name = given.positionals[0]!;
    const letter = (await open.get<OficioView[]>(`${API}?name=${encodeURIComponent(name)}`))[0]!;
    const idempotencyKey = idempotencyKeyOf(given) ?? keyOf(letter.id, body, picture);
    const form = new FormData();
    form.set('request', JSON.stringify({ ...body, idempotencyKey }));
    if (picture) form.set('photo', new File([new Uint8Array(picture)], 'acuse'));
    const made = await open.postForm<ReceptionView>(`${API}/${letter.id}/receptions`, form);
    if (screen.json) screen.data({ folio: letter.folio, ...made });
    screen.facts([['Folio', screen.paint('strong', letter.folio)]]);
    showReceptions(screen, [made]);
    return EXIT.done;
  },
};

/** The same command again is the same reception. */
function keyOf(id: string, body: object, picture: Uint8Array = new Uint8Array()): string {
  const digest = createHash('sha256').update(JSON.stringify([id, body]));
  return digest.update(picture).digest('hex');
}

function optional(given: Given, fields: readonly ('post' | 'office' | 'folio')[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    fields.flatMap((field) => {
      const text = given.text(TEXTS[field]);
      return text === undefined ? [] : [[field, text]];
    }),
  );
}

/** @throws UsageError */
function checkTogether(given: Given): void {
  const isCorrection = given.text('corrects') !== undefined;
  if (given.flag('never') && !isCorrection) throw new UsageError(NEVER_ALONE);
  if (given.text('reason') !== undefined && !isCorrection) throw new UsageError(REASON_ALONE);
  if (isCorrection) given.require(['reason']);
  if (!given.flag('never')) given.require(['at', 'by', 'how']);
  else if (['at', 'how', ...Object.values(TEXTS), 'photo'].some((name) => given.text(name) !== undefined)) {
    throw new UsageError(NEVER_WITH);
  }
}

function timeOf(text: string): string {
  const time = typedTime(text);
  if (time !== undefined) return time;
  throw new UsageError({
    es: `--at lleva día y hora, por ejemplo "31/12/2026 14:05"; no «${text}»`,
    en: `--at takes day and hour, for example "31/12/2026 14:05"; not "${text}"`,
  });
}

const NEVER_ALONE: Text = {
  es: '--never va con --corrects RECEPCIÓN: dice cuál no tuvo lugar',
  en: '--never goes with --corrects RECEPTION: which one did not take place',
};
const REASON_ALONE: Text = {
  es: '--reason va con --corrects RECEPCIÓN',
  en: '--reason goes with --corrects RECEPTION',
};
const NEVER_WITH: Text = {
  es: 'con --never no se dice cuándo, quién ni cómo',
  en: 'with --never nothing is said of when, who or how',
};
