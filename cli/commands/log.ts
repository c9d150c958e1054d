import { toBase64 } from '../../src/core/base64.ts';
import { fromHex, fromUtf8 } from '../../src/core/bytes.ts';
import type { AuditFinding } from '../../src/log/audit.ts';
import type { RegisterFinding } from '../../src/log/claim.ts';
import { auditSentence, registerSentence } from '../../src/texts/audit.ts';
import { EXIT, UsageError, type Command } from '../command.ts';
import { readInput } from '../files.ts';
import { holdsFor, itemsOf, type OpeningView } from '../opened-record.ts';
import type { Screen } from '../screen.ts';

const API = '/api/v1/staff/log';
const MAX_NOTE_BYTES = 10_000;

interface CheckpointView {
  readonly size: number;
  readonly root: string;
  readonly note: string;
}

interface AuditView {
  readonly sound: boolean;
  readonly size: number;
  readonly root: string;
  readonly checkpoints: number;
  readonly opened: number;
  readonly erased: number;
  readonly firstWrong?: { readonly from: number; readonly to: number };
  readonly findings: readonly AuditFinding[];
  readonly register: { readonly rows: number; readonly findings: readonly RegisterFinding[] };
}

interface ProofView {
  readonly index: number;
  readonly size: number;
  /** The leaf, in base64. */
  readonly entry: string;
  /** Hashes are in base64. */
  readonly leafHash: string;
  readonly path: readonly string[];
  readonly sides: readonly ('left' | 'right')[];
  readonly checkpoint: string;
}

const checkpoint: Command = {
  name: 'log checkpoint',
  summary: { es: 'firma y muestra la cabeza de la bitácora', en: 'signs and shows the head of the log' },
  async run({ screen, client }) {
    const view = await (await client()).get<CheckpointView>(`${API}/checkpoint`);
    if (screen.json) screen.data(view);
    screen.line(view.note.trimEnd());
    return EXIT.done;
  },
};

const prove: Command = {
  name: 'log prove',
  summary: { es: 'prueba que un asiento está en la bitácora', en: 'proves that a leaf is in the log' },
  positionals: { es: 'ASIENTO', en: 'LEAF' },
  minPositionals: 1,
  options: {
    open: {
      type: 'boolean',
      help: {
        es: 'muestra además el registro y la sal, con que se rehace el asiento; trae datos personales',
        en: 'shows record and salt as well, from which the leaf is recomputed; they have personal data',
      },
    },
  },
  async run({ given, screen, client }) {
    const index = given.positionals[0]!;
    if (!/^\d{1,15}$/.test(index)) {
      throw new UsageError({
        es: `«${index}» no es un número de asiento`,
        en: `"${index}" is not the number of a leaf`,
      });
    }
    const open = await client();
    const proof = await open.get<ProofView>(`${API}/proof?index=${index}`);
    const opening = given.flag('open') ? await open.get<OpeningView>(`${API}/opening?index=${index}`) : undefined;
    const holds = opening && holdsFor(proof.entry, opening);
    if (screen.json) screen.data({ ...proof, ...(opening && { opening: { ...opening, holds } }) });
    const sides = {
      left: screen.say({ es: 'izquierda', en: 'left' }),
      right: screen.say({ es: 'derecha', en: 'right' }),
    };
    screen.facts([
      [
        screen.say({ es: 'Asiento', en: 'Leaf' }),
        screen.say({ es: `${proof.index} de ${proof.size}`, en: `${proof.index} of ${proof.size}` }),
      ],
      [screen.say({ es: 'Resumen del asiento', en: 'Leaf hash' }), proof.leafHash],
    ]);
    screen.line(screen.say({ es: 'Camino a la raíz:', en: 'Path to the root:' }));
    for (const [i, hash] of proof.path.entries())
      screen.line(`  ${String(i + 1).padStart(2)}  ${sides[proof.sides[i]!].padEnd(9)}  ${hash}`);
    screen.line();
    screen.line(screen.say({ es: 'Cabeza firmada (tamaño y raíz):', en: 'Signed head (size and root):' }));
    screen.line(proof.checkpoint.trimEnd());
    if (!opening) return EXIT.done;
    showOpening(screen, proof, opening);
    return holds ? EXIT.done : EXIT.invalid;
  },
};

function showOpening(screen: Screen, { entry }: ProofView, opening: OpeningView): void {
  const [act, ...items] = itemsOf(opening) ?? [];
  screen.line();
  screen.line(screen.say({ es: 'Lo que avala el asiento:', en: 'What the leaf commits to:' }));
  screen.facts([
    [screen.say({ es: 'Acto', en: 'Act' }), act],
    ...items.map((item, i) => [String(i + 1), item] as const),
    [screen.say({ es: 'Asiento', en: 'Leaf' }), entry],
    [screen.say({ es: 'Registro', en: 'Record' }), opening.record],
    [screen.say({ es: 'Sal', en: 'Salt' }), opening.salt],
    [
      screen.say({ es: 'Evidencia', en: 'Evidence' }),
      opening.evidence && `${opening.evidence.kind} ${opening.evidence.bytes}`,
    ],
  ]);
  screen.line(
    holdsFor(entry, opening)
      ? `${screen.paint('good', '✓')} ${screen.say({ es: 'El asiento avala ese registro: HMAC-SHA256(sal, registro) está en él', en: 'The leaf commits to that record: HMAC-SHA256(salt, record) stands in it' })}`
      : `${screen.paint('bad', '✗')} ${screen.say({ es: 'El asiento NO avala ese registro', en: 'The leaf does NOT commit to that record' })}`,
  );
  screen.note(screen.paint('wait', screen.say(PERSONAL)));
}

const PERSONAL = {
  es: '! El registro puede traer nombres reservados, cargos, asuntos y otros datos personales. Entréguelo solo a quien audita ese asiento; con registro y sal, quien los tenga puede probar qué dice para siempre.',
  en: '! The record may have names under reserve, posts, subjects and other personal data. Hand it only to who audits that leaf; whoever has record and salt can prove what it says for ever.',
};

const audit: Command = {
  name: 'log audit',
  summary: {
    es: 'rehace toda la bitácora y nombra el primer asiento que no cuadra',
    en: 're-derives the whole log and names the first wrong leaf',
  },
  options: {
    checkpoint: {
      type: 'string',
      multiple: true,
      value: { es: 'ARCHIVO', en: 'FILE' },
      help: {
        es: 'coteja también esta cabeza, guardada antes en otro lugar (puede repetirse)',
        en: 'compares this signed head as well, kept elsewhere before (repeatable)',
      },
    },
  },
  async run({ given, screen, client }) {
    const files = await Promise.all(given.texts('checkpoint').map((path) => readInput(path, MAX_NOTE_BYTES)));
    const kept = files.map((bytes) => fromUtf8(bytes) ?? '');
    screen.progress(screen.say({ es: 'Revisando cada asiento…', en: 'Checking every leaf…' }));
    const report = await (await client()).post<AuditView>(`${API}/audit`, { kept });
    screen.progressDone();
    if (screen.json) screen.data(report);
    screen.line(
      report.sound
        ? `${screen.paint('good', '✓')} ${screen.say({ es: 'Bitácora y registro están íntegros', en: 'Log and register are sound' })}`
        : `${screen.paint('bad', '✗')} ${screen.say({ es: 'Bitácora o registro NO están íntegros', en: 'Log or register are NOT sound' })}`,
    );
    screen.facts([
      [screen.say({ es: 'Asientos', en: 'Leaves' }), String(report.size)],
      // As checkpoints and proofs write it.
      [screen.say({ es: 'Raíz', en: 'Root' }), toBase64(fromHex(report.root)!)],
      [screen.say({ es: 'Cabezas firmadas', en: 'Checkpoints' }), String(report.checkpoints)],
      [
        screen.say({ es: 'Cotejadas de las guardadas aparte', en: 'Compared, kept elsewhere' }),
        kept.length === 0 ? undefined : String(kept.length),
      ],
      [screen.say({ es: 'Registros cotejados', en: 'Records checked' }), String(report.opened)],
      [
        screen.say({ es: 'Renglones cotejados con la bitácora', en: 'Rows compared with the log' }),
        String(report.register.rows),
      ],
      [
        screen.say({ es: 'Primer asiento malo', en: 'First wrong leaf' }),
        report.firstWrong &&
          (report.firstWrong.from === report.firstWrong.to
            ? String(report.firstWrong.from)
            : `${report.firstWrong.from}-${report.firstWrong.to}`),
      ],
    ]);
    const { language } = screen;
    const tell = (problem: string, sentence: string): void =>
      screen.line(`  ${screen.paint('bad', '✗')} ${sentence} ${screen.paint('faint', problem)}`);
    for (const finding of report.findings) tell(finding.problem, auditSentence(finding, language));
    for (const finding of report.register.findings) {
      tell(finding.problem, registerSentence(finding, language));
    }
    return report.sound ? EXIT.done : EXIT.invalid;
  },
};

export const logCommands: readonly Command[] = [checkpoint, prove, audit];
