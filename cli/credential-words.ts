import type { CredentialKind, PersonReason } from '../src/credential/credential.ts';
import type { Meanings, Text } from './command.ts';
import type { Screen } from './screen.ts';

/** Why a credential ends, by RFC 5280 §5.3.1. */
export const REVOCATION_REASONS: Meanings<PersonReason> = {
  keyCompromise: { es: 'robaron o copiaron la llave', en: 'the key was stolen or copied' },
  affiliationChanged: { es: 'dejó ese cargo', en: 'left that post' },
  superseded: { es: 'otra la sustituye', en: 'another one replaces it' },
  cessationOfOperation: { es: 'ya no se usa', en: 'no longer used' },
  privilegeWithdrawn: { es: 'se le retiró el permiso', en: 'the permission was withdrawn' },
  unspecified: { es: 'otro motivo', en: 'another reason' },
};

/** What each kind is for. */
export const KINDS: Meanings<CredentialKind> = {
  staff: { es: 'identifica', en: 'identifies' },
  signer: { es: 'firma oficios', en: 'signs letters' },
  card: { es: 'muestra la tarjeta', en: 'shows the card' },
};

/** What a person asks for; the card's own is made with the card. */
export const ISSUABLE: Meanings<Exclude<CredentialKind, 'card'>> = { staff: KINDS.staff, signer: KINDS.signer };

/** The states of a credential, each by one word. */
export const STATES: Meanings<'issued' | 'suspended' | 'revoked' | 'prepared'> = {
  issued: { es: 'vigente', en: 'issued' },
  suspended: { es: 'suspendida', en: 'suspended' },
  revoked: { es: 'revocada', en: 'revoked' },
  prepared: { es: 'preparada', en: 'prepared' },
};

/** A word of the API in the reader's language; one that this release does not know stands as it is. */
export function inWords(screen: Screen, words: Meanings<string>, word: string): string {
  const text: Text | undefined = Object.hasOwn(words, word) ? words[word] : undefined;
  return text ? screen.say(text) : word;
}
