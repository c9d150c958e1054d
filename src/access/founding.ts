import { equal, equalSecret, utf8 } from '../core/bytes.ts';
import { toCrockford } from '../core/crockford.ts';
import type { Primitives } from '../core/primitives.ts';
import type { Random } from '../core/random.ts';
import { Refusal } from '../core/refusal.ts';
import { unixSeconds, type Clock, type UnixSeconds } from '../core/time.ts';
import { keyFingerprint } from './fingerprint.ts';
import { checkFounderNames, checkFoundingOrigin } from './founding-checks.ts';
import type { FoundingCode } from './founding-code.ts';
import { readRegistration, registrationOptions, type Registration, type RegistrationResponse } from './registration.ts';

/** How long an address for a founder opens the page. */
export const TICKET_SECONDS = 86_400;
/** 130 bits that nobody guesses, in signs that can be read aloud and that no QR code distinguishes by case. */
const TICKET_SYMBOLS = 26;
const TICKET_BYTES = 17;
const PERSON_BYTES = 16;
const CHALLENGE_BYTES = 32;

/** What a founder made, as the charter will have it. */
export interface Founder {
  readonly person: Uint8Array;
  readonly name: string;
  /** SubjectPublicKeyInfo of the passkey. */
  readonly key: Uint8Array;
}

/** Where a founder stands: invited, has opened the page, has a passkey. */
export interface Seat {
  readonly name: string;
  readonly opened: boolean;
  /** Of their passkey: four groups of four symbols, to be compared by eye. */
  readonly fingerprint?: string;
}

export interface FoundingDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly primitives: Pick<Primitives, 'digest'>;
}

export interface FoundingRequest {
  /** As `checkFoundingOrigin` accepts it. */
  readonly origin: string;
  readonly institution: string;
  readonly names: readonly string[];
}

interface Place {
  readonly person: Uint8Array;
  readonly name: string;
  ticket: string;
  expiresAt: UnixSeconds;
  /** Of the browser in which the address was used. */
  session?: string;
  challenge?: Uint8Array;
  made?: Registration;
}

function refuse(code: FoundingCode, message: string): never {
  throw new Refusal<FoundingCode>(code, message);
}

/**
 * The founders of an installation that is not there yet, in the memory of one process: whoever stops it begins anew. Each gets an
 * address that opens the page once; the browser in which it was used makes their passkey, anew as often as they like, until
 * everybody is confirmed.
 */
export class Founding {
  readonly #deps: FoundingDeps;
  readonly #request: FoundingRequest;
  readonly #places: Place[];
  readonly #listeners = new Set<() => void>();
  #isOver = false;

  /** @throws Refusal `founding/origin`, `founding/founders` */
  constructor(deps: FoundingDeps, request: FoundingRequest) {
    checkFoundingOrigin(request.origin);
    this.#deps = deps;
    this.#request = request;
    const expiresAt = this.#later();
    this.#places = checkFounderNames(request.names).map((name) => ({
      person: deps.random(PERSON_BYTES),
      name,
      ticket: this.#draw(),
      expiresAt,
    }));
  }

  get institution(): string {
    return this.#request.institution;
  }

  get origin(): string {
    return this.#request.origin;
  }

  get seats(): readonly Seat[] {
    return this.#places.map((place) => this.#seatOf(place));
  }

  /** The ticket of each founder, in order; the address of the page ends in it. */
  get tickets(): readonly string[] {
    return this.#places.map(({ ticket }) => ticket);
  }

  /** Another ticket for this founder; what was made or opened with the one before is gone. */
  inviteAnew(index: number): void {
    this.#refuseOver();
    const { person, name } = this.#places[index]!;
    this.#places[index] = { person, name, ticket: this.#draw(), expiresAt: this.#later() };
    this.#tell();
  }

  /** Calls `told` after every change. @returns what ends it */
  onChange(told: () => void): () => void {
    this.#listeners.add(told);
    return () => this.#listeners.delete(told);
  }

  /** Whom a ticket invites; looking does not use it up. @throws Refusal `founding/ticket-…`, `founding/over` */
  lookUp(ticket: string): Seat {
    return this.#seatOf(this.#invited(ticket));
  }

  /** Uses a ticket up. @returns the secret of the browser that did. @throws Refusal `founding/ticket-…`, `founding/over` */
  open(ticket: string): string {
    const place = this.#invited(ticket);
    place.session = this.#draw();
    this.#tell();
    return place.session;
  }

  /** Whose browser it is. @throws Refusal `founding/not-opened`, `founding/ticket-expired`, `founding/over` */
  seat(session: string | undefined): Seat {
    return this.#seatOf(this.#opened(session));
  }

  /** What the browser is to be asked for. @throws Refusal as `seat` */
  async options(session: string | undefined): ReturnType<typeof registrationOptions> {
    const place = this.#opened(session);
    const challenge = this.#deps.random(CHALLENGE_BYTES);
    place.challenge = challenge;
    const others = this.#places.flatMap(({ made }) => (made && place.made !== made ? [made] : []));
    return registrationOptions({
      rpId: new URL(this.#request.origin).hostname,
      rpName: this.#request.institution,
      challenge,
      user: { handle: place.person, name: place.name, displayName: place.name },
      // A device that holds one founder's key makes none for another.
      exclude: others,
    });
  }

  /**
   * Takes the passkey that the browser made, in the place of one that was there before.
   * @throws Refusal as `seat` and `readRegistration`; `founding/key-of-another`
   */
  async register(session: string | undefined, answer: RegistrationResponse): Promise<Seat> {
    const place = this.#opened(session);
    const { challenge } = place;
    // Once for each question, whatever comes of it.
    delete place.challenge;
    const { hostname, origin } = new URL(this.#request.origin);
    const made = await readRegistration(answer, {
      challenge: challenge ?? this.#deps.random(CHALLENGE_BYTES),
      rpId: hostname,
      origins: [origin],
    });
    this.#refuseOver();
    const isTaken = this.#places.some(
      (other) =>
        other !== place &&
        other.made &&
        (equal(other.made.spki, made.spki) || equal(other.made.credentialId, made.credentialId)),
    );
    if (isTaken) refuse('founding/key-of-another', 'the passkey of another founder');
    // They were invited anew meanwhile.
    if (!this.#places.includes(place)) refuse('founding/not-opened', 'not the browser that is expected');
    place.made = made;
    this.#tell();
    return this.#seatOf(place);
  }

  /**
   * Those founders, once somebody has confirmed what was shown: nothing is made from here on.
   * @param confirmed the fingerprints that were compared, in order
   * @returns nothing where one has none, or another one by now
   */
  close(confirmed: readonly string[]): readonly Founder[] | undefined {
    const founders: Founder[] = [];
    for (const [i, place] of this.#places.entries()) {
      if (!place.made || this.#seatOf(place).fingerprint !== confirmed[i]) return undefined;
      founders.push({ person: place.person, name: place.name, key: place.made.spki });
    }
    this.#isOver = true;
    return founders;
  }

  #seatOf({ name, session, made }: Place): Seat {
    const fingerprint = made && keyFingerprint(made.spki, this.#deps.primitives);
    return { name, opened: session !== undefined, ...(fingerprint !== undefined && { fingerprint }) };
  }

  #later(): UnixSeconds {
    return unixSeconds(this.#deps.clock() + TICKET_SECONDS);
  }

  #draw(): string {
    return toCrockford(this.#deps.random(TICKET_BYTES), TICKET_SYMBOLS).toLowerCase();
  }

  #refuseOver(): void {
    if (this.#isOver) refuse('founding/over', 'everybody was confirmed');
  }

  #find(secret: string, of: (place: Place) => string | undefined): Place | undefined {
    return this.#places.find((place) => equalSecret(utf8(of(place) ?? ''), utf8(secret)));
  }

  #invited(ticket: string): Place {
    this.#refuseOver();
    const place = this.#find(ticket, (one) => one.ticket);
    if (!place) refuse('founding/ticket-unknown', 'no ticket of anybody');
    if (place.session !== undefined) refuse('founding/ticket-used', 'a ticket that was used');
    if (this.#deps.clock() >= place.expiresAt) refuse('founding/ticket-expired', 'a ticket that expired');
    return place;
  }

  #opened(session: string | undefined): Place {
    this.#refuseOver();
    const place = session ? this.#find(session, (one) => one.session) : undefined;
    if (!place) refuse('founding/not-opened', 'not a browser that used a ticket');
    if (this.#deps.clock() >= place.expiresAt) refuse('founding/ticket-expired', 'a ticket that expired');
    return place;
  }

  #tell(): void {
    for (const told of this.#listeners) told();
  }
}
