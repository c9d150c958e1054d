import { dirname } from 'node:path';
import { checkFounderNames, checkFoundingOrigin } from '../../src/access/founding-checks.ts';
import type { FoundingCode } from '../../src/access/founding-code.ts';
import { checkRootMedia, clearMedium } from '../../src/adapters/founding/root-media.ts';
import { checkInstallable } from '../../src/adapters/install.ts';
import { isCustodian } from '../../src/adapters/keys/unlock-file.ts';
import type { KeysCode } from '../../src/adapters/keys-code.ts';
import { isUnderDevelopment } from '../../src/authority/policy.ts';
import { readInstitution, type Config } from '../../src/config.ts';
import { Refusal } from '../../src/core/refusal.ts';
import type { Institution } from '../../src/directory/institution.ts';
import { checkAddress } from '../../src/public-server.ts';
import type { Prompt } from '../cards/prompt.ts';
import { UsageError, type Given } from '../command.ts';
import { readInput } from '../files.ts';
import type { Screen } from '../screen.ts';

/** All that a founding needs, checked before anybody waits for it. */
export interface FoundingPlan {
  readonly config: Config;
  readonly origin: string;
  readonly institution: Institution;
  readonly founders: readonly string[];
  readonly custodian: string;
  readonly media: readonly [string, string];
}

/** @throws UsageError where the file is not named; Refusal `founding/arc`, and those of the file */
async function readOwnInstitution({ institutionFile }: Config): Promise<Institution> {
  if (institutionFile === undefined) {
    throw new UsageError({
      es: 'falta COTEJO_INSTITUTION: el archivo con nombre, teléfonos y textos de la institución (docs/settings.md)',
      en: 'COTEJO_INSTITUTION is missing: the file with name, telephones and texts of the institution (docs/settings.md)',
    });
  }
  const institution = readInstitution(await readInput(institutionFile, 1_000_000));
  if (!isUnderDevelopment(institution.policyArc)) return institution;
  const facts = { found: institution.policyArc };
  throw new Refusal<FoundingCode>('founding/arc', 'an arc under which nothing counts', facts);
}

/** Those given as options; at a terminal whoever is missing is asked for. */
async function askedFor(
  prompt: Prompt,
  given: readonly string[],
  least: number,
  what: (place: number) => { readonly es: string; readonly en: string },
): Promise<readonly string[]> {
  const named = [...given];
  while (prompt.isTerminal && named.length < least) named.push(await prompt.ask(what(named.length + 1)));
  return named;
}

function custodianOf(typed: string | undefined): string {
  const name = typed?.normalize('NFC').trim() ?? '';
  if (isCustodian(name)) return name;
  throw new Refusal<KeysCode>('keys/custodian-name', 'not the name of a custodian');
}

/**
 * Reads, asks and checks everything, in the order in which it costs somebody something.
 * @throws UsageError; Refusal `founding/…`, `installation/exists`, `seal/origin`, `keys/custodian-name`; Outage `founding/medium-unwritable`,
 *   `http/address-in-use`
 */
export async function planFounding(given: Given, prompt: Prompt, config: Config): Promise<FoundingPlan> {
  checkFoundingOrigin(config.origin);
  const origin = config.origin!;
  const institution = await readOwnInstitution(config);
  await checkInstallable({ dataFolder: config.dataFolder, origin });
  if (given.texts('founder').length > 0 || !prompt.isTerminal) checkFounderNames(given.texts('founder'));
  const media = await askedFor(prompt, given.texts('root-media'), 2, (place) => ({
    es: `Carpeta de la memoria ${place} para la llave de la raíz:`,
    en: `Folder of medium ${place} for the root's key:`,
  }));
  if (media.length !== 2) {
    throw new UsageError({
      es: `--root-media se indica dos veces, una por memoria; no ${media.length}`,
      en: `--root-media is given twice, once for each medium; not ${media.length} times`,
    });
  }
  const acceptSameDisk = given.flag('root-media-same-disk');
  await checkRootMedia(media, config.dataFolder, { acceptSameDisk });
  await checkAddress(config.listen);
  const founders = checkFounderNames(
    await askedFor(prompt, given.texts('founder'), 2, (place) => ({
      es: `Nombre completo de la persona fundadora ${place}:`,
      en: `Full name of founder ${place}:`,
    })),
  );
  const [custodian] = await askedFor(prompt, given.texts('custodian'), 1, () => ({
    es: 'Quién custodia la contraseña de las llaves del servicio (su nombre):',
    en: "Who keeps the passphrase of the service's keys (their name):",
  }));
  return {
    ...{ config, origin, institution, founders, custodian: custodianOf(custodian) },
    media: media as [string, string],
  };
}

/** Takes away what a stopped founding left on the media, and tells what was found there. @throws Outage `founding/medium-unwritable` */
export async function clearMedia(screen: Screen, media: readonly string[]): Promise<void> {
  const found = await Promise.all(media.map(clearMedium));
  for (const { folder, keyId } of found.flatMap(({ removed }) => removed)) {
    screen.note(
      screen.say({
        es: `  ${dirname(folder)}: se borró la llave ${keyId}, de una fundación que no terminó.`,
        en: `  ${dirname(folder)}: key ${keyId} was removed, of a founding that did not end.`,
      }),
    );
  }
  for (const { folder, keyId } of found.flatMap(({ kept }) => kept)) {
    screen.note(
      screen.say({
        es: `  ${dirname(folder)}: tiene la raíz ${keyId} de otra instalación; no se toca.`,
        en: `  ${dirname(folder)}: holds the root ${keyId} of another installation; it is left alone.`,
      }),
    );
  }
}
