// Which story stands in which slot: what editors pinned, and what comes by itself between the pins.
import type { components } from '../made/api'

export type Front = components['schemas']['Front']
export type Pin = components['schemas']['Pin']

/** How many slots follow the lead in a row; the server opens rows as whole ones. */
const row = 3

/** How many slots are in use: a section shows its lead alone until something is pinned beside it. */
export function used(pins: readonly Pin[], section: boolean, slots: number): number {
  let n = section ? 1 : 1 + row
  for (const p of pins) while (n <= p.slot && n < slots) n += row
  return n
}

const ordered = (pins: Pin[]): Pin[] => pins.sort((a, b) => a.slot - b.slot)

/** Puts a story into a slot. Who stood there moves one further, and so on to the first slot without a pin; the last one falls out. */
export function place(pins: readonly Pin[], article: string, slot: number, slots: number): Pin[] {
  const mine = pins.find((p) => p.article === article) ?? { article, slot }
  const rest = new Map(pins.filter((p) => p.article !== article).map((p) => [p.slot, p]))
  let moving: Pin | undefined = { ...mine, slot }
  for (let at = slot; moving && at < slots; at++) {
    const there = rest.get(at)
    rest.set(at, { ...moving, slot: at })
    moving = there
  }
  return ordered([...rest.values()])
}

/** Changes places with the slot above (-1) or below (1). */
export function step(pins: readonly Pin[], article: string, by: -1 | 1, slots: number): Pin[] {
  const mine = pins.find((p) => p.article === article)
  const to = (mine?.slot ?? -9) + by
  if (!mine || to < 0 || to >= slots) return [...pins]
  return ordered(pins.map((p) => p === mine ? { ...p, slot: to } : p.slot === to ? { ...p, slot: mine.slot } : p))
}

/** Takes a pin away. */
export const release = (pins: readonly Pin[], article: string): Pin[] => pins.filter((p) => p.article !== article)

/** Sets what a pin says of its story; an empty value takes it away. */
export function set(pins: readonly Pin[], article: string, changed: { until?: string, headline?: string, picture?: string }): Pin[] {
  return pins.map((p) => p.article === article ? clean({ ...p, ...changed }) : p)
}

const clean = (p: Pin): Pin => ({ slot: p.slot, article: p.article, ...(p.until ? { until: p.until } : {}), ...(p.headline ? { headline: p.headline } : {}), ...(p.picture ? { picture: p.picture } : {}) })

/** Whether two lists of pins say the same. */
export const same = (a: readonly Pin[], b: readonly Pin[]): boolean => a.length === b.length && a.every((p, i) => samePin(p, b[i]))

export const samePin = (a: Pin | undefined, b: Pin | undefined): boolean =>
  a?.article === b?.article && (a?.headline ?? '') === (b?.headline ?? '') && (a?.picture ?? '') === (b?.picture ?? '') && +new Date(a?.until ?? 0) === +new Date(b?.until ?? 0) && (a?.slot === b?.slot)

/** The slots in which two lists differ. */
export function differing(a: readonly Pin[], b: readonly Pin[]): number[] {
  const slots = [...new Set([...a, ...b].map((p) => p.slot))].sort((x, y) => x - y)
  return slots.filter((s) => !samePin(a.find((p) => p.slot === s), b.find((p) => p.slot === s)))
}

export interface Slot { slot: number, pin?: Pin, article?: string }

/** What stands in each slot with these pins: by itself come the stories of pool in their order, no story twice. */
export function arranged(pins: readonly Pin[], pool: readonly string[], hidden: ReadonlySet<string>, section: boolean, slots: number): Slot[] {
  const taken = new Set(pins.map((p) => p.article))
  const free = pool.filter((id) => !taken.has(id))
  const n = used(pins.filter((p) => !hidden.has(p.article)), section, slots)
  return Array.from({ length: slots }, (_, slot) => {
    const pin = pins.find((p) => p.slot === slot)
    if (pin) return { slot, pin, article: pin.article }
    const article = slot < n ? free.shift() : undefined
    return article ? { slot, article } : { slot }
  })
}

/** Pins of two who changed one front: of each slot in which they differ, the side that was chosen. A story that both sides put somewhere stays where it was chosen first. */
export function merged(theirs: readonly Pin[], mine: readonly Pin[], chosen: (slot: number) => 'theirs' | 'mine'): Pin[] {
  const out: Pin[] = []
  const slots = [...new Set([...theirs, ...mine].map((p) => p.slot))].sort((x, y) => x - y)
  for (const s of slots) {
    const p = (chosen(s) === 'mine' ? mine : theirs).find((one) => one.slot === s)
    if (p && !out.some((o) => o.article === p.article)) out.push(p)
  }
  return out
}

/** An editor's steps on a front, each of which can be taken back. */
export interface Steps { past: Pin[][], now: Pin[], future: Pin[][] }

export const begun = (pins: readonly Pin[]): Steps => ({ past: [], now: ordered(pins.map(clean)), future: [] })
export const took = (s: Steps, next: Pin[]): Steps => same(s.now, next) ? s : { past: [...s.past, s.now].slice(-100), now: next, future: [] }
export const undone = (s: Steps): Steps => s.past.length === 0 ? s : { past: s.past.slice(0, -1), now: s.past.at(-1)!, future: [s.now, ...s.future] }
export const redone = (s: Steps): Steps => s.future.length === 0 ? s : { past: [...s.past, s.now], now: s.future[0]!, future: s.future.slice(1) }

/** The pins as the address of a preview takes them: JSON in base64url. */
export function inAddress(pins: readonly Pin[]): string {
  const bytes = new TextEncoder().encode(JSON.stringify(pins))
  return btoa(Array.from(bytes, (b) => String.fromCharCode(b)).join('')).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')
}
