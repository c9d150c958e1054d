import type { OfficialView } from '../src/http/staff/views.ts';
import type { Client } from './client.ts';

/** Somebody by the id that was typed. @throws ApiProblem `directory/official-unknown` */
export function findOfficial(client: Client, typed: string): Promise<OfficialView> {
  return client.get<OfficialView>(`/api/v1/staff/officials/${encodeURIComponent(typed)}`);
}
