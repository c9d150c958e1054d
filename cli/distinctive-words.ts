import type { DistinctiveView } from '../src/http/staff/distinctives.ts';
import {
  EVIDENCE_KINDS,
  formatDistinctiveNumber,
  type DistinctiveState,
  type EvidenceKind,
  type PersonalReason,
  type WithdrawalReason,
} from '../src/directory/distinctive/distinctive.ts';
import type { Meanings } from './command.ts';
import { inWords } from './credential-words.ts';
import { localDay, localTime } from './local-time.ts';
import type { Screen } from './screen.ts';

/** What a distinctive rests on. */
export const EVIDENCE: Meanings<EvidenceKind> = {
  'trust-exam': { es: 'control de confianza', en: 'trust exam' },
  'link-analysis': { es: 'análisis de vínculos', en: 'link analysis' },
  training: { es: 'capacitación continua', en: 'continuous training' },
};

export const STATES: Meanings<DistinctiveState> = {
  current: { es: 'vigente', en: 'current' },
  expired: { es: 'vencido', en: 'expired' },
  withdrawn: { es: 'retirado', en: 'withdrawn' },
  replaced: { es: 'sustituido', en: 'replaced' },
};

/** Why one is withdrawn, as a person says it. */
export const REASONS: Meanings<PersonalReason> = {
  'evidence-lapsed': { es: 'ya no acredita un requisito', en: 'a requirement is met no more' },
  conduct: { es: 'por su conducta', en: 'for their conduct' },
  reassigned: { es: 'ya no es de este equipo', en: 'no longer of this team' },
  mistake: { es: 'se otorgó por error', en: 'it was granted by mistake' },
  lost: { es: 'se perdió', en: 'it was lost' },
  stolen: { es: 'lo robaron', en: 'it was stolen' },
  damaged: { es: 'se dañó', en: 'it broke' },
};

const ALL_REASONS: Meanings<WithdrawalReason> = {
  ...REASONS,
  renewed: { es: 'se le otorgó otro', en: 'another one was granted' },
};

/** Of whoever is under reserve the name is in the directory alone. */
export function nameOf(screen: Screen, { name, mandate }: DistinctiveView['holder']): string {
  if (name !== undefined) return name;
  return mandate === undefined ? '—' : screen.say({ es: 'reservado', en: 'reserved' });
}

/** The state of the distinctive, and whether its person is in office. */
export function stateWords(screen: Screen, { state, holder }: DistinctiveView): string {
  const own = inWords(screen, STATES, state);
  const hasLeft = holder.mandate === 'ended' || holder.mandate === 'expired';
  if (state !== 'current' || !hasLeft) return own;
  return `${own} (${screen.say({ es: 'pero la persona ya no está: no vale', en: 'but the person has left: it does not count' })})`;
}

/** A distinctive: a document for programs, facts for people. */
export function showDistinctive(screen: Screen, view: DistinctiveView): void {
  if (screen.json) return screen.data(view);
  const { holder, reason } = view;
  const evidence = EVIDENCE_KINDS.map((kind): [string, string] => {
    const { until = '', reference } = view.evidence.find((one) => one.kind === kind) ?? {};
    return [inWords(screen, EVIDENCE, kind), [localDay(until), reference].filter(Boolean).join('  ')];
  });
  screen.facts([
    [screen.say({ es: 'Número', en: 'Number' }), formatDistinctiveNumber(view.number)],
    [screen.say({ es: 'Persona', en: 'Person' }), `${holder.id}, ${nameOf(screen, holder)}`],
    [screen.say({ es: 'Cargo', en: 'Post' }), holder.post],
    [
      screen.say({ es: 'Estado', en: 'State' }),
      screen.paint(
        view.state === 'current' ? 'good' : view.state === 'withdrawn' ? 'bad' : 'wait',
        stateWords(screen, view),
      ),
    ],
    [screen.say({ es: 'Vale hasta', en: 'Until' }), localDay(view.until)],
    ...evidence,
    [screen.say({ es: 'Otorgado', en: 'Granted' }), withLeaf(screen, localTime(view.grantedAt), view.grantedLeaf)],
    [
      screen.say({ es: 'Retirado', en: 'Withdrawn' }),
      withLeaf(screen, localTime(view.withdrawnAt), view.withdrawnLeaf),
    ],
    [screen.say({ es: 'Motivo', en: 'Reason' }), reason && inWords(screen, ALL_REASONS, reason)],
  ]);
}

function withLeaf(screen: Screen, time: string | undefined, leaf: number | undefined): string | undefined {
  if (leaf === undefined) return undefined;
  const told = screen.say({ es: `asiento ${leaf}`, en: `leaf ${leaf}` });
  return time === undefined ? told : `${time} (${told})`;
}
