import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { encodeCbor } from '../../src/core/cbor.ts';
import { toHex } from '../../src/core/bytes.ts';
import { isRefusal } from '../../src/core/refusal.ts';
import { officialFields } from '../../src/directory/fields.ts';
import type { Official, OfficialId } from '../../src/directory/official.ts';
import { decodeProfile, encodeProfile, profileHash, publicProfile } from '../../src/directory/profile.ts';
import { publicView } from '../../src/directory/view.ts';
import type { CalendarDay } from '../../src/core/time.ts';
import { codeOf } from '../support/refuses.ts';
import { at, photo, someone } from './samples.ts';

const official: Official = {
  ...officialFields(someone),
  id: '0123ABCD' as OfficialId,
  photo,
  subjectKey: new Uint8Array(32).fill(7),
  acts: 1,
  registeredLeaf: 4,
};
const legalGround = 'Art. 183 fr. I LTAIPRCCDMX, acuerdo CT/12/2026';
const reserved: Official = {
  ...officialFields({ ...someone, publication: 'reserved', legalGround }),
  id: official.id,
  photo,
  subjectKey: official.subjectKey,
  acts: 1,
  registeredLeaf: 4,
};

/** What the profile in `bytes` is written as; undefined when it is refused as malformed. */
function spelledAgain(bytes: Uint8Array): Uint8Array | undefined {
  try {
    return encodeProfile(decodeProfile(bytes));
  } catch (error) {
    if (isRefusal(error, 'directory/profile-malformed')) return undefined;
    throw error;
  }
}

describe('a public profile', () => {
  test('is read back as it was written, with and without what may be absent', () => {
    const bare = { ...official, photo: undefined, validUntil: undefined } as unknown as Official;
    for (const profile of [publicProfile(official, 12), publicProfile(reserved), publicProfile(bare, 0)]) {
      expect(decodeProfile(encodeProfile(profile))).toEqual(profile);
    }
  });

  test('hashes to the same value for ever', () => {
    const { digest } = nodePrimitives;
    expect(toHex(profileHash({ digest }, publicProfile(official, 12)))).toMatchInlineSnapshot(
      `"7d50fca7d0c38c2a2b74643309fc9063b7f3e34a45e1033265fb8201fd30d42b"`,
    );
    expect(toHex(profileHash({ digest }, publicProfile(reserved)))).toMatchInlineSnapshot(
      `"d2046e099ee3e6a508fdfdbeb2fb1dddb510a3c116576fdb6485cd9a32ca18de"`,
    );
  });

  test('of a reserved official holds the ground and neither name nor photo', () => {
    const text = new TextDecoder().decode(encodeProfile(publicProfile(reserved)));
    expect(text).toContain(legalGround);
    expect(text).not.toContain('Núñez');
    expect(publicProfile(reserved).photo).toBeUndefined();
  });

  test('holds nothing that is kept back', () => {
    const hex = toHex(encodeProfile(publicProfile(official, 1)));
    for (const secret of [official.subjectKey, photo.sourceSha256]) expect(hex).not.toContain(toHex(secret));
  });

  test('changed in any one bit is refused or says something else', () => {
    const bytes = encodeProfile(publicProfile(official, 12));
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = bytes.slice();
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect(spelledAgain(changed) ?? changed).toEqual(changed);
    }
  });

  test('is never read from other bytes', () => {
    const bytes = encodeProfile(publicProfile(official));
    expect(codeOf(() => decodeProfile(bytes.slice(0, -1)))).toBe('directory/profile-malformed');
    expect(codeOf(() => decodeProfile(Uint8Array.of(...bytes, 0)))).toBe('directory/profile-malformed');
    expect(codeOf(() => decodeProfile(encodeCbor([1, 'official/profile'])))).toBe('directory/profile-malformed');
    expect(codeOf(() => decodeProfile(new Uint8Array(1_000_000)))).toBe('directory/profile-malformed');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (hostile) => {
        expect(() => decodeProfile(hostile)).toThrow(expect.objectContaining({ code: 'directory/profile-malformed' }));
      }),
    );
  });

  test('that names a reserved official, or shows a photo of one, is refused', () => {
    const named = { ...publicProfile(reserved), name: 'Ana' };
    const shown = { ...publicProfile(reserved), photo };
    const nameless = { ...publicProfile(official), name: undefined } as never;
    for (const profile of [named, shown, nameless]) {
      expect(codeOf(() => decodeProfile(encodeProfile(profile)))).toBe('directory/profile-malformed');
    }
  });
});

describe('the public view', () => {
  const today = at('2026-11-21T18:00:00Z');

  test('of an official in office shows name, powers, contact and the small photo', () => {
    const view = publicView(official, today);
    expect(view).toMatchObject({ mandate: 'current', name: someone.name, powers: someone.powers, contact: {} });
    expect(view.photo).toEqual({ width: 480, height: 600, thumbnailSha256: photo.thumbnailSha256 });
    expect(Object.keys(view)).not.toContain('subjectKey');
  });

  test('of a reserved official is listed with its ground, without name, photo or mailbox', () => {
    const view = publicView(reserved, today);
    expect(view.publication).toEqual({ state: 'reserved', legalGround });
    expect(view.name).toBeUndefined();
    expect(view.photo).toBeUndefined();
    expect(view.contact).toEqual({ phone: someone.phone });
    expect(view.post).toBe(someone.post);
  });

  test('of somebody who left keeps the words and drops photo, powers and contact', () => {
    const gone: Official = { ...official, ended: { on: '2026-11-21' as CalendarDay, reason: 'dismissed' } };
    expect(publicView(gone, today)).toEqual({
      id: official.id,
      mandate: 'ended',
      publication: { state: 'public' },
      name: someone.name,
      post: someone.post,
      unit: someone.unit,
      validFrom: someone.validFrom,
      validUntil: someone.validUntil,
      endedOn: '2026-11-21',
      powers: [],
      mayAsk: [],
      neverAsks: [],
    });
  });

  test('of somebody whose mandate ran out drops the same', () => {
    const expired: Official = { ...official, validUntil: '2026-11-20' as CalendarDay };
    const view = publicView(expired, today);
    expect(view).toMatchObject({ mandate: 'expired', name: someone.name, powers: [], mayAsk: [], neverAsks: [] });
    expect([view.photo, view.contact, view.endedOn]).toEqual([undefined, undefined, undefined]);
  });

  test('says nothing of an end that lies ahead', () => {
    const leaving: Official = { ...official, ended: { on: '2026-12-01' as CalendarDay, reason: 'resigned' } };
    expect(publicView(leaving, today)).toEqual(publicView(official, today));
  });
});
