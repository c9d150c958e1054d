import { describe, expect, test } from 'vitest';
import { Outage, Refusal } from '../../src/core/refusal.ts';
import { problemOf } from '../../src/http/problem.ts';
import { STATUS_OF } from '../../src/http/problem-status.ts';
import { CODES } from '../../src/texts/problems.ts';

describe('the table of statuses', () => {
  test('has a row for every code, and for nothing else', () => {
    expect(Object.keys(STATUS_OF).toSorted()).toEqual([...CODES].toSorted());
  });

  test('never calls what it declines a success', () => {
    for (const status of Object.values(STATUS_OF)) expect(status).toBeGreaterThanOrEqual(400);
  });
});

describe('a problem', () => {
  test('is RFC 9457 with code, facts and a detail that says what to do', () => {
    const { status, body } = problemOf(new Refusal('oficio/folio-taken', 'for developers', { folio: 'AC/0042/2026' }));
    expect(status).toBe(409);
    expect(body).toEqual({
      type: 'urn:cotejo:problem:oficio/folio-taken',
      title: 'El folio ya lo tiene otro oficio.',
      status: 409,
      detail:
        'El folio AC/0042/2026 ya lo tiene otro oficio. Use otro folio, o no indique ninguno para que se le asigne el siguiente.',
      code: 'oficio/folio-taken',
      facts: { folio: 'AC/0042/2026' },
    });
  });

  test('has the same title whatever its facts are', () => {
    const title = (folio: string): string => problemOf(new Refusal('oficio/folio-taken', '', { folio })).body.title;
    expect(title('A/0001/2026')).toBe(title('B/0002/2026'));
  });

  test('speaks English when asked', () => {
    const { body } = problemOf(new Refusal('pdf/encrypted', ''), { language: 'en' });
    expect(body.detail).toMatch(/password/);
  });

  test('of a bug says nothing of it', () => {
    const secret = 'SELECT secret FROM keys';
    for (const error of [new Error(secret), new TypeError(secret), secret, undefined, { code: 'pdf/encrypted' }]) {
      const { status, body } = problemOf(error);
      expect(status).toBe(500);
      expect(body.code).toBe('internal');
      expect(JSON.stringify(body)).not.toContain(secret);
    }
  });

  test('of a code that nobody declared is a bug', () => {
    for (const code of ['nobody/knows', 'constructor', '__proto__', 'toString']) {
      expect(problemOf(new Refusal(code, 'x', { path: '/secret' })).body).toMatchObject({
        code: 'internal',
        facts: {},
      });
    }
  });

  test('of an outage names no path or device of the server, unless its operator asks', () => {
    const outage = new Outage('data/unavailable', 'cannot open', { path: '/srv/cotejo/data' });
    expect(JSON.stringify(problemOf(outage))).not.toContain('/srv');
    expect(problemOf(outage).body).toMatchObject({ status: 503, code: 'data/unavailable', facts: {} });
    expect(problemOf(outage, { tellServerFacts: true }).body.detail).toContain('/srv/cotejo/data');
  });
});
