import { describe, expect, test } from 'vitest';
import type { PersonId } from '../../src/access/person.ts';
import {
  afterEvent,
  APPROVAL_STATES,
  openApproval,
  parseApprovalId,
  type Approval,
  type ApprovalEvent,
  type ApprovalState,
} from '../../src/approval/approval.ts';
import { isRefusal } from '../../src/core/refusal.ts';
import { unixSeconds } from '../../src/core/time.ts';
import { LeafKind } from '../../src/log/leaf.ts';

const AT = 1_795_284_000;
const BYTES = new Uint8Array(32);
const KEY = new Uint8Array(16).fill(7);
const ANA = { person: 'a'.repeat(32) as PersonId, name: 'Ana Pérez' };
const EVA = { person: 'e'.repeat(32) as PersonId, name: 'Eva Ruiz' };
const by = { enrolment: 1, roles: 2 };
const assertion = { by, authenticatorData: BYTES, clientDataJSON: BYTES, signature: BYTES };
const GIVEN = { ...EVA, assertion, at: unixSeconds(AT + 5) };

function opened(kind: LeafKind = LeafKind.officialRegistered): Approval {
  return openApproval({
    pending: {
      asked: [{ kind, record: new Uint8Array([0x80]) }],
      statement: { action: 'x', count: 1, target: BYTES, key: KEY, at: unixSeconds(AT), size: 1, root: BYTES },
      seed: BYTES,
      caller: { by, grants: [] },
    },
    request: { method: 'POST', path: '/x' },
    requester: ANA,
  });
}

const EVENTS: Readonly<Record<ApprovalEvent['event'], ApprovalEvent>> = {
  asserted: { event: 'asserted', given: GIVEN },
  declined: { event: 'declined', by: EVA, why: 'no procede' },
  stale: { event: 'stale', why: 'directory/unit-unknown' },
  enacted: { event: 'enacted' },
  looked: { event: 'looked' },
};
const IN_TIME = opened().expiresAt - 1;
const OVER = opened().expiresAt;

/** What every event makes of every state, in time and afterwards. */
const MOVES: Readonly<Record<ApprovalState, Readonly<Record<ApprovalEvent['event'], readonly [string, string]>>>> = {
  open: {
    asserted: ['open', 'refused'],
    declined: ['declined', 'refused'],
    stale: ['stale', 'refused'],
    enacted: ['enacted', 'enacted'],
    looked: ['open', 'expired'],
  },
  enacted: all('refused', { enacted: 'enacted', looked: 'enacted' }),
  declined: all('refused', { enacted: 'enacted', looked: 'declined' }),
  expired: all('refused', { enacted: 'enacted', looked: 'expired' }),
  stale: all('refused', { enacted: 'enacted', looked: 'stale' }),
};

function all(
  outcome: string,
  others: Partial<Record<ApprovalEvent['event'], string>>,
): Record<ApprovalEvent['event'], readonly [string, string]> {
  const names = Object.keys(EVENTS) as ApprovalEvent['event'][];
  return Object.fromEntries(
    names.map((name) => [name, [others[name] ?? outcome, others[name] ?? outcome]]),
  ) as unknown as Record<ApprovalEvent['event'], readonly [string, string]>;
}

function outcomeOf(approval: Approval, event: ApprovalEvent, at: number): string {
  try {
    return afterEvent(approval, event, unixSeconds(at)).state;
  } catch (error) {
    if (isRefusal(error, 'approval/not-open')) return 'refused';
    throw error;
  }
}

describe('an approval', () => {
  test.for(
    APPROVAL_STATES.flatMap((state) =>
      (Object.keys(EVENTS) as ApprovalEvent['event'][]).map((event) => [state, event] as const),
    ),
  )('that is %s, when it is %s, goes where the table says', ([state, event]) => {
    const approval: Approval = { ...opened(), state };
    const [inTime, over] = MOVES[state][event];
    expect(outcomeOf(approval, EVENTS[event], IN_TIME)).toBe(inTime);
    expect(outcomeOf(approval, EVENTS[event], OVER)).toBe(over);
  });

  test('is called by the key of its statement', () => {
    expect(opened().id).toBe('07'.repeat(16));
    expect(parseApprovalId(opened().id)).toBe(opened().id);
    for (const bad of ['', '07', `${opened().id}0`, opened().id.toUpperCase().replace('0', 'G')]) {
      expect(parseApprovalId(bad)).toBeUndefined();
    }
  });

  test('waits for three days, and twenty hours where the act bears its time', () => {
    expect(opened().expiresAt - AT).toBe(72 * 3600);
    expect(opened(LeafKind.credentialIntent).expiresAt - AT).toBe(20 * 3600);
    expect(opened(LeafKind.oficioCountersigned).expiresAt - AT).toBe(20 * 3600);
  });

  test('takes one assertion of a person', () => {
    const once = afterEvent(opened(), EVENTS.asserted, unixSeconds(AT));
    expect(once.assertions).toEqual([GIVEN]);
    expect(() => afterEvent(once, EVENTS.asserted, unixSeconds(AT))).toThrow('one person');
  });

  test('says how it ended: when, by whom and why', () => {
    const at = unixSeconds(AT + 60);
    expect(afterEvent(opened(), EVENTS.declined, at).end).toEqual({ at, by: EVA, why: 'no procede' });
    expect(afterEvent(opened(), EVENTS.stale, at).end).toEqual({ at, why: 'directory/unit-unknown' });
    expect(afterEvent(opened(), EVENTS.looked, unixSeconds(OVER + 99)).end).toEqual({ at: OVER });
  });
});
