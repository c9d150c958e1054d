import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nodePrimitives } from '../../../src/adapters/primitives.ts';
import { octetString, oid, sequence } from '../../../src/asn1/write.ts';
import { encodeCapability, readCapability } from '../../../src/card/piv/capability.ts';
import { encodeCertificate, readCertificate } from '../../../src/card/piv/certificate.ts';
import { encodeChuid, makeGuid, readChuid, signedPartOfChuid } from '../../../src/card/piv/chuid.ts';
import { encodeFacialImage, readFacialImage, type FacialImage } from '../../../src/card/piv/facial-image.ts';
import { CIV_FASC_N } from '../../../src/card/piv/fasc-n.ts';
import { encodeDiscovery, encodeKeyHistory, readDiscovery, readKeyHistory } from '../../../src/card/piv/key-history.ts';
import { OBJECTS, OBJECT_NAMES, type ObjectName } from '../../../src/card/piv/objects.ts';
import { encodePrintedInformation, readPrintedInformation } from '../../../src/card/piv/printed-information.ts';
import {
  changedObjects,
  encodeHashList,
  encodeSecurityObject,
  LDS_SECURITY_OBJECT,
  readHashList,
  readSecurityObject,
} from '../../../src/card/piv/security-object.ts';
import { concat, equal, fromHex, toHex } from '../../../src/core/bytes.ts';
import { isRefusal } from '../../../src/core/refusal.ts';
import { parseDay, unixSeconds, type CalendarDay } from '../../../src/core/time.ts';
import { uuidUrn } from '../../../src/core/uuid.ts';
import { codeOf } from '../../support/refuses.ts';

const bytes = (length: number, from = 0): Uint8Array => Uint8Array.from({ length }, (_, at) => (at + from) & 0xff);
const hex = (text: string): Uint8Array => fromHex(text)!;

const JPEG = concat(hex('ffd8ffe0'), bytes(8000), hex('ffd9'));
const FACE: FacialImage = {
  jpeg: JPEG,
  width: 300,
  height: 400,
  fascN: CIV_FASC_N,
  made: unixSeconds(1_792_000_000),
  validFrom: unixSeconds(1_792_000_000),
  validUntil: unixSeconds(1_950_000_000),
  creator: 'Cotejo',
};
const EXPIRES = parseDay('2030-01-01')!;
const PRINTED = {
  name: 'Iñigo Núñez de la Peña y Ávalos',
  affiliation: 'Dirección General',
  expires: parseDay('2029-12-31')!,
  cardNumber: 'AC-000123',
  issuer: 'SECRETARIA',
};

// Each with what other people's tools write or a whole example, and its reader.
const CONTAINERS: Readonly<
  Record<string, readonly [Uint8Array, (value: Uint8Array) => unknown, (read: never) => Uint8Array]>
> = {
  chuid: [
    encodeChuid({
      fascN: CIV_FASC_N,
      guid: bytes(16),
      expires: EXPIRES,
      cardholder: bytes(16, 9),
      signature: bytes(300),
    }),
    readChuid,
    encodeChuid,
  ],
  capability: [encodeCapability({ cardIdentifier: bytes(21) }), readCapability, encodeCapability],
  certificate: [encodeCertificate(sequence(octetString(bytes(700)))), readCertificate, encodeCertificate],
  'printed information': [
    encodePrintedInformation({ ...PRINTED, unit: 'Archivo' }),
    readPrintedInformation,
    encodePrintedInformation,
  ],
  'facial image': [encodeFacialImage({ ...FACE, signature: bytes(600) }), readFacialImage, encodeFacialImage],
  'security object': [
    encodeSecurityObject({ objects: ['chuid', 'facial-image'], signed: bytes(500) }),
    readSecurityObject,
    encodeSecurityObject,
  ],
  'key history': [
    encodeKeyHistory({ withCertificateOnCard: 1, withCertificateElsewhere: 2, url: 'https://x.example/k' }),
    readKeyHistory,
    encodeKeyHistory,
  ],
  discovery: [encodeDiscovery({ pinUsage: 0x40, preferred: 0 }), readDiscovery, encodeDiscovery],
};

/** Parts of these are passed over: quality and pose of a face, what an old standard wanted, the application's version. */
const PARTLY_READ = ['facial image', 'capability', 'discovery'];

describe.each(Object.entries(CONTAINERS))('the %s', (name, [whole, read, encode]) => {
  test('is read as it was written', () => {
    expect(toHex(encode(read(whole) as never))).toBe(toHex(whole));
  });

  test('cut anywhere is refused', () => {
    const step = Math.max(1, Math.floor(whole.length / 600));
    for (let length = 0; length < whole.length; length += length < 200 ? 1 : step) {
      expect(
        codeOf(() => read(whole.subarray(0, length))),
        String(length),
      ).toBe('card/malformed');
    }
    expect(codeOf(() => read(concat(whole, hex('00'))))).toBe('card/malformed');
    expect(codeOf(() => read(concat(whole, hex('fe00'))))).toBe('card/malformed');
  });

  test('with a bit changed is refused, or says something else', () => {
    fc.assert(
      fc.property(fc.nat(whole.length * 8 - 1), (bit) => {
        const changed = whole.slice();
        changed[bit >> 3]! ^= 1 << (bit & 7);
        try {
          const again = encode(read(changed) as never);
          return PARTLY_READ.includes(name) || equal(again, changed);
        } catch (error) {
          return isRefusal(error, 'card/malformed');
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('as other tools write it:', () => {
  // libykpiv 2.2.0, the templates of `set-chuid` and `set-ccc`, with the random part of each made 00 01 02 …
  test('FASC-N, CHUID and capability container', () => {
    const fascN = 'd4e739da739ced39ce739d836858210842108421c84210c3eb';
    expect(toHex(CIV_FASC_N)).toBe(fascN);
    const chuid = encodeChuid({ fascN: CIV_FASC_N, guid: bytes(16), expires: EXPIRES });
    expect(toHex(chuid)).toBe(`3019${fascN}3410${toHex(bytes(16))}350832303330303130313e00fe00`);
    const identifier = concat(hex('a000000116ff02'), bytes(14));
    expect(toHex(encodeCapability({ cardIdentifier: identifier }))).toBe(
      `f015${toHex(identifier)}f10121f20121f300f40100f50110f600f700fa00fb00fc00fd00fe00`,
    );
  });

  test('what the issuer of a CHUID signs has every field but the signature', () => {
    const chuid = { fascN: CIV_FASC_N, guid: bytes(16), expires: EXPIRES };
    expect(toHex(signedPartOfChuid(chuid))).toBe(toHex(encodeChuid(chuid)).replace('3e00fe00', 'fe00'));
  });

  test('an old CHUID with its length in front', () => {
    const chuid = encodeChuid({ fascN: CIV_FASC_N, guid: bytes(16), expires: EXPIRES });
    expect(readChuid(concat(hex('ee02003b'), chuid)).guid).toEqual(bytes(16));
  });
});

test('a GUID is a version 4 UUID', () => {
  expect(uuidUrn(makeGuid(() => new Uint8Array(16).fill(0xff)))).toBe('urn:uuid:ffffffff-ffff-4fff-bfff-ffffffffffff');
});

test.each<[string, () => unknown]>([
  ['a day that there is not', () => readChuid(hexWithDay('20300230'))],
  ['a compressed certificate', () => readCertificate(encodeCertificate(sequence(octetString(bytes(99)))).with(-3, 1))],
  ['a certificate with something behind it', () => readCertificate(encodeCertificate(hex('300000')))],
  ['a JPEG that is none', () => readFacialImage(encodeFacialImage(FACE).with(4 + 88 + 46, 0))],
  ['a face whose record is longer than it', () => readFacialImage(encodeFacialImage(FACE).with(4 + 5, 0xff))],
  ['data groups out of order', () => readSecurityObject(hex('ba0602300001603' + '0bb0100fe00'))],
  ['an object twice', () => readSecurityObject(hex('ba06013000023000bb0100fe00'))],
])('%s is refused', (_, act) => {
  expect(codeOf(act)).toBe('card/malformed');
});

function hexWithDay(day: string): Uint8Array {
  const chuid = encodeChuid({ fascN: CIV_FASC_N, guid: bytes(16), expires: '2030-01-01' as CalendarDay });
  return hex(toHex(chuid).replace(toHex(new TextEncoder().encode('20300101')), toHex(new TextEncoder().encode(day))));
}

test.each<[string, () => unknown]>([
  ['a name', () => encodePrintedInformation({ ...PRINTED, name: 'ñ'.repeat(63) })],
  ['an affiliation', () => encodePrintedInformation({ ...PRINTED, affiliation: 'x'.repeat(21) })],
  ['a photo', () => encodeFacialImage({ ...FACE, jpeg: concat(hex('ffd8ffe0'), bytes(12_600), hex('ffd9')) })],
])('%s that does not fit is refused before it is written', (_, act) => {
  expect(codeOf(act)).toBe('card/too-large');
});

test('the largest photo that is let through fits its container', () => {
  const room = OBJECTS['facial-image'].mostBytes - (88 + 46 + 6);
  const jpeg = (length: number): Uint8Array => concat(hex('ffd8ff'), bytes(length - 5), hex('ffd9'));
  expect(encodeFacialImage({ ...FACE, jpeg: jpeg(room) })).toHaveLength(OBJECTS['facial-image'].mostBytes);
  expect(codeOf(() => encodeFacialImage({ ...FACE, jpeg: jpeg(room + 1) }))).toBe('card/too-large');
});

describe('the list of hashes', () => {
  const values = new Map<ObjectName, Uint8Array>([
    ['chuid', bytes(90)],
    ['facial-image', bytes(8000)],
    ['printed-information', bytes(60)],
  ]);
  const found = [...values].map(([name, value]) => ({ name, value }));
  const objects = [...values.keys()];
  const list = (): Uint8Array => encodeHashList(found, nodePrimitives);

  test('finds what was changed, added or taken away', () => {
    const signed = { objects, hashes: readHashList(list()) };
    expect(changedObjects(signed, found, nodePrimitives)).toEqual([]);
    for (const { name, value } of found) {
      const changed = found.map((one) => (one.name === name ? { name, value: value.with(3, 0xff) } : one));
      expect(changedObjects(signed, changed, nodePrimitives)).toEqual([name]);
      const less = found.filter((one) => one.name !== name);
      expect(changedObjects(signed, less, nodePrimitives)).toEqual([name]);
    }
    const added = [...found, { name: 'key-history' as const, value: bytes(5) }];
    expect(changedObjects(signed, added, nodePrimitives)).toEqual(['key-history']);
    // A mapping that somebody changed leaves the hashes with the wrong objects.
    const swapped = { ...signed, objects: objects.toReversed() };
    expect(changedObjects(swapped, found, nodePrimitives)).toEqual(['chuid', 'printed-information']);
  });

  test('is what ICAO has for passports', () => {
    const [one] = found;
    const hash = toHex(nodePrimitives.digest('SHA-256', one!.value));
    const whole = toHex(encodeHashList([one!], nodePrimitives));
    expect(whole).toBe(`303b020100300d06096086480165030402010500302730250201010420${hash}`);
    expect(toHex(oid(LDS_SECURITY_OBJECT))).toBe('06052b1b010101');
  });

  test('of another form is refused', () => {
    const whole = list();
    for (let length = 0; length < whole.length; length++) {
      expect(codeOf(() => readHashList(whole.subarray(0, length)))).toBe('card/malformed');
    }
    expect(codeOf(() => readHashList(whole.with(toHex(whole).indexOf('020101') / 2 + 2, 2)))).toBe('card/malformed');
  });
});

test('every object has its own tag and container', () => {
  expect(new Set(OBJECT_NAMES.map((name) => OBJECTS[name].tag)).size).toBe(OBJECT_NAMES.length);
  expect(new Set(OBJECT_NAMES.map((name) => OBJECTS[name].container)).size).toBe(OBJECT_NAMES.length);
});
