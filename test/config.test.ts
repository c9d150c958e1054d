import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseOrigin, readConfig, readInstitution } from '../src/config.ts';
import { utf8 } from '../src/core/bytes.ts';
import { problemText } from '../src/texts/problems.ts';
import { codeOf, refusalOf } from './support/refuses.ts';

const docs = join(import.meta.dirname, '..', 'docs');
const example = new Uint8Array(readFileSync(join(docs, 'examples', 'institucion.json')));

function exampleWith(changes: object): Uint8Array {
  return utf8(JSON.stringify({ ...(JSON.parse(Buffer.from(example).toString('utf8')) as object), ...changes }));
}

describe('settings', () => {
  test('have the defaults that the documentation gives', () => {
    expect(readConfig({}, '/srv/cotejo')).toEqual({
      dataFolder: '/srv/cotejo/data',
      databaseFile: '/srv/cotejo/data/cotejo.sqlite',
      keysFolder: '/srv/cotejo/data/keys',
      listen: { host: 'localhost', port: 8080 },
      socketFile: '/srv/cotejo/data/cotejo.sock',
    });
  });

  test('take relative paths from the working folder and absolute ones as they are', () => {
    const config = readConfig(
      {
        COTEJO_DATA: 'elsewhere',
        COTEJO_DATABASE_URL: 'sqlite:/var/db/cotejo.sqlite',
        COTEJO_KEYS: 'file:keys',
        COTEJO_INSTITUTION: 'institucion.json',
        COTEJO_CARD_DRIVER: 'pcsc-mini',
        COTEJO_CARD_MAKERS: 'makers',
        COTEJO_CARD_ATTESTATION: 'required',
      },
      '/srv/cotejo',
    );
    expect(config).toMatchObject({
      dataFolder: '/srv/cotejo/elsewhere',
      databaseFile: '/var/db/cotejo.sqlite',
      keysFolder: '/srv/cotejo/keys',
      institutionFile: '/srv/cotejo/institucion.json',
      cardDriver: 'pcsc-mini',
    });
  });

  test.each([
    ['[::1]:8443', { host: '::1', port: 8443 }],
    ['0.0.0.0:80', { host: '0.0.0.0', port: 80 }],
  ])('listen on %s', (COTEJO_LISTEN, listen) => {
    expect(readConfig({ COTEJO_LISTEN }, '/').listen).toEqual(listen);
  });

  test.each([
    ['COTEJO_DATABASE_URL', 'postgres://localhost/cotejo'],
    ['COTEJO_KEYS', 'pkcs11:token=cotejo'],
    ['COTEJO_LISTEN', '8080'],
    ['COTEJO_LISTEN', 'localhost'],
    ['COTEJO_LISTEN', 'localhost:65536'],
    ['COTEJO_ORIGIN', 'ftp://cotejo.example'],
    ['COTEJO_ORIGIN', 'https://cotejo.example/?a=1'],
    ['COTEJO_DATA', ''],
    ['COTEJO_CARD_DRIVER', 'smartcard'],
    ['COTEJO_CARD_ATTESTATION', 'yes'],
  ])('refuse %s=%s, naming the variable', (variable, value) => {
    const refusal = refusalOf(() => readConfig({ [variable]: value }, '/'));
    expect(refusal.code).toBe('config/malformed');
    expect(refusal.facts).toEqual({ variable, found: value });
    for (const language of ['es', 'en'] as const) {
      expect(problemText(refusal.code, refusal.facts, language).next).not.toBe(
        problemText(refusal.code, {}, language).next,
      );
    }
  });

  test.each([
    ['postgres://cotejo:s3cr@to@localhost/cotejo', 'postgres://…@localhost/cotejo'],
    ['postgres:cotejo:s3cr@localhost', 'postgres:…@localhost'],
    ['postgres://localhost/cotejo?password=s3cr&ssl=1', 'postgres://localhost/cotejo?password=…&ssl=1'],
  ])('%s is told without its password', (value, found) => {
    const { facts, message } = refusalOf(() => readConfig({ COTEJO_DATABASE_URL: value }, '/'));
    expect(facts).toEqual({ variable: 'COTEJO_DATABASE_URL', found });
    expect(message).not.toContain('s3cr');
  });

  test('each stand in the documentation', () => {
    const source = readFileSync(join(docs, '..', 'src', 'config.ts'), 'utf8');
    const names = [...new Set(source.match(/COTEJO_[A-Z_]+/g))];
    const page = readFileSync(join(docs, 'settings.md'), 'utf8');
    expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });
});

describe('an origin', () => {
  test.each([
    ['https://cotejo.example', 'https://cotejo.example'],
    ['https://cotejo.example/', 'https://cotejo.example'],
    ['HTTPS://Cotejo.Example/verifica/', 'https://cotejo.example/verifica'],
    ['http://localhost:8080', 'http://localhost:8080'],
  ])('%s is written %s', (text, origin) => {
    expect(parseOrigin(text)).toBe(origin);
  });

  test.each(['cotejo.example', 'https://user@cotejo.example', 'https://cotejo.example/#a', 'javascript:alert(1)'])(
    'is not %s',
    (text) => {
      expect(parseOrigin(text)).toBeUndefined();
    },
  );
});

describe('the institution', () => {
  test('of the documentation’s example is accepted whole', () => {
    const institution = readInstitution(example);
    expect(institution).toEqual(JSON.parse(Buffer.from(example).toString('utf8')));
    expect(institution.letterTexts['']?.expired).toBeDefined();
  });

  test.each([
    ['name', { name: '' }],
    ['policyArc', { policyArc: '2.999.01' }],
    ['checkedOn', { checkedOn: '2026-02-30' }],
    ['telephone', { telephone: '5555 0000' }],
    ['telephones.0.number', { telephones: [{ label: 'Denuncia', number: '' }] }],
    ['letterTexts.oficio.fee', { letterTexts: { oficio: { fee: '10' } } }],
    ['unexpected', { unexpected: true }],
  ])('is refused with the field %s', (field, changes) => {
    const refusal = refusalOf(() => readInstitution(exampleWith(changes)));
    expect(refusal.code).toBe('config/institution-malformed');
    expect(refusal.facts['field']).toBe(field);
    for (const language of ['es', 'en'] as const) {
      // The field is named, and beside it stands its form.
      expect(problemText(refusal.code, refusal.facts, language).what).toMatch(/["»]: .{10,}/);
    }
  });

  test.each([
    ['text that is not JSON', utf8('{')],
    ['bytes that are not UTF-8', Uint8Array.of(0x22, 0xff, 0x22)],
  ])('is not %s', (_, bytes) => {
    expect(codeOf(() => readInstitution(bytes))).toBe('config/institution-malformed');
  });
});
