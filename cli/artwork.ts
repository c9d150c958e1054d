/** Of the commands that make a PDF for a printer of plastic cards. */
import { EXIT, type Context, type Exit, type OptionSpec } from './command.ts';
import { checkOutput, refuseExisting, writeOutput } from './files.ts';

export const ARTWORK_OPTIONS: Readonly<Record<'out' | 'overwrite', OptionSpec>> = {
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
};

/** Fetches the artwork at this path of the service, and writes it to `--out`. @param number as it is printed */
export async function writeArtwork({ given, screen, client }: Context, number: string, path: string): Promise<Exit> {
  const out = given.need('out');
  await checkOutput(out);
  if (!given.flag('overwrite')) await refuseExisting(out);
  const pdf = await (await client()).getBytes(path);
  await writeOutput(out, pdf);
  if (screen.json) screen.data({ number, path: out, bytes: pdf.length });
  screen.note(
    screen.say({
      es: `Imprima al 100 %, sin ajustar a la hoja, por los dos lados: ${out}`,
      en: `Print at 100 %, not fitted to the sheet, on both sides: ${out}`,
    }),
  );
  return EXIT.done;
}
