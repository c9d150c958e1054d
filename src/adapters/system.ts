import { randomBytes } from 'node:crypto';
import type { Random } from '../core/random.ts';
import { unixSeconds, type Clock, type Pause } from '../core/time.ts';

export const systemClock: Clock = () => unixSeconds(Math.floor(Date.now() / 1000));

export const systemRandom: Random = (length) => new Uint8Array(randomBytes(length));

export const systemPause: Pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
