import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodePrimitives } from '../../../src/adapters/primitives.ts';
import { fromBase64 } from '../../../src/core/base64.ts';
import { fromHex } from '../../../src/core/bytes.ts';
import { decodeLeaf, LeafKind, openLeaf } from '../../../src/log/leaf.ts';
import { actOf } from '../../../src/log/act-shape.ts';
import { provesEntry } from '../../../src/log/entry-proof.ts';
import { parseNoteKey } from '../../../src/log/note.ts';
import type { EntryPage, EntryView, OpenedEntryView } from '../../../src/http/staff/log-entries.ts';
import { RECORD_ITEMS } from '../../../src/http/staff/record-facts.ts';
import { auditedOffice, UNIT, type AuditedOffice } from '../../support/audited-office.ts';
import { StaffDesk } from '../../support/staff-desk.ts';

let audited: AuditedOffice;
let desk: StaffDesk;

beforeAll(async () => {
  audited = await auditedOffice();
  desk = new StaffDesk(audited.office, audited.services);
}, 60_000);
afterAll(() => {
  expect(desk.bugs).toEqual([]);
  audited.remove();
});

async function list(query: string): Promise<EntryPage> {
  const caller = { by: { founder: 0 }, grants: [{ role: 'auditor', from: '2026-01-01' }] } as never;
  const { status, json } = await desk.get(caller, `/log/entries?${query}`);
  expect(status, JSON.stringify(json)).toBe(200);
  return json as unknown as EntryPage;
}

/** All that a query finds, page by page. */
async function all(query: string, limit = 7): Promise<readonly EntryView[]> {
  const acts: EntryView[] = [];
  for (let before = ''; ;) {
    const page = await list(`${query}&limit=${limit}${before}`);
    acts.push(...page.acts);
    if (page.next === undefined) return acts;
    before = `&before=${page.next}`;
  }
}

async function open(index: number): Promise<OpenedEntryView> {
  const caller = { by: { founder: 0 }, grants: [{ role: 'auditor', from: '2026-01-01' }] } as never;
  return (await desk.get(caller, `/log/entries/${index}`)).json as unknown as OpenedEntryView;
}

const actions = (acts: readonly EntryView[]): readonly (string | undefined)[] => acts.map(({ action }) => action);

describe('the acts of the log', () => {
  test('come newest first, page by page, each once, also what nobody authorised', async () => {
    const found = await all('');
    const size = await audited.services.log.size();
    expect(found.map(({ index }) => index)).toEqual(Array.from({ length: size }, (_, i) => size - 1 - i));
    expect(found.filter(({ result }) => result === 'not-authorised')).toMatchObject([
      { index: audited.forged, action: 'credential/resumed', why: 'used' },
    ]);
    expect(found.filter(({ result }) => result === 'unread')).toEqual([]);
  });

  test.each([
    ['kind=oficio/signed', ['oficio/signed']],
    ['kind=oficio/signed&kind=oficio/intent', ['oficio/signed', 'oficio/intent']],
    [`unit=${UNIT}&kind=unit/set`, ['unit/set']],
    ['unit=NADIE', []],
    ['result=session', ['oficio/intent']],
    ['result=not-authorised', ['credential/resumed']],
    ['from=2099-01-01', []],
    ['to=2001-01-01', []],
    ['kind=unit/set&from=2026-01-01&to=2099-12-31', ['unit/set']],
  ])('%s', async (query, expected) => {
    expect(actions(await all(query))).toEqual(expected);
  });

  test('are found by letter, official and person', async () => {
    const { folio, director, signer } = audited;
    expect(actions(await all(`letter=${encodeURIComponent(folio)}`))).toEqual(['oficio/signed', 'oficio/intent']);
    const of = actions(await all(`official=${director.id}`));
    expect(of).toContain('official/registered');
    expect(of).toContain('credential/suspended');
    expect(of).toContain('oficio/signed');
    const by = actions(await all(`person=${signer.id}`));
    expect(by).toEqual(['oficio/signed', 'oficio/intent', 'access/roles-set', 'access/enrolled']);
  });

  test.each(['kind=nothing', 'person=x', 'from=yesterday', 'result=good', 'other=1', 'before=x'])(
    'a filter that is none is refused: %s',
    async (query) => {
      const caller = { by: { founder: 0 }, grants: [{ role: 'auditor', from: '2026-01-01' }] } as never;
      expect((await desk.get(caller, `/log/entries?${query}`)).json['code']).toBe('http/body-malformed');
    },
  );
});

describe('one act', () => {
  test('shows who authorised it, by which chain, and what anybody needs to check it', async () => {
    const [signed] = (await list('kind=oficio/signed')).acts;
    const act = await open(signed!.index);
    expect(act).toMatchObject({ result: 'asserted', about: { folio: audited.folio, unit: UNIT } });
    expect(act.by).toMatchObject([{ name: 'Inés Robles', roles: [{ role: 'signer' }, { role: 'clerk' }] }]);
    expect(actions(act.chain)).toEqual(['access/roles-set', 'access/enrolled']);
    expect(act.chain.every(({ by }) => by.every(({ founder }) => founder !== undefined))).toBe(true);
    const opening = {
      record: fromBase64(act.opening!.record)!,
      salt: fromBase64(act.opening!.salt)!,
      evidence: { kind: act.opening!.evidence!.kind, bytes: fromBase64(act.opening!.evidence!.bytes)! },
    };
    const entry = fromHex(act.entry)!;
    expect(openLeaf(decodeLeaf(entry), opening, nodePrimitives)).toBe(true);
    const { path, checkpoint } = act.proof!;
    const key = parseNoteKey(audited.services.charter.logKey, nodePrimitives);
    const proof = { index: act.index, path: path.map((hash) => fromHex(hash)!), checkpoint };
    expect(await provesEntry(proof, entry, key, nodePrimitives)).toBe(true);
  });

  test('tells its record by name', async () => {
    const [intent] = (await list('kind=oficio/intent')).acts;
    const { facts, by, result } = await open(intent!.index);
    expect(facts).toMatchObject({ subject: 'Aviso de obra', claims: { folio: audited.folio, amount: 0 } });
    expect([result, by]).toMatchObject(['session', [{ name: 'Inés Robles' }]]);
  });

  test('that is not there is refused', async () => {
    expect(await open(100_000)).toMatchObject({ code: 'log/no-such-entry' });
    expect(await open('x' as never)).toMatchObject({ code: 'log/no-such-entry' });
  });
});

test('every item of every record has its name', () => {
  const shapes = Object.values(LeafKind).flatMap((kind) => actOf(kind) ?? []);
  expect(Object.fromEntries(Object.entries(RECORD_ITEMS).map(([act, items]) => [act, items.length]))).toEqual(
    Object.fromEntries(shapes.map(({ act, items }) => [act, items])),
  );
});
