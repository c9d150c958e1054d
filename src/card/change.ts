import { mentionOfficial } from '../directory/mention.ts';
import { LeafKind, NO_ISSUER } from '../log/leaf.ts';
import type { Versioned } from '../log/ledger.ts';
import type { Card } from './card.ts';
import type { CardDeps } from './register.ts';

type CardAct =
  | { readonly kind: typeof LeafKind.cardTagAssigned; readonly leafAs: 'tagLeaf' }
  | { readonly kind: typeof LeafKind.cardActivated; readonly leafAs: 'activatedLeaf' }
  | { readonly kind: typeof LeafKind.cardEnded; readonly leafAs: 'endedLeaf' };

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
  const official = await deps.directory.findOfficial(card.officialId);
  const mention = official && mentionOfficial(official, deps.primitives);
  const { index } = await deps.ledger.commit({
    leaf: {
      kind,
      issuer: NO_ISSUER,
      record,
      salt: deps.random(32),
      subjectTag: mention?.subjectTag ?? deps.random(32),
      evidence: deps.evidence,
      ref: card.registeredLeaf,
    },
    writes: [
      { put: 'card', key: card.number, record: card, ifVersion: version, leafAs },
      ...(mention ? [mention.write] : []),
    ],
  });
  return { ...card, [leafAs]: index };
}
