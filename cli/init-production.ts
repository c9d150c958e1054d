import { basename } from 'node:path';
import { Founding, type Founder } from '../src/access/founding.ts';
import { checkPassphrases, foundInstallation, type Founded } from '../src/adapters/founding/found.ts';
import { nodePrimitives } from '../src/adapters/primitives.ts';
import { systemClock, systemRandom } from '../src/adapters/system.ts';
import type { Config } from '../src/config.ts';
import { isRefusal } from '../src/core/refusal.ts';
import { serveFounding } from '../src/founding.ts';
import type { Code } from '../src/texts/code.ts';
import { problemText } from '../src/texts/problems.ts';
import type { Prompt } from './cards/prompt.ts';
import { Declined, EXIT, type Given, type Text } from './command.ts';
import { makingFolder } from './data-folder.ts';
import { clearMedia, planFounding, type FoundingPlan } from './founding/plan.ts';
import { FoundersWatch } from './founding/watch.ts';
import { afterwards, BEFORE, mediumReadMe, STEPS } from './founding/words.ts';
import { chosenPassphrase, drawnPassphrase, needTerminal } from './new-passphrase.ts';
import type { Screen } from './screen.ts';
import { withPrompt } from './unlock-keys.ts';

/** The names under which the media's own passphrases stand on them. */
const MEDIA = ['memoria 1', 'memoria 2'] as const;

type Passphrases = readonly [keys: Uint8Array, mediumA: Uint8Array, mediumB: Uint8Array];

/** What somebody mistyped or chose badly costs them that passphrase alone, not all that was typed before. */
function mayRepeat(error: unknown): Text | undefined {
  if (error instanceof Declined && error.exit === EXIT.declined) return error.text;
  if (!isRefusal(error, 'keys/passphrase-weak') && !isRefusal(error, 'founding/passphrase-repeated')) return undefined;
  const told = (language: 'es' | 'en'): string => problemText(error.code as Code, error.facts, language).what;
  return { es: told('es'), en: told('en') };
}

/** The next one, at a terminal as often as it takes. @throws Refusal `founding/passphrase-repeated`, `keys/passphrase-weak`; Declined */
async function nextPassphrase(
  screen: Screen,
  prompt: Prompt,
  before: readonly Uint8Array[],
  own: boolean,
): Promise<Uint8Array> {
  for (;;) {
    try {
      const made = own ? await chosenPassphrase(prompt) : await drawnPassphrase(screen, prompt);
      try {
        checkPassphrases([...before, made]);
      } catch (error) {
        made.fill(0);
        throw error;
      }
      return made;
    } catch (error) {
      const told = prompt.isTerminal ? mayRepeat(error) : undefined;
      if (!told) throw error;
      screen.note(`${screen.say(told)} ${screen.say({ es: 'Otra vez.', en: 'Once more.' })}`);
    }
  }
}

/** Three passphrases, each drawn and copied, or chosen. @throws Refusal `founding/passphrase-repeated`, `keys/passphrase-weak` */
async function askPassphrases(
  screen: Screen,
  prompt: Prompt,
  { custodian, media }: FoundingPlan,
  own: boolean,
): Promise<Passphrases> {
  const of: readonly Text[] = [
    {
      es: `Contraseña de las llaves del servicio, de ${custodian}:`,
      en: `Passphrase of the service's keys, of ${custodian}:`,
    },
    ...media.map((folder, i) => ({
      es: `Contraseña de la memoria ${i + 1} de la raíz (${folder}):`,
      en: `Passphrase of medium ${i + 1} of the root (${folder}):`,
    })),
  ];
  const made: Uint8Array[] = [];
  try {
    for (const what of of) {
      screen.note(`\n${screen.say(what)}`);
      made.push(await nextPassphrase(screen, prompt, made, own));
    }
    return made as unknown as Passphrases;
  } catch (error) {
    for (const one of made) one.fill(0);
    throw error;
  }
}

/** The founders, once all have a passkey and somebody confirmed them. */
async function gatherFounders(screen: Screen, prompt: Prompt, plan: FoundingPlan): Promise<readonly Founder[]> {
  const deps = { clock: systemClock, random: systemRandom, primitives: nodePrimitives };
  const { origin, institution, founders, config } = plan;
  const founding = new Founding(deps, { origin, institution: institution.name, names: founders });
  const service = await serveFounding(founding, config.listen, (line) => void process.stderr.write(line));
  try {
    const { host, port } = service.address;
    screen.note(
      screen.say({
        es: `\nLa página para fundar atiende en ${host}:${port}, detrás de ${origin}. Dé a cada persona su dirección, por un medio que sólo ella lea; sirve una vez, 24 horas:`,
        en: `\nThe founding page listens on ${host}:${port}, behind ${origin}. Give everybody their address, by a way that only they read; it serves once, for 24 hours:`,
      }),
    );
    return await new FoundersWatch(screen, founding, service).untilConfirmed(prompt);
  } finally {
    await service.close();
  }
}

function found(screen: Screen, plan: FoundingPlan, founders: readonly Founder[], words: Passphrases): Promise<Founded> {
  const { config, origin, institution, custodian, media } = plan;
  const [keys, ...ofMedia] = words;
  const medium = (i: 0 | 1): { folder: string; custodian: { name: string; passphrase: Uint8Array } } => ({
    folder: media[i],
    custodian: { name: MEDIA[i], passphrase: ofMedia[i] },
  });
  return makingFolder(config.dataFolder, () =>
    foundInstallation({
      ...{ dataFolder: config.dataFolder, databaseName: basename(config.databaseFile) },
      ...{ institution, country: 'MX', origin, founders },
      custodian: { name: custodian, passphrase: keys },
      media: [medium(0), medium(1)],
      readMe: (keyId) => mediumReadMe(institution.name, origin, keyId, systemClock()),
      onStep: (step) => screen.progress(screen.say(STEPS[step])),
    }),
  );
}

/**
 * Guides through the founding of an installation that counts.
 * @throws UsageError, Declined; Refusal and Outage of `planFounding` and `foundInstallation`
 */
export async function initProduction(given: Given, screen: Screen, config: Config): Promise<void> {
  screen.note(`${screen.say(BEFORE)}\n`);
  await withPrompt(screen, async (prompt) => {
    const own = given.flag('own');
    if (!own) needTerminal(prompt);
    const plan = await planFounding(given, prompt, config);
    if (
      prompt.isTerminal &&
      !(await prompt.confirm({ es: '¿Está todo y empezamos?', en: 'Is all of it there, and do we begin?' }))
    ) {
      throw new Declined({ es: 'No se hizo nada.', en: 'Nothing was done.' });
    }
    await clearMedia(screen, plan.media);
    const words = await askPassphrases(screen, prompt, plan, own);
    try {
      const founders = await gatherFounders(screen, prompt, plan);
      const founded = await found(screen, plan, founders, words);
      screen.progressDone();
      tellFounded(screen, plan, founded);
    } finally {
      for (const one of words) one.fill(0);
    }
  });
}

function tellFounded(screen: Screen, plan: FoundingPlan, { charter, rootKeyId }: Founded): void {
  const { config, origin, institution, media } = plan;
  const { dataFolder } = config;
  if (screen.json) {
    screen.data({ event: 'founded', dataFolder, origin, institution: institution.name, dev: false, rootKeyId, media });
  }
  screen.line();
  screen.line(
    `${screen.paint('good', '✓')} ${screen.say({
      es: `Quedó fundada la instalación de ${institution.name} en ${dataFolder}`,
      en: `The installation of ${institution.name} is founded in ${dataFolder}`,
    })}`,
  );
  screen.facts([
    [screen.say({ es: 'Dirección', en: 'Address' }), origin],
    [screen.say({ es: 'Fundaron', en: 'Founders' }), charter.founders.map(({ name }) => name).join(', ')],
    [screen.say({ es: 'Raíz', en: 'Root' }), `${rootKeyId}: ${media.join(', ')}`],
  ]);
  screen.line();
  screen.line(screen.say(afterwards(rootKeyId, charter.issuedAt)));
}
