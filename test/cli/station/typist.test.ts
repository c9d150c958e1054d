import { EventEmitter } from 'node:events';
import type { ReadStream } from 'node:tty';
import { expect, test } from 'vitest';
import { Typist } from '../../../cli/station/typist.ts';

test('what comes behind Enter in the same piece is neither shown nor kept: it may be a PIN', async () => {
  const input = Object.assign(new EventEmitter(), { isTTY: true, setRawMode() {}, resume() {}, pause() {} });
  let shown = '';
  let interrupts = 0;
  const typist = new Typist(input as unknown as ReadStream, {
    interrupted: () => void interrupts++,
    pressed() {},
    write: (text) => void (shown += text),
  });
  const { signal } = new AbortController();
  const answer = typist.read('Is it Ana? ', { isHidden: false, signal });
  input.emit('data', Buffer.from('y\r48291375\r\x03'));
  expect(await answer).toBe('y');
  const next = typist.read('PIN: ', { isHidden: true, signal });
  input.emit('data', Buffer.from('90817263\r'));
  expect(await next).toBe('90817263');
  expect(shown).toBe('Is it Ana? y\nPIN: \n');
  expect(interrupts).toBe(1);
  typist.close();
});
