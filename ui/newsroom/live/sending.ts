// The queue of this browser and account: one for all views and tabs, joined to the server, the clock and the device.
import { useSyncExternalStore } from 'react'
import { client, Failure, got, key, type ProblemBody } from '../api'
import { uploading } from '../pictures'
import { sayFault, t } from '../words'
import { openPosts } from './keep'
import { bodyOf, fieldsOf, type Attached, type Post } from './post'
import { aged, Early, Queue, Refused, type Keeper, type Kept, type Server } from './queue'
import { tellWaiting } from './unsent'

const clockMark = 'dateline.clock'

// The server tells its time in whole seconds and a moment ago, so what is made of it is never ahead of it, and the latest of all is the nearest.
let ahead = Number(localStorage.getItem(clockMark) ?? Number.NaN)
let known = false
client.use({ onResponse: ({ response }) => {
  const said = Date.parse(response.headers.get('Date') ?? '')
  if (Number.isNaN(said)) return
  const d = said - Date.now()
  if (known && d <= ahead && ahead - d < 60_000) return // a clock that was set is another matter
  known = true
  ahead = d
  localStorage.setItem(clockMark, String(d))
} })

/** The server's clock as far as it is known; never ahead of it. */
export const serverNow = (): number => Date.now() + (Number.isNaN(ahead) ? 0 : ahead)

/** Why a post was refused, as it is kept. */
export interface Why { status: number, problem: ProblemBody }

const refusal = (e: Failure): Refused => {
  const why: Why = { status: e.status, problem: e.problem }
  return e.problem.errors?.some((x) => x.key === 'fault.post_past') ? new Early(why, serverNow()) : new Refused(why)
}

/** What to say of a refusal, in the interface's language. */
export function reasons(why: unknown): string[] {
  if (why === aged) return [t('live.queue.aged')]
  const { status, problem } = why as Why
  const places = (problem.errors ?? []).map((e) => sayFault(e.key ?? '', e.message ?? '')).filter(Boolean)
  return places.length > 0 ? [...new Set(places)] : [new Failure(status, problem).words]
}

/** Whether it was refused for what stands at a place. */
export const refusedFor = (why: unknown, place: string): boolean => why !== aged && !!(why as Why).problem.errors?.some((e) => e.location === place)

// A session that is over, and whatever passes by itself, are no reason to give a post back.
async function judged<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (e) {
    if (e instanceof Failure && !e.passing && ![401, 408, 425].includes(e.status)) throw refusal(e)
    throw e
  }
}

/** Brings a picture of a post to the server with the words that were typed; the same key again is the same picture. */
export async function carry(p: Attached & { file: Blob }): Promise<string> {
  const made = await uploading(p.file, () => undefined, p.name, p.key)
  if (p.credit && p.credit !== made.credit) await got(client.PATCH('/api/v1/pictures/{id}', { params: { path: { id: made.id }, header: { 'If-Match': '*' } }, body: { credit: p.credit } }))
  return made.id
}

const server: Server = {
  upload: (p) => judged(carry(p)),
  send: (p) => judged(got(client.POST('/api/v1/articles/{id}/posts', {
    params: { path: { id: p.coverage }, header: { 'Idempotency-Key': p.key } }, signal: AbortSignal.timeout(30_000),
    body: fieldsOf(p.written, bodyOf(p.written, new Map(Object.entries(p.uploaded))), p.act === 'draft' ? p.written.at : p.at, p.act === 'publish' ? 'published' : p.act === 'schedule' ? 'scheduled' : 'draft'),
  }))),
}

/** What a view sees of the queue. */
export interface Sending { waiting: readonly Kept[], offline: boolean, kept: boolean, ready: boolean }

type Sent = (post: Post, kept: Kept) => void

export class Outgoing {
  readonly queue: Promise<Queue>
  private state: Sending = { waiting: [], offline: false, kept: true, ready: false }
  private readonly hear = new Set<() => void>()
  private readonly sent = new Set<Sent>()

  constructor(account: string) {
    const others = new BroadcastChannel(`dateline-live-${account}`)
    this.queue = (async () => {
      const kept = await openPosts().catch(() => undefined)
      const told = () => others.postMessage('')
      const keeper: Keeper | undefined = kept && {
        put: async (p, of) => { await kept.put(p, of); told() }, remove: async (k) => { await kept.remove(k); told() }, all: kept.all,
      }
      const queue: Queue = new Queue({
        account, keeper, server, now: serverNow, name: key,
        later: (f, ms) => { const timer = setTimeout(f, ms); return () => clearTimeout(timer) },
        alone: async (f) => { if (navigator.locks) await navigator.locks.request(`dateline-live-${account}`, f); else await f() },
        onChange: (waiting) => {
          tellWaiting(account, waiting.length, queue.offline ? waiting.length : waiting.filter((p) => p.why !== undefined).length)
          this.tell({ waiting, offline: queue.offline, kept: kept !== undefined, ready: true })
        },
        onSent: (post, one) => { for (const f of this.sent) f(post, one) },
      })
      others.addEventListener('message', () => void queue.heard())
      addEventListener('online', () => queue.now())
      document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'visible') queue.now() })
      await queue.open()
      return queue
    })()
  }

  private tell(state: Sending): void {
    this.state = state
    for (const f of this.hear) f()
  }

  readonly subscribe = (f: () => void): (() => void) => { this.hear.add(f); return () => { this.hear.delete(f) } }
  readonly snapshot = (): Sending => this.state
  /** Calls f for each post that comes to the server; the function it gives back ends that. */
  onSent(f: Sent): () => void { this.sent.add(f); return () => { this.sent.delete(f) } }
}

const all = new Map<string, Outgoing>()

/** The queue of an account. */
export function outgoingOf(account: string): Outgoing {
  let one = all.get(account)
  if (!one) all.set(account, one = new Outgoing(account))
  return one
}

/** What waits in the queue of an account. */
export const useSending = (account: string): Sending => {
  const one = outgoingOf(account)
  return useSyncExternalStore(one.subscribe, one.snapshot)
}
