import { describe, expect, test } from 'vitest';
import { contextTag, TAG } from '../../src/asn1/tag.ts';
import { der, oid, sequence, setOf, utf8String } from '../../src/asn1/write.ts';
import { ANY_POLICY } from '../../src/authority/extension.ts';
import { utf8 } from '../../src/core/bytes.ts';
import {
  alternative,
  constrained,
  dns,
  email,
  type Extra,
  failuresOf,
  inhibitAny,
  makePath,
  nameOf,
  policies,
  requireExplicit,
  uri,
} from '../support/path.ts';
import { processorTime } from '../support/processor-time.ts';

/* Cases in the manner of NIST PKITS 4.8 to 4.13. */

describe('policies (RFC 5280 §6.1)', () => {
  const P1 = '2.999.7.1';
  const P2 = '2.999.7.2';

  test.each<[string, boolean, Extra[], Extra[]]>([
    ['stated all the way down', true, [policies(P1)], [policies(P1, P2)]],
    ['covered by any policy above', true, [policies(ANY_POLICY)], [policies(P1)]],
    ['covered by any policy below', true, [policies(P1)], [policies(ANY_POLICY)]],
    ['stated only above', false, [policies(P1)], [policies(P2)]],
    ['stated only below', false, [policies(P2)], [policies(P1)]],
    ['stated by nobody above', false, [], [policies(P1)]],
    ['stated by nobody below', false, [policies(P1)], []],
    ['covered by any policy, which is inhibited', false, [policies(P1), inhibitAny(0)], [policies(ANY_POLICY)]],
    ['covered by any policy, inhibited only further down', true, [policies(P1), inhibitAny(1)], [policies(ANY_POLICY)]],
  ])('a required one: %s', async (_, good, authority, leaf) => {
    const path = await makePath({}, { extras: authority }, { extras: leaf });
    expect(await failuresOf(path, { requiredPolicy: P1 })).toEqual(good ? [] : ['authority/policy']);
  });

  test('are not asked for where nobody requires any', async () => {
    expect(await failuresOf(await makePath({}, { extras: [policies(P1)] }, { extras: [policies(P2)] }))).toEqual([]);
  });

  test.each<[string, boolean, Extra[], Extra[]]>([
    ['at once, and there is none', false, [policies(P1), requireExplicit(0)], [policies(P2)]],
    ['at once, and there is one', true, [policies(P1), requireExplicit(0)], [policies(P1)]],
    ['only further down than the path goes', true, [policies(P1), requireExplicit(2)], [policies(P2)]],
    ['by the leaf itself', false, [policies(P1)], [policies(P2), requireExplicit(0)]],
  ])('an authority requires one %s', async (_, good, authority, leaf) => {
    const path = await makePath({}, { extras: authority }, { extras: leaf });
    expect(await failuresOf(path)).toEqual(good ? [] : ['authority/policy']);
  });
});

describe('name constraints (RFC 5280 §4.2.1.10)', () => {
  const directory = (text: string) => der(contextTag(4), nameOf(text));

  test.each<[string, boolean, Extra, Extra]>([
    ['a host below', true, constrained([dns('a.mx')]), alternative(dns('x.a.mx'))],
    ['a host that only ends alike', false, constrained([dns('a.mx')]), alternative(dns('xa.mx'))],
    ['one name of two outside', false, constrained([dns('a.mx')]), alternative(dns('x.a.mx'), dns('b.mx'))],
    ['case does not matter', true, constrained([dns('A.mx')]), alternative(dns('X.a.MX'))],
    ['an excluded host', false, constrained([], [dns('x.a.mx')]), alternative(dns('y.x.a.mx'))],
    ['a wildcard that reaches an excluded host', false, constrained([], [dns('x.a.mx')]), alternative(dns('*.a.mx'))],
    ['a wildcard that reaches none', true, constrained([], [dns('y.x.a.mx')]), alternative(dns('*.a.mx'))],
    ['every host excluded', false, constrained([], [dns('')]), alternative(dns('a.mx'))],
    ['another kind of name', true, constrained([dns('a.mx')]), alternative(email('ana@b.mx'))],
    ['a mailbox at the host', true, constrained([email('b.mx')]), alternative(email('ana@B.MX'))],
    ['a mailbox below the host', false, constrained([email('b.mx')]), alternative(email('ana@c.b.mx'))],
    ['a mailbox below, with a period', true, constrained([email('.b.mx')]), alternative(email('ana@c.b.mx'))],
    ['another mailbox', false, constrained([email('ana@b.mx')]), alternative(email('Ana@b.mx'))],
    ['an address of the web', true, constrained([uri('.b.mx')]), alternative(uri('https://u@c.b.mx:8/x'))],
    ['an address of the web elsewhere', false, constrained([uri('b.mx')]), alternative(uri('https://b.mx.evil/b.mx'))],
    ['an address without a host', false, constrained([], [uri('b.mx')]), alternative(uri('urn:b.mx'))],
  ])('%s', async (_, good, authority, leaf) => {
    const path = await makePath({}, { extras: [authority] }, { extras: [leaf] });
    expect(await failuresOf(path)).toEqual(good ? [] : ['authority/name-constraints']);
  });

  test('hold for subjects, and for those of authorities below as well', async () => {
    const root = { extras: [constrained([], [directory('Mallory')])] };
    expect(await failuresOf(await makePath(root, {}, {}))).toEqual([]);
    expect(await failuresOf(await makePath(root, {}, { name: 'MALLORY' }))).toEqual(['authority/name-constraints']);
    expect(await failuresOf(await makePath(root, { name: 'mallory' }, {}))).toEqual(['authority/name-constraints']);
  });

  test('hold for an address in the subject', async () => {
    const address = setOf(sequence(oid('1.2.840.113549.1.9.1'), der(TAG.ia5String, utf8('ana@c.mx'))));
    const authority = { extras: [constrained([email('b.mx')])] };
    const subject = sequence(setOf(sequence(oid('2.5.4.3'), utf8String('Ana'))), address);
    expect(await failuresOf(await makePath({}, authority, { subject }))).toEqual(['authority/name-constraints']);
    const noAddress = setOf(sequence(oid('1.2.840.113549.1.9.1'), der(TAG.ia5String, utf8('ana'))));
    const excluding = { extras: [constrained([], [email('b.mx')])] };
    expect(await failuresOf(await makePath({}, excluding, { subject: sequence(noAddress) }))).toEqual([
      'authority/name-constraints',
    ]);
  });

  test('are compared only so often', async () => {
    const many = Array.from({ length: 1000 }, (_, i) => dns(`h${i}.mx`));
    const authority = {
      extras: [
        constrained(
          [dns('mx')],
          many.map((_, i) => dns(`x${i}.org`)),
        ),
      ],
    };
    const path = await makePath({}, authority, { extras: [alternative(...many)] });
    const taken = await processorTime(async () => {
      expect(await failuresOf(path)).toEqual(['authority/name-constraints']);
    });
    expect(taken).toBeLessThan(2000);
  });
});
