/** Looks for a QR code beside the event loop: started by `qr-decoder.ts`, which ends it when it takes too long. */
import { parentPort } from 'node:worker_threads';
import decodeQR, { type FinderPoints } from 'qr/decode.js';

/** What the thread is asked: the text of one code, or those of two where there are as many. */
export interface QrQuestion {
  readonly picture: GrayPicture;
  readonly most: 1 | 2;
}

/** Upright, gray, one byte a pixel. */
export interface GrayPicture {
  readonly width: number;
  readonly height: number;
  readonly gray: Uint8Array;
}

/** Of the second code: it is looked for where the first was found at once, so a short look is enough. */
const SHORT = 2;

function decode({ picture: { width, height, gray }, most }: QrQuestion): readonly string[] {
  const data = new Uint8Array(3 * gray.length);
  for (let i = 0; i < gray.length; i++) data[3 * i] = data[3 * i + 1] = data[3 * i + 2] = gray[i]!;
  const texts: string[] = [];
  try {
    while (texts.length < most) {
      let place: FinderPoints | undefined;
      const text = decodeQR(
        { width, height, data },
        {
          effort: texts.length === 0 ? 8 : SHORT,
          pointsOnDetect: (points, result) => {
            if (typeof result === 'string') place = points;
          },
        },
      );
      texts.push(text);
      if (!place) break;
      whiten(data, width, height, place.outline);
    }
  } catch {
    // None, or no more.
  }
  return texts;
}

/** Takes a code that was read out of the picture: the upright rectangle around it. */
function whiten(data: Uint8Array, width: number, height: number, corners: FinderPoints['outline']): void {
  const within = (value: number, most: number): number => Math.min(most, Math.max(0, Math.round(value)));
  const xs = corners.map(({ x }) => within(x, width));
  const ys = corners.map(({ y }) => within(y, height));
  for (let y = Math.min(...ys); y < Math.max(...ys); y++) {
    data.fill(255, 3 * (y * width + Math.min(...xs)), 3 * (y * width + Math.max(...xs)));
  }
}

parentPort?.on('message', (question: QrQuestion) => parentPort?.postMessage(decode(question)));
