// What moves at the desk, as the server tells it. Nothing asks again and again.
import { useEffect, useRef } from 'react'

export interface DeskEvent { kind: string, seq: number, at: string, item: { id: string, version?: number, by?: string, name?: string, lock?: string, tab?: string, revision?: number } }

const kinds = ['created', 'saved', 'deleted', 'scheduled', 'held', 'published', 'updated', 'corrected', 'minor', 'withdrawn', 'redacted', 'locked', 'unlocked', 'taken', 'branched', 'arranged']

type Hear = (e: DeskEvent) => void
const streams = new Map<string, { source: EventSource, hear: Set<Hear> }>()

/** Calls hear for each event of an edition's desk; all parts of a page share one stream. */
export function useDeskEvents(edition: string, hear: Hear): void {
  const current = useRef(hear)
  current.current = hear
  useEffect(() => {
    if (!edition) return
    let s = streams.get(edition)
    if (!s) {
      const source = new EventSource(`/events?topic=${encodeURIComponent(`desk:${edition}`)}`)
      s = { source, hear: new Set() }
      const all = s.hear
      for (const kind of kinds) source.addEventListener(kind, (m) => { const e = JSON.parse((m as MessageEvent<string>).data) as DeskEvent; for (const f of all) f(e) })
      streams.set(edition, s)
    }
    const mine: Hear = (e) => current.current(e)
    s.hear.add(mine)
    const { hear: set, source } = s
    return () => {
      set.delete(mine)
      setTimeout(() => { if (set.size === 0 && streams.get(edition)?.source === source) { source.close(); streams.delete(edition) } }, 1000)
    }
  }, [edition])
}
