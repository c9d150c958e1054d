import { generateKeyPairSync, hash, sign, verify } from 'node:crypto';

/**
 * What no program that does the job on this machine can go below: Node's own cryptography, with its keys at hand, and
 * nothing else.
 */
export class Limit {
  readonly #keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  readonly #data = new Uint8Array(200);
  readonly #signature = sign('sha256', this.#data, this.#keys.privateKey);

  /** Of sealing and signing: the file hashed once, one signature for the seal and one for the file, both verified. */
  signing(file: Uint8Array): void {
    hash('sha256', file, 'buffer');
    for (let i = 0; i < 2; i++) sign('sha256', this.#data, this.#keys.privateKey);
    this.#verify(2);
  }

  /** Of verifying: the file hashed once; its signature, its seal and the checkpoint of the log verified. */
  verifying(file: Uint8Array): void {
    hash('sha256', file, 'buffer');
    this.#verify(3);
  }

  /** Of verifying a QR alone: its seal and the checkpoint of the log. */
  verifyingSeal(): void {
    this.#verify(2);
  }

  #verify(times: number): void {
    for (let i = 0; i < times; i++) verify('sha256', this.#data, this.#keys.publicKey, this.#signature);
  }
}
