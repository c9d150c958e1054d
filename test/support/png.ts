import { crc32 } from 'node:zlib';
import { concat, fromLatin1 } from '../../src/core/bytes.ts';

/** A chunk of a PNG: length, type, data, check sum. */
export function pngChunk(type: string, data: Uint8Array): Uint8Array {
  const body = concat(fromLatin1(type), data);
  const out = new Uint8Array(body.length + 8);
  const view = new DataView(out.buffer);
  view.setUint32(0, data.length);
  out.set(body, 4);
  view.setUint32(4 + body.length, crc32(body));
  return out;
}
