import type { LoginCard } from './access/card-login.ts';
import { nodeBlockCiphers } from './adapters/block-ciphers.ts';
import { cardHistory } from './adapters/logged/card-history.ts';
import { cardRegister } from './adapters/logged/card-register.ts';
import { LoggedCards } from './adapters/logged/cards.ts';
import type { WitnessLog } from './adapters/logged/first-leaves.ts';
import type { OnCards } from './adapters/logged/on-cards.ts';
import type { RegisterDeps } from './adapters/logged/register.ts';
import { sqlCards } from './adapters/sql/cards.ts';
import { sqlTapCounters } from './adapters/sql/tap-counters.ts';
import type { SqliteData } from './adapters/sqlite.ts';
import { systemPause } from './adapters/system.ts';
import { holderAlgorithmFor } from './authority/algorithm.ts';
import { readCertificate } from './authority/certificate.ts';
import { gatherCardBundle, type GatherBundleDeps } from './card/office/gather-bundle.ts';
import type { ToldCards } from './card/office/history.ts';
import type { CardOffice } from './card/office.ts';
import { cardSecrets, mastersOf } from './card/office/secrets.ts';
import { cardOffice, type CardOfficeDeps } from './card-office.ts';
import { KIND_OF_SLOT } from './credential/on-card.ts';
import type { CredentialStore } from './credential/store.ts';
import { parseOfficialId } from './directory/official.ts';
import { LeafKind } from './log/leaf.ts';
import type { Secrets } from './ports.ts';
import type { Publications } from './publications.ts';
import type { VerdictDeps, Verdicts } from './verdicts.ts';

/** What cards need of the rest of an installation. */
export interface CardParts extends Omit<CardOfficeDeps, 'store' | 'standing' | 'leaves' | 'secrets' | 'countTap'> {
  readonly data: SqliteData;
  readonly log: WitnessLog;
  readonly onCards: OnCards;
  readonly masters: Secrets;
  readonly registerDeps: RegisterDeps;
  readonly published: Pick<Publications, 'trustList' | 'statusList'> &
    Pick<GatherBundleDeps, 'publishCrl' | 'listSigner'>;
}

/** What verdicts ask of cards. */
export type CardVerdicts = Pick<VerdictDeps, 'cards' | 'taps'>;

/** The acts about cards, and what verdicts ask of them. */
export function composeCards(parts: CardParts): {
  readonly office: CardOffice;
  readonly judged: CardVerdicts;
  readonly told: ToldCards;
} {
  const { data, log, onCards, primitives } = parts;
  const rows = sqlCards(data);
  const standing = new LoggedCards(rows, log, primitives, { acceptUnread: true });
  const register = cardRegister({ ...parts.registerDeps, cards: standing, onCards });
  const hasCards = async (): Promise<boolean> => (await log.ofKinds([LeafKind.cardRegistered])).length > 0;
  const secrets = cardSecrets(mastersOf(parts.masters, hasCards), nodeBlockCiphers, primitives);
  const counters = sqlTapCounters(data);
  const store = new LoggedCards(rows, log, primitives);
  const own = { store, standing, leaves: onCards, secrets, countTap: counters.advance };
  const { published } = parts;
  // One that is a minute old calls cards suspended that became active since.
  const statusList = () => published.statusList('credenciales', { madeNow: true });
  const told = { ...parts, ...published, statusList, store: standing, leaves: onCards, pause: systemPause };
  return {
    told: {
      list: () => standing.list(),
      history: (number) => cardHistory(told, number),
      async bundle() {
        await parts.check();
        return gatherCardBundle(told);
      },
    },
    office: cardOffice({ ...parts, ...own }),
    judged: { cards: register, taps: { tags: register, keys: secrets, counters } },
  };
}

/** By which cards people log in: by the key of 9A, while its certificate counts, which ends with the card and with its holder's post. */
export function loginCards(
  verdicts: Pick<Verdicts, 'verifyCredential'>,
  credentials: Pick<CredentialStore, 'find'>,
): (serial: string) => Promise<LoginCard | undefined> {
  return async (serial) => {
    const { record } = (await credentials.find(serial)) ?? {};
    const official = record && parseOfficialId(record.officialId);
    if (!official || record.kind !== KIND_OF_SLOT['9A'] || record.card === undefined || !record.certificate) {
      return undefined;
    }
    if ((await verdicts.verifyCredential(serial)).verdict !== 'valid') return undefined;
    const { spki, algorithm: key } = readCertificate(record.certificate).key;
    const algorithm = holderAlgorithmFor(key);
    return algorithm && { official, spki, algorithm };
  };
}
