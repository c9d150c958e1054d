/** Runs acts that must not overlap: each begins when the one before has ended, well or not. Their outcomes are their own. */
export function takingTurns(): <Value>(act: () => Promise<Value>) => Promise<Value> {
  let last: Promise<unknown> = Promise.resolve();
  return (act) => {
    const turn = last.then(act);
    last = turn.catch(() => {});
    return turn;
  };
}
