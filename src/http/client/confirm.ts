import { keyFingerprint } from '../../access/fingerprint.ts';
import type { Role } from '../../access/role.ts';
import { fromHex } from '../../core/bytes.ts';
import { ACTS, FACTS } from '../../texts/es/acts.ts';
import type { EndReason } from '../../directory/official.ts';
import { LEAVING_REASONS } from '../../texts/es/personnel.ts';
import { ROLES } from '../../texts/es/words.ts';
import type { ShownApproval } from '../staff/approval-views.ts';
import { recordFacts, type Fact } from '../staff/record-facts.ts';
import { ask, toldIn } from './asking.ts';
import { checkActs, checkLetter, Differs, expectLetters, type CheckedActs } from './check-shown.ts';
import { assertionOver, onPasskeyForm, showTrouble } from './passkey.ts';
import { browserPrimitives } from './primitives.ts';

/*
 * What waits is confirmed with a passkey. The challenge is made here, of the records and the files that the page shows: a service that
 * shows one letter and asks for another is refused. That this script comes from the service as well is told in docs/formats/evidence.md.
 */

const LIES =
  'Lo que se pide firmar no es lo que esta página muestra. No confirme nada: avise a auditoría, y compruébelo con la línea de órdenes.';
/** A list is looked at by its beginning. */
const MOST_SHOWN = 50;

async function fetchShown(address: string): Promise<ShownApproval> {
  const answer = await fetch(address, { headers: { accept: 'application/json' } });
  const said: unknown = await answer.json();
  if (!answer.ok) throw toldIn(said);
  return said as ShownApproval;
}

/** Each file that is signed, checked against its record; its link then opens the very bytes that were checked. */
async function checkLetters(shown: ShownApproval, checked: CheckedActs, tell: (words: string) => void): Promise<void> {
  expectLetters(checked, shown);
  const { letters = [] } = shown;
  for (const [i, { id }] of letters.entries()) {
    tell(letters.length > 1 ? `Comprobando el oficio ${i + 1} de ${letters.length}…` : 'Comprobando el oficio…');
    const link = document.querySelector<HTMLAnchorElement>(`a[data-letter="${id}"]`);
    if (!link) throw new Differs('letter');
    const answer = await fetch(link.href);
    if (!answer.ok) throw toldIn(await answer.json());
    const file = new Uint8Array(await answer.arrayBuffer());
    checkLetter(checked.records[i]!, id, file, browserPrimitives);
    link.href = URL.createObjectURL(new Blob([file], { type: 'application/pdf' }));
    link.target = '_blank';
  }
}

function textOf(fact: Fact): string {
  if (fact === null) return '—';
  if (Array.isArray(fact)) return fact.map((one) => textOf(one as Fact)).join('; ') || '—';
  if (typeof fact === 'object')
    return Object.entries(fact)
      .map(([name, value]) => `${FACTS[name] ?? name}: ${textOf(value as Fact)}`)
      .join(', ');
  return String(fact);
}

/** What stands in a record as a digest, or as a word of ours, is said as people say it. */
const SAID: Readonly<Record<string, (fact: Fact) => string>> = {
  photo: () => 'con fotografía',
  number: (fact) => textOf(fact).replace(/^(\w{4})(\w{4})(\w{4})$/, '$1-$2-$3'),
  ended: (fact) => {
    const [on, reason] = fact as readonly [string, EndReason];
    return `desde el ${on}: ${LEAVING_REASONS[reason] ?? reason}`;
  },
  grants: (fact) =>
    (fact as readonly (readonly [Role, string | null, string, string | null])[])
      .map(([role, unit, from, until]) => {
        const where = unit === null ? 'en todas las unidades' : `en ${unit}`;
        return `${ROLES[role] ?? role} ${where}, desde el ${from}${until === null ? '' : ` hasta el ${until}`}`;
      })
      .join('; ') || 'ninguno',
  // What two people compare with whoever made it: read from the key that is approved.
  key: (fact) => keyFingerprint(fromHex(textOf(fact)) ?? new Uint8Array(), browserPrimitives),
  scope: (fact) => (fact === 'passkey' ? 'una llave de acceso' : 'todo su acceso'),
  authority: (fact) => (fact === 'oficios' ? 'firmar oficios' : 'identificarse'),
  body: (fact) => {
    const { notBefore, notAfter } = fact as { readonly notBefore?: string; readonly notAfter?: string };
    return notBefore === undefined ? '—' : `del ${notBefore.slice(0, 10)} al ${notAfter!.slice(0, 10)}`;
  },
};

/** The records in words, as they were read here; whether there was anything to say. */
function showRecords(place: HTMLElement, records: CheckedActs['records']): boolean {
  for (const record of records.slice(0, MOST_SHOWN)) {
    const list = document.createElement('dl');
    for (const [name, fact] of Object.entries(recordFacts(record))) {
      const words = FACTS[name];
      if (words === undefined || fact === null) continue;
      const term = document.createElement('dt');
      const value = document.createElement('dd');
      term.textContent = words;
      value.textContent = (SAID[name] ?? textOf)(fact);
      list.append(term, value);
    }
    if (list.children.length > 0) place.append(list);
  }
  if (records.length > MOST_SHOWN) {
    const more = document.createElement('p');
    more.textContent = `Y ${records.length - MOST_SHOWN} más, también comprobados.`;
    place.append(more);
  }
  return place.querySelector('dl') !== null;
}

function confirm(form: HTMLFormElement): void {
  const { path = '', api = '', rp = '' } = form.dataset;
  const place = document.getElementById('checked')!;
  const state = place.querySelector('p')!;
  const button = form.querySelector('button')!;
  const tell = (words: string): void => void (state.textContent = words);
  const check = async (): Promise<CheckedActs> => {
    const shown = await fetchShown(api);
    const checked = await checkActs(shown, browserPrimitives);
    await checkLetters(shown, checked, tell);
    return checked;
  };
  const checking = check();
  checking.then(
    ({ action, records }) => {
      const words = `${ACTS[action] ?? action}${records.length > 1 ? ` (${records.length})` : ''}`;
      tell(`Comprobado en este navegador: su llave firma exactamente esto y nada más. ${words}.`);
      place.className = 'done';
      // What was asked for says the same in the words of the service: only what was read here is shown.
      document.getElementById('said')?.toggleAttribute('hidden', showRecords(place, records));
      button.disabled = false;
    },
    (error: unknown) => {
      place.hidden = true;
      showTrouble(form, error instanceof Differs ? LIES : toldIn(undefined).message);
    },
  );
  onPasskeyForm(form, async () => {
    const { challenge } = await checking;
    const options = { challenge, rpId: rp, userVerification: 'required', timeout: 300_000 } as const;
    const said = await ask(`${path}/confirmar`, await assertionOver(options));
    // What was done may lead to another part, which waits for itself: the roles of a passkey that was approved.
    const { approval } = (said ?? {}) as { readonly approval?: { readonly id: string } };
    const next = approval && path.replace(/[0-9a-f]{32}$/, approval.id);
    if (next === undefined || next === path) location.reload();
    else location.assign(next);
  });
  // Until it was checked.
  button.disabled = true;
}

for (const form of document.querySelectorAll<HTMLFormElement>('form[data-passkey=authorise]')) confirm(form);
