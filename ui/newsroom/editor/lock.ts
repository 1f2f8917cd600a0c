// Who has a story in hand: a lease that this page renews, and hears of at once when another takes it.
import { useCallback, useEffect, useRef, useState } from 'react'
import { client, Failure, got, key } from '../api'
import { useDeskEvents } from '../live'

export interface Lock { id: string, tab: string, account: string, name: string, since: string, until: string, mine: boolean }

/** mine: this page may save. other: somebody else has it. none: nobody knows yet. free: nobody has it, and this page may not. */
export type Hold = { state: 'none' } | { state: 'mine', lock: Lock } | { state: 'other', lock: Lock } | { state: 'free' }

/** Somebody asks for the story that this page holds. */
export interface Question { id: string, lock: string, name: string, tab: string }

/** How it stands with one's own question: asked, or answered with no. */
export type Asking = 'no' | 'asked' | 'declined'

export interface Holding {
  hold: Hold
  takeOver: () => Promise<void>
  /** Asks the holder for the story. */
  ask: () => Promise<void>
  asking: Asking
  /** What this page is asked, when it holds the story. */
  question: Question | undefined
  /** Answers it: true hands the story to the window that asked, whatever else looks on. */
  answer: (give: boolean) => Promise<void>
}

const renewEvery = 15_000
const presentEvery = 20_000

export function useLock(article: string, edition: string, tab: string | undefined, may: boolean): Holding {
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
      else if (error instanceof Failure && !error.passing && error.status !== 401) setHold({ state: 'free' })
      // not reached, or signed out for the moment: what was stays; the lease is longer than a short loss of the network
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

  const [question, setQuestion] = useState<Question>()
  const [asking, setAsking] = useState<Asking>('no')
  const held = hold.state === 'mine' ? hold.lock.id : ''
  useEffect(() => { setQuestion(undefined); if (held) setAsking('no') }, [held])
  useEffect(() => { if (hold.state === 'free') setAsking('no') }, [hold.state])

  useDeskEvents(edition, useCallback((e) => {
    if (e.kind === 'reset' && (now.current.state === 'mine' || !had.current)) void ask()
    if (e.item.id !== article) return
    if (e.kind === 'asked' && now.current.state === 'mine' && now.current.lock.id === e.item.lock) setQuestion({ id: e.item.ask ?? '', lock: e.item.lock, name: e.item.name ?? '', tab: e.item.tab ?? '' })
    if (e.kind === 'declined' && e.item.tab === tab) setAsking('declined')
    if (e.kind === 'left') setQuestion((old) => old?.tab === e.item.tab ? undefined : old)
    if ((e.kind === 'taken' || e.kind === 'locked') && (e.item.tab !== tab || now.current.state !== 'mine')) void ask()
    if (e.kind === 'unlocked' && now.current.state !== 'mine' && !had.current) void ask()
  }, [article, tab, ask]))

  const takeOver = useCallback(async () => {
    const h = now.current
    await ask(h.state === 'other' ? h.lock.id : undefined)
  }, [ask])

  // Who is here: said again as long as the story is open.
  useEffect(() => {
    if (!tab) return
    const path = `/api/v1/articles/${article}/presence`
    const say = () => void client.PUT('/api/v1/articles/{id}/presence', { params: { path: { id: article } }, body: { tab } }).catch(() => undefined)
    const leave = () => void fetch(`${path}?tab=${encodeURIComponent(tab)}`, { method: 'DELETE', keepalive: true, credentials: 'same-origin' }).catch(() => undefined)
    say()
    const timer = setInterval(say, presentEvery)
    addEventListener('pagehide', leave)
    return () => { clearInterval(timer); removeEventListener('pagehide', leave); leave() }
  }, [article, tab])

  const askFor = useCallback(async () => {
    if (!tab) return
    await got(client.POST('/api/v1/articles/{id}/lock/ask', { params: { path: { id: article }, header: { 'Idempotency-Key': key() } }, body: { tab } }))
    setAsking('asked')
  }, [article, tab])

  const answer = useCallback(async (give: boolean) => {
    if (!tab || !question) return
    await got(client.POST('/api/v1/articles/{id}/lock/answer', { params: { path: { id: article }, header: { 'Idempotency-Key': key() } }, body: { tab, ask: question.id, give } }))
    setQuestion(undefined)
    if (give) await ask()
  }, [article, tab, question, ask])

  return { hold, takeOver, ask: askFor, asking, question, answer }
}
