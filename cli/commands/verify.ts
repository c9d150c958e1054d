import { toBase64 } from '../../src/core/base64.ts';
import { fromUtf8, toLatin1 } from '../../src/core/bytes.ts';
import { decodeOnePem } from '../../src/authority/pem.ts';
import { isRefusal } from '../../src/core/refusal.ts';
import { withoutCertificateLabel } from '../../src/credential/credential.ts';
import type { Card } from '../../src/card/card.ts';
import { cardOffice } from '../card-office.ts';
import { showCardAnswer } from '../cards/show-card-answer.ts';
import type { Client } from '../client.ts';
import { EXIT, type Command, type Exit, type Text } from '../command.ts';
import { explain } from '../explain.ts';
import { exists, readInput } from '../files.ts';
import { EXIT_OF, showVerdict, type VerdictView } from '../show-verdict.ts';
import { withUnitName } from '../units.ts';

const API = '/api/v1/staff/verify';

/** Meant as a file even when none has this name: no seal, code, folio or serial number looks so. */
const FILE_NAME = /^(?!https?:).*\.(?:pdf|png|jpe?g|webp|pem|cer|crt|der|txt)$/i;

/** A file is looked into; anything else is the text of a seal, the address of a tap, a typed code, a folio, or the serial number of a credential. */
async function verdictOn(client: Client, target: string): Promise<VerdictView> {
  if ((await exists(target)) || FILE_NAME.test(target)) return verdictOnFile(client, target);
  const number = withoutCertificateLabel(target);
  if (/^[0-9a-f]{24,40}$/i.test(number.replaceAll(':', ''))) return client.post(API, { serial: target });
  return client.post(API, { text: target });
}

async function verdictOnFile(client: Client, path: string): Promise<VerdictView> {
  const bytes = await readInput(path);
  const head = toLatin1(bytes.subarray(0, 1024));
  if (head.includes('-----BEGIN CERTIFICATE-----')) {
    const der = pemOf(fromUtf8(bytes) ?? '');
    if (der) return client.post(API, { certificate: toBase64(der) });
  }
  if (isPicture(bytes)) return client.postBytes(`${API}/picture`, bytes, 'application/octet-stream');
  if (bytes[0] === 0x30 && bytes.length < 65_536) return client.post(API, { certificate: toBase64(bytes) });
  const text = bytes.length < 2000 ? fromUtf8(bytes)?.trim() : undefined;
  if (text !== undefined && /^[\x21-\x7eÑñ]+$/.test(text) && !text.startsWith('%PDF'))
    return client.post(API, { text });
  return client.postBytes(`${API}/pdf`, bytes, 'application/pdf');
}

/** JPEG, PNG or WebP, by the first bytes. */
function isPicture(bytes: Uint8Array): boolean {
  const head = toLatin1(bytes.subarray(0, 12));
  return head.startsWith('\xff\xd8\xff') || head.startsWith('\x89PNG') || /^RIFF....WEBP/s.test(head);
}

function pemOf(text: string): Uint8Array | undefined {
  try {
    return decodeOnePem('CERTIFICATE', text);
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}

/** One that is not valid says more than one that could not be looked at, which says more than one left open. */
const WORST_FIRST: readonly Exit[] = [EXIT.invalid, EXIT.outage, EXIT.declined, EXIT.usage, EXIT.undetermined];

/** Of what is no code either: somebody may have meant a file. */
const NO_SUCH_FILE: Text = {
  es: 'Tampoco hay un archivo con ese nombre. Si quería comprobar uno, escriba su nombre completo, con .pdf.',
  en: 'There is no file of that name either. To check one, give its whole name, with .pdf.',
};

/** Why a card ended is told to the office; the public learns of a theft alone. */
async function endedCard(client: Client, { state, subject }: VerdictView): Promise<Card | undefined> {
  const number = subject['card'];
  if (typeof number !== 'string' || !['revoked', 'ended'].includes(state)) return undefined;
  const card = await cardOffice(client).find({ number });
  return card?.state === 'ended' ? card : undefined;
}

export const verify: Command = {
  name: 'verify',
  summary: {
    es: 'comprueba un PDF, el texto o la foto de un QR, la dirección que abrió una tarjeta, un código, un folio, un certificado o un número de serie',
    en: 'checks a PDF, the text or picture of a QR, the address that a card opened, a typed code, a folio, a certificate or a serial number',
  },
  positionals: { es: 'QUÉ…', en: 'TARGET…' },
  minPositionals: 1,
  maxPositionals: 10_000,
  async run({ given, screen, client }) {
    const open = await client();
    const found = new Set<Exit>();
    const several = given.positionals.length > 1;
    for (const target of given.positionals) {
      try {
        const answer = await verdictOn(open, target);
        found.add(EXIT_OF[answer.verdict]);
        if (screen.json) screen.data(several ? { target, ...answer } : answer);
        const ended = screen.json ? undefined : await endedCard(open, answer);
        const told = screen.json ? answer : await withUnitName(open, answer);
        if (ended) showCardAnswer(screen, { verdict: told, card: ended }, { target });
        else showVerdict(screen, target, told);
        if (answer.state === 'unreadable' && !(await exists(target))) screen.note(screen.say(NO_SUCH_FILE));
      } catch (error) {
        if (!several) throw error;
        screen.note(`✗ ${target}:`);
        found.add(explain(error, screen, { target }));
      }
    }
    return WORST_FIRST.find((exit) => found.has(exit)) ?? EXIT.done;
  },
};
