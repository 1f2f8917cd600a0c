// One stream of events a page, for all its topics.
//
// A hidden page has no stream: it closes it and catches up when it is looked at again, from where it stopped. A browser comes
// back by itself after a broken connection; after a refusal we do, later each time.

/** What a message tells of; more fields may come, so unknown ones are left alone. */
export interface Item {
  id: string
  url?: string
  headline?: string
  short_headline?: string
  text?: string // of an alert, which has no headline
  level?: string // of an alert
  urgency?: number // of a story, 1 to 9
  label?: string // word before the headline, as pages of the edition write it
  kind?: string
  section?: string // slug
  language?: string
  feed_at?: string
  note?: string // of a correction
}

/** A message of a topic. seq counts gapless within it. */
export interface Message {
  topic: string
  seq: number
  kind: string
  at: string
  item: Item
}

/** What a page wants to know. */
export interface Listener {
  message(m: Message): void
  /** What the page shows can no longer be brought up to date by messages: it is to be read again. */
  reset(): void
}

const kinds = ['published', 'updated', 'corrected', 'minor', 'withdrawn', 'moved', 'ended', 'pinned', 'unpinned', 'tallied', 'closed', 'reopened', 'arranged']

/** Where a stream is asked for: all topics, and the points from which each is to go on. */
export function address(topics: Iterable<string>, after: Iterable<string>): string {
  const query = new URLSearchParams()
  for (const t of topics) query.append('topic', t)
  for (const a of after) query.append('after', a)
  return `/events?${query}`
}

/** Reads the data of an event; what is no message is nothing. */
export function read(data: string): Message | undefined {
  try {
    const m: Partial<Message> | null = JSON.parse(data)
    if (typeof m?.topic === 'string' && typeof m.seq === 'number' && typeof m.kind === 'string' && typeof m.item?.id === 'string') return m as Message
  } catch {
    // falls through: a proxy's page or half a line
  }
  return undefined
}

/** How long to wait after the n-th refusal in a row, in milliseconds: doubling to a minute, spread so that a crowd does not return at once. */
export function patience(n: number, random: number): number {
  return Math.min(60_000, 2_000 * 2 ** n) * (0.5 + random)
}

/** Follows topics, each from its resume point, for as long as the page is looked at. */
export function follow(points: Map<string, string>, listener: Listener): void {
  let source: EventSource | undefined
  let last = '' // resume point of all topics together, once a message gave one
  let refused = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  const seen = new Map<string, number>()

  const close = () => {
    clearTimeout(timer)
    source?.close()
    source = undefined
  }

  const open = () => {
    close()
    if (document.hidden) return
    const s = new EventSource(address(points.keys(), last === '' ? new Set(points.values()) : [last]))
    source = s
    const on = (kind: string, f: (e: MessageEvent<string>) => void) => s.addEventListener(kind, (e) => {
      if (s !== source) return
      refused = 0
      last = (e as MessageEvent).lastEventId || last
      f(e as MessageEvent<string>)
    })
    for (const kind of kinds) {
      on(kind, (e) => {
        const m = read(e.data)
        if (m === undefined || m.seq <= (seen.get(m.topic) ?? 0)) return
        seen.set(m.topic, m.seq)
        listener.message(m)
      })
    }
    on('reset', () => {
      seen.clear()
      listener.reset()
    })
    s.onerror = () => {
      if (s !== source || s.readyState !== EventSource.CLOSED) return
      close()
      timer = setTimeout(open, patience(refused++, Math.random()))
    }
  }

  document.addEventListener('visibilitychange', () => document.hidden ? close() : open())
  addEventListener('pagehide', close)
  addEventListener('pageshow', (e) => { if (e.persisted) open() })
  open()
}
