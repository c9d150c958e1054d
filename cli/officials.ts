import type { CardHolder, CardOffice } from '../src/card/office.ts';
import { Refusal } from '../src/core/refusal.ts';
import type { CredentialCode } from '../src/credential/credential.ts';
import type { OfficialView } from '../src/http/staff/views.ts';
import { ApiProblem, type Client } from './client.ts';
import { editsBetween } from './edits.ts';

const OFFICIALS = '/api/v1/staff/officials';
const PAGE = 200;
/** So many pages are looked through for an id that is nearly the one that was typed. */
const MOST_PAGES = 25;
const MOST_NEAR = 4;
const MOST_TYPED = 40;

/** Somebody by the id that was typed. @throws ApiProblem `directory/official-unknown` */
export function findOfficial(client: Client, typed: string): Promise<OfficialView> {
  return client.get<OfficialView>(`${OFFICIALS}/${encodeURIComponent(typed)}`);
}

/**
 * Whose card it is or will be, by the id that was typed.
 * @throws Refusal `credential/official-unknown`, with ids that look alike (`near`)
 */
export async function holderNamed(
  client: Client,
  office: Pick<CardOffice, 'holder'>,
  typed: string,
): Promise<CardHolder> {
  try {
    return await office.holder(typed);
  } catch (error) {
    if (!(error instanceof ApiProblem) || error.code !== 'credential/official-unknown') throw error;
    const near = await nearTo(client, typed.slice(0, MOST_TYPED)).catch(() => []);
    const facts = { ...error.facts, ...(near.length > 0 && { near: near.join(', ') }) };
    throw new Refusal<CredentialCode>('credential/official-unknown', 'no such official', facts);
  }
}

/** By the id alone: that a name leads to one would tell of somebody under reserve. */
async function nearTo(client: Client, typed: string): Promise<readonly string[]> {
  const asked = typed.replaceAll(/[\s-]/g, '').toUpperCase();
  const near: string[] = [];
  let after: string | undefined;
  for (let page = 0; page < MOST_PAGES && near.length < MOST_NEAR; page++) {
    const query = new URLSearchParams({ limit: String(PAGE), ...(after !== undefined && { after }) });
    const officials = await client.get<OfficialView[]>(`${OFFICIALS}?${query.toString()}`);
    near.push(...officials.flatMap(({ id }) => (editsBetween(id, asked) === 1 ? [id] : [])));
    if (officials.length < PAGE) break;
    after = officials.at(-1)!.id;
  }
  return near.slice(0, MOST_NEAR);
}
