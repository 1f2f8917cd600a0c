// Who has a story in hand: a lease that this page renews, and hears of at once when another takes it.
import { useCallback, useEffect, useRef, useState } from 'react'
import { client, Failure, got } from '../api'
import { useDeskEvents } from '../live'

export interface Lock { id: string, tab: string, account: string, name: string, since: string, until: string, mine: boolean }

/** mine: this page may save. other: somebody else has it. none: nobody knows yet. free: nobody has it, and this page may not. */
export type Hold = { state: 'none' } | { state: 'mine', lock: Lock } | { state: 'other', lock: Lock } | { state: 'free' }

const renewEvery = 15_000

export function useLock(article: string, edition: string, tab: string | undefined, may: boolean): { hold: Hold, takeOver: () => Promise<void>, release: () => void } {
  const [hold, setHold] = useState<Hold>({ state: 'none' })
  const now = useRef(hold)
  now.current = hold
  const had = useRef(false) // this page had the story once: it is not taken back behind its writer's back

  const ask = useCallback(async (takeOver?: string) => {
    if (!tab) return
    try {
      if (!may) {
        const { lock } = await got(client.GET('/api/v1/articles/{id}/lock', { params: { path: { id: article } } }))
        setHold(lock ? { state: 'other', lock } : { state: 'free' })
        return
      }
      const lock = await got(client.POST('/api/v1/articles/{id}/lock', { params: { path: { id: article } }, body: { tab, ...(takeOver ? { take_over: takeOver } : {}) } }))
      had.current = true
      setHold({ state: 'mine', lock })
    } catch (error) {
      if (error instanceof Failure && error.status === 409) setHold({ state: 'other', lock: error.problem.current as Lock })
      else if (error instanceof Failure && !error.passing) setHold({ state: 'free' })
      // not reached: what was stays; the lease is longer than a short loss of the network
    }
  }, [article, tab, may])

  useEffect(() => {
    void ask()
    // A lock that another has is asked for only to see whether it is free again; a page that looks on does not take it by itself.
    const timer = setInterval(() => { if (now.current.state === 'mine' || now.current.state === 'none') void ask() }, renewEvery)
    return () => clearInterval(timer)
  }, [ask])

  const release = useCallback(() => {
    if (now.current.state !== 'mine' || !tab) return
    void fetch(`/api/v1/articles/${article}/lock?tab=${encodeURIComponent(tab)}`, { method: 'DELETE', keepalive: true, credentials: 'same-origin' }).catch(() => undefined)
  }, [article, tab])

  useEffect(() => {
    addEventListener('pagehide', release)
    return () => { removeEventListener('pagehide', release); release() }
  }, [release])

  useDeskEvents(edition, useCallback((e) => {
    if (e.item.id !== article) return
    if ((e.kind === 'taken' || e.kind === 'locked') && e.item.tab !== tab) void ask()
    if (e.kind === 'unlocked' && now.current.state !== 'mine' && !had.current) void ask()
  }, [article, tab, ask]))

  const takeOver = useCallback(async () => {
    const h = now.current
    await ask(h.state === 'other' ? h.lock.id : undefined)
  }, [ask])

  return { hold, takeOver, release }
}
