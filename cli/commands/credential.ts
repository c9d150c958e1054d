import { toBase64 } from '../../src/core/base64.ts';
import { utf8 } from '../../src/core/bytes.ts';
import { Refusal } from '../../src/core/refusal.ts';
import type { CredentialView, RevokedView } from '../../src/http/staff/views.ts';
import type { CredentialCode } from '../../src/credential/credential.ts';
import { ApiProblem, type Client } from '../client.ts';
import {
  EXIT,
  IDS,
  idempotencyKeyOf,
  oneOf,
  UsageError,
  type Command,
  type Given,
  type OptionSpec,
  type Text,
} from '../command.ts';
import { inWords, ISSUABLE, KINDS, REVOCATION_REASONS, STATES } from '../credential-words.ts';
import { checkOutput, readInput, refuseExisting, writeOutput } from '../files.ts';
import { localDay, localTime } from '../local-time.ts';
import { findOfficial } from '../officials.ts';
import type { Screen } from '../screen.ts';
import { untoldOf } from '../show-letter.ts';

const API = '/api/v1/staff/credentials';

const MAX_CSR_BYTES = 65_536;

function stateOf(screen: Screen, { state }: CredentialView): string {
  const tone = state === 'issued' ? 'good' : state === 'revoked' ? 'bad' : 'wait';
  return screen.paint(tone, inWords(screen, STATES, state));
}

/** Whose it is, by name; who is reserved is not named, nor who cannot be looked up. */
async function holderOf(screen: Screen, client: Client, { officialId }: CredentialView): Promise<string | undefined> {
  try {
    const { name, publication } = await findOfficial(client, officialId);
    return publication.state === 'reserved' ? screen.say({ es: 'reservado', en: 'reserved' }) : name;
  } catch (error) {
    if (error instanceof ApiProblem) return undefined;
    throw error;
  }
}

/** A credential: a document for programs, facts for people. */
async function showCredential(screen: Screen, client: Client, credential: CredentialView): Promise<void> {
  if (screen.json) return screen.data(credential);
  const holder = await holderOf(screen, client, credential);
  screen.facts([
    [screen.say({ es: 'Serie', en: 'Serial' }), credential.serial],
    [screen.say({ es: 'Tipo', en: 'Kind' }), `${inWords(screen, KINDS, credential.kind)} (${credential.kind})`],
    [screen.say({ es: 'Persona', en: 'Official' }), [credential.officialId, holder].filter(Boolean).join(', ')],
    [screen.say({ es: 'Estado', en: 'State' }), stateOf(screen, credential)],
    [screen.say({ es: 'Desde', en: 'From' }), localTime(credential.notBefore)],
    [screen.say({ es: 'Hasta', en: 'Until' }), localTime(credential.notAfter)],
    [screen.say({ es: 'Suspendida', en: 'Suspended' }), localTime(credential.suspendedAt)],
    [screen.say({ es: 'Revocada', en: 'Revoked' }), localTime(credential.revokedAt)],
    [
      screen.say({ es: 'Motivo', en: 'Reason' }),
      credential.reason && inWords(screen, REVOCATION_REASONS, credential.reason),
    ],
    [
      screen.say({ es: 'Sin valor desde', en: 'Void from' }),
      credential.compromisedFrom === undefined
        ? undefined
        : screen.say({ es: `asiento ${credential.compromisedFrom}`, en: `leaf ${credential.compromisedFrom}` }),
    ],
    [screen.say({ es: 'Asiento en la bitácora', en: 'Log leaf' }), credential.leaf?.toString()],
  ]);
}

const OUT: OptionSpec = {
  type: 'string',
  short: 'o',
  value: 'CERT.pem',
  help: { es: 'guarda el certificado', en: 'saves the certificate' },
};

const OVERWRITE: OptionSpec = {
  type: 'boolean',
  help: { es: 'reemplaza el archivo de salida si ya hay otro', en: 'replaces an output file that is there already' },
};

/** @throws Refusal `file/would-replace` where something has the name of the output and nobody asked to replace it */
async function keepOther(given: Given, out: string | undefined): Promise<void> {
  if (out !== undefined && !given.flag('overwrite')) await refuseExisting(out);
}

async function saveCertificate({ serial, state, certificate }: CredentialView, path: string): Promise<void> {
  if (certificate === undefined) {
    const facts = { serial, found: state };
    throw new Refusal<CredentialCode>('credential/not-issued', 'it has no certificate yet', facts);
  }
  await writeOutput(path, utf8(certificate));
}

const issue: Command = {
  name: 'credential issue',
  summary: {
    es: 'emite una credencial a quien tiene cargo hoy',
    en: 'issues a credential to somebody with a mandate today',
  },
  options: {
    official: {
      type: 'string',
      required: true,
      value: { es: 'CLAVE', en: 'ID' },
      help: { es: 'a quién', en: 'to whom' },
      source: IDS,
    },
    kind: {
      type: 'string',
      value: 'staff|signer',
      help: { es: 'para qué (por omisión, staff):', en: 'what for (default: staff):' },
      words: ISSUABLE,
    },
    csr: {
      type: 'string',
      value: { es: 'SOLICITUD.csr', en: 'REQUEST.csr' },
      help: {
        es: 'solicitud con la llave; sin ella, una llave suave guardada aquí',
        en: 'request with the key; else a soft key kept here',
      },
    },
    days: { type: 'string', value: 'N', help: { es: 'días de vigencia (365)', en: 'days of life (365)' } },
    out: OUT,
    overwrite: OVERWRITE,
    'idempotency-key': {
      type: 'string',
      value: { es: 'TEXTO', en: 'TEXT' },
      help: { es: 'para repetir sin duplicar', en: 'to repeat without doubling' },
    },
  },
  async run({ given, screen, client }) {
    const csr = given.text('csr');
    const days = given.text('days');
    const key = idempotencyKeyOf(given);
    if (days !== undefined && !(/^\d{1,4}$/.test(days) && Number(days) >= 1 && Number(days) <= 1098)) {
      throw new UsageError({
        es: `--days va de 1 a 1098, no «${days}»`,
        en: `--days goes from 1 to 1098, not "${days}"`,
      });
    }
    const out = given.text('out');
    if (out !== undefined) await checkOutput(out);
    await keepOther(given, out);
    const open = await client();
    const credential = await open.post<CredentialView>(API, {
      officialId: given.need('official'),
      kind: oneOf('kind', given.text('kind') ?? 'staff', ISSUABLE),
      ...(csr !== undefined && { csr: toBase64(await readInput(csr, MAX_CSR_BYTES)) }),
      ...(days !== undefined && { days: Number(days) }),
      ...(key !== undefined && { idempotencyKey: key }),
    });
    if (out !== undefined) await saveCertificate(credential, out);
    await showCredential(screen, open, credential);
    await tellOthers(screen, open, credential);
    return EXIT.done;
  },
};

/** Of the same kind and person, in force as well: one may have been lost, or the command typed twice. */
async function tellOthers(screen: Screen, client: Client, { serial, kind, officialId }: CredentialView): Promise<void> {
  const all = await client.get<CredentialView[]>(`${API}?official=${officialId}&state=issued`);
  const others = all.filter((one) => one.kind === kind && one.serial !== serial).map((one) => one.serial);
  if (others.length === 0) return;
  const serials = others.join(', ');
  screen.note(
    screen.say({
      es: `! Esta persona tiene otra del mismo tipo en vigor (${serials}). Si no la usa, revóquela: ./cotejo credential revoke ${others[0]!} --reason superseded`,
      en: `! This person has another one of the kind in force (${serials}). If it is not used, revoke it: ./cotejo credential revoke ${others[0]!} --reason superseded`,
    }),
  );
}

const STATE_NAMES = Object.keys(STATES) as (keyof typeof STATES)[];

/** The words that the table shows. */
function stateWords(language: keyof Text, separator: string): string {
  return STATE_NAMES.map((name) => STATES[name][language]).join(separator);
}

/** A state by its name or by the word that the table shows. */
function stateNamed(text: string): string {
  const found = STATE_NAMES.find((name) => [name, STATES[name].es, STATES[name].en].some((word) => word === text));
  if (found) return found;
  throw new UsageError({
    es: `--state es uno de: ${stateWords('es', ', ')}; no «${text}»`,
    en: `--state is one of: ${stateWords('en', ', ')}; not "${text}"`,
  });
}

const list: Command = {
  name: 'credential list',
  summary: { es: 'lista credenciales', en: 'lists credentials' },
  options: {
    official: {
      type: 'string',
      value: { es: 'CLAVE', en: 'ID' },
      help: { es: 'de esta persona', en: 'of this official' },
    },
    state: {
      type: 'string',
      value: { es: stateWords('es', '|'), en: stateWords('en', '|') },
      help: { es: 'en este estado', en: 'in this state' },
    },
  },
  async run({ given, screen, client }) {
    const query = new URLSearchParams();
    const state = given.text('state');
    if (state !== undefined) query.set('state', stateNamed(state));
    const open = await client();
    const official = given.text('official');
    // Somebody who is not in the directory is told so: an empty list would say that they have no credential.
    if (official !== undefined) query.set('official', (await findOfficial(open, official)).id);
    const credentials = await open.get<CredentialView[]>(`${API}?${query.toString()}`);
    if (screen.json) {
      for (const credential of credentials) screen.data(credential);
      return EXIT.done;
    }
    const holders = new Map<string, string>();
    for (const credential of credentials) {
      const { officialId } = credential;
      if (!holders.has(officialId)) holders.set(officialId, (await holderOf(screen, open, credential)) ?? '—');
    }
    screen.table(
      [
        screen.say({ es: 'SERIE', en: 'SERIAL' }),
        screen.say({ es: 'CLAVE', en: 'ID' }),
        screen.say({ es: 'PERSONA', en: 'OFFICIAL' }),
        screen.say({ es: 'TIPO', en: 'KIND' }),
        screen.say({ es: 'HASTA', en: 'UNTIL' }),
        screen.say({ es: 'ESTADO', en: 'STATE' }),
      ],
      credentials.map((one) => [
        one.serial,
        one.officialId,
        holders.get(one.officialId)!,
        inWords(screen, KINDS, one.kind),
        localDay(one.notAfter),
        stateOf(screen, one),
      ]),
    );
    return EXIT.done;
  },
};

const show: Command = {
  name: 'credential show',
  summary: { es: 'muestra una credencial', en: 'shows a credential' },
  positionals: { es: 'SERIE', en: 'SERIAL' },
  minPositionals: 1,
  options: { out: OUT, overwrite: OVERWRITE },
  async run({ given, screen, client }) {
    const out = given.text('out');
    await keepOther(given, out);
    const open = await client();
    const credential = await open.get<CredentialView>(`${API}/${encodeURIComponent(given.positionals[0]!)}`);
    if (out !== undefined) await saveCertificate(credential, out);
    await showCredential(screen, open, credential);
    if (out === undefined) screen.line(credential.certificate ?? '');
    return EXIT.done;
  },
};

function change(verb: 'suspend' | 'resume', summary: Command['summary']): Command {
  return {
    name: `credential ${verb}`,
    summary,
    positionals: { es: 'SERIE', en: 'SERIAL' },
    minPositionals: 1,
    async run({ given, screen, client }) {
      const path = `${API}/${encodeURIComponent(given.positionals[0]!)}/${verb}`;
      const open = await client();
      await showCredential(screen, open, await open.post<CredentialView>(path, {}));
      return EXIT.done;
    },
  };
}

/** What a theft does to letters, for whoever has to tell those who hold them. */
function voidedBy({ voidLetters, voidFolios }: RevokedView): Text {
  if (voidLetters === 0) return { es: 'No anula ningún oficio.', en: 'It voids no letter.' };
  const folios = voidFolios.join(', ') + (voidLetters > voidFolios.length ? ' …' : '');
  return {
    es: `Oficios que anula: ${voidLetters} (${folios}). Todos: ./cotejo oficio list, «anulado por robo de la llave».`,
    en: `Letters that it voids: ${voidLetters} (${folios}). All of them: ./cotejo oficio list, "void: the key was stolen".`,
  };
}

/** The letters stand without them. */
function countersignedInVain({ voidCountersignatures: count, voidCountersigned }: RevokedView): readonly Text[] {
  if (count === 0) return [];
  const folios = voidCountersigned.join(', ') + (count > voidCountersigned.length ? ' …' : '');
  return [
    {
      es: `Refrendos que ya no cuentan: ${count} (${folios}); esos oficios valen por su propia firma.`,
      en: `Countersignatures that do not count any more: ${count} (${folios}); those letters count by their own signature.`,
    },
  ];
}

const revoke: Command = {
  name: 'credential revoke',
  summary: { es: 'revoca una credencial, para siempre', en: 'revokes a credential, for good' },
  positionals: { es: 'SERIE', en: 'SERIAL' },
  minPositionals: 1,
  options: {
    reason: {
      type: 'string',
      required: true,
      value: { es: 'MOTIVO', en: 'REASON' },
      help: { es: 'motivo, uno de:', en: 'reason, one of:' },
      words: REVOCATION_REASONS,
    },
    'compromised-from': {
      type: 'string',
      value: { es: 'ASIENTO', en: 'LEAF' },
      help: {
        es: 'con keyCompromise de una credencial que firma: asiento de la bitácora desde el que sus oficios no valen',
        en: 'with keyCompromise of one that signs: log leaf from which its letters are void',
      },
    },
  },
  async run({ given, screen, client }) {
    const from = given.text('compromised-from');
    if (from !== undefined && !/^\d{1,15}$/.test(from)) {
      throw new UsageError({
        es: `--compromised-from es un número de asiento, no «${from}»`,
        en: `--compromised-from is the number of a leaf, not "${from}"`,
      });
    }
    const reason = oneOf('reason', given.need('reason'), REVOCATION_REASONS);
    const path = `${API}/${encodeURIComponent(given.positionals[0]!)}/revoke`;
    const open = await client();
    const grounds = { reason, ...(from !== undefined && { compromisedFrom: Number(from) }) };
    const credential = await open.post<RevokedView>(path, grounds);
    await showCredential(screen, open, credential);
    for (const notice of untoldOf(credential)) screen.note(screen.say(notice));
    if (from !== undefined && credential.untold === undefined) {
      for (const text of [voidedBy(credential), ...countersignedInVain(credential)]) screen.line(screen.say(text));
    }
    return EXIT.done;
  },
};

export const credentialCommands: readonly Command[] = [
  issue,
  list,
  show,
  change('suspend', {
    es: 'suspende una credencial mientras se revisa',
    en: 'suspends a credential while it is reviewed',
  }),
  change('resume', { es: 'levanta la suspensión', en: 'lifts the suspension' }),
  revoke,
];
