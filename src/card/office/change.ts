import { mentionOfficial } from '../../directory/mention.ts';
import { LeafKind, NO_ISSUER, type LeafDraft } from '../../log/leaf.ts';
import type { Versioned } from '../../log/ledger.ts';
import { untilFresh } from '../../log/retry.ts';
import type { Card } from '../card.ts';
import type { CardDeps } from './register.ts';
import type { CardWrite } from './store.ts';

type CardAct =
  | { readonly kind: typeof LeafKind.cardTagAssigned; readonly leafAs: 'tagLeaf' }
  | { readonly kind: typeof LeafKind.cardActivated; readonly leafAs: 'activatedLeaf' }
  | { readonly kind: typeof LeafKind.cardEnded; readonly leafAs: 'endedLeaf' }
  | { readonly kind: typeof LeafKind.cardStolen; readonly leafAs: 'stolenLeaf' };

/**
 * One act about a card that was registered: `card` as it is afterwards, but for the leaf, with the record that the leaf commits
 * to. An official who cannot be found stops none: then nobody finds the leaf by their tag.
 */
export async function commitCard(
  deps: CardDeps,
  { kind, leafAs }: CardAct,
  card: Card,
  { version }: Pick<Versioned<Card>, 'version'>,
  record: Uint8Array,
): Promise<Card> {
  const { leaf, writes } = await aboutCard(deps, kind, card, record);
  const { index } = await deps.ledger.commit({
    leaf,
    writes: [{ put: 'card', key: card.number, record: card, ifVersion: version, leafAs }, ...writes],
  });
  return { ...card, [leafAs]: index };
}

/** The same of what leaves the card as it is. */
export async function commitNote(deps: CardDeps, kind: LeafKind, card: Card, record: Uint8Array): Promise<void> {
  await untilFresh(async () => deps.ledger.commit(await aboutCard(deps, kind, card, record)));
}

async function aboutCard(
  deps: CardDeps,
  kind: LeafKind,
  { officialId, registeredLeaf }: Card,
  record: Uint8Array,
): Promise<{ readonly leaf: LeafDraft; readonly writes: readonly CardWrite[] }> {
  const official = await deps.directory.findOfficial(officialId);
  const mention = official && mentionOfficial(official, deps.primitives);
  const leaf: LeafDraft = {
    kind,
    issuer: NO_ISSUER,
    record,
    salt: deps.random(32),
    subjectTag: mention?.subjectTag ?? deps.random(32),
    evidence: deps.evidence,
    ref: registeredLeaf,
  };
  return { leaf, writes: mention ? [mention.write] : [] };
}
