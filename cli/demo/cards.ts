import { join } from 'node:path';
import { nodeBlockCiphers } from '../../src/adapters/block-ciphers.ts';
import { nodePrimitives } from '../../src/adapters/primitives.ts';
import { systemClock, systemRandom } from '../../src/adapters/system.ts';
import { formatCardNumber, type Card } from '../../src/card/card.ts';
import { readNdefAddress } from '../../src/card/ntag424/ndef.ts';
import { parseTagUid } from '../../src/card/ntag424/uid.ts';
import { provisionCard, type StationDeps } from '../../src/card/station/provision.ts';
import { challengeCard } from '../../src/card/station/verify-card.ts';
import { toBase64 } from '../../src/core/base64.ts';
import { concat } from '../../src/core/bytes.ts';
import type { OfficialView } from '../../src/http/staff/views.ts';
import { fileJournal } from '../../hardware/journal-file.ts';
import { factoryTag, softNtag424, type SoftTagState } from '../../hardware/soft-ntag424.ts';
import { softMaker } from '../../hardware/soft-ntag424-maker.ts';
import { insertSoftPiv } from '../../hardware/soft-piv/card.ts';
import { factoryState, type SoftPivState } from '../../hardware/soft-piv/state.ts';
import { cardOffice } from '../card-office.ts';
import type { Client } from '../client.ts';
import type { Text } from '../command.ts';
import type { VerdictView } from '../show-verdict.ts';

const VERIFY = '/api/v1/staff/verify';
const PIN = '71840926';

export interface DemoCard {
  readonly number: string;
  readonly official: string;
  readonly state: Card['state'];
}

/** Notes what was found beside what should have been. */
type Note = (check: Text, expected: string, found: string) => void;

/** A body without a device: a PIV chip and an NTAG 424 DNA, as they leave the factory. */
interface SoftBody {
  readonly chip: SoftPivState;
  readonly tag: SoftTagState;
}

const deps = { ciphers: nodeBlockCiphers, random: systemRandom };
/** What a tag must be genuine by; of a maker of tags that are none. */
const maker = softMaker(systemRandom);

function newBody(): SoftBody {
  const uid = parseTagUid(concat(Uint8Array.of(0x04), systemRandom(6)))!;
  return { chip: factoryState(systemRandom), tag: factoryTag(uid, maker.sign(uid)) };
}

/**
 * A card is made, checked at the counter, held to a telephone, and replaced when it is lost: with cards that are no devices, in
 * this process, by the functions that work on real ones.
 */
export async function showCards(
  client: Client,
  folder: string,
  official: OfficialView,
  note: Note,
): Promise<readonly DemoCard[]> {
  const office = cardOffice(client);
  const station: StationDeps = {
    ...{ ...deps, office, primitives: nodePrimitives, clock: systemClock, busy: new Set<string>() },
    journal: fileJournal(join(folder, 'card-journal')),
  };
  // Of an earlier demonstration, whose body is gone.
  const { card: before } = await office.holder(official.id);
  if (before) await office.end({ number: before.number, reason: 'replaced' });

  const make = async (body: SoftBody): Promise<Card> => {
    const chip = insertSoftPiv(body.chip, { ...deps, personality: 'yubikey' });
    const tag = softNtag424(deps, body.tag);
    const people = { choosePin: async () => PIN };
    const parts = { chip, tag: async () => tag };
    try {
      return (await provisionCard(station, official.id, parts, people, { makerKey: maker.publicKey })).card;
    } finally {
      await chip.close();
    }
  };
  const ask = async (body: object): Promise<string> => (await client.post<VerdictView>(VERIFY, body)).state;
  const atCounter = async ({ chip }: SoftBody): Promise<string> => {
    const channel = insertSoftPiv(chip, { ...deps, personality: 'yubikey' });
    const { certificate } = await challengeCard({ ...station, channel });
    return ask({ certificate: toBase64(certificate.encoded) });
  };
  const tap = async ({ tag }: SoftBody): Promise<string> => (await readNdefAddress(softNtag424(deps, tag)))!;

  const first = newBody();
  const card = await make(first);
  note({ es: 'La tarjeta en la ventanilla', en: 'The card at the counter' }, 'current', await atCounter(first));
  const address = await tap(first);
  note({ es: 'La tarjeta en el teléfono', en: 'The card on a telephone' }, 'current', await ask({ text: address }));
  note({ es: 'La misma dirección otra vez', en: 'The same address again' }, 'replayed', await ask({ text: address }));
  const lost = await office.end({ number: card.number, reason: 'lost' });
  note(
    { es: 'La tarjeta perdida, en la ventanilla', en: 'The lost card at the counter' },
    'revoked',
    await atCounter(first),
  );
  note(
    { es: 'La tarjeta perdida, en el teléfono', en: 'The lost card on a telephone' },
    'revoked',
    await ask({ text: await tap(first) }),
  );
  const second = newBody();
  const other = await make(second);
  note({ es: 'La que se le dio en su lugar', en: 'The one given in its place' }, 'current', await atCounter(second));
  return [lost, other].map(({ number, officialId, state }) => ({
    ...{ number: formatCardNumber(number), official: officialId, state },
  }));
}
