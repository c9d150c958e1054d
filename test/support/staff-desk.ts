import type { Caller } from '../../src/access/rule.ts';
import { knownStaff, type KnownStaff } from '../../src/http/staff/known.ts';
import type { PendingView, ShownApproval } from '../../src/http/staff/approval-views.ts';
import { STAFF_PREFIX } from '../../src/http/staff/app.ts';
import { toBase64Url } from '../../src/core/base64.ts';
import type { Services } from '../../src/services.ts';
import { RP_ID, type Person, type ProductionOffice } from './production-office.ts';

export interface Told {
  readonly status: number;
  readonly json: Record<string, unknown>;
  readonly text: string;
}

/** The staff API of a production installation, as people who are logged in ask it. */
export class StaffDesk {
  readonly office: ProductionOffice;
  readonly staff: KnownStaff;
  readonly bugs: Error[] = [];

  constructor(office: ProductionOffice, services: Services = office.services) {
    this.office = office;
    this.staff = knownStaff(services, (error) => void this.bugs.push(error));
  }

  async send(who: Person | Caller, path: string, init: RequestInit = {}): Promise<Response> {
    const caller = 'passkey' in who ? await this.office.callerOf(who) : who;
    return this.staff.answer(new Request(`http://cotejo.local${STAFF_PREFIX}${path}`, init), caller);
  }

  async #told(response: Response): Promise<Told> {
    const text = await response.text();
    return { status: response.status, json: JSON.parse(text) as Told['json'], text };
  }

  async get(who: Person | Caller, path: string): Promise<Told> {
    return this.#told(await this.send(who, path));
  }

  async post(who: Person | Caller, path: string, said: object): Promise<Told> {
    const headers = { 'content-type': 'application/json' };
    return this.#told(await this.send(who, path, { method: 'POST', headers, body: JSON.stringify(said) }));
  }

  async postForm(who: Person, path: string, request: object, document: Uint8Array): Promise<Told> {
    const form = new FormData();
    form.set('request', JSON.stringify(request));
    form.set('document', new File([new Uint8Array(document)], 'oficio.pdf', { type: 'application/pdf' }));
    return this.#told(await this.send(who, path, { method: 'POST', body: form }));
  }

  /** What waits after this request. */
  async waits(told: Promise<Told>): Promise<PendingView> {
    const { status, json } = await told;
    if (status !== 202) throw new Error(`status ${status}: ${JSON.stringify(json)}`);
    return json['approval'] as PendingView;
  }

  async shown(who: Person, id: string): Promise<ShownApproval> {
    return (await this.get(who, `/approvals/${id}`)).json as unknown as ShownApproval;
  }

  /** The assertion of `who` over what it says of itself, handed in by them. */
  async give({ id, challenge }: Pick<PendingView, 'id' | 'challenge'>, who: Person): Promise<Told> {
    const { assertion } = who.passkey.get({ challenge, rpId: RP_ID });
    const { authenticatorData, clientDataJSON, signature } = assertion;
    return this.post(who, `/approvals/${id}/assertions`, {
      authenticatorData: toBase64Url(authenticatorData),
      clientDataJSON: toBase64Url(clientDataJSON),
      signature: toBase64Url(signature),
    });
  }
}

/** A caller who has no role, and is nobody. */
export const NOBODY: Caller = { by: { enrolment: 0, roles: 0 }, grants: [] };
