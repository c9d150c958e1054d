import type { Command } from '../command.ts';

/** The commands of each noun, in the order of the help: what a command does not need is not loaded. */
const NOUNS: Readonly<Record<string, () => Promise<readonly Command[]>>> = {
  demo: async () => [(await import('./demo.ts')).demo],
  init: async () => [(await import('./init.ts')).init],
  serve: async () => [(await import('./serve.ts')).serve],
  unlock: async () => [(await import('./unlock.ts')).unlock],
  login: async () => [(await import('./login.ts')).login],
  logout: async () => [(await import('./login.ts')).logout],
  key: async () => (await import('./key.ts')).keyCommands,
  unit: async () => (await import('./unit.ts')).unitCommands,
  official: async () => (await import('./official.ts')).officialCommands,
  distinctive: async () => (await import('./distinctive.ts')).distinctiveCommands,
  credential: async () => (await import('./credential.ts')).credentialCommands,
  card: async () => (await import('./card.ts')).cardCommands,
  oficio: async () => (await import('./oficio.ts')).oficioCommands,
  folio: async () => [(await import('./series.ts')).folioSeries],
  token: async () => (await import('./token.ts')).tokenCommands,
  data: async () => (await import('./data.ts')).dataCommands,
  notice: async () => (await import('./notice.ts')).noticeCommands,
  approval: async () => (await import('./approval.ts')).approvalCommands,
  verify: async () => [(await import('./verify.ts')).verify],
  revocation: async () => (await import('./revocation.ts')).revocationCommands,
  log: async () => (await import('./log.ts')).logCommands,
};

/** The commands of a noun, none where nothing is called so. */
export async function commandsOf(noun: string): Promise<readonly Command[]> {
  return Object.hasOwn(NOUNS, noun) ? NOUNS[noun]!() : [];
}

/** Every command, in the order of the help. */
export async function allCommands(): Promise<readonly Command[]> {
  return (await Promise.all(Object.keys(NOUNS).map(commandsOf))).flat();
}
