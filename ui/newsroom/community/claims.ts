// Which card is in whose hand, so that two moderators do not work on one.
import { useCallback, useEffect, useRef, useState } from 'react'
import { client, got } from '../api'
import { useClaimEvents } from '../live'
import { useModerated } from './counts'

/** How long one looks at a card before it is taken in hand, how often that is said again, and after how long without a key or a pointer it is said no more; milliseconds. */
const pause = 400, again = 30_000, idle = 120_000

/** What colleagues have in hand, by card, and how one learns of more. */
export interface Hands { held: ReadonlyMap<string, { name: string, until: number }>, keep: (card: string, by: string, name: string, until: string | undefined) => void }

/** Follows what colleagues have in hand. */
export function useHands(me: string): Hands {
  const [held, setHeld] = useState<Hands['held']>(new Map())
  const keep = (id: string, by: string, name: string, until: string | undefined) => setHeld((old) => {
    const next = new Map(old)
    if (by === me || !until) next.delete(id)
    else next.set(id, { name, until: Date.parse(until) })
    return next
  })
  const read = useCallback(() => {
    got(client.GET('/api/v1/moderation/queues/claims')).then(({ items }) => setHeld(new Map(items.filter((c) => c.by !== me).map((c) => [c.comment, { name: c.name, until: Date.parse(c.until) }]))), () => undefined)
  }, [me])
  useEffect(read, [read]) // the stream may be open already
  useClaimEvents(useModerated().map((e) => e.slug), ({ kind, item }) => {
    if (kind === 'open' || kind === 'reset') read()
    else if (item.comment) keep(item.comment, item.by ?? '', item.name ?? '', kind === 'claimed' ? item.until : undefined)
  })
  const over = Math.min(...[...held.values()].map((h) => h.until))
  useEffect(() => {
    if (!Number.isFinite(over)) return
    const timer = setTimeout(() => setHeld((old) => new Map([...old].filter(([, h]) => h.until > Date.now()))), Math.max(0, over - Date.now()) + 500)
    return () => clearTimeout(timer)
  }, [over])
  return { held, keep }
}

/** Takes the card that one stands on in hand; onMine hears that it is. */
export function useHand(card: string | undefined, me: string, hands: Hands, onMine: (card: string) => void): void {
  const now = useRef({ keep: hands.keep, onMine })
  now.current = { keep: hands.keep, onMine }
  const acted = useRef(Date.now())
  useEffect(() => {
    const act = () => { acted.current = Date.now() }
    for (const e of ['keydown', 'pointermove'] as const) addEventListener(e, act)
    return () => { for (const e of ['keydown', 'pointermove'] as const) removeEventListener(e, act) }
  }, [])
  useEffect(() => {
    if (!card) return
    let had = false
    const take = () => {
      if (document.hidden || Date.now() - acted.current > idle) return
      got(client.PUT('/api/v1/moderation/{id}/claim', { params: { path: { id: card } } })).then((c) => {
        had = c.by === me
        now.current.keep(c.comment, c.by, c.name, c.until)
        if (had) now.current.onMine(card)
      }, () => undefined) // a decision needs no claim
    }
    const first = setTimeout(take, pause), more = setInterval(take, again)
    return () => {
      clearTimeout(first)
      clearInterval(more)
      if (had) void client.DELETE('/api/v1/moderation/{id}/claim', { params: { path: { id: card } } }).catch(() => undefined)
    }
  }, [card, me])
}
