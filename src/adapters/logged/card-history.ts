import type { CardEvent, CardHistory } from '../../card/office/history.ts';
import { credentialsOf, slotOf } from '../../card/office/activate.ts';
import type { CardRegisterCode } from '../../card/card.ts';
import type { CardLeaves, CardStore } from '../../card/office/store.ts';
import type { CborValue } from '../../core/cbor.ts';
import type { Primitives } from '../../core/primitives.ts';
import { Refusal } from '../../core/refusal.ts';
import { isTime, type UnixSeconds } from '../../core/time.ts';
import { REVOCATION_REASONS, type Credential } from '../../credential/credential.ts';
import type { CredentialStore } from '../../credential/store.ts';
import { LeafKind } from '../../log/leaf.ts';
import type { WitnessLog } from './first-leaves.ts';
import { toldAbout, type ToldAct } from './witness.ts';

export interface CardHistoryDeps {
  readonly store: Pick<CardStore, 'find'>;
  readonly leaves: CardLeaves;
  readonly credentials: Pick<CredentialStore, 'find'>;
  readonly log: Pick<WitnessLog, 'leaf' | 'opening' | 'referring' | 'isFirst' | 'hasCome'>;
  readonly primitives: Pick<Primitives, 'hmac'>;
}

/** @throws Refusal `card/not-found`; `log/corrupt` for a credential whose row is not what the log says */
export async function cardHistory(deps: CardHistoryDeps, number: string): Promise<CardHistory> {
  const card = (await deps.store.find(number))?.record;
  if (!card) throw new Refusal<CardRegisterCode>('card/not-found', 'no such card', { asked: number.slice(0, 40) });
  const events: CardEvent[] = [{ act: 'card/registered', leaf: card.registeredLeaf, at: card.registeredAt }];
  for (const act of await toldAbout(deps.log, card.registeredLeaf, deps.primitives)) events.push(cardEvent(act));
  for (const credential of await credentialsOf(deps, card)) events.push(...(await eventsOf(deps, credential)));
  return { card, events: events.toSorted((one, other) => one.leaf - other.leaf) };
}

function cardEvent({ kind, index, record }: ToldAct): CardEvent {
  const [, act, , at, what, station] = record ?? [];
  if (typeof act !== 'string') return { act: 'unread', leaf: index };
  const told = { act, leaf: index, ...timeOf(at) };
  if (kind === LeafKind.cardEnded && typeof what === 'string') return { ...told, reason: what };
  if (kind !== LeafKind.cardOpened || typeof what !== 'string') return told;
  return { ...told, secret: what, ...(typeof station === 'string' && { station }) };
}

async function eventsOf({ log, primitives }: CardHistoryDeps, credential: Credential): Promise<readonly CardEvent[]> {
  const { serial, intentLeaf, issuedLeaf, notBefore } = credential;
  const about = { slot: slotOf(credential), serial };
  const told = [
    ...(await toldAbout(log, intentLeaf, primitives)),
    ...(issuedLeaf === undefined ? [] : await toldAbout(log, issuedLeaf, primitives)),
  ];
  return told.map(({ kind, index, record }) => {
    const [, act, , , at, reason] = record ?? [];
    if (typeof act !== 'string') return { act: 'unread', leaf: index, ...about };
    if (kind === LeafKind.credentialIssued) return { act, leaf: index, at: notBefore, ...about };
    return { act, leaf: index, ...timeOf(at), ...about, ...reasonOf(reason) };
  });
}

function timeOf(at: CborValue | undefined): { readonly at?: UnixSeconds } {
  return typeof at === 'number' && isTime(at) ? { at } : {};
}

function reasonOf(number: CborValue | undefined): { readonly reason?: string } {
  const [name] = Object.entries(REVOCATION_REASONS).find(([, one]) => one === number) ?? [];
  return name === undefined ? {} : { reason: name };
}
