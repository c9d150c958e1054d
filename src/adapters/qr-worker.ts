/** Looks for a QR code beside the event loop: started by `qr-decoder.ts`, which ends it when it takes too long. */
import { parentPort } from 'node:worker_threads';
import decodeQR from 'qr/decode.js';

/** Upright, gray, one byte a pixel. */
export interface GrayPicture {
  readonly width: number;
  readonly height: number;
  readonly gray: Uint8Array;
}

function decode({ width, height, gray }: GrayPicture): string | undefined {
  const data = new Uint8Array(3 * gray.length);
  for (let i = 0; i < gray.length; i++) data[3 * i] = data[3 * i + 1] = data[3 * i + 2] = gray[i]!;
  try {
    return decodeQR({ width, height, data }, { effort: 8 });
  } catch {
    return undefined;
  }
}

parentPort?.on('message', (picture: GrayPicture) => parentPort?.postMessage(decode(picture)));
