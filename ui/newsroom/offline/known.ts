// What the application has to know to open where there is no network: who works here, and which live coverages were open on this device. It is
// little, it is read only until the server says it anew, and signing out forgets it.
import { Failure, type Article } from '../api'
import type { Coverage } from '../live/post'
import type { Session } from '../session'

/** What is known of a live coverage. */
export interface KnownCoverage {
  id: string
  edition: string
  headline: string
  language: string | undefined
  /** Readers have it. */
  out: boolean
  withdrawn: boolean
  publishes: boolean
  closed: string | undefined // when
  url: string | undefined
}

const sessionAt = 'dateline.session'
const coveragesAt = 'dateline.coverages'
const most = 12
const putOffAt = 'dateline.keyless'
const day = 24 * 60 * 60 * 1000

function read<T>(at: string): T | undefined {
  try { return JSON.parse(localStorage.getItem(at) ?? '') as T } catch { return undefined }
}

function write(at: string, value: unknown): void {
  try { localStorage.setItem(at, JSON.stringify(value)) } catch { /* a full device opens without a network no more; nothing is lost by it */ }
}

/** Who worked here last. */
export const knownSession = (): Session | undefined => read(sessionAt)
export const rememberSession = (s: Session): void => write(sessionAt, s)

/** The live coverages that an account had open on this device, the latest first. */
export function knownCoverages(account: string): KnownCoverage[] {
  const kept = read<{ account: string, items: KnownCoverage[] }>(coveragesAt)
  return kept?.account === account ? kept.items : []
}

export function rememberCoverage(account: string, one: KnownCoverage): void {
  write(coveragesAt, { account, items: [one, ...knownCoverages(account).filter((c) => c.id !== one.id)].slice(0, most) })
}

/** What of a coverage's story and state is to be known. */
export const coverageOf = (a: Article, c: Coverage): KnownCoverage => ({
  id: a.id, edition: a.edition, headline: a.headline ?? '', language: a.language, out: !!a.revision || a.state === 'published', withdrawn: a.state === 'withdrawn', publishes: !!c.publishes,
  closed: c.state === 'closed' ? c.closed_at : undefined, url: c.url,
})

/** Whether the question for a password was put off within the last day. */
export const putOff = (): boolean => Date.now() - Number(read(putOffAt) ?? 0) < day
export const askLater = (): void => write(putOffAt, Date.now())

/** Forgets all of it: somebody signs out. */
export function forget(): void {
  localStorage.removeItem(sessionAt)
  localStorage.removeItem(coveragesAt)
  localStorage.removeItem(putOffAt)
}

/** Whether an error leaves what is known as it is: the server was not reached, or asks who one is. */
export const leaves = (error: unknown): boolean => error instanceof Failure && (error.passing || error.status === 401)

/** How a query behaves that something known stands in for: it fails where there is no network instead of waiting for one, and comes back by itself. */
export const evenOffline = {
  networkMode: 'always', refetchOnReconnect: true, refetchInterval: (q: { state: { error: unknown } }) => leaves(q.state.error) ? 15_000 : false,
} as const
