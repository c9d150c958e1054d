import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { slotsOf } from '../../../src/access/judge.ts';
import { ROLES, type Role } from '../../../src/access/role.ts';
import { LeafKind } from '../../../src/log/leaf.ts';
import { staffApp, STAFF_PREFIX } from '../../../src/http/staff/app.ts';
import { ACTS, leadsTo, READS, rolesFor } from '../../../src/http/staff/who-may-ask.ts';
import { OfficeBrowser, officeOver } from '../../support/office-browser.ts';
import { ProductionOffice, type Person } from '../../support/production-office.ts';

/*
 * Every role by every route, over sessions as browsers have them. Rights are written down once, in REQUIREMENTS and READS; what
 * each role may is asked here of the service itself.
 */

let office: ProductionOffice;
let approver: Person;
const browsers = {} as Record<Role | 'nobody', OfficeBrowser>;

beforeAll(async () => {
  office = await ProductionOffice.make();
  const opened = officeOver(office.services, { wrong: { burst: 10_000, secondsEach: 1 } });
  browsers.nobody = new OfficeBrowser(opened);
  for (const role of ROLES) {
    const person = await office.enrol(`Persona ${role}`, [role]);
    if (role === 'approver') approver = person;
    browsers[role] = new OfficeBrowser(opened);
    expect((await browsers[role].logIn(person)).status).toBe(200);
  }
}, 60_000);
afterAll(() => office.remove());

/** A route as a request names it, about things that do not exist. */
function requestOf(route: string): { readonly method: string; readonly path: string } {
  const [method = '', pattern = ''] = route.split(' ');
  return { method, path: pattern.replaceAll(/:[A-Za-z]+/g, 'x1') };
}

async function codeOf(browser: OfficeBrowser, route: string): Promise<{ status: number; code: string | undefined }> {
  const { method, path } = requestOf(route);
  const whole = `${STAFF_PREFIX}${path}`;
  const answer = method === 'GET' ? await browser.get(whole) : await browser.post(whole, {});
  const text = await answer.text();
  const code = /"code":"([^"]+)"/.exec(text) ?? /Clave: <code>([^<]+)/.exec(text);
  // To who asked for a page, logging in is shown in its place.
  return { status: answer.status, code: text.includes('id="login"') ? 'access/login-needed' : code?.[1] };
}

const acting = Object.keys(ACTS).filter((route) => Array.isArray(ACTS[route]));

test('every route has its line: among the acts, or among what is read', () => {
  const routes = staffApp(office.services).routes.filter(({ method }) => method !== 'ALL');
  const told = new Set(routes.map(({ method, path }) => `${method} ${path.slice(STAFF_PREFIX.length)}`));
  const reading = Object.keys(ACTS).filter((route) => ACTS[route] === 'reading');
  const gets = Object.keys(READS).filter((route) => route.startsWith('GET '));
  expect([...told].toSorted()).toEqual([...Object.keys(ACTS), ...gets].toSorted());
  expect(
    Object.keys(READS)
      .filter((route) => !route.startsWith('GET '))
      .toSorted(),
  ).toEqual(reading.toSorted());
});

test('a route without a line answers nobody', async () => {
  expect(await codeOf(browsers.auditor, 'GET /secrets')).toEqual({ status: 404, code: 'http/not-found' });
});

describe.each(ROLES)('%s', (role) => {
  test.for(Object.keys(ACTS).filter((route) => ACTS[route] !== 'reading'))('%s', async (route) => {
    const { method, path } = requestOf(route);
    const roles = rolesFor(leadsTo(method, path));
    const mayAsk = roles.length === 0 || roles.includes(role);
    const before = await office.services.log.size();
    const { status, code } = await codeOf(browsers[role], route);
    if (mayAsk) expect(code).not.toBe('access/role-missing');
    else expect({ status, code }).toEqual({ status: 403, code: 'access/role-missing' });
    // Lists are published by a rule of the service; nothing else comes of a request about nothing.
    if (ACTS[route] !== 'service') expect(await office.services.log.size()).toBe(before);
  });

  test.for(Object.keys(READS))('%s', async (route) => {
    const readers = READS[route]!;
    const { status, code } = await codeOf(browsers[role], route);
    if (readers === 'asked' || readers.includes(role)) expect(code).not.toBe('access/role-missing');
    else expect({ status, code }).toEqual({ status: 403, code: 'access/role-missing' });
  });
});

test('nobody who is not logged in is answered anything', async () => {
  for (const route of [...Object.keys(ACTS), ...Object.keys(READS)]) {
    expect(await codeOf(browsers.nobody, route), route).toEqual({ status: 403, code: 'access/login-needed' });
  }
});

describe('an auditor alone acts nowhere', () => {
  test('every kind of act asks for somebody else', () => {
    const kinds = Object.values(LeafKind).filter((kind) =>
      slotsOf(kind).some(({ roles }) => roles.includes('auditor')),
    );
    expect(kinds).toEqual([]);
  });

  test.for(acting)('%s', async (route) => {
    expect(await codeOf(browsers.auditor, route)).toEqual({ status: 403, code: 'access/role-missing' });
  });

  test('what waits for others is shown, and neither confirmed nor declined', async () => {
    const unit = { code: 'AE', name: 'Alcaldía de Ejemplo', coveredSince: '2026-01-01' };
    const asked = await browsers.hr.post(`${STAFF_PREFIX}/units`, unit);
    const { id, challenge } = ((await asked.json()) as { approval: { id: string; challenge: string } }).approval;
    const path = `${STAFF_PREFIX}/approvals/${id}`;
    expect((await browsers.auditor.get(path)).status).toBe(200);
    const declined = await browsers.auditor.post(`${path}/decline`, { why: 'No' });
    expect(await declined.json()).toMatchObject({ code: 'approval/not-yours' });
    const { json } = approver.passkey.get({ challenge, rpId: new URL(browsers.hr.origin).hostname });
    const { authenticatorData, clientDataJSON, signature } = json.response;
    const given = await browsers.auditor.post(`${path}/assertions`, { authenticatorData, clientDataJSON, signature });
    expect(await given.json()).toMatchObject({ code: 'approval/assertion' });
    expect((await browsers.auditor.get(`${path}/answer`)).status).toBe(403);
  });
});
