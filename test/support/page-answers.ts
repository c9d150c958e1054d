import { devInstitution } from '../../keys-dev/institution.ts';
import { unixSeconds } from '../../src/core/time.ts';
import { VERDICT_OF_STATE, type State } from '../../src/core/verdict.ts';
import type { Answer, CredentialSubject, LetterSubject, Subject } from '../../src/verifier/index.ts';
import type { PageFacts } from '../../verifier-web/facts.ts';

/** Whatever comes from outside may be this. */
export const HOSTILE = '<script>alert("x")</script>&\'';
const at = unixSeconds(1_795_284_000);

export const letter: LetterSubject = {
  kind: 'oficio',
  folio: 'AC/DGG/SCI/0042/2026',
  unit: 'AC/DGG/SCI',
  sealedAt: at,
  expires: unixSeconds(at + 86_400),
  type: 3,
  amount: 125_000,
  pages: 2,
  subject: `Licencia ${HOSTILE}`,
  signer: { name: `Ana ${HOSTILE}`, post: 'Directora', serial: '0a0b' },
  endedAt: at,
  replacedBy: 'AC/DGG/SCI/0043/2026',
};
export const credential: CredentialSubject = {
  kind: 'credential',
  serial: '0a0b',
  officialId: 'ABCD2345',
  name: `Ana ${HOSTILE}`,
  post: 'Inspectora',
  unit: 'AC/DGG/SCI',
  powers: [HOSTILE],
  mayAsk: ['La licencia'],
  neverAsks: ['Dinero'],
  notAfter: at,
  endedOn: '2026-03-12',
  reason: 'keyCompromise',
};
export const stranger: Subject = { kind: 'unknown', host: HOSTILE, signer: HOSTILE };

export function answerOf(state: State, subject: Subject): Answer {
  return {
    verdict: VERDICT_OF_STATE[state],
    state,
    dev: false,
    subject,
    checks: [{ check: 'seal/format', outcome: 'pass', detail: `found ${HOSTILE}` }],
    checkedAt: at,
    statusAsOf: at,
  };
}

/** As it is found in a file, whose signature says so itself. */
export function inFile(answer: Answer, integrity: 'intact' | 'forbidden-changes' = 'intact'): Answer {
  const changes =
    integrity === 'intact' ? [] : [{ kind: 'content', allowed: false, page: 2, detail: 'replaced' } as const];
  return { ...answer, signatures: [{ field: 'Firma', integrity, trusted: true, coverage: 'whole-file', changes }] };
}

/** Where the check that could not be made says why. */
export function unreadAt(check: string, detail: string, state: State = 'unreadable'): Answer {
  return { ...answerOf(state, { kind: 'unknown' }), checks: [{ check, outcome: 'unknown', detail }] };
}

export function factsOf(answer: Answer, changes: Partial<PageFacts> = {}): PageFacts {
  return {
    institution: devInstitution,
    base: '/verifica',
    host: 'alcaldia.example/verifica',
    dev: false,
    unit: { name: 'Control de Ingresos', coveredSince: '2026-01-01', telephone: '55 1111 2222 ext. 4012' },
    answer,
    ...changes,
  };
}

/** What a reader sees: no style, no tags. */
export function textOf(page: string): string {
  return page
    .replace(/<style>.*<\/style>/s, '')
    .replaceAll(/<a class="tel"[^>]*>(.*?)<\/a>/g, '$1')
    .replaceAll(/<[^>]*>/g, ' ');
}

export function titleOf(page: string): string {
  return /<title>(.*?)<\/title>/s.exec(page)![1]!;
}
