import type { CardOutageCode } from '../../src/card/code.ts';
import type { ReaderState } from './driver.ts';

/** What a driver's process is told to do. */
export type Act =
  | { readonly act: 'watch' }
  | { readonly act: 'connect'; readonly reader: string }
  | { readonly act: 'transmit'; readonly command: Uint8Array }
  | { readonly act: 'disconnect' };

export type Request = Act & { readonly id: number };

/** What it says. */
export type Note =
  | { readonly kind: 'loaded' }
  | { readonly kind: 'cannot-load'; readonly message: string }
  | { readonly kind: 'readers'; readonly readers: readonly ReaderState[] }
  | { readonly kind: 'lost'; readonly code: CardOutageCode; readonly message: string }
  | { readonly kind: 'done'; readonly id: number; readonly bytes?: Uint8Array }
  | { readonly kind: 'failed'; readonly id: number; readonly code: CardOutageCode; readonly message: string };
