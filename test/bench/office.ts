import { randomUUID } from 'node:crypto';
import { toBase64Url } from '../../src/core/base64.ts';
import { checkActs } from '../../src/http/client/check-shown.ts';
import { browserPrimitives } from '../../src/http/client/primitives.ts';
import type { ShownApproval } from '../../src/http/staff/approval-views.ts';
import { OfficeBrowser, officeOver } from '../support/office-browser.ts';
import { ORIGIN, ProductionOffice, type Person } from '../support/production-office.ts';
import { sampleLetter } from './inputs.ts';
import { median, type Figures } from './measure.ts';

/*
 * What a signer waits for in the office: an installation outside development, a session, a passkey, and the service's whole answer to
 * each request, without a network.
 */

const API = '/api/v1/staff';
const BATCH = 100;
/** So many letters are signed before any counts. */
const WARM_UP = 150;

interface Desk {
  readonly browser: OfficeBrowser;
  readonly signer: Person;
  readonly officialId: string;
}

async function openDesk(office: ProductionOffice): Promise<Desk> {
  const { services, founders } = office;
  const hr = await office.enrol('Rosa Vega', ['hr']);
  await office.act([hr], () => services.setUnit({ code: 'AE', name: 'Alcaldía', coveredSince: '2026-01-01' }));
  const said = { powers: ['Firmar oficios'], mayAsk: [], neverAsks: ['Dinero'], validFrom: '2026-01-16' };
  const input = { name: 'Inés Robles', post: 'Directora', unit: 'AE', ...said };
  const director = await office.act([hr], () => services.registerOfficial({ input }));
  const signer = await office.enrol('Inés Robles', ['signer'], founders, director.id);
  const issue = { officialId: director.id, kind: 'signer', days: 300, idempotencyKey: 'of the director' } as const;
  await office.act([hr, founders[0]], () => services.issueCredential(issue));
  const browser = new OfficeBrowser(officeOver(services));
  await browser.logIn(signer);
  return { browser, signer, officialId: director.id };
}

async function waitingOf(answer: Response): Promise<string> {
  if (answer.status !== 202) throw new Error(`${answer.status} ${await answer.text()}`);
  return ((await answer.json()) as { readonly approval: { readonly id: string } }).approval.id;
}

function put({ browser, officialId }: Desk, pdf: Uint8Array<ArrayBuffer>): Promise<Response> {
  const form = new FormData();
  const request = { signerId: officialId, type: 'oficio', amount: 0, subject: 'Informe', idempotencyKey: randomUUID() };
  form.set('request', JSON.stringify(request));
  form.set('document', new File([pdf], 'oficio.pdf', { type: 'application/pdf' }));
  return browser.upload(`${API}/oficios`, form, 'application/json');
}

/** The answer of the passkey to what waits, as the page's script makes it. */
async function assertion({ browser, signer }: Desk, id: string): Promise<unknown> {
  const shown = (await (await browser.get(`${API}/approvals/${id}`)).json()) as ShownApproval;
  const { challenge } = await checkActs(shown, browserPrimitives);
  return signer.passkey.get({ challenge: toBase64Url(challenge), rpId: new URL(ORIGIN).hostname }).json;
}

class Watch {
  readonly #rounds: { readonly cpu: number; readonly wall: number }[] = [];

  async time(work: () => Promise<Response>): Promise<Response> {
    const [before, started] = [process.cpuUsage(), performance.now()];
    const answer = await work();
    const wall = (performance.now() - started) * 1000;
    const { user, system } = process.cpuUsage(before);
    this.#rounds.push({ cpu: user + system, wall });
    return answer;
  }

  figures(name: string): Figures {
    const cpu = this.#rounds.map((one) => one.cpu);
    const wall = median(this.#rounds.map((one) => one.wall));
    return { name, cpu: median(cpu), wall, range: [Math.min(...cpu), Math.max(...cpu)] };
  }
}

/** The parts of signing one letter of two pages, and of 100 with one assertion. */
export async function officeFigures(rounds: number): Promise<readonly Figures[]> {
  const office = await ProductionOffice.make();
  try {
    const desk = await openDesk(office);
    const pdf = new Uint8Array(sampleLetter());
    const [laidOut, shown, signed, together] = [new Watch(), new Watch(), new Watch(), new Watch()];
    const one = async (watches: readonly [Watch, Watch, Watch]): Promise<void> => {
      const id = await waitingOf(await watches[0].time(() => put(desk, pdf)));
      await watches[1].time(() => desk.browser.get(`/oficina/solicitudes/${id}`));
      const answered = await assertion(desk, id);
      const done = await watches[2].time(() => desk.browser.post(`/oficina/solicitudes/${id}/confirmar`, answered));
      if (done.status !== 200) throw new Error(await done.text());
    };
    for (let i = 0; i < WARM_UP; i++) await one([new Watch(), new Watch(), new Watch()]);
    for (let i = 0; i < rounds * 10; i++) await one([laidOut, shown, signed]);
    for (let round = 0; round < Math.max(1, rounds >> 1); round++) {
      const approvals: string[] = [];
      for (let i = 0; i < BATCH; i++) approvals.push(await waitingOf(await put(desk, pdf)));
      const id = await waitingOf(await desk.browser.post(`${API}/approvals/together`, { approvals }));
      const answered = await assertion(desk, id);
      const path = `/oficina/solicitudes/${id}/confirmar`;
      const done = await together.time(() => desk.browser.post(path, answered));
      if (done.status !== 200) throw new Error(await done.text());
    }
    return [
      signed.figures('confirmed: judged, signed, committed'),
      laidOut.figures('sent: read, sealed, laid out; waits'),
      shown.figures('the page on which it is confirmed'),
      together.figures(`${BATCH} letters with one assertion`),
    ];
  } finally {
    office.remove();
  }
}
