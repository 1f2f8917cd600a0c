// What moves at the desk, as the server tells it. Nothing asks again and again.
import { useEffect, useRef, useState } from 'react'
import { patience } from '../reader/stream'
import { client, got, onSignedIn } from './api'

export interface DeskEvent {
  kind: string
  seq?: number // of what is kept; what is only said has none
  at: string
  item: { id: string, post?: string, comment?: string, version?: number, by?: string, name?: string, lock?: string, tab?: string, revision?: number, ask?: string, since?: string, until?: string }
}

/** Those that say that a story of the list is another one now. */
export const changes: readonly string[] = ['created', 'saved', 'deleted', 'scheduled', 'held', 'published', 'updated', 'corrected', 'minor', 'withdrawn', 'redacted', 'branched', 'offered']

const kinds = [...changes, 'locked', 'unlocked', 'taken', 'present', 'left', 'asked', 'declined', 'arranged', 'reported', 'alerted', 'reset']

/** What is told of the inbox, its sources, and sites that move in, on the same stream. */
const inboxKinds = ['arrived', 'offered', 'sorted', 'sourced', 'carried']

/** What is told of posts and of live coverages, at the desk and to readers. */
const liveKinds = ['posted', 'closed', 'reopened', 'pinned', 'unpinned', 'tallied']

/** What is told of comments, at the desk. */
const talkKinds = ['talked']

/** What is said of the cards that moderators have in hand. */
const claimKinds = ['claimed', 'released']

/** What is told of rooms in which people talk, at the desk. */
const roomKinds = ['roomed']

type Hear = (e: DeskEvent) => void

/** A stream of events of topics. A browser gives one up for good that is refused, as while the server starts again: then another is opened a little later. */
class Stream {
  private readonly hear = new Set<Hear>()
  private source: EventSource | undefined
  private timer: ReturnType<typeof setTimeout> | undefined
  private refused = 0
  private readonly unsigned: () => void

  constructor(private readonly topics: string) {
    this.unsigned = onSignedIn(() => { if (this.timer) this.open() })
    this.open()
  }

  private open(): void {
    clearTimeout(this.timer)
    this.timer = undefined
    const source = this.source = new EventSource(`/events?${new URLSearchParams(this.topics.split(' ').map((topic) => ['topic', topic]))}`)
    for (const kind of new Set([...kinds, ...inboxKinds, ...liveKinds, ...talkKinds, ...claimKinds, ...roomKinds])) source.addEventListener(kind, (m) => this.tell(JSON.parse((m as MessageEvent<string>).data) as DeskEvent))
    const opened = () => {
      source.removeEventListener('open', opened) // where it goes on by itself, it goes on from where it was
      this.refused = 0
      this.tell({ kind: 'open', at: new Date().toISOString(), item: { id: '' } })
    }
    source.addEventListener('open', opened)
    source.addEventListener('error', () => {
      if (source.readyState === EventSource.CLOSED && this.source === source) this.timer = setTimeout(() => this.open(), patience(this.refused++, Math.random()))
    })
  }

  private tell(e: DeskEvent): void { for (const f of this.hear) f(e) }

  add(f: Hear): void { this.hear.add(f) }

  /** Forgets f; the stream ends a second after the last one that heard it, if none came meanwhile. */
  remove(f: Hear, ended: () => void): void {
    this.hear.delete(f)
    setTimeout(() => {
      if (this.hear.size > 0 || !this.source) return
      this.source.close()
      this.source = undefined
      clearTimeout(this.timer)
      this.unsigned()
      ended()
    }, 1000)
  }
}

const streams = new Map<string, Stream>()

/** Calls hear for each event of topics, with spaces between them, until what it returns is called. All that ask for the same share one stream: a browser has few connections to a site. */
export function listen(topics: string, hear: Hear): () => void {
  const s = streams.get(topics) ?? new Stream(topics)
  streams.set(topics, s)
  s.add(hear)
  return () => s.remove(hear, () => streams.delete(topics))
}

/**
 * Calls hear for each event about stories of an edition's desk; all parts of a page share one stream. "open" comes when it begins: what was read
 * before may have changed unheard. "reset" says that something was missed.
 */
export const useDeskEvents = (edition: string, hear: Hear): void => useEvents(desk(edition), (e) => { if (kinds.includes(e.kind) || ![inboxKinds, liveKinds, talkKinds, claimKinds, roomKinds].some((k) => k.includes(e.kind))) hear(e) })

/** Calls hear for each event about what comes into an edition, or into ten of them at most, and for "open" and "reset". */
export const useInboxEvents = (edition: string | string[], hear: Hear): void => useEvents([edition].flat().slice(0, 10).map(desk).join(' '), (e) => { if (inboxKinds.includes(e.kind) || e.kind === 'open' || e.kind === 'reset') hear(e) })

/** Calls hear for each event about the posts and the ends of live coverages of an edition, or of ten of them at most, whose item is the coverage, and for "open" and "reset". */
export const useCoverageEvents = (edition: string | string[], hear: Hear): void => useEvents([edition].flat().slice(0, 10).map(desk).join(' '), (e) => { if (liveKinds.includes(e.kind) || e.kind === 'open' || e.kind === 'reset') hear(e) })

/** Calls hear for each comment that is new, reported or decided on in editions, ten at most, and for "open" and "reset". */
export const useTalkEvents = (editions: string[], hear: Hear): void => useEvents(editions.slice(0, 10).map(desk).join(' '), (e) => { if (talkKinds.includes(e.kind) || e.kind === 'open' || e.kind === 'reset') hear(e) })

/** Calls hear for each card that a moderator takes in hand or lets go in editions, ten at most, and for "open" and "reset". */
export const useClaimEvents = (editions: string[], hear: Hear): void => useEvents(editions.slice(0, 10).map(desk).join(' '), (e) => { if (claimKinds.includes(e.kind) || e.kind === 'open' || e.kind === 'reset') hear(e) })

/** Calls hear for each room that is opened or changed in editions, ten at most, and for "open" and "reset". */
export const useRoomEvents = (editions: string[], hear: Hear): void => useEvents(editions.slice(0, 10).map(desk).join(' '), (e) => { if (roomKinds.includes(e.kind) || e.kind === 'open' || e.kind === 'reset') hear(e) })

/** Calls hear for each event that the readers of a live coverage get, and for "open" and "reset"; '' for none. */
export const useLiveEvents = (article: string, hear: Hear): void => useEvents(article && `live:${article}`, hear)

const desk = (edition: string): string => edition && `desk:${edition}`

function useEvents(topics: string, hear: Hear): void {
  const current = useRef(hear)
  current.current = hear
  useEffect(() => topics ? listen(topics, (e) => current.current(e)) : undefined, [topics])
}

/** Somebody who has a story open: one window of his. */
export interface Here { article: string, account: string, name: string, tab: string, until: number }

/** Who has which story of an edition open, by window. Whoever does not say again that he is there leaves by himself. */
export function useHere(edition: string): Here[] {
  const [here, setHere] = useState<ReadonlyMap<string, Here>>(new Map())
  const key = (article: string, account: string, tab: string) => `${article}/${account}/${tab}`
  useEffect(() => {
    if (!edition) return
    let over = false
    setHere(new Map())
    got(client.GET('/api/v1/desk/presence', { params: { query: { edition } } })).then(({ items }) => {
      if (!over) setHere((old) => new Map([...items.map((p) => [p.id, { article: p.article, account: p.account, name: p.name, tab: p.tab, until: Date.parse(p.until) }] as const), ...old]))
    }, () => undefined) // who is here is no reason to stop anybody's work; the next ones say it themselves
    return () => { over = true }
  }, [edition])
  useDeskEvents(edition, ({ kind, item }) => {
    if (kind !== 'present' && kind !== 'left') return
    setHere((old) => {
      const next = new Map(old)
      const at = key(item.id, item.by ?? '', item.tab ?? '')
      if (kind === 'left') next.delete(at)
      else next.set(at, { article: item.id, account: item.by ?? '', name: item.name ?? '', tab: item.tab ?? '', until: Date.parse(item.until ?? '') })
      return next
    })
  })
  const first = Math.min(...[...here.values()].map((h) => h.until))
  useEffect(() => {
    if (!Number.isFinite(first)) return
    const timer = setTimeout(() => setHere((old) => new Map([...old].filter(([, h]) => h.until > Date.now()))), Math.max(1000, first - Date.now() + 1000))
    return () => clearTimeout(timer)
  }, [first])
  return [...here.values()]
}
