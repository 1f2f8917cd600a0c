// The cards of a queue, kept as the server tells of them, and the decisions on them.
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { client, Failure, got, key } from '../api'
import { useRoomEvents, useTalkEvents } from '../live'
import { t } from '../words'
import { useModerated } from './counts'
import { cards, leave, nothingTold, oldestFirst, stands, tell, type Breach, type Case, type Narrowed, type Told } from './queue'
import { gather } from './waits'

/** More than so many at once are read as a queue, not one by one. */
const oneByOne = 10

export type Decision = { to: 'approve' } | { to: 'reject', breach?: Breach, reason?: string } | { to: 'uphold', reason?: string } | { to: 'undo' } | { to: 'feature', on: boolean }

export function useQueue(narrowed: Narrowed) {
  const cache = useQueryClient()
  const mine = useModerated()
  const [told, setTold] = useState<Told>(nothingTold)
  const [busy, setBusy] = useState<ReadonlySet<string>>(new Set())
  const [notes, setNotes] = useState<ReadonlyMap<string, string>>(new Map())
  const { queue, edition, article, author } = narrowed
  const list = useInfiniteQuery({
    queryKey: ['community', 'queue', narrowed], initialPageParam: '', staleTime: Infinity, gcTime: 0, refetchOnWindowFocus: false,
    queryFn: ({ pageParam }) => got(client.GET('/api/v1/moderation', { params: { query: { queue, limit: 25, ...(edition ? { edition } : {}), ...(article ? { article } : {}), ...(author ? { author } : {}), ...(pageParam ? { after: pageParam } : {}) } } })),
    getNextPageParam: (page) => page.next,
  })
  const hear = (...found: Case[]) => setTold((old) => tell(old, ...found))

  const gathered = useRef(new Set<string>())
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  const again = () => { void list.refetch(); void cache.invalidateQueries({ queryKey: ['community', 'counts'] }) }
  useTalkEvents(mine.map((e) => e.slug), ({ kind, item }) => {
    if (kind === 'reset' || kind === 'open') return again()
    if (item.comment) gathered.current.add(item.comment)
    timer.current ??= setTimeout(() => {
      timer.current = undefined
      const ids = [...gathered.current]
      gathered.current.clear()
      if (ids.length > oneByOne && oldestFirst(queue)) return again()
      for (const id of ids.slice(0, oneByOne)) got(client.GET('/api/v1/moderation/{id}', { params: { path: { id } } })).then(hear, () => undefined) // of another's edition, or gone
    }, gather)
  })

  useRoomEvents(mine.map((e) => e.slug), ({ kind }) => { if (kind === 'roomed') void cache.invalidateQueries({ queryKey: ['chats'] }) })

  /** Says something at a card. */
  const say = (c: Case, words: string) => setNotes((old) => new Map(old).set(c.id, words))

  /** Decides on what was looked at. What a colleague did meanwhile is shown instead of an error. Gives the case as it is then. */
  const decide = async (c: Case, d: Decision): Promise<Case | undefined> => {
    setBusy((old) => new Set(old).add(c.id))
    setNotes((old) => { const next = new Map(old); next.delete(c.id); return next })
    const params = { path: { id: c.id }, header: { 'If-Match': `"${c.version}"`, 'Idempotency-Key': key() } }
    const note = (words: string) => say(c, words)
    try {
      const now = await got(d.to === 'approve' ? client.POST('/api/v1/moderation/{id}/approve', { params })
        : d.to === 'reject' ? client.POST('/api/v1/moderation/{id}/reject', { params, body: { ...(d.breach ? { breach: d.breach } : {}), ...(d.reason ? { reason: d.reason } : {}) } })
        : d.to === 'uphold' ? client.POST('/api/v1/moderation/{id}/uphold', { params, body: d.reason ? { reason: d.reason } : {} })
        : d.to === 'undo' ? client.POST('/api/v1/moderation/{id}/undo', { params })
        : client.POST('/api/v1/moderation/{id}/feature', { params, body: { on: d.on } }))
      hear(now)
      void cache.invalidateQueries({ queryKey: ['community', 'counts'] })
      return now
    } catch (error) {
      const newer = error instanceof Failure && error.status === 412 ? error.problem.current as Case | undefined : undefined
      if (newer?.id === c.id) {
        hear(newer)
        note(stands(narrowed, newer) ? t('community.changed') : t('community.decided_meanwhile'))
      } else note(error instanceof Failure ? error.words : t('fault.unknown'))
      return undefined
    } finally {
      setBusy((old) => { const next = new Set(old); next.delete(c.id); return next })
    }
  }

  const shown = cards(narrowed, list.data?.pages.flatMap((p) => p.items) ?? [], told, list.hasNextPage)
  return { list, ...shown, busy, notes, say, hear, decide, again, leave: (gone: Case[]) => setTold((old) => leave(old, gone)) }
}
