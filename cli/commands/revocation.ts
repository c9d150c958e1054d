import { join } from 'node:path';
import { fromBase64Url } from '../../src/core/base64.ts';
import { EXIT, type Command } from '../command.ts';
import { writeOutput } from '../files.ts';
import { localTime } from '../local-time.ts';

interface PublishedCrl {
  readonly authority: string;
  readonly bytes: number;
  readonly crl: string;
}

const publish: Command = {
  name: 'revocation publish',
  summary: { es: 'firma las listas de revocación que hagan falta', en: 'signs the revocation lists that are due' },
  options: {
    'out-dir': {
      type: 'string',
      value: { es: 'CARPETA', en: 'FOLDER' },
      help: { es: 'guarda también cada lista (.crl)', en: 'also saves each list (.crl)' },
    },
  },
  async run({ given, screen, client }) {
    const lists = await (await client()).post<PublishedCrl[]>('/api/v1/staff/revocation/publish', {});
    const folder = given.text('out-dir');
    if (folder !== undefined) {
      for (const { authority, crl } of lists) await writeOutput(join(folder, `${authority}.crl`), fromBase64Url(crl)!);
    }
    if (screen.json) for (const list of lists) screen.data(list);
    screen.table(
      [screen.say({ es: 'AUTORIDAD', en: 'AUTHORITY' }), 'BYTES'],
      lists.map(({ authority, bytes }) => [authority, String(bytes)]),
    );
    return EXIT.done;
  },
};

interface CrlStatus {
  readonly authority: string;
  /** Decimal: list numbers have up to 20 octets. */
  readonly number?: string;
  readonly entries?: number;
  readonly thisUpdate?: string;
  readonly nextUpdate?: string;
  /** When the last one was over, of an offline root's that nobody renewed. */
  readonly ended?: string;
}

const status: Command = {
  name: 'revocation status',
  summary: { es: 'muestra las listas de revocación en vigor', en: 'shows the revocation lists in force' },
  async run({ screen, client }) {
    const lists = await (await client()).get<CrlStatus[]>('/api/v1/staff/revocation');
    if (screen.json) for (const list of lists) screen.data(list);
    screen.table(
      [
        screen.say({ es: 'AUTORIDAD', en: 'AUTHORITY' }),
        screen.say({ es: 'NÚMERO', en: 'NUMBER' }),
        screen.say({ es: 'ANOTADOS', en: 'ENTRIES' }),
        screen.say({ es: 'SIGUE ANTES DE', en: 'NEXT BEFORE' }),
      ],
      lists.map((one) => [
        one.authority,
        one.number ?? '—',
        String(one.entries ?? '—'),
        localTime(one.nextUpdate) ??
          screen.say({ es: `TERMINÓ ${localTime(one.ended) ?? ''}`, en: `ENDED ${localTime(one.ended) ?? ''}` }),
      ]),
    );
    if (lists.some(({ ended }) => ended !== undefined)) {
      screen.note(
        screen.say({
          es: 'La lista de la raíz ya no está en vigor: renuévela con ./cotejo key ceremony --root-media CARPETA',
          en: "The root's list is no longer in force: renew it with ./cotejo key ceremony --root-media FOLDER",
        }),
      );
    }
    return EXIT.done;
  },
};

export const revocationCommands: readonly Command[] = [publish, status];
