/** A letter that a card countersigns: prepared, looked at and shown before its PIN is asked for. */
import { createHash } from 'node:crypto';
import { nodePrimitives as primitives } from '../../src/adapters/primitives.ts';
import { formatCardNumber } from '../../src/card/card.ts';
import { signOnCard, type SignCardDeps, type SigningCard } from '../../src/card/station/sign-card.ts';
import { toBase64 } from '../../src/core/base64.ts';
import { toHex } from '../../src/core/bytes.ts';
import { parseOfficialId } from '../../src/directory/official.ts';
import type { CountersignedView, OfferedCountersignatureView } from '../../src/http/staff/countersignatures.ts';
import {
  checkOfferedCountersignature,
  type CountersignOrdered,
} from '../../src/oficio/check-offered-countersignature.ts';
import { checkCountersignedBefore, checkSigned, deliveredDiffers } from '../../src/oficio/check-signed.ts';
import { parseFolio } from '../../src/oficio/folio.ts';
import { withoutLabel } from '../../src/oficio/label.ts';
import { sealOrigin } from '../../src/seal/address.ts';
import type { SealClaims } from '../../src/seal/seal.ts';
import { parseTypedCode, typedCodeOf } from '../../src/seal/text.ts';
import type { Client } from '../client.ts';
import type { Context } from '../command.ts';
import {
  deliverCountersigned,
  digestOf,
  openTarget,
  refuseOtherFile,
  versionOf,
  type CountersignedLetter,
  type CountersignOrder,
  type OpenedTarget,
} from '../countersign-letter.ts';
import { readOfferedCountersignature } from '../offered-countersignature.ts';
import type { Screen } from '../screen.ts';
import { LETTERS_API } from '../sign-letter.ts';
import { askPin, stoppedAtPin, whileSigning } from './ask-signature.ts';
import { NOT_COUNTERSIGNED, showCountersigning } from './show-countersigning.ts';
import { takeSigningCard, type SigningStation } from './sign-with-card.ts';
import { withStation } from './station.ts';

export interface CountersignedByCard extends CountersignedLetter {
  /** As printed on the card. */
  readonly card: string;
}

/** At the readers of this machine. @throws Refusal and Outage of the card, before anything is recorded for it */
export async function countersignWithCard(context: Context, order: CountersignOrder): Promise<CountersignedByCard> {
  const client = await context.client();
  return withStation(context, (station) => countersignAtStation(client, station, context.screen, order));
}

/** Takes the card of who is to countersign, has the letter prepared, shows it, asks for the PIN, signs, and writes the file. */
export async function countersignAtStation(
  client: Client,
  station: SigningStation,
  screen: Screen,
  order: CountersignOrder,
): Promise<CountersignedByCard> {
  const opened = await openTarget(client, order);
  const signerId = order.signer === '' ? undefined : (parseOfficialId(order.signer) ?? order.signer);
  const { deps, signing } = await takeSigningCard(station, signerId);
  const own = { ...order, signer: signing.card.officialId };
  await refuseOtherFile(client, opened, own);
  const card = formatCardNumber(signing.card.number);
  return { ...(await signWith(client, station, screen, { deps, signing, opened, order: own })), card };
}

interface Task {
  readonly deps: SignCardDeps;
  readonly signing: SigningCard;
  readonly opened: OpenedTarget;
  readonly order: CountersignOrder;
}

async function signWith(
  client: Client,
  station: SigningStation,
  screen: Screen,
  task: Task,
): Promise<CountersignedLetter> {
  const { signing, opened, order } = task;
  const { serial, certificate } = signing;
  const { letter, file } = opened;
  const path = `${LETTERS_API}/${letter.id}/countersignatures`;
  const asked = { signerId: order.signer, serial, ...digestOf(opened) };
  const answer = await client.post<OfferedCountersignatureView | CountersignedView>(`${path}/prepared`, asked);
  if (!('toBeSigned' in answer)) {
    if (answer.id !== letter.id || answer.countersignature.officialId !== order.signer)
      deliveredDiffers('another order');
    const earlier = {
      certificate: certificate.encoded,
      letter: letter.id,
      ordinal: answer.countersignature.ordinal,
      origins: [sealOrigin(opened.installation.origin, { allowHttp: opened.installation.dev })],
      isNamed: isNamedBy(opened.name),
    };
    return deliverCountersigned(client, answer, opened, order, (signed) =>
      checkCountersignedBefore(primitives, earlier, signed),
    );
  }
  const offered = { ...readOfferedCountersignature(answer), ...opened.installation };
  // The version for which it was prepared: by now others may have signed behind it.
  const base = await versionOf(client, letter.id, offered.countersignature.ordinal - 1);
  const ordered: CountersignOrdered = {
    signerId: order.signer,
    isNamed: isNamedBy(opened.name),
    ...(file && { file }),
  };
  const checked = await checkOfferedCountersignature(
    primitives,
    ordered,
    base,
    certificate.encoded,
    offered,
    station.clock(),
  );
  const { countersignature } = offered;
  const fileDigest = createHash('sha256').update(base).digest('hex');
  showCountersigning(screen, signing, {
    ...checked,
    ...countersignature,
    target: order.target,
    isFile: file !== undefined,
    subject: answer.letter.subject,
    fileDigest,
  });
  const signature = await whileSigning(() => askAndSign(station, screen, task, checked.prepared.toBeSigned)).catch(
    (error: unknown) => {
      const stopped = stoppedAtPin(error, NOT_COUNTERSIGNED);
      if (stopped === undefined) screen.note(screen.say(NOT_COUNTERSIGNED));
      throw stopped ?? error;
    },
  );
  const oficio = await client.post<CountersignedView>(`${path}/${countersignature.id}/signature`, {
    signature: toBase64(signature),
  });
  if (oficio.id !== letter.id || oficio.countersignature.ordinal !== countersignature.ordinal)
    deliveredDiffers('another letter');
  const expected = { input: base, certificate: certificate.encoded, prepared: checked.prepared };
  return deliverCountersigned(client, oficio, opened, order, (signed) => checkSigned(primitives, expected, signed));
}

async function askAndSign(
  { prompt }: SigningStation,
  screen: Screen,
  { deps, signing }: Task,
  toBeSigned: Uint8Array,
): Promise<Uint8Array> {
  const pin = await askPin(prompt, screen, deps, signing, 1);
  try {
    return await signOnCard(deps, signing, pin, toBeSigned);
  } finally {
    pin.fill(0);
  }
}

/** Whether a letter is the one of this folio, code or id (of a file: the one that it carries): by what its own seal says, not by what the service does. */
function isNamedBy(target: string): (claims: SealClaims) => boolean {
  const name = withoutLabel(target).trim();
  if (/^[0-9a-f]{16}$/.test(name)) return ({ id }) => toHex(id) === name;
  if (name.includes('/')) {
    const { folio } = parseFolio(name);
    return (claims) => claims.folio === folio;
  }
  const code = parseTypedCode(name);
  return ({ id }) => typedCodeOf(id) === code;
}
