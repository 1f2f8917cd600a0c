// The queue as one moderator sees it: what was read, what was told since, and what has left. Nothing here moves a card that stays.
import type { components } from '../made/api'

export type Case = components['schemas']['Case']

/** What a rejection can rest on, in the order of their numbers. */
export const breaches = ['off-topic', 'insult', 'hate', 'illegal', 'spam', 'private', 'untrue', 'other'] as const
export type Breach = typeof breaches[number]

/** Whether the author of a comment objects to the decision on it, and nobody has looked at that. */
export const contested = (c: Case): boolean => !!c.appeal && c.appeal.standing && !c.appeal.verdict

/** Who decided last: on the comment, or on what its author says against that. */
export const decider = (c: Case): string | undefined => c.appeal?.standing && c.appeal.verdict ? c.appeal.by : c.decided_by

/** The queues, in the order of their tabs. */
export const queues = ['reported', 'pending', 'unmoderated', 'approved', 'rejected'] as const
export type QueueName = typeof queues[number]

/** What the queue is narrowed to. */
export interface Narrowed { queue: QueueName, edition?: string, article?: string, author?: string }

/** Whether what waits comes oldest first, as the API lists it. */
export const oldestFirst = (queue: QueueName): boolean => queue === 'pending' || queue === 'reported'

/** Whether a comment stands in a queue as it is narrowed. */
export const stands = (n: Narrowed, c: Case): boolean =>
  (n.queue === 'reported' ? c.reports > 0 || contested(c) : c.queue === n.queue) && (!n.edition || c.edition === n.edition) && (!n.article || c.article === n.article) && (!n.author || c.author.id === n.author)

/** What is known beyond what was read: newer cases by id, as each was told of first, and at which version a card left. */
export interface Told { known: ReadonlyMap<string, Case>, first: ReadonlyMap<string, Case>, left: ReadonlyMap<string, number> }

export const nothingTold: Told = { known: new Map(), first: new Map(), left: new Map() }

/** Adds what was told of cases; an older version changes nothing. */
export function tell(told: Told, ...cases: Case[]): Told {
  const known = new Map(told.known), first = new Map(told.first)
  for (const c of cases) {
    if ((known.get(c.id)?.version ?? 0) <= c.version) known.set(c.id, c)
    if (!first.has(c.id)) first.set(c.id, c)
  }
  return { ...told, known, first }
}

/** Lets decided cards leave as they are now; one that comes back later is there again. */
export function leave(told: Told, cases: Case[]): Told {
  const left = new Map(told.left)
  for (const c of cases) left.set(c.id, c.version)
  return { ...told, left }
}

/**
 * The cards in their order, and how many new ones wait to be asked for. What comes last anyway (more says that not everything was
 * read) is added at the end; what would push the others down waits.
 */
export function cards(n: Narrowed, read: Case[], told: Told, more: boolean): { cards: Case[], waiting: number } {
  const seen = new Set<string>()
  const out: Case[] = []
  for (const one of read) {
    if (seen.has(one.id)) continue
    seen.add(one.id)
    const newer = told.known.get(one.id)
    const c = newer && newer.version >= one.version ? newer : one
    if (stands(n, c) || (told.left.get(c.id) ?? 0) < c.version) out.push(c)
  }
  // One that came while the queue was open stays a moment after its decision too, as those do that were read.
  const fresh = [...told.first.values()].filter((c) => !seen.has(c.id) && stands(n, c)).map((c) => told.known.get(c.id) ?? c)
  if (!oldestFirst(n.queue)) return { cards: out, waiting: fresh.filter((c) => stands(n, c)).length }
  if (!more) out.push(...fresh.filter((c) => stands(n, c) || (told.left.get(c.id) ?? 0) < c.version).sort((a, b) => a.id < b.id ? -1 : 1))
  return { cards: out, waiting: 0 }
}

/** A text in pieces, those that a rule is about marked, however they are written in capitals. */
export function marked(text: string, words: string[]): { text: string, mark: boolean }[] {
  const found = words.filter((w) => w.trim() !== '').sort((a, b) => b.length - a.length).map((w) => w.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/\s+/g, '\\s+'))
  if (found.length === 0) return [{ text, mark: false }]
  const at = new RegExp(`(?<![\\p{L}\\p{N}])(${found.join('|')})(?![\\p{L}\\p{N}])`, 'giu')
  return text.split(at).map((piece, i) => ({ text: piece, mark: i % 2 === 1 })).filter((p) => p.text !== '')
}
