import { dirname, resolve } from 'node:path';
import { toBase64 } from '../../src/core/base64.ts';
import { Refusal } from '../../src/core/refusal.ts';
import type { EntryCode } from '../../src/texts/code.ts';
import { dayBefore, dayInMexicoCity } from '../../src/core/time.ts';
import { systemClock } from '../../src/adapters/system.ts';
import { mandateAt, parseOfficialId, type EndReason, type Mandate } from '../../src/directory/official.ts';
import type { ImportReport } from '../../src/directory/import.ts';
import type { CredentialView, OfficialView } from '../../src/http/staff/views.ts';
import { fieldWord, isCode, problemText } from '../../src/texts/problems.ts';
import { EXIT, oneOf, type Command, type Given, type Meanings, type Text } from '../command.ts';
import { inWords, KINDS } from '../credential-words.ts';
import type { Client } from '../client.ts';
import { exists, readInput } from '../files.ts';
import { leftBehind, tellLeftBehind } from '../left-behind.ts';
import { findOfficial } from '../officials.ts';
import { tellLackingPhotos } from '../lacking-photos.ts';
import type { Screen } from '../screen.ts';
import { dayOption } from '../typed-day.ts';

const API = '/api/v1/staff/officials';

/** Why somebody leaves. */
const REASONS: Meanings<EndReason> = {
  resigned: { es: 'renunció', en: 'resigned' },
  dismissed: { es: 'se le removió', en: 'was dismissed' },
  'term-ended': { es: 'terminó su encargo', en: 'the term ended' },
  transferred: { es: 'pasó a otro cargo', en: 'moved to another post' },
  retired: { es: 'se jubiló', en: 'retired' },
  deceased: { es: 'falleció', en: 'died' },
  mistake: { es: 'se dio de alta por error', en: 'registered by mistake' },
};
const MAX_PHOTO_BYTES = 15_000_000;
const MAX_CSV_BYTES = 20_000_000;

function photoOf(screen: Screen, official: OfficialView): string | undefined {
  // The pixels go when somebody leaves; the record keeps their hash.
  if (mandateAt(official, systemClock()) === 'ended') return undefined;
  const { photo } = official;
  if (!photo) return screen.say({ es: 'sin foto', en: 'none' });
  const { width, height } = photo;
  return screen.say({ es: `${width} × ${height} pixeles`, en: `${width} × ${height} pixels` });
}

/** The last day in office: the end is the first day out. */
function lastDay({ ended, validUntil }: OfficialView): string | undefined {
  const end = ended && dayBefore(ended.on);
  return end !== undefined && (validUntil === undefined || end < validUntil) ? end : validUntil;
}

/** Who may not act today, and why. */
const NOT_IN_OFFICE: Readonly<Record<Exclude<Mandate, 'current'>, Text>> = {
  ended: { es: 'ya dejó el cargo', en: 'has left' },
  expired: { es: 'su encargo ya venció', en: 'term over' },
  'not-yet': { es: 'todavía no empieza', en: 'not in office yet' },
};

/** As the list shows somebody: who is reserved is not published by name, and who is not in office may not act. */
function named(screen: Screen, official: OfficialView): string {
  const { name, post, publication } = official;
  const mandate = mandateAt(official, systemClock());
  const { ended, validFrom } = official;
  const marks: Text[] = [];
  if (publication.state === 'reserved') marks.push({ es: 'reservada su publicación', en: 'reserved' });
  if (ended && ended.on <= validFrom) marks.push({ es: 'no llegó a empezar', en: 'never began' });
  else if (mandate !== 'current') marks.push(NOT_IN_OFFICE[mandate]);
  const told = marks.map((mark) => screen.say(mark)).join('; ');
  return `${name}, ${post}${told && ` (${told})`}`;
}

function showOfficial(screen: Screen, official: OfficialView): void {
  screen.facts([
    [screen.say({ es: 'Clave', en: 'Id' }), official.id],
    [screen.say({ es: 'Nombre', en: 'Name' }), official.name],
    [screen.say({ es: 'Cargo', en: 'Post' }), official.post],
    [screen.say({ es: 'Unidad', en: 'Unit' }), official.unit],
    [screen.say({ es: 'Desde', en: 'From' }), official.validFrom],
    [screen.say({ es: 'Hasta', en: 'Until' }), official.validUntil],
    [screen.say({ es: 'Baja', en: 'Out from' }), official.ended?.on],
    [screen.say({ es: 'Motivo', en: 'Reason' }), official.ended && screen.say(REASONS[official.ended.reason])],
    [screen.say({ es: 'Atribuciones', en: 'Powers' }), official.powers.join(' | ')],
    [screen.say({ es: 'Puede pedir', en: 'May ask' }), official.mayAsk.join(' | ')],
    [screen.say({ es: 'Nunca pide', en: 'Never asks' }), official.neverAsks.join(' | ')],
    [screen.say({ es: 'Teléfono', en: 'Telephone' }), official.contact?.phone],
    [screen.say({ es: 'Correo', en: 'Mail' }), official.contact?.mail],
    [screen.say({ es: 'Foto', en: 'Photo' }), photoOf(screen, official)],
    [
      screen.say({ es: 'Reservado', en: 'Reserved' }),
      official.publication.state === 'reserved' ? official.publication.legalGround : undefined,
    ],
  ]);
}

/** The options that are days. */
const DAYS: ReadonlySet<string> = new Set(['on', 'until']);

function optional(given: Given, names: Readonly<Record<string, string>>): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [option, field] of Object.entries(names)) {
    const text = given.text(option);
    const value = DAYS.has(option) ? dayOption(text) : text;
    if (value !== undefined) fields[field] = value;
  }
  return fields;
}

const add: Command = {
  name: 'official add',
  summary: { es: 'da de alta a una persona servidora pública', en: 'adds an official to the directory' },
  options: {
    name: {
      type: 'string',
      required: true,
      value: { es: 'NOMBRE', en: 'NAME' },
      help: { es: 'nombre completo', en: 'full name' },
    },
    post: { type: 'string', required: true, value: { es: 'CARGO', en: 'POST' }, help: { es: 'cargo', en: 'post' } },
    unit: { type: 'string', required: true, value: { es: 'SIGLAS', en: 'CODE' }, help: { es: 'unidad', en: 'unit' } },
    from: {
      type: 'string',
      required: true,
      value: { es: 'AAAA-MM-DD', en: 'YYYY-MM-DD' },
      help: { es: 'inicio del cargo (también dd/mm/aaaa)', en: 'first day (dd/mm/yyyy as well)' },
    },
    until: {
      type: 'string',
      value: { es: 'AAAA-MM-DD', en: 'YYYY-MM-DD' },
      help: { es: 'último día del cargo (también dd/mm/aaaa)', en: 'last day (dd/mm/yyyy as well)' },
    },
    power: {
      type: 'string',
      multiple: true,
      help: { es: 'atribución (puede repetirse)', en: 'legal power (repeatable)' },
    },
    'may-ask': { type: 'string', multiple: true, help: { es: 'qué puede pedir', en: 'what they may ask for' } },
    'never-asks': { type: 'string', multiple: true, help: { es: 'qué nunca pide', en: 'what they never ask for' } },
    photo: { type: 'string', value: { es: 'FOTO.jpg', en: 'PHOTO.jpg' }, help: { es: 'fotografía', en: 'photo' } },
    phone: { type: 'string', help: { es: 'teléfono oficial', en: 'official telephone' } },
    mail: { type: 'string', help: { es: 'correo oficial', en: 'official mail' } },
    'reserved-ground': {
      type: 'string',
      value: { es: 'FUNDAMENTO', en: 'GROUND' },
      help: {
        es: 'reserva nombre y foto, con este fundamento legal',
        en: 'reserves name and photo, on this legal ground',
      },
    },
    supersedes: {
      type: 'string',
      value: { es: 'CLAVE', en: 'ID' },
      help: { es: 'registro anterior de la misma persona', en: 'earlier record' },
    },
  },
  fields: {
    name: '--name',
    post: '--post',
    unit: '--unit',
    validFrom: '--from',
    validUntil: '--until',
    powers: '--power',
    mayAsk: '--may-ask',
    neverAsks: '--never-asks',
    photo: '--photo',
    phone: '--phone',
    mail: '--mail',
    legalGround: '--reserved-ground',
  },
  async run({ given, screen, client }) {
    const ground = given.text('reserved-ground');
    const photo = given.text('photo');
    const official = await (
      await client()
    ).post<OfficialView>(API, {
      official: {
        name: given.need('name'),
        post: given.need('post'),
        unit: given.need('unit'),
        validFrom: dayOption(given.need('from')),
        powers: given.texts('power'),
        mayAsk: given.texts('may-ask'),
        neverAsks: given.texts('never-asks'),
        ...optional(given, { until: 'validUntil', phone: 'phone', mail: 'mail' }),
        ...(ground !== undefined && { publication: 'reserved', legalGround: ground }),
      },
      ...(photo !== undefined && { photo: toBase64(await readInput(photo, MAX_PHOTO_BYTES)) }),
      ...optional(given, { supersedes: 'supersedes' }),
    });
    if (screen.json) screen.data(official);
    showOfficial(screen, official);
    return EXIT.done;
  },
};

const importList: Command = {
  name: 'official import',
  summary: { es: 'da de alta una lista en CSV, con fotos', en: 'adds a CSV list, with photos' },
  positionals: { es: 'LISTA.csv', en: 'LIST.csv' },
  minPositionals: 1,
  options: {
    check: { type: 'boolean', help: { es: 'sólo revisa; no guarda nada', en: 'checks only; saves nothing' } },
    update: { type: 'boolean', help: { es: 'corrige a quien ya está', en: 'corrects who is there already' } },
    photos: {
      type: 'string',
      value: { es: 'CARPETA', en: 'FOLDER' },
      help: { es: 'carpeta de las fotos (la de la lista)', en: 'folder of photos' },
    },
  },
  async run({ given, screen, client }) {
    const path = resolve(given.positionals[0]!);
    const csv = await readInput(path, MAX_CSV_BYTES);
    const photos = resolve(given.text('photos') ?? dirname(path));
    // Without the folder each row would miss its photo.
    if (!(await exists(photos))) throw new Refusal<EntryCode>('file/not-found', 'no such folder', { path: photos });
    screen.progress(screen.say({ es: 'Leyendo la lista y las fotos…', en: 'Reading list and photos…' }));
    const report = await (
      await client()
    ).post<ImportReport>(`${API}/import`, {
      csv: toBase64(csv),
      photoFolder: photos,
      checkOnly: given.flag('check'),
      update: given.flag('update'),
    });
    screen.progressDone();
    if (screen.json) screen.data(report);
    showReport(screen, report, given.flag('check'));
    return report.counts.refused > 0 ? EXIT.declined : EXIT.done;
  },
};

/** Registered rows whose name somebody in office has already: the list may tell of a change of post. */
function showNamesakes(screen: Screen, { rows }: ImportReport): void {
  for (const { line, namesakes } of rows) {
    if (!namesakes) continue;
    const ids = namesakes.join(', ');
    const told = screen.say({
      es: `renglón ${line}: ya hay alguien con este nombre en otro cargo (${ids}). Si es la misma persona, dé de baja su registro anterior: ./cotejo official end ${namesakes[0]} --reason transferred`,
      en: `line ${line}: somebody of this name holds another post already (${ids}). If it is the same person, end the earlier record: ./cotejo official end ${namesakes[0]} --reason transferred`,
    });
    screen.line(`${screen.paint('wait', '!')} ${told}`);
  }
}

function showReport(screen: Screen, report: ImportReport, checkOnly: boolean): void {
  for (const row of report.rows.filter(({ outcome }) => outcome === 'refused')) {
    for (const { code, column, facts } of row.problems) {
      const { what, next } = isCode(code) ? problemText(code, facts ?? {}, screen.language) : { what: '', next: '' };
      const where = screen.say({ es: `renglón ${row.line}`, en: `line ${row.line}` });
      const told = `${where}${column === undefined ? '' : ` · ${column}`}: ${what} ${next}`;
      screen.line(`${screen.paint('bad', '✗')} ${told} ${screen.paint('faint', code)}`);
    }
  }
  for (const { line, outcome, name, official, changed } of report.rows) {
    const where = screen.say({ es: `renglón ${line}`, en: `line ${line}` });
    if (outcome === 'registered') {
      const who = name ?? screen.say({ es: 'nombre reservado', en: 'name reserved' });
      screen.line(`${screen.paint('good', '+')} ${where}: ${[official, who].filter(Boolean).join(' ')}`);
    }
    if (outcome === 'changed') {
      const fields = changed?.map((field) => fieldWord(field, screen.language)).join(', ') ?? '';
      screen.line(`${screen.paint('good', '~')} ${where}: ${[official, fields].filter(Boolean).join(' ')}`);
    }
  }
  showNamesakes(screen, report);
  tellLackingPhotos(screen, report);
  if (report.unusedColumns.length > 0) {
    const columns = report.unusedColumns.join(', ');
    screen.line(
      `${screen.paint('wait', '!')} ${screen.say({ es: `columnas sin usar: ${columns}`, en: `unused columns: ${columns}` })}`,
    );
  }
  const { registered, changed, unchanged, refused } = report.counts;
  screen.line(
    screen.say({
      es: `${checkOnly ? 'Se darían de alta' : 'Altas'}: ${registered} · cambios: ${changed} · sin cambio: ${unchanged} · con error: ${refused}`,
      en: `${checkOnly ? 'Would add' : 'Added'}: ${registered} · changed: ${changed} · unchanged: ${unchanged} · refused: ${refused}`,
    }),
  );
}

const PAGE = 200;

async function everybody(client: Client, name: string | undefined): Promise<readonly OfficialView[]> {
  const all: OfficialView[] = [];
  for (;;) {
    const after = all.at(-1)?.id;
    const query = new URLSearchParams({
      limit: String(PAGE),
      ...(name !== undefined && { name }),
      ...(after !== undefined && { after }),
    });
    const page = await client.get<OfficialView[]>(`${API}?${query.toString()}`);
    all.push(...page);
    if (page.length < PAGE) return all;
  }
}

const list: Command = {
  name: 'official list',
  summary: { es: 'lista o busca personas', en: 'lists or searches officials' },
  options: {
    name: {
      type: 'string',
      value: { es: 'TEXTO', en: 'TEXT' },
      help: { es: 'busca por nombre', en: 'search by name' },
    },
  },
  async run({ given, screen, client }) {
    const officials = await everybody(await client(), given.text('name'));
    if (screen.json) for (const official of officials) screen.data(official);
    screen.table(
      [
        screen.say({ es: 'CLAVE', en: 'ID' }),
        screen.say({ es: 'UNIDAD', en: 'UNIT' }),
        screen.say({ es: 'HASTA', en: 'UNTIL' }),
        screen.say({ es: 'NOMBRE Y CARGO', en: 'NAME AND POST' }),
      ],
      officials.map((one) => [one.id, one.unit, lastDay(one) ?? '—', named(screen, one)]),
    );
    return EXIT.done;
  },
};

const show: Command = {
  name: 'official show',
  summary: { es: 'muestra a una persona', en: 'shows an official' },
  positionals: { es: 'CLAVE', en: 'ID' },
  minPositionals: 1,
  async run({ given, screen, client }) {
    const official = await findOfficial(await client(), given.positionals[0]!);
    if (screen.json) screen.data(official);
    showOfficial(screen, official);
    return EXIT.done;
  },
};

const end: Command = {
  name: 'official end',
  summary: { es: 'da de baja a una persona', en: 'ends an official’s mandate' },
  positionals: { es: 'CLAVE', en: 'ID' },
  minPositionals: 1,
  options: {
    reason: {
      type: 'string',
      required: true,
      value: { es: 'MOTIVO', en: 'REASON' },
      help: { es: 'motivo (no se publica), uno de:', en: 'reason (not published), one of:' },
      words: REASONS,
    },
    on: {
      type: 'string',
      value: { es: 'AAAA-MM-DD', en: 'YYYY-MM-DD' },
      help: {
        es: 'primer día fuera del cargo, también dd/mm/aaaa (el ya registrado, o hoy); antes de ese día puede corregirse',
        en: 'first day out, dd/mm/yyyy as well (the one on record, or today); until then it can be corrected',
      },
    },
  },
  fields: { on: '--on' },
  async run({ given, screen, client }) {
    const reason = oneOf('reason', given.need('reason'), REASONS);
    const open = await client();
    const typed = given.positionals[0]!;
    // The row of whoever leaves is not asked for: an edited one must not keep them in office.
    const id = parseOfficialId(typed) ?? typed;
    const theirs = (): Promise<CredentialView[]> =>
      open.get<CredentialView[]>(`/api/v1/staff/credentials?official=${encodeURIComponent(id)}`);
    const before = (await theirs()).filter(({ state }) => state !== 'revoked').map(({ serial }) => serial);
    const official = await open.post<OfficialView>(`${API}/${encodeURIComponent(id)}/end`, {
      reason,
      ...optional(given, { on: 'on' }),
    });
    const credentials = (await theirs()).filter(({ serial }) => before.includes(serial));
    const held = await leftBehind(open, official.id);
    if (screen.json) {
      const told = credentials.map(({ serial, kind, state }) => ({ serial, kind, state }));
      screen.data({ ...official, credentials: told, ...held });
    }
    showOfficial(screen, official);
    for (const { serial, kind, state } of credentials) {
      const on = official.ended?.on ?? '';
      const what =
        state === 'revoked'
          ? { es: 'Se revocó su credencial', en: 'Revoked their credential' }
          : { es: `El ${on} se revocará su credencial`, en: `On ${on} will be revoked their credential` };
      screen.line(`${screen.say(what)} ${serial} (${inWords(screen, KINDS, kind)})`);
    }
    const day = official.ended?.on;
    tellLeftBehind(screen, held, day !== undefined && day > dayInMexicoCity(systemClock()) ? day : undefined);
    return EXIT.done;
  },
};

export const officialCommands: readonly Command[] = [add, importList, list, show, end];
