import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { toBase64 } from '../../src/core/base64.ts';
import { formatCheckpoint, openCheckpoint, parseCheckpoint, signCheckpoint } from '../../src/log/checkpoint.ts';
import {
  formatNote,
  formatNoteKey,
  noteKeyOf,
  openNote,
  parseNote,
  parseNoteKey,
  signNote,
} from '../../src/log/note.ts';
import { bytesOf } from '../support/acts.ts';
import { ed25519Signer } from '../support/ed25519-signer.ts';
import { codeOf, codeOfAct } from '../support/refuses.ts';
import { softwareSigner } from '../support/software-signer.ts';

const signer = ed25519Signer(bytesOf('log'));
const key = noteKeyOf('example.org/log', signer.spki, nodePrimitives);
const other = ed25519Signer(bytesOf('witness'));
const otherKey = noteKeyOf('example.org/witness', other.spki, nodePrimitives);
const text = 'one line\nand another: ñ\n';
const note = await signNote(text, key.name, signer, nodePrimitives);
const otherLine = (await signNote(text, otherKey.name, other, nodePrimitives)).slice(text.length + 1);

describe('a signed note', () => {
  test('opens under the key that signed it', async () => {
    expect(await openNote(note, [otherKey, key], nodePrimitives)).toEqual({ text, keys: [key] });
    expect(formatNote(parseNote(note))).toBe(note);
  });

  test('opens whoever else signed it, and names every known key once', async () => {
    expect((await openNote(note + otherLine + otherLine, [key, otherKey], nodePrimitives)).keys).toEqual([
      key,
      otherKey,
    ]);
    expect((await openNote(otherLine.repeat(0) + note + otherLine, [key], nodePrimitives)).keys).toEqual([key]);
  });

  test('with a changed character never opens', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(note.length - 1),
        fc.constantFrom('a', 'A', '+', '\n', ' ', '0', '=', 'ñ', '\u2014'),
        async (at, character) => {
          fc.pre(note[at] !== character);
          const changed = note.slice(0, at) + character + note.slice(at + 1);
          await expect(openNote(changed, [key], nodePrimitives)).rejects.toThrow(
            expect.objectContaining({ code: expect.stringMatching(/^log\/note-(malformed|unsigned|forged)$/) }),
          );
        },
      ),
    );
  });

  test('with a wrong signature of a known key is spoilt, even beside a right one', async () => {
    const forged = formatNote({
      text,
      signatures: [{ ...parseNote(note).signatures[0]!, signature: new Uint8Array(64) }],
    });
    expect(await codeOfAct(() => openNote(forged, [key], nodePrimitives))).toBe('log/note-forged');
    expect(await codeOfAct(() => openNote(forged + otherLine, [key, otherKey], nodePrimitives))).toBe(
      'log/note-forged',
    );
  });

  test('that no known key signed does not open', async () => {
    expect(await codeOfAct(() => openNote(note, [otherKey], nodePrimitives))).toBe('log/note-unsigned');
    const renamed = { ...key, name: 'example.org/another' };
    expect(await codeOfAct(() => openNote(note, [renamed], nodePrimitives))).toBe('log/note-unsigned');
  });

  test('may carry 100 signatures and no more', async () => {
    expect((await openNote(note + otherLine.repeat(99), [key], nodePrimitives)).keys).toEqual([key]);
    expect(codeOf(() => parseNote(note + otherLine.repeat(100)))).toBe('log/note-malformed');
  });

  test('is not opened with keys that cannot be told apart', async () => {
    expect(await codeOfAct(() => openNote(note, [key, { ...key }], nodePrimitives))).toBe('log/key-malformed');
  });

  test.each([
    ['nothing', ''],
    ['no signatures', text],
    ['an empty block of signatures', `${text}\n`],
    ['no newline at the end', note.slice(0, -1)],
    ['a carriage return', note.replace('\n', '\r\n')],
    ['a control character', note.replace('one', 'o\u0001e')],
    ['half a surrogate', note.replace('one', 'o\ud800e')],
    ['another dash', note.replace('\u2014', '-')],
    ['a line that is no signature', `${note}hello\n`],
    ['a signature without a name', `${note}\u2014  AAAAAAA=\n`],
    ['a name with a plus', `${note}\u2014 a+b AAAAAAA=\n`],
    ['a signature shorter than its key id', `${note}\u2014 a AAAAAA==\n`],
    ['base64 that is not canonical', `${note}\u2014 a AAAAAAB=\n`],
    ['more than a million characters', 'x'.repeat(1_000_001)],
  ])('is refused with %s', (_, malformed) => {
    expect(codeOf(() => parseNote(malformed))).toBe('log/note-malformed');
  });

  test('is signed with Ed25519 only, under a possible name, over whole lines', async () => {
    await expect(signNote(text, key.name, softwareSigner(), nodePrimitives)).rejects.toThrow(RangeError);
    await expect(signNote(text, 'a b', signer, nodePrimitives)).rejects.toThrow(RangeError);
    await expect(signNote('no newline', key.name, signer, nodePrimitives)).rejects.toThrow(RangeError);
  });
});

describe('a verifier key', () => {
  const vkey = formatNoteKey(key);

  test('has one spelling', () => {
    expect(parseNoteKey(vkey, nodePrimitives)).toEqual(key);
  });

  test('is refused with any character changed or left out', () => {
    for (let at = 0; at < vkey.length; at++) {
      for (const changed of ['', 'A', 'b', '0', '+', ' '].map((c) => vkey.slice(0, at) + c + vkey.slice(at + 1))) {
        if (changed !== vkey) expect(codeOf(() => parseNoteKey(changed, nodePrimitives))).toBe('log/key-malformed');
      }
    }
  });
});

describe('a checkpoint', () => {
  const root = bytesOf('root');
  const checkpoint = { origin: key.name, size: 42, root };
  const body = formatCheckpoint(checkpoint);

  test('opens under the key of its log, extension lines included', async () => {
    const signed = await signCheckpoint(checkpoint, signer, nodePrimitives);
    expect(await openCheckpoint(signed, key, nodePrimitives)).toEqual(checkpoint);
    const more = await signCheckpoint({ ...checkpoint, extensions: ['x 1'] }, signer, nodePrimitives);
    expect(await openCheckpoint(more, key, nodePrimitives)).toEqual({ ...checkpoint, extensions: ['x 1'] });
  });

  test('of another log does not count, though a key of ours signed it', async () => {
    const foreign = await signNote(
      formatCheckpoint({ ...checkpoint, origin: 'example.org/b' }),
      key.name,
      signer,
      nodePrimitives,
    );
    expect(await codeOfAct(() => openCheckpoint(foreign, key, nodePrimitives))).toBe('log/wrong-origin');
  });

  test.each([
    ['no origin', body.replace(key.name, '')],
    ['a leading zero', body.replace('\n42\n', '\n042\n')],
    ['a sign', body.replace('\n42\n', '\n+42\n')],
    ['a size beyond 2^53', body.replace('\n42\n', '\n9007199254740993\n')],
    ['a size beyond 2^64', body.replace('\n42\n', '\n18446744073709551616\n')],
    ['no root', body.split('\n').slice(0, 2).join('\n') + '\n'],
    ['a short root', body.replace(toBase64(root), toBase64(root.subarray(1)))],
    ['an empty extension line', `${body}\n`],
    ['no newline at the end', body.slice(0, -1)],
  ])('is refused with %s', (_, malformed) => {
    expect(codeOf(() => parseCheckpoint(malformed))).toBe('log/checkpoint-malformed');
  });
});
