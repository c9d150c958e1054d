import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemRandom } from '../../src/adapters/system.ts';
import { toBase64 } from '../../src/core/base64.ts';
import { toHex } from '../../src/core/bytes.ts';
import type { CredentialView, OfficialView } from '../../src/http/staff/views.ts';
import type { Client } from '../client.ts';
import type { Text } from '../command.ts';
import type { VerdictView } from '../show-verdict.ts';
import type { LetterOrder } from '../letter-order.ts';
import { signLetter, type SignedLetter } from '../sign-letter.ts';
import { showCards, type DemoCard } from './cards.ts';
import { people, units, type DemoPerson } from './cast.ts';

const API = '/api/v1/staff';
const ROOT = join(import.meta.dirname, '..', '..');

export interface DemoReport {
  /** Absolute paths. */
  readonly documents: readonly {
    readonly path: string;
    readonly folio: string;
    readonly seal: string;
    readonly verdict: string;
  }[];
  readonly credentials: readonly {
    readonly serial: string;
    readonly official: string;
    readonly kind: string;
    readonly state: string;
  }[];
  readonly cards: readonly DemoCard[];
  readonly checks: readonly DemoCheck[];
}

export interface DemoCheck {
  readonly check: Text;
  readonly expected: string;
  readonly found: string;
  readonly held: boolean;
}

async function register(client: Client, person: DemoPerson): Promise<OfficialView> {
  const known = await client.get<OfficialView[]>(`${API}/officials?name=${encodeURIComponent(person.official.name)}`);
  const inOffice = known.find((one) => one.name === person.official.name && !one.ended);
  if (inOffice) return inOffice;
  const photo = toBase64(new Uint8Array(await readFile(join(ROOT, 'keys-dev', 'photos', person.photo))));
  return client.post<OfficialView>(`${API}/officials`, { official: person.official, photo });
}

class Checks {
  readonly done: DemoCheck[] = [];
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  note(check: Text, expected: string, found: string): void {
    this.done.push({ check, expected, found, held: found === expected });
  }

  async text(check: Text, expected: string, text: string): Promise<void> {
    this.note(check, expected, (await this.#client.post<VerdictView>(`${API}/verify`, { text })).state);
  }

  async serial(check: Text, expected: string, serial: string): Promise<void> {
    this.note(check, expected, (await this.#client.post<VerdictView>(`${API}/verify`, { serial })).state);
  }

  async pdf(check: Text, expected: string, pdf: Uint8Array): Promise<VerdictView> {
    const answer = await this.#client.postBytes<VerdictView>(`${API}/verify/pdf`, pdf, 'application/pdf');
    this.note(check, expected, answer.state);
    return answer;
  }
}

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const out = Uint8Array.from(bytes);
  out[at]! ^= 1;
  return out;
}

/** The whole job, through the same API as every command: people, credentials, letters, checks, revocations, audit. */
export async function runDemo(client: Client, folder: string, step: (text: Text) => void): Promise<DemoReport> {
  const checks = new Checks(client);
  step({ es: 'Unidades y personas', en: 'Units and people' });
  // What is there already stays as it is.
  const there = new Set((await client.get<{ code: string }[]>(`${API}/units`)).map(({ code }) => code));
  for (const unit of units) if (!there.has(unit.code)) await client.post(`${API}/units`, unit);
  const [director, clerk, inspector] = await Promise.all(people.map((person) => register(client, person)));

  step({ es: 'Credenciales', en: 'Credentials' });
  const issue = (official: OfficialView, kind: 'staff' | 'signer'): Promise<CredentialView> =>
    client.post<CredentialView>(`${API}/credentials`, { officialId: official.id, kind });
  const signer = await issue(director!, 'signer');
  const badge = await issue(inspector!, 'staff');
  const secondSigner = await issue(clerk!, 'signer');
  await checks.serial(
    { es: 'La credencial recién emitida', en: 'The credential just issued' },
    'current',
    badge.serial,
  );

  const run = toHex(systemRandom(8));
  const documents: DemoReport['documents'][number][] = [];
  const samples = (await readdir(join(ROOT, 'test', 'samples'))).filter((name) => name.endsWith('.pdf')).toSorted();
  let last: { pdf: Uint8Array; folio: string; code: string; seal: string } | undefined;
  const sign = (sample: string, output: string, more: Partial<LetterOrder> = {}): Promise<SignedLetter> =>
    signLetter(client, {
      input: join(ROOT, 'test', 'samples', sample),
      output: join(folder, output),
      signer: director!.id,
      type: 'oficio',
      amount: '0',
      subject: 'Informe del viaje de estudios (documento de prueba)',
      idempotencyKey: `demo/${run}/${output}`,
      // Of an earlier demonstration.
      overwrite: true,
      ...more,
    });
  for (const [i, sample] of samples.entries()) {
    step({ es: `Firma de ${sample}`, en: `Signing ${sample}` });
    const more = { ...(i % 2 === 1 && { type: 'notificacion' }), ...(i === 1 && { amount: '1250.00' }) };
    const { oficio, path } = await sign(sample, sample.replace(/\.pdf$/, '-firmado.pdf'), more);
    const pdf = new Uint8Array(await readFile(path));
    const answer = await checks.pdf(
      { es: `${sample}, desde el archivo`, en: `${sample}, from the file` },
      'current',
      pdf,
    );
    await checks.text({ es: `${sample}, desde el QR`, en: `${sample}, from the QR` }, 'current', oficio.seal!);
    documents.push({ path, folio: oficio.folio, seal: oficio.seal!, verdict: answer.verdict });
    last = { pdf, folio: oficio.folio, code: oficio.code, seal: oficio.seal! };
  }

  step({ es: 'Engaños', en: 'Frauds' });
  const { pdf, folio, code, seal } = last!;
  await checks.text({ es: 'Un folio solo', en: 'A folio alone' }, 'folio-only', folio);
  await checks.text(
    { es: 'El código de 12 letras y números', en: 'The code of 12 letters and digits' },
    'current',
    code,
  );
  await checks.pdf(
    { es: 'Un byte cambiado en el archivo', en: 'One byte of the file changed' },
    'altered',
    flipped(pdf, 2000),
  );
  await checks.text(
    { es: 'Una letra cambiada en el QR', en: 'One letter of the QR changed' },
    'altered',
    changedLetter(seal),
  );
  await checks.text(
    { es: 'Un QR de otro sitio', en: 'A QR of another site' },
    'not-ours',
    'https://cotejo.example.com/v/ABCD',
  );
  const original = new Uint8Array(await readFile(join(ROOT, 'test', 'samples', samples[0]!)));
  await checks.pdf({ es: 'El mismo oficio sin firmar', en: 'The same letter unsigned' }, 'unsigned', original);

  step({ es: 'Suspensión, revocación, cancelación', en: 'Suspending, revoking, cancelling' });
  const wrong = await sign(samples[0]!, 'cancelado.pdf', { subject: 'Oficio que se cancela (documento de prueba)' });
  await client.post(`${API}/credentials/${badge.serial}/suspend`, {});
  await checks.serial({ es: 'Credencial suspendida', en: 'Credential suspended' }, 'suspended', badge.serial);
  await client.post(`${API}/credentials/${badge.serial}/resume`, {});
  await checks.serial({ es: 'Credencial reactivada', en: 'Credential resumed' }, 'current', badge.serial);
  await client.post(`${API}/credentials/${badge.serial}/revoke`, { reason: 'privilegeWithdrawn' });
  await checks.serial({ es: 'Credencial revocada', en: 'Credential revoked' }, 'revoked', badge.serial);
  await client.post(`${API}/credentials/${signer.serial}/revoke`, { reason: 'cessationOfOperation' });
  await checks.text({ es: 'Su oficio sigue valiendo', en: 'Their letter still stands' }, 'current', seal);
  await client.post(`${API}/oficios/${encodeURIComponent(wrong.oficio.code)}/cancel`, { reason: 'Demostración' });
  await checks.text({ es: 'El oficio cancelado', en: 'The cancelled letter' }, 'cancelled', wrong.oficio.seal!);
  await checks.pdf({ es: 'Su archivo', en: 'Its file' }, 'cancelled', new Uint8Array(await readFile(wrong.path)));

  step({ es: 'Una tarjeta con chip, sin aparatos', en: 'A chip card, without devices' });
  const cards = await showCards(client, folder, clerk!, (check, expected, found) =>
    checks.note(check, expected, found),
  );

  step({ es: 'Listas de revocación y auditoría de la bitácora', en: 'Revocation lists and audit of the log' });
  await client.post(`${API}/revocation/publish`, {});
  const audit = await client.post<{ sound: boolean }>(`${API}/log/audit`, {});
  checks.note({ es: 'La bitácora', en: 'The log' }, 'sound', audit.sound ? 'sound' : 'not sound');

  const all = await Promise.all(
    [signer, badge, secondSigner].map(({ serial }) => client.get<CredentialView>(`${API}/credentials/${serial}`)),
  );
  const credentials = all.map(({ serial, officialId, kind, state }) => ({ serial, official: officialId, kind, state }));
  return { documents, credentials, cards, checks: checks.done };
}

/** The last symbol but one changes: still base32, another signature. */
function changedLetter(seal: string): string {
  const at = seal.length - 10;
  return seal.slice(0, at) + (seal[at] === 'A' ? 'B' : 'A') + seal.slice(at + 1);
}
