// Two changed one thing: what is typed stays, what only the other changed comes in, and where both did the other's stands beside.

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

/** What is typed now that `was` is `now` on the server, and of what was typed otherwise, what the other saved. */
export function meet<T extends object>(was: T, typed: T, now: T): { typed: T, others: Partial<T> } {
  const out = { typed: { ...typed }, others: {} as Partial<T> }
  for (const name of Object.keys(now) as (keyof T)[]) {
    if (same(typed[name], now[name]) || same(was[name], now[name])) continue
    if (same(was[name], typed[name])) out.typed[name] = now[name]
    else out.others[name] = now[name]
  }
  return out
}
