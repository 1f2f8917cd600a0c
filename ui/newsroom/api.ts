// The one way to the server: /api/v1, as its description says.
import createClient from 'openapi-fetch'
import type { components, paths } from './made/api'
import { sayFault, t } from './words'

export type Article = components['schemas']['Article']
export type ArticleFields = components['schemas']['ArticleFields']
export type Edition = components['schemas']['Edition']
export type Section = components['schemas']['Section']
export type InboxItem = components['schemas']['Item']
export type WireSource = components['schemas']['WireSource']
export type Move = components['schemas']['Move']
export type Picture = components['schemas']['Picture']
export type Present = components['schemas']['Present']
export type ReaderAlert = components['schemas']['Alert']
export type Colleague = components['schemas']['Colleague']

/** What the API says of a failure: RFC 9457. */
export interface ProblemBody {
  type?: string
  title?: string
  status?: number
  detail?: string
  errors?: { location?: string, message?: string, key?: string }[]
  current?: unknown
}

/** A failure: status 0 when the server was not reached. */
export class Failure extends Error {
  readonly status: number
  readonly problem: ProblemBody
  constructor(status: number, problem: ProblemBody = {}) {
    super(problem.detail ?? problem.title ?? `status ${status}`)
    this.status = status
    this.problem = problem
  }

  /** Whether trying again later may help: the network, or a part that is down. */
  get passing(): boolean { return this.status === 0 || this.status === 429 || this.status >= 500 }

  /** What to say of it, in the interface's language. */
  get words(): string {
    if (this.status === 0) return t('fault.offline')
    const key = this.problem.type?.split('#')[1]
    return sayFault(key ?? '', this.problem.detail ?? this.problem.title ?? t('fault.unknown'))
  }
}

/** Asks, and has the whole answer. A connection may die without a word, before the answer or in the middle of it: it is given up, so that what asked may ask again. */
export async function ask(request: Request): Promise<Response> {
  const late = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined
  const wait = (ms: number) => { clearTimeout(timer); timer = setTimeout(() => late.abort(), ms) }
  request.signal.addEventListener('abort', () => late.abort())
  try {
    wait(request.method === 'GET' ? 20_000 : 60_000)
    const { body, status, statusText, headers } = await fetch(request, { signal: late.signal })
    if (!body || status === 204 || status === 304) return new Response(null, { status, statusText, headers })
    const parts: BlobPart[] = []
    for (const reader = body.getReader(); ;) {
      wait(20_000)
      const { done, value } = await reader.read()
      if (done) return new Response(new Blob(parts), { status, statusText, headers })
      parts.push(value)
    }
  } catch {
    throw new Failure(0)
  } finally {
    clearTimeout(timer)
  }
}

export const client = createClient<paths>({ credentials: 'same-origin', fetch: ask })

let account = ''
/** Says who works in this page: what it sends is refused when somebody else has signed in in the browser meanwhile. */
export const speakAs = (id: string): void => { account = id }
client.use({ onRequest: ({ request }) => { if (account) request.headers.set('Dateline-Account', account) } })

interface Answer<T> { data?: T, error?: unknown, response: Response }

/** The body of an answer, or its Failure. A session that is over leads to the sign-in and back. */
export async function got<T>(answer: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await answer
  if (response.ok) return data as T
  if (response.status === 401) signedOut()
  throw new Failure(response.status, (typeof error === 'object' && error ? error : {}) as ProblemBody)
}

/** Every page of a list, one after the other. */
export async function whole<T>(read: (after: { after?: string }) => Promise<{ items: T[], next?: string | undefined }>): Promise<T[]> {
  const all: T[] = []
  for (let after: string | undefined = ''; after !== undefined;) {
    const page: { items: T[], next?: string | undefined } = await read(after ? { after } : {})
    all.push(...page.items)
    after = page.next
  }
  return all
}

/** The body of an answer and its ETag. */
export async function tagged<T>(answer: Promise<Answer<T>>): Promise<{ value: T, etag: string }> {
  const all = await answer
  return { value: await got(Promise.resolve(all)), etag: all.response.headers.get('ETag') ?? '' }
}

/** Hears that the session is over. Nothing that was typed may be lost by it, so nobody is sent away: the app shows a door. */
const listeners = new Set<() => void>()
export const onSignedOut = (f: () => void): (() => void) => { listeners.add(f); return () => { listeners.delete(f) } }
const signedOut = () => { for (const f of listeners) f() }

/** Hears that the same person is signed in again: what waited goes out. */
const returns = new Set<() => void>()
export const onSignedIn = (f: () => void): (() => void) => { returns.add(f); return () => { returns.delete(f) } }

/** Looks whether somebody is signed in again; true when it is who was. */
export async function back(id: string): Promise<boolean> {
  const { data } = await client.GET('/api/v1/me').catch(() => ({ data: undefined }))
  if (data?.id !== id) return false
  for (const f of returns) f()
  return true
}

/** A fresh key for a POST that may be repeated. */
export const key = (): string => Array.from(crypto.getRandomValues(new Uint8Array(16)), (x) => x.toString(16).padStart(2, '0')).join('')
