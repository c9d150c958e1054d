/** Runs acts that must not overlap: each begins when the one before has ended, well or not. Their outcomes are their own. */
export function takingTurns(): <Value>(act: () => Promise<Value>) => Promise<Value> {
  let last: Promise<unknown> = Promise.resolve();
  return (act) => {
    const turn = last.then(act);
    last = turn.catch(() => {});
    return turn;
  };
}

/** The same for each key by itself; what nobody waits for is not kept. */
export function takingTurnsBy(): <Value>(key: string, act: () => Promise<Value>) => Promise<Value> {
  const turns = new Map<string, { readonly inTurn: ReturnType<typeof takingTurns>; waiting: number }>();
  return async (key, act) => {
    const turn = turns.get(key) ?? { inTurn: takingTurns(), waiting: 0 };
    turns.set(key, turn);
    turn.waiting++;
    try {
      return await turn.inTurn(act);
    } finally {
      if (--turn.waiting === 0) turns.delete(key);
    }
  };
}
