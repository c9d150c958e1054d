import { toBase64 } from '../../src/core/base64.ts';
import { fromHex, fromUtf8 } from '../../src/core/bytes.ts';
import type { AuditFinding } from '../../src/log/audit.ts';
import type { RegisterFinding } from '../../src/log/claim.ts';
import { auditSentence, registerSentence } from '../audit-words.ts';
import { EXIT, UsageError, type Command } from '../command.ts';
import { readInput } from '../files.ts';

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
  async run({ given, screen, client }) {
    const index = given.positionals[0]!;
    if (!/^\d{1,15}$/.test(index)) {
      throw new UsageError({
        es: `«${index}» no es un número de asiento`,
        en: `"${index}" is not the number of a leaf`,
      });
    }
    const proof = await (await client()).get<ProofView>(`${API}/proof?index=${index}`);
    if (screen.json) screen.data(proof);
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
    return EXIT.done;
  },
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
