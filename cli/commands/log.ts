import { EXIT, UsageError, type Command } from '../command.ts';

const API = '/api/v1/staff/log';

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
  readonly findings: readonly {
    readonly problem: string;
    readonly from: number;
    readonly to: number;
    readonly detail: string;
  }[];
  readonly register: {
    readonly rows: number;
    readonly findings: readonly {
      readonly problem: string;
      readonly noun: string;
      readonly key: string;
      readonly leaf?: number;
      readonly field?: string;
    }[];
  };
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
    const proof = await (await client()).get<{ path: string[]; checkpoint: string }>(`${API}/proof?index=${index}`);
    if (screen.json) screen.data(proof);
    for (const hash of proof.path) screen.line(hash);
    screen.line();
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
  async run({ screen, client }) {
    screen.progress(screen.say({ es: 'Revisando cada asiento…', en: 'Checking every leaf…' }));
    const report = await (await client()).post<AuditView>(`${API}/audit`, {});
    screen.progressDone();
    if (screen.json) screen.data(report);
    screen.line(
      report.sound
        ? `${screen.paint('good', '✓')} ${screen.say({ es: 'Bitácora y registro están íntegros', en: 'Log and register are sound' })}`
        : `${screen.paint('bad', '✗')} ${screen.say({ es: 'Bitácora o registro NO están íntegros', en: 'Log or register are NOT sound' })}`,
    );
    screen.facts([
      [screen.say({ es: 'Asientos', en: 'Leaves' }), String(report.size)],
      [screen.say({ es: 'Raíz', en: 'Root' }), report.root],
      [screen.say({ es: 'Cabezas firmadas', en: 'Checkpoints' }), String(report.checkpoints)],
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
    for (const { problem, from, detail } of report.findings)
      screen.line(`  ${screen.paint('bad', problem)} ${from}: ${detail}`);
    for (const { problem, noun, key, leaf, field } of report.register.findings) {
      const where = leaf === undefined ? '' : ` (${screen.say({ es: 'asiento', en: 'leaf' })} ${leaf})`;
      screen.line(`  ${screen.paint('bad', problem)} ${noun} ${key}${field === undefined ? '' : `: ${field}`}${where}`);
    }
    return report.sound ? EXIT.done : EXIT.invalid;
  },
};

export const logCommands: readonly Command[] = [checkpoint, prove, audit];
