// What has changed in a list while nothing was heard of the desk: its rows stay where they are.

interface One { id: string, version?: number | undefined }

/** The ids of what is another than in the rows that are shown, or new, or gone, now that the list begins with `fresh`; `more` says that it goes on behind that. */
export function unheard(rows: readonly One[], fresh: readonly One[], more: boolean): string[] {
  const known = new Map(rows.map((r) => [r.id, r.version]))
  const now = new Set(fresh.map((f) => f.id))
  // Behind the last row that is the same as ever nothing is known while the list goes on.
  let end = rows.length
  if (more) while (end > 0 && !fresh.some((f) => f.id === rows[end - 1]!.id && f.version === rows[end - 1]!.version)) end--
  const gone = rows.slice(0, end).filter((r) => !now.has(r.id))
  return [...fresh.filter((f) => !known.has(f.id) || known.get(f.id) !== f.version), ...gone].map((r) => r.id)
}
