// A server, a browser's drawer and a clock as the tests of the saver have them: each can be away, forgetful or slow.
import { fieldsOf, type FieldName, type Fields, type Node } from './document'
import type { Copy, Keeper } from './keep'
import { Newer, Refused, type Saved, type Server } from './port'
import { Saver, type State } from './save'

/** Time that stands still until it is moved; what is due runs in order. */
export class Clock {
  now = 1
  private due: { at: number, f: () => void, gone: boolean }[] = []
  later = (f: () => void, ms: number) => {
    const one = { at: this.now + ms, f, gone: false }
    this.due.push(one)
    return () => { one.gone = true }
  }
  async forward(ms: number) {
    const end = this.now + ms
    await settle()
    for (;;) {
      const next = this.due.filter((d) => !d.gone && d.at <= end).sort((a, b) => a.at - b.at)[0]
      if (!next) break
      this.due = this.due.filter((d) => d !== next)
      this.now = Math.max(this.now, next.at)
      next.f()
      await settle()
    }
    this.now = end
  }
}

export const settle = async () => { for (let i = 0; i < 40; i++) await Promise.resolve() }

export class House implements Server {
  versions: Saved[] = [{ version: 1, fields: fieldsOf({ headline: 'First', body: { type: 'doc', content: [] } }) }]
  branches = new Map<string, { all: Fields[] }>()
  reached = true
  refuses = false
  takesNot: FieldName[] = []
  loseAnswers = false
  get current(): Saved { return this.versions.at(-1)! }
  asked = 0
  private away() { this.asked++; if (!this.reached) throw new Error('no network') }
  async save(changed: Partial<Fields>, version: number): Promise<Saved> {
    await Promise.resolve()
    this.away()
    if (version !== this.current.version) throw new Newer(this.current)
    if (this.refuses) throw new Refused('too long')
    const not = this.takesNot.filter((name) => name in changed)
    if (not.length > 0) throw new Refused('not yours', not)
    this.versions.push({ version: version + 1, fields: { ...this.current.fields, ...changed } })
    if (this.loseAnswers) throw new Error('the answer was lost')
    return this.current
  }
  partings = 0
  parting(changed: Partial<Fields>, version: number) { this.partings++; void this.save(changed, version).catch(() => undefined) }
  async branch(copy: { name: string, version: number, fields: Fields }) {
    await Promise.resolve()
    this.away()
    const not = this.takesNot.filter((name) => JSON.stringify(copy.fields[name]) !== JSON.stringify(this.versions[0]!.fields[name]))
    if (not.length > 0) throw new Refused('not yours', not)
    const b = this.branches.get(copy.name) ?? { all: [] }
    b.all = [copy.fields] // the same name replaces
    this.branches.set(copy.name, b)
    if (this.loseAnswers) throw new Error('the answer was lost')
  }
  holds(word: string): boolean {
    return this.versions.some((v) => JSON.stringify(v.fields).includes(word)) || [...this.branches.values()].some((b) => b.all.some((f) => JSON.stringify(f).includes(word)))
  }
}

export class Drawer implements Keeper {
  copies = new Map<string, string>()
  async put(c: Copy) { this.copies.set(c.key, JSON.stringify(c)) }
  async remove(key: string) { this.copies.delete(key) }
  async all() { return [...this.copies.values()].map((c) => JSON.parse(c) as Copy) }
  async of(article: string) { return (await this.all()).filter((c) => c.article === article) }
}

export interface Page { saver: Saver, tab: string, states: State[], shown: Fields }

export function open(house: House, drawer: Drawer, clock: Clock, tab: string): Page {
  const page: Page = { tab, states: [], shown: house.current.fields } as unknown as Page
  page.saver = new Saver({
    article: 'a', tab, account: 'ana', saved: house.current, server: house, keeper: drawer, now: () => clock.now, later: clock.later,
    onState: (s) => page.states.push(s), onFields: (f) => { page.shown = f },
  })
  return page
}

export const paragraph = (text: string): Node => ({ type: 'paragraph', content: [{ type: 'text', text }] })
export const last = (p: Page) => p.saver.standing
