import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { readCertificate } from '../../src/authority/certificate.ts';
import { openCardBundle } from '../../src/card/bundle.ts';
import { formatCardNumber } from '../../src/card/card.ts';
import { fromBase64 } from '../../src/core/base64.ts';
import { formatTime } from '../../src/core/time.ts';
import { EXIT, type Command } from '../command.ts';
import { checkOutput, refuseExisting, writeOutput } from '../files.ts';
import { localTime } from '../local-time.ts';

export const cardBundle: Command = {
  name: 'card bundle',
  summary: {
    es: 'hace la lista firmada con la que una ventanilla sin red comprueba tarjetas',
    en: 'makes the signed list by which a counter without network checks cards',
  },
  options: {
    out: {
      type: 'string',
      short: 'o',
      required: true,
      value: { es: 'LISTA', en: 'LIST' },
      help: { es: 'dónde se guarda', en: 'where it is saved' },
    },
    'root-out': {
      type: 'string',
      value: { es: 'RAIZ.cer', en: 'ROOT.cer' },
      help: {
        es: 'guarda también el certificado raíz, que la ventanilla necesita la primera vez',
        en: 'saves the root certificate as well, which the counter needs the first time',
      },
    },
    overwrite: {
      type: 'boolean',
      help: { es: 'reemplaza la lista que ya está ahí', en: 'replaces the list that is there already' },
    },
  },
  async run({ given, screen, client }) {
    const out = given.need('out');
    const rootOut = given.text('root-out');
    for (const path of [out, rootOut]) {
      if (path === undefined) continue;
      await checkOutput(path);
      if (!given.flag('overwrite')) await refuseExisting(path, path === out ? '-o' : '--root-out');
    }
    const open = await client();
    const { certificate } = await open.get<{ readonly certificate: string }>('/api/v1/staff/root');
    const root = readCertificate(fromBase64(certificate)!);
    const bytes = await open.getBytes('/api/v1/staff/card-bundle');
    // As the counter will.
    const {
      madeAt,
      staleFrom,
      cards: listed,
      leftOut,
      telephone,
    } = await openCardBundle(bytes, root.key.spki, nodePrimitives);
    await writeOutput(out, bytes);
    if (rootOut !== undefined) await writeOutput(rootOut, root.encoded);
    const cards = [...listed.values()];
    const photos = cards.filter(({ photo }) => photo !== undefined).length;
    const left = leftOut.map(formatCardNumber);
    const times = { madeAt: formatTime(madeAt), decidesUntil: formatTime(staleFrom) };
    if (screen.json)
      screen.data({
        ...{ path: out, bytes: bytes.length, cards: cards.length, photos, leftOut: left, ...times },
        ...(telephone !== undefined && { telephone }),
        ...(rootOut !== undefined && { root: rootOut }),
      });
    screen.facts([
      [screen.say({ es: 'Lista', en: 'List' }), out],
      [screen.say({ es: 'Raíz', en: 'Root' }), rootOut],
      [screen.say({ es: 'Tarjetas', en: 'Cards' }), String(cards.length)],
      [screen.say({ es: 'Con fotografía', en: 'With a photo' }), String(photos)],
      [screen.say({ es: 'Teléfono', en: 'Telephone' }), telephone],
      [screen.say({ es: 'Hecha', en: 'Made' }), localTime(times.madeAt)],
      [screen.say({ es: 'Sirve hasta', en: 'Serves until' }), localTime(times.decidesUntil)],
    ]);
    for (const number of left)
      screen.note(
        screen.say({
          es: `! La tarjeta ${number} quedó fuera: alguien cambió lo que consta de ella (./cotejo log audit).`,
          en: `! The card ${number} was left out: somebody changed what is recorded of it (./cotejo log audit).`,
        }),
      );
    screen.note(screen.say(NEXT));
    return EXIT.done;
  },
};

const NEXT = {
  es: 'Llévela a la ventanilla, y borre ahí la anterior: trae los rostros de quienes tienen tarjeta. Ahí: ./cotejo card verify --offline --bundle LISTA',
  en: 'Take it to the counter, and erase the one before there: it has the faces of those who have a card. There: ./cotejo card verify --offline --bundle LIST',
};
