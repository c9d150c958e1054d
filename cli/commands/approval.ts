import { APPROVAL_STATES } from '../../src/approval/approval.ts';
import type { ApprovalView, ShownApproval } from '../../src/http/staff/approval-views.ts';
import type { Client } from '../client.ts';
import { EXIT, oneOf, type Command, type Meanings, type Text } from '../command.ts';
import { localTime } from '../local-time.ts';
import { openAddress } from '../open-address.ts';
import type { Screen } from '../screen.ts';

const API = '/api/v1/staff/approvals';

const STATES: Meanings<(typeof APPROVAL_STATES)[number]> = {
  open: { es: 'espera', en: 'waits' },
  enacted: { es: 'se hizo', en: 'was done' },
  declined: { es: 'alguien la rechazó', en: 'somebody declined it' },
  expired: { es: 'se venció', en: 'its time is over' },
  stale: { es: 'ya no corresponde', en: 'is not what would be done today' },
};

const ROLES: Readonly<Record<string, Text>> = {
  hr: { es: 'recursos humanos', en: 'HR' },
  clerk: { es: 'oficialía de partes', en: 'a clerk' },
  signer: { es: 'quien firma', en: 'the signer' },
  approver: { es: 'aprobador', en: 'an approver' },
  auditor: { es: 'auditoría', en: 'an auditor' },
  operator: { es: 'operación', en: 'an operator' },
};

function stateOf(screen: Screen, { state }: ApprovalView): string {
  return Object.hasOwn(STATES, state) ? screen.say(STATES[state as keyof typeof STATES]) : state;
}

const list: Command = {
  name: 'approval list',
  summary: {
    es: 'lo que espera la autorización de alguien; se autoriza en el navegador',
    en: 'what waits for somebody to authorise it, which is done in the browser',
  },
  options: {
    state: {
      type: 'string',
      value: { es: 'ESTADO', en: 'STATE' },
      help: { es: 'sólo las que están así', en: 'only those in this state' },
      words: STATES,
    },
  },
  async run({ given, screen, client }) {
    const state = given.text('state');
    const query = state === undefined ? '' : `?state=${oneOf('state', state, STATES)}`;
    const open = await client();
    const found = await open.get<ApprovalView[]>(API + query);
    if (screen.json) for (const one of found) screen.data(one);
    screen.table(
      [
        screen.say({ es: 'SOLICITUD', en: 'REQUEST' }),
        screen.say({ es: 'QUÉ', en: 'WHAT' }),
        screen.say({ es: 'PIDE', en: 'ASKED BY' }),
        screen.say({ es: 'ESTADO', en: 'STATE' }),
        screen.say({ es: 'VENCE', en: 'UNTIL' }),
      ],
      found.map((one) => [one.id, what(one), one.requester, stateOf(screen, one), localTime(one.expiresAt) ?? '']),
    );
    return EXIT.done;
  },
};

function what({ action, count }: ApprovalView): string {
  return count === 1 ? action : `${action} × ${count}`;
}

const show: Command = {
  name: 'approval show',
  summary: {
    es: 'una solicitud: qué se haría, quién la autorizó y quién falta',
    en: 'one request: what would be done, who authorised it and who is missing',
  },
  positionals: { es: 'SOLICITUD', en: 'REQUEST' },
  minPositionals: 1,
  async run({ given, screen, client }) {
    const open = await client();
    const one = await open.get<ShownApproval>(`${API}/${encodeURIComponent(given.positionals[0]!)}`);
    if (screen.json) screen.data(one);
    screen.facts([
      [screen.say({ es: 'Solicitud', en: 'Request' }), one.id],
      [screen.say({ es: 'Qué se haría', en: 'What' }), what(one)],
      [screen.say({ es: 'La pide', en: 'Asked by' }), one.requester],
      [screen.say({ es: 'Estado', en: 'State' }), stateOf(screen, one)],
      [screen.say({ es: 'Autorizó', en: 'Authorised by' }), one.given.map(({ name }) => name).join(', ') || undefined],
      [screen.say({ es: 'Falta', en: 'Missing' }), missing(screen, one) || undefined],
      [screen.say({ es: 'Por', en: 'By' }), one.end?.by],
      [screen.say({ es: 'Motivo', en: 'Why' }), one.end?.why],
      [screen.say({ es: 'Vence', en: 'Until' }), localTime(one.expiresAt)],
    ]);
    for (const { folio, subject } of one.letters ?? []) screen.line(`  ${folio}  ${subject}`);
    if (one.state === 'open') await sayWhere(screen, open, one.id);
    return EXIT.done;
  },
};

function missing(screen: Screen, { slots }: ShownApproval): string {
  return slots.map(({ roles }) => roles.map((role) => screen.say(ROLES[role]!)).join(' / ')).join(', ');
}

/** A passkey answers a browser, at the institution's own address, and nothing else. */
async function sayWhere(screen: Screen, open: Client, id: string): Promise<string> {
  const { origin } = await open.get<{ origin: string }>('/api/v1/staff/installation');
  const address = `${origin}/oficina/solicitudes/${id}`;
  const where: Text = {
    es: `Se autoriza o rechaza con la llave de acceso, en el navegador: ${address}`,
    en: `It is authorised or declined with a passkey, in the browser: ${address}`,
  };
  screen.note(screen.say(where));
  return address;
}

const approve: Command = {
  name: 'approval approve',
  summary: {
    es: 'abre en el navegador la página donde se autoriza, que es donde está la llave de acceso',
    en: 'opens the page where it is authorised in the browser, which is where the passkey is',
  },
  positionals: { es: 'SOLICITUD', en: 'REQUEST' },
  minPositionals: 1,
  async run({ given, screen, client }) {
    const open = await client();
    const one = await open.get<ShownApproval>(`${API}/${encodeURIComponent(given.positionals[0]!)}`);
    const address = await sayWhere(screen, open, one.id);
    if (screen.json) screen.data({ id: one.id, state: one.state, address });
    else if (process.stderr.isTTY) openAddress(address);
    return EXIT.done;
  },
};

const decline: Command = {
  name: 'approval decline',
  summary: { es: 'rechaza lo que espera; nada de ello se hace', en: 'declines what waits; nothing of it is done' },
  positionals: { es: 'SOLICITUD', en: 'REQUEST' },
  minPositionals: 1,
  options: {
    why: {
      type: 'string',
      required: true,
      value: { es: 'MOTIVO', en: 'REASON' },
      help: { es: 'por qué, para quien la pidió', en: 'why, for whoever asked' },
    },
  },
  async run({ given, screen, client }) {
    const open = await client();
    const path = `${API}/${encodeURIComponent(given.positionals[0]!)}/decline`;
    const { approval } = await open.post<{ approval: ApprovalView }>(path, { why: given.need('why') });
    if (screen.json) screen.data(approval);
    screen.line(screen.say({ es: `Rechazada: ${approval.id}`, en: `Declined: ${approval.id}` }));
    return EXIT.done;
  },
};

export const approvalCommands: readonly Command[] = [list, show, approve, decline];
