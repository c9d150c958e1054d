/**
 * What we use of the two libraries. Both are optional: with types of their own, a machine where one could not be
 * installed could not check ours.
 */
declare module 'nfc-pcsc' {
  import type { EventEmitter } from 'node:events';

  export interface RawStatus {
    /** SCARD_STATE_… bits. */
    readonly state: number;
    readonly atr?: Uint8Array;
  }

  /** A reader of `@pokusew/pcsclite`. */
  export interface RawReader extends EventEmitter {
    readonly name: string;
    connect(
      options: { readonly share_mode: number },
      done: (error: Error | null | undefined, protocol: number) => void,
    ): void;
    transmit(
      data: Uint8Array,
      longest: number,
      protocol: number,
      done: (error: Error | null | undefined, response: Uint8Array) => void,
    ): void;
    disconnect(disposition: number, done: (error: Error | null | undefined) => void): void;
  }

  export class NFC extends EventEmitter {
    constructor();
  }
}

declare module 'pcsc-mini' {
  import type { EventEmitter } from 'node:events';

  export interface Card {
    state(): Promise<{ readonly atr: Uint8Array }>;
    transmit(input: Uint8Array, output?: ArrayBuffer): Promise<Uint8Array>;
    disconnect(disposition: number): Promise<void>;
  }

  export interface Reader extends EventEmitter {
    name(): string;
    connect(mode: number): Promise<Card>;
  }

  export class Client extends EventEmitter {
    start(): this;
  }
}
