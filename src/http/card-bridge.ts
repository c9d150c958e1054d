/*
 * Where the bridge to the card readers of a person's machine listens. Its port is fixed: the policy of the pages that may speak to it names
 * it, and nothing else of the machine.
 */

/** On the loopback address alone. */
export const BRIDGE_PORT = 47_615;

/** As pages and their policy name it. An address and no name: no other machine can be meant by it. */
export const BRIDGE_ADDRESS: string = `http://127.0.0.1:${BRIDGE_PORT}`;

/** So many letters may be signed with one PIN. */
export const MOST_BRIDGE_LETTERS = 100;

/** What a bridge says before anybody paired with it. */
export interface BridgeHere {
  readonly bridge: 'cotejo';
  readonly version: 1;
}

/** What became of one letter: signed; signed by the card, and waiting for the passkey of its signer; or not. */
export type BridgeLetter =
  | { readonly letter: string; readonly outcome: 'signed' }
  | { readonly letter: string; readonly outcome: 'waits'; readonly approval: string }
  | { readonly letter: string; readonly outcome: 'refused'; readonly what: string };

/** Where the work of a bridge is: at the card, at whoever looks at what is signed, at their PIN, at the signatures. */
export type BridgeStep = 'card' | 'look' | 'pin' | 'signing' | 'preparing';

/** What the page is told of the work that it asked for. */
export type BridgeWork =
  | { readonly is: 'idle' }
  | { readonly is: 'working'; readonly step: BridgeStep; readonly done: number; readonly of: number }
  /** The station's page, to be opened once. */
  | { readonly is: 'station'; readonly address: string }
  | { readonly is: 'done'; readonly letters: readonly BridgeLetter[] }
  /** Somebody said no in the terminal. */
  | { readonly is: 'declined' }
  | { readonly is: 'failed'; readonly what: string; readonly next: string };

/** Why a request is declined, beside what its status says. */
export type BridgeRefusal = 'not-paired' | 'code-wrong' | 'code-over' | 'busy' | 'too-many';
