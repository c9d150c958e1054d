import { toBase64 } from '../../src/core/base64.ts';
import { utf8 } from '../../src/core/bytes.ts';
import { Refusal } from '../../src/core/refusal.ts';
import type { CredentialView, RevokedView } from '../../src/http/staff/views.ts';
import type { CredentialCode, CredentialKind, PersonReason } from '../../src/credential/credential.ts';
import {
  EXIT,
  idempotencyKeyOf,
  oneOf,
  UsageError,
  type Command,
  type Meanings,
  type OptionSpec,
  type Text,
} from '../command.ts';
import { checkOutput, readInput, writeOutput } from '../files.ts';
import { localDay, localTime } from '../local-time.ts';
import type { Screen } from '../screen.ts';

const API = '/api/v1/staff/credentials';

/** Why a credential ends, by RFC 5280 §5.3.1. */
const REASONS: Meanings<PersonReason> = {
  keyCompromise: { es: 'robaron o copiaron la llave', en: 'the key was stolen or copied' },
  affiliationChanged: { es: 'cambió de puesto', en: 'moved to another post' },
  superseded: { es: 'otra la sustituye', en: 'another one replaces it' },
  cessationOfOperation: { es: 'ya no se usa', en: 'no longer used' },
  privilegeWithdrawn: { es: 'se le retiró el permiso', en: 'the permission was withdrawn' },
  unspecified: { es: 'otro motivo', en: 'another reason' },
};
const MAX_CSR_BYTES = 65_536;

const STATES = {
  es: { prepared: 'preparada', issued: 'vigente', suspended: 'suspendida', revoked: 'revocada' },
  en: { prepared: 'prepared', issued: 'issued', suspended: 'suspended', revoked: 'revoked' },
} as const;

function stateOf(screen: Screen, { state }: CredentialView): string {
  const words: Readonly<Record<string, string>> = STATES[screen.language];
  return screen.paint(state === 'issued' ? 'good' : state === 'revoked' ? 'bad' : 'wait', words[state] ?? state);
}

/** What each kind is for. */
const KINDS: Meanings<CredentialKind> = {
  staff: { es: 'identifica', en: 'identifies' },
  signer: { es: 'firma oficios', en: 'signs letters' },
};

function kindOf(screen: Screen, kind: string): string {
  const words = (KINDS as Readonly<Record<string, Text>>)[kind];
  return words ? screen.say(words) : kind;
}

function showCredential(screen: Screen, credential: CredentialView): void {
  screen.facts([
    [screen.say({ es: 'Serie', en: 'Serial' }), credential.serial],
    [screen.say({ es: 'Tipo', en: 'Kind' }), `${kindOf(screen, credential.kind)} (${credential.kind})`],
    [screen.say({ es: 'Persona', en: 'Official' }), credential.officialId],
    [screen.say({ es: 'Estado', en: 'State' }), stateOf(screen, credential)],
    [screen.say({ es: 'Desde', en: 'From' }), localTime(credential.notBefore)],
    [screen.say({ es: 'Hasta', en: 'Until' }), localTime(credential.notAfter)],
    [screen.say({ es: 'Suspendida', en: 'Suspended' }), localTime(credential.suspendedAt)],
    [screen.say({ es: 'Revocada', en: 'Revoked' }), localTime(credential.revokedAt)],
    [screen.say({ es: 'Motivo', en: 'Reason' }), credential.reason],
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
    },
    kind: {
      type: 'string',
      value: 'staff|signer',
      help: { es: 'para qué (por omisión, staff):', en: 'what for (default: staff):' },
      words: KINDS,
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
    const credential = await (
      await client()
    ).post<CredentialView>(API, {
      officialId: given.need('official'),
      kind: oneOf('kind', given.text('kind') ?? 'staff', KINDS),
      ...(csr !== undefined && { csr: toBase64(await readInput(csr, MAX_CSR_BYTES)) }),
      ...(days !== undefined && { days: Number(days) }),
      ...(key !== undefined && { idempotencyKey: key }),
    });
    if (out !== undefined) await saveCertificate(credential, out);
    if (screen.json) screen.data(credential);
    showCredential(screen, credential);
    return EXIT.done;
  },
};

/** A state by its name or by the word that the table shows. */
function stateNamed(text: string): string {
  const names = Object.keys(STATES.es) as (keyof typeof STATES.es)[];
  const found = names.find((name) => [name, STATES.es[name], STATES.en[name]].some((word) => word === text));
  if (found) return found;
  throw new UsageError({
    es: `--state es uno de: ${Object.values(STATES.es).join(', ')}; no «${text}»`,
    en: `--state is one of: ${names.join(', ')}; not "${text}"`,
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
      value: 'issued|suspended|revoked|prepared',
      help: { es: 'en este estado', en: 'in this state' },
    },
  },
  async run({ given, screen, client }) {
    const query = new URLSearchParams();
    for (const name of ['official', 'state']) {
      const value = given.text(name);
      if (value !== undefined) query.set(name, name === 'state' ? stateNamed(value) : value);
    }
    const credentials = await (await client()).get<CredentialView[]>(`${API}?${query.toString()}`);
    if (screen.json) for (const credential of credentials) screen.data(credential);
    screen.table(
      [
        screen.say({ es: 'SERIE', en: 'SERIAL' }),
        screen.say({ es: 'PERSONA', en: 'OFFICIAL' }),
        screen.say({ es: 'TIPO', en: 'KIND' }),
        screen.say({ es: 'HASTA', en: 'UNTIL' }),
        screen.say({ es: 'ESTADO', en: 'STATE' }),
      ],
      credentials.map((one) => [
        one.serial,
        one.officialId,
        kindOf(screen, one.kind),
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
  options: { out: OUT },
  async run({ given, screen, client }) {
    const credential = await (
      await client()
    ).get<CredentialView>(`${API}/${encodeURIComponent(given.positionals[0]!)}`);
    const out = given.text('out');
    if (out !== undefined) await saveCertificate(credential, out);
    if (screen.json) screen.data(credential);
    showCredential(screen, credential);
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
      const credential = await (await client()).post<CredentialView>(path, {});
      if (screen.json) screen.data(credential);
      showCredential(screen, credential);
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
      words: REASONS,
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
    const reason = oneOf('reason', given.need('reason'), REASONS);
    const path = `${API}/${encodeURIComponent(given.positionals[0]!)}/revoke`;
    const credential = await (
      await client()
    ).post<RevokedView>(path, {
      reason,
      ...(from !== undefined && { compromisedFrom: Number(from) }),
    });
    if (screen.json) screen.data(credential);
    showCredential(screen, credential);
    if (from !== undefined) screen.line(screen.say(voidedBy(credential)));
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
