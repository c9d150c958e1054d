import { resolve } from 'node:path';
import type { EndedView, OficioView } from '../../src/http/staff/views.ts';
import type { PublicVersionView } from '../../src/http/staff/public-versions.ts';
import type { DeliveryView, ReceptionView } from '../../src/http/staff/receptions.ts';
import { ApiProblem, type Client } from '../client.ts';
import { EXIT, type Command } from '../command.ts';
import { refuseOtherBytes, writeOutput } from '../files.ts';
import { localDay } from '../local-time.ts';
import { showLetter, stateWithCountersigners, untoldOf } from '../show-letter.ts';
import { showDelivery, showPublicVersions, showReceptions } from '../reception-words.ts';
import { findUnit } from '../units.ts';
import { countersign } from './oficio-countersign.ts';
import { publicVersion } from './oficio-public-version.ts';
import { receive } from './oficio-receive.ts';
import { signLetters } from './oficio-sign.ts';

const API = '/api/v1/staff/oficios';

const list: Command = {
  name: 'oficio list',
  summary: { es: 'lista oficios', en: 'lists letters' },
  options: {
    unit: { type: 'string', value: { es: 'SIGLAS', en: 'CODE' }, help: { es: 'de esta unidad', en: 'of this unit' } },
  },
  async run({ given, screen, client }) {
    const unit = given.text('unit');
    const open = await client();
    const query = unit === undefined ? '' : `?unit=${encodeURIComponent((await findUnit(open, unit)).code)}`;
    const found = await open.get<OficioView[]>(`${API}${query}`);
    const oficios = found.toSorted((a, b) => a.sealedAt.localeCompare(b.sealedAt) || a.folio.localeCompare(b.folio));
    if (screen.json) for (const oficio of oficios) screen.data(oficio);
    screen.table(
      [
        'FOLIO',
        screen.say({ es: 'FECHA', en: 'DATE' }),
        screen.say({ es: 'ESTADO', en: 'STATE' }),
        screen.say({ es: 'ASUNTO', en: 'SUBJECT' }),
      ],
      oficios.map((one) => [one.folio, localDay(one.sealedAt), stateWithCountersigners(screen, one), one.subject]),
    );
    return EXIT.done;
  },
};

async function findOficio(client: Client, name: string): Promise<OficioView> {
  return (await client.get<OficioView[]>(`${API}?name=${encodeURIComponent(name)}`))[0]!;
}

const show: Command = {
  name: 'oficio show',
  summary: { es: 'muestra un oficio (folio, código o identificador)', en: 'shows a letter (folio, code or id)' },
  positionals: 'FOLIO',
  minPositionals: 1,
  options: {
    out: {
      type: 'string',
      short: 'o',
      value: { es: 'SALIDA.pdf', en: 'OUT.pdf' },
      help: { es: 'guarda el PDF firmado', en: 'saves the signed PDF' },
    },
    overwrite: {
      type: 'boolean',
      help: { es: 'reemplaza el archivo de salida si ya hay otro', en: 'replaces an output file that is another one' },
    },
  },
  async run({ given, screen, client }) {
    const open = await client();
    const oficio = await findOficio(open, given.positionals[0]!);
    const out = given.text('out');
    if (out !== undefined) {
      const signed = await open.getBytes(`${API}/${oficio.id}/document`);
      if (!given.flag('overwrite')) await refuseOtherBytes(out, signed, oficio.folio);
      await writeOutput(out, signed);
    }
    const receptions = await receptionsOf(open, oficio);
    const delivery = await deliveryOf(open, oficio);
    const publicVersions = await versionsOf(open, oficio);
    const beside = { ...(receptions && { receptions }), ...(delivery && { delivery }) };
    if (screen.json) screen.data({ ...oficio, ...beside, ...(publicVersions && { publicVersions }) });
    showLetter(screen, oficio, out && resolve(out));
    showDelivery(screen, oficio, delivery);
    showReceptions(screen, receptions ?? []);
    showPublicVersions(screen, publicVersions ?? []);
    return EXIT.done;
  },
};

/** Who received it; nothing for whoever is not to know, and of a draft. */
async function receptionsOf(client: Client, { id, leaves }: OficioView): Promise<readonly ReceptionView[] | undefined> {
  if (leaves.signed === undefined) return undefined;
  return unlessHidden(() => client.get<ReceptionView[]>(`${API}/${id}/receptions`));
}

/** With parts blacked out; likewise, and nothing where there is none. */
async function versionsOf(
  client: Client,
  { id, leaves }: OficioView,
): Promise<readonly PublicVersionView[] | undefined> {
  if (leaves.signed === undefined) return undefined;
  const all = await unlessHidden(() => client.get<PublicVersionView[]>(`${API}/${id}/public-versions`));
  return all && all.length > 0 ? all : undefined;
}

/** Whom it is for, and where its visit is to be; likewise. */
async function deliveryOf(client: Client, { id, addressee, visit }: OficioView): Promise<DeliveryView | undefined> {
  if (!addressee && !visit) return undefined;
  return unlessHidden(() => client.get<DeliveryView>(`${API}/${id}/delivery`));
}

async function unlessHidden<Value>(ask: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ApiProblem && error.code === 'access/role-missing') return undefined;
    throw error;
  }
}

function ending(verb: 'cancel' | 'replace', summary: Command['summary']): Command {
  return {
    name: `oficio ${verb}`,
    summary,
    positionals: 'FOLIO',
    minPositionals: 1,
    options: {
      reason: {
        type: 'string',
        required: true,
        value: { es: 'MOTIVO', en: 'REASON' },
        help: { es: 'por qué', en: 'why' },
      },
      ...(verb === 'replace' && {
        by: {
          type: 'string',
          required: true,
          value: 'FOLIO',
          help: { es: 'el oficio que lo sustituye', en: 'what replaces it' },
        },
      }),
    },
    async run({ given, screen, client }) {
      const open = await client();
      const { id } = await findOficio(open, given.positionals[0]!);
      const by = given.text('by');
      const body = { reason: given.need('reason'), ...(by !== undefined && { by }) };
      const oficio = await open.post<EndedView>(`${API}/${id}/${verb}`, body);
      if (screen.json) screen.data(oficio);
      showLetter(screen, oficio);
      for (const notice of untoldOf(oficio)) screen.note(screen.say(notice));
      const { replaces } = oficio;
      // Their holders were told to ask for this one.
      if (replaces.length > 0) {
        const folios = replaces.join(', ');
        screen.line(
          screen.paint('wait', screen.say({ es: `Sustituye a ${folios}.`, en: `It replaces ${folios}.` })) +
            ' ' +
            screen.say(verb === 'cancel' ? NONE_LEFT : FOLLOWS),
        );
      }
      return EXIT.done;
    },
  };
}

const NONE_LEFT = {
  es: 'A quien los tenga se le dirá que ninguno vale: si hace falta, firme otro y avísele.',
  en: 'Whoever holds those will be told that none of them counts: sign another where one is needed, and tell them.',
};
const FOLLOWS = {
  es: 'A quien los tenga se le dirá que pida el nuevo.',
  en: 'Whoever holds those will be told to ask for the new one.',
};

export const oficioCommands: readonly Command[] = [
  signLetters,
  countersign,
  receive,
  publicVersion,
  list,
  show,
  ending('cancel', { es: 'cancela un oficio, para siempre', en: 'cancels a letter, for good' }),
  ending('replace', { es: 'sustituye un oficio por otro ya firmado', en: 'replaces a letter by a signed one' }),
];
