import type { AuditFinding, AuditProblem } from '../log/audit.ts';
import type { RegisterFinding, RegisterProblem } from '../log/claim.ts';

type Language = 'es' | 'en';
type Sentence = (finding: Pick<AuditFinding, 'from' | 'to'>) => string;

function span({ from, to }: Pick<AuditFinding, 'from' | 'to'>, language: Language): string {
  if (language === 'es') return from === to ? `el asiento ${from}` : `los asientos ${from} a ${to}`;
  return from === to ? `leaf ${from}` : `leaves ${from} to ${to}`;
}

/** A checkpoint covers the leaves before its size; `to` is the last of them. */
const LOG: Readonly<Record<AuditProblem, Readonly<Record<Language, Sentence>>>> = {
  'entry-missing': {
    es: ({ from }) => `falta el asiento ${from}`,
    en: ({ from }) => `leaf ${from} is missing`,
  },
  'leaf-malformed': {
    es: ({ from }) => `el asiento ${from} está dañado: no se puede leer`,
    en: ({ from }) => `leaf ${from} is damaged: it cannot be read`,
  },
  'leaf-hash-differs': {
    es: ({ from }) => `el asiento ${from} no es el que se guardó: alguien lo cambió`,
    en: ({ from }) => `leaf ${from} is not the one that was kept: somebody changed it`,
  },
  'opening-differs': {
    es: ({ from }) => `lo que se guarda del asiento ${from} no es lo que se asentó: alguien lo cambió`,
    en: ({ from }) => `what is kept of leaf ${from} is not what it commits to: somebody changed it`,
  },
  'opening-missing': {
    es: ({ from }) => `alguien borró lo que el asiento ${from} avala`,
    en: ({ from }) => `somebody erased what leaf ${from} commits to`,
  },
  'ref-not-earlier': {
    es: ({ from }) => `el asiento ${from} se refiere a uno que no es anterior`,
    en: ({ from }) => `leaf ${from} refers to one that is not earlier`,
  },
  'node-differs': {
    es: (finding) => `falta o no coincide un resumen intermedio que abarca ${span(finding, 'es')}`,
    en: (finding) => `an inner hash over ${span(finding, 'en')} is missing or differs`,
  },
  'head-differs': {
    es: (finding) => `la cabeza guardada no corresponde a los asientos que hay (revise ${span(finding, 'es')})`,
    en: (finding) => `the head that is kept is not that of the leaves that there are (look at ${span(finding, 'en')})`,
  },
  'checkpoint-forged': {
    es: ({ to }) => `la cabeza de ${to + 1} asientos no trae nuestra firma, o dice otra cosa`,
    en: ({ to }) => `the head of ${to + 1} leaves does not carry our signature, or says something else`,
  },
  'checkpoint-differs': {
    es: (finding) =>
      `${span(finding, 'es')} no ${finding.from === finding.to ? 'lleva' : 'llevan'} a la cabeza firmada de ${finding.to + 1} asientos: alguien los cambió después de firmada`,
    en: (finding) =>
      `${span(finding, 'en')} ${finding.from === finding.to ? 'does' : 'do'} not lead to the signed head of ${finding.to + 1} leaves: somebody changed them after it was signed`,
  },
  'checkpoint-missing': {
    es: ({ to }) => `hay ${to + 1} asientos y ninguna cabeza firmada: alguien las borró todas`,
    en: ({ to }) => `there are ${to + 1} leaves and no signed head: somebody erased them all`,
  },
  'log-cut-short': {
    es: ({ from }) => `se firmaron más asientos de los que hay: faltan desde el ${from}`,
    en: ({ from }) => `more leaves were signed than there are: missing from ${from} on`,
  },
  'tile-differs': {
    es: (finding) =>
      `lo publicado de ${span(finding, 'es')} falta o no coincide con la bitácora`.replace('de el ', 'del '),
    en: (finding) => `what is published of ${span(finding, 'en')} is missing or differs from the log`,
  },
};

/** What is wrong with the log, without the code. */
export function auditSentence(
  { problem, from, to }: { readonly problem: AuditProblem; readonly from: number; readonly to: number },
  language: Language,
): string {
  return LOG[problem][language]({ from, to });
}

const NOUNS: Readonly<Record<string, Readonly<Record<Language, string>>>> = {
  leaf: { es: 'asiento', en: 'leaf' },
  database: { es: 'base de datos', en: 'database' },
  oficio: { es: 'oficio', en: 'letter' },
  document: { es: 'archivo del oficio', en: 'file of letter' },
  credential: { es: 'credencial', en: 'credential' },
  card: { es: 'tarjeta', en: 'card' },
  distinctive: { es: 'distintivo', en: 'distinctive' },
  official: { es: 'persona', en: 'official' },
  photo: { es: 'foto de la persona', en: 'photo of official' },
  unit: { es: 'unidad', en: 'unit' },
  'folio-series': { es: 'numeración de folios', en: 'series of folios' },
  institution: { es: 'institución', en: 'institution' },
  authority: { es: 'autoridad', en: 'authority' },
  crl: { es: 'lista de revocación', en: 'revocation list' },
  charter: { es: 'carta de la institución', en: 'charter' },
  'status-place': { es: 'lugar en la lista de estados', en: 'place in a status list' },
  attempt: { es: 'intento de una orden', en: 'attempt at a command' },
};

/** The columns by which rows are found: what they say is made of the record. */
const COLUMNS: Readonly<Record<string, Readonly<Record<Language, string>>>> = {
  identity: { es: 'nombre y cargo con que se busca', en: 'name and post to find by' },
  in_office: { es: 'si sigue en el cargo, con que se busca', en: 'whether in office, to find by' },
  public_name: { es: 'nombre público con que se busca', en: 'public name to find by' },
  ended_on: { es: 'último día en el cargo, con que se busca', en: 'last day in office, to find by' },
  official: { es: 'persona con que se busca', en: 'person to find by' },
  holder: { es: 'de quién es la tarjeta, con que se busca', en: 'holder of the card, to find by' },
  signer: { es: 'quién firma, con que se busca', en: 'signer to find by' },
  serial: { es: 'número de certificado', en: 'number of the certificate' },
  authority: { es: 'autoridad que la emitió', en: 'authority that issued it' },
  kind: { es: 'tipo', en: 'kind' },
  key_hash: { es: 'llave con que se busca', en: 'key to find by' },
  key_id: { es: 'llave de la autoridad', en: 'key of the authority' },
  typed_code: { es: 'código de 12 letras con que se busca', en: 'typed code to find by' },
  input_digest: { es: 'resumen del documento, con que se busca', en: 'digest of the document to find by' },
  guid: { es: 'identificador de la tarjeta', en: 'identifier of the card' },
  tag: { es: 'chip para teléfonos de la tarjeta', en: 'tag of the card' },
};

/** The fields that people know; others keep the name that they have in the record. */
const FIELDS: Readonly<Record<string, string>> = {
  subject: 'asunto',
  state: 'estado',
  folio: 'folio',
  unit: 'unidad',
  year: 'año',
  number: 'número',
  typedCode: 'código de 12 letras',
  claims: 'datos del sello',
  inputDigest: 'resumen del documento',
  'signer.name': 'nombre de quien firma',
  'signer.post': 'cargo de quien firma',
  'signer.serial': 'certificado de quien firma',
  'signer.officialId': 'clave de quien firma',
  'signer.official': 'quien firma no estaba dado de alta',
  'signer.mandate': 'quien firma ya no estaba en el cargo',
  'signer.suspended': 'su credencial estaba suspendida',
  'signer.credential': 'la credencial no era de quien firma, o ya no valía',
  'signer.unit': 'unidad de quien firma',
  'countersigner.name': 'nombre de quien refrenda',
  'countersigner.post': 'cargo de quien refrenda',
  'countersigner.official': 'quien refrenda no estaba dado de alta',
  'countersigner.mandate': 'quien refrenda ya no estaba en el cargo',
  'countersigner.suspended': 'la credencial de quien refrenda estaba suspendida',
  'countersigner.credential': 'la credencial no era de quien refrenda, o ya no valía',
  'countersigner.reserved': 'el nombre de quien refrenda estaba bajo reserva',
  'countersigner.twice': 'quien refrenda es quien firmó el oficio',
  countersignedLeaf: 'asiento del último refrendo',
  addresses: 'direcciones de la lista de revocación y de quien emitió',
  ended: 'baja o cancelación',
  'ended.at': 'fecha en que terminó',
  'ended.reason': 'motivo por el que terminó',
  'ended.replacedBy': 'oficio que lo sustituye',
  signedLeaf: 'asiento de la firma',
  intentLeaf: 'asiento de la intención',
  endedLeaf: 'asiento de la cancelación o sustitución',
  issuedLeaf: 'asiento de la emisión',
  statusLeaf: 'asiento de su estado',
  registeredLeaf: 'asiento del alta',
  certified: 'certificados con los que quedó activa',
  createdLeaf: 'asiento de su creación',
  publishedLeaf: 'asiento de su publicación',
  amount: 'monto',
  pages: 'páginas',
  name: 'nombre',
  post: 'cargo',
  powers: 'atribuciones',
  mayAsk: 'puede pedir',
  neverAsks: 'nunca pide',
  validFrom: 'desde',
  validUntil: 'hasta',
  publication: 'reserva',
  contact: 'teléfono y correo',
  photo: 'foto',
  coveredSince: 'sella desde',
  phone: 'teléfono',
  address: 'domicilio',
  parent: 'unidad superior',
  first: 'primer número',
  gaps: 'huecos',
  printed: 'números ya impresos',
  next: 'siguiente número',
  'folio.taken': 'otro oficio tenía ya ese folio',
  'folio.before-first': 'el folio es anterior al primero de la numeración',
  'folio.in-gap': 'el folio está en un hueco declarado',
  key: 'la llave era de otra credencial, o se había reportado robada',
  slot: 'la tarjeta tenía ya otra credencial sin revocar en el mismo lugar',
  bytes: 'contenido',
  certificate: 'certificado',
  profile: 'ficha pública',
  officialId: 'persona',
  since: 'fecha de su estado',
  'revoked.reason': 'motivo de la revocación',
  'revoked.compromisedFrom': 'asiento desde el que sus actos no valen',
};

function wordOf(field: string, language: Language): string {
  return COLUMNS[field]?.[language] ?? (language === 'es' ? FIELDS[field] : undefined) ?? field;
}

const ROWS: Readonly<Record<RegisterProblem, Readonly<Record<Language, (finding: RegisterFinding) => string>>>> = {
  'row-differs': {
    es: ({ field, leaf }) =>
      `${field === undefined ? 'algo' : `«${wordOf(field, 'es')}»`} no es como se asentó${leaf === undefined ? '' : ` (asiento ${leaf})`}: alguien cambió la base de datos`,
    en: ({ field, leaf }) =>
      `${field === undefined ? 'something' : `"${wordOf(field, 'en')}"`} is not as ${leaf === undefined ? 'the log' : `leaf ${leaf}`} has it: somebody changed the database`,
  },
  'row-without-leaf': {
    es: () => 'ningún acto de la bitácora lo hizo',
    en: () => 'no act in the log made it',
  },
  'leaf-without-row': {
    es: ({ leaf }) => `se asentó${leaf === undefined ? '' : ` (asiento ${leaf})`}, pero ya no está en la base de datos`,
    en: ({ leaf }) => `${leaf === undefined ? 'the log' : `leaf ${leaf}`} tells of it, but its row is gone`,
  },
  'leaf-of-nobody': {
    es: () => 'no es de ningún acto de esta oficina: alguien lo agregó',
    en: () => 'is of no act of this office: somebody appended it',
  },
  'file-damaged': {
    es: () => 'está dañada, o alguien la cambió: restaure el respaldo sano más reciente',
    en: () => 'is damaged, or somebody changed it: restore the newest sound backup',
  },
  'act-not-allowed': {
    es: ({ field, leaf }) =>
      `el acto${leaf === undefined ? '' : ` del asiento ${leaf}`} no se permitía entonces${field === undefined ? '' : ` (${wordOf(field, 'es')})`}: alguien cambió la base de datos mientras se hacía`,
    en: ({ field, leaf }) =>
      `the act${leaf === undefined ? '' : ` of leaf ${leaf}`} was not allowed then${field === undefined ? '' : ` (${wordOf(field, 'en')})`}: somebody changed the database while it was done`,
  },
  'act-not-authorised': {
    es: ({ leaf }) =>
      `${leaf === undefined ? 'un acto' : `el acto del asiento ${leaf}`} no lo autorizó nadie que pudiera: alguien lo agregó`,
    en: ({ leaf }) =>
      `${leaf === undefined ? 'an act' : `the act of leaf ${leaf}`} was authorised by nobody who may: somebody appended it`,
  },
};

/** What is wrong with a row, without the code. */
export function registerSentence(finding: RegisterFinding, language: Language): string {
  const { name = finding.key } = finding;
  const noun = NOUNS[finding.noun]?.[language] ?? finding.noun;
  return `${noun} ${name}: ${ROWS[finding.problem][language](finding)}`;
}
