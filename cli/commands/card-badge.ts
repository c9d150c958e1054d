import { formatCardNumber, parseCardNumber } from '../../src/card/card.ts';
import { EXIT, type Command } from '../command.ts';
import { checkOutput, refuseExisting, writeOutput } from '../files.ts';

export const cardBadge: Command = {
  name: 'card badge',
  summary: {
    es: 'hace el PDF de una credencial para imprimirla, por los dos lados',
    en: 'makes the PDF of a card to print, both sides',
  },
  positionals: { es: 'NÚMERO', en: 'NUMBER' },
  minPositionals: 1,
  options: {
    out: {
      type: 'string',
      short: 'o',
      required: true,
      value: { es: 'SALIDA.pdf', en: 'OUT.pdf' },
      help: { es: 'dónde se guarda', en: 'where it is saved' },
    },
    overwrite: {
      type: 'boolean',
      help: {
        es: 'reemplaza el archivo de salida si ya hay otro',
        en: 'replaces an output file that is there already',
      },
    },
  },
  async run({ given, screen, client }) {
    const out = given.need('out');
    await checkOutput(out);
    if (!given.flag('overwrite')) await refuseExisting(out);
    const asked = given.positionals[0]!;
    const number = parseCardNumber(asked);
    const pdf = await (await client()).getBytes(`/api/v1/staff/cards/${encodeURIComponent(number ?? asked)}/badge`);
    await writeOutput(out, pdf);
    if (screen.json) screen.data({ number: number ? formatCardNumber(number) : asked, path: out, bytes: pdf.length });
    screen.note(
      screen.say({
        es: `Imprímala al 100 %, sin ajustar a la hoja, por los dos lados: ${out}`,
        en: `Print it at 100 %, not fitted to the sheet, on both sides: ${out}`,
      }),
    );
    return EXIT.done;
  },
};
