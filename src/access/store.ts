import type { AttemptWrite } from '../log/attempt.ts';
import type { Person } from './people.ts';
import type { PersonId } from './person.ts';

/** A passkey is enrolled once: its id is an attempt that nobody can make twice. */
export type AccessWrite = AttemptWrite;

/**
 * The people as the log tells them: no row is asked. Calls may run at once; each sees every act that was committed before it. All
 * throw the outages of the log.
 */
export interface AccessStore {
  findPerson(id: PersonId): Promise<Person | undefined>;
  /** Whose passkey has this id, also one that ended. */
  findByCredential(credentialId: Uint8Array): Promise<Person | undefined>;
  /** In the order of their first enrolment. */
  listPeople(): Promise<readonly Person[]>;
}
