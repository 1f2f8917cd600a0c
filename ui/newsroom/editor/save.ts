// The editor's safety: what was typed is kept by the browser at once, by the server a moment later, and where both cannot be in the
// story it is in a branch with a name. Nothing here knows of React, of the network or of time: all three are given.
import { changes, differing, merge, same, type Conflict, type FieldName, type Fields } from './document'
import { keyOf, type Copy, type Keeper } from './keep'
import { Newer, Refused, type NotTaken, type Saved, type Server } from './port'

/**
 * How it stands with what was typed.
 * saved: on the server. saving: on its way. offline: kept here, the server is not reached or cannot. branch: another has the story; it goes into a
 * branch. conflict: another changed the same words; it goes into a branch until somebody chooses. refused: the server does not take it, or does not take `refused` of it.
 */
export type Standing = 'saved' | 'saving' | 'offline' | 'branch' | 'conflict' | 'refused'

export interface State {
  standing: Standing
  at?: number // when the server last had everything, milliseconds since 1970
  pending: number // fields and blocks that only this browser has
  kept: boolean // whether the browser keeps what is pending
  conflicts: Conflict[]
  branched?: boolean // words of this page are in a branch
  why?: unknown // of refused and offline
  refused?: readonly NotTaken[] // what the server does not take while it takes all else
  lost?: boolean // another has the story: nothing that is typed here comes into it by itself
  version: number
}

export interface Options {
  article: string
  tab: string
  account: string
  edition?: string
  kind?: string
  saved: Saved
  server: Server
  keeper: Keeper | undefined // undefined where the browser keeps nothing
  now(): number
  /** Calls f after ms; the function it gives back takes that away. */
  later(f: () => void, ms: number): () => void
  onState(state: State): void
  /** The editor must show these fields: another's changes came in beside one's own. */
  onFields(fields: Fields): void
}

/** After a change: this long without another, but not longer than the second, until it is sent. */
export const pause = 800
export const longest = 4000
const slowest = 2000 // for the device to keep what was typed
const retries = [1000, 2000, 4000, 8000, 15_000, 30_000]

type Aside = Map<FieldName, { value: unknown, why: unknown }>

export class Saver {
  private base: Fields
  private version: number
  private local: Fields
  private theirs: Saved | undefined // in a conflict: what the story is now
  private state: State
  private sending: Promise<void> | undefined
  private keeping: Promise<void> | undefined
  private keepAgain = false
  private stopTimer: (() => void) | undefined
  private since = 0 // the first change that was not sent
  private next = 0 // when the timer sends
  private tries = 0
  private lostLock = false
  private ended = false
  private branched: Fields | undefined // what was put into the branch
  private has: Fields | undefined // what the branch has of it
  private episodes = 0
  private readonly refused: Aside = new Map() // what the server does not take; all else is saved without it
  private unbranched: Aside = new Map() // what no branch takes either: the device alone has it
  private refusal: unknown
  private choice: { mine: string[], among: ReadonlyMap<string, unknown> } | undefined // what is decided, until the branch is written
  private episode: string | undefined // the name of the branch, from the first words that could not be in the story to the end of that

  constructor(private readonly o: Options) {
    this.base = o.saved.fields
    this.local = o.saved.fields
    this.version = o.saved.version
    this.state = { standing: 'saved', pending: 0, kept: o.keeper !== undefined, conflicts: [], version: o.saved.version }
  }

  /** What the editor shows. */
  get fields(): Fields { return this.local }

  /** How it stands. */
  get standing(): State { return this.state }

  /** Something was typed or chosen. */
  change(changed: Partial<Fields>): void {
    const next = { ...this.local, ...changed }
    if (differing(this.local, next).length === 0) return
    this.local = next
    if (this.since === 0) this.since = this.o.now()
    this.keep()
    this.tell(this.state.standing === 'saved' || this.state.standing === 'refused' ? 'saving' : this.state.standing)
    if (this.tries > 0 && this.stopTimer) { // the server was not reached and will be asked again; a key is no reason to knock at once
      if (this.next - this.o.now() > longest) this.schedule(longest)
      return
    }
    this.schedule(Math.max(0, Math.min(pause, this.since + longest - this.o.now())))
  }

  /** Words of an earlier page of this browser that the server never had. They come into the story, and where they meet what it says now, into a branch of their own; or they are known, for a
   * parting word has arrived. */
  async recover(found: Copy): Promise<'story' | 'branch' | 'known'> {
    const copy = await this.aside(found)
    const { conflicts, ...merged } = merge(copy.base, copy.local, this.local)
    let { fields } = merged
    if (conflicts.length === 0 && differing(this.base, this.local).length === 0 && differing(this.local, fields).length === 0) {
      await this.o.keeper?.remove(copy.key)
      return 'known'
    }
    const met = conflicts.length > 0
    let all = true // of it is somewhere else
    if (met) {
      const { not } = await this.branch(`${copy.tab}-${copy.at.toString(36)}`, copy.version, copy.base, copy.local, this.unbranched)
      all = not.size === 0;
      ({ fields } = merge(copy.base, copy.local, this.local)) // where they meet, the story keeps what it says
      if (differing(this.local, fields).length === 0) {
        if (all) await this.o.keeper?.remove(copy.key)
        return 'branch'
      }
    }
    this.local = fields
    this.o.onFields(fields)
    if (this.since === 0) this.since = this.o.now()
    await this.keepNow()
    if (all && this.state.kept && copy.key !== this.key) await this.o.keeper?.remove(copy.key)
    this.tell('saving')
    this.schedule(0)
    return met ? 'branch' : 'story'
  }

  // aside puts a copy that has this page's own name, for a page that is loaded again keeps its tab's, under a name of its own: what is typed from here on
  // is written over the other.
  private async aside(copy: Copy): Promise<Copy> {
    const { keeper } = this.o
    if (!keeper || copy.key !== this.key) return copy
    const tab = `${copy.tab}-${copy.at.toString(36)}`
    const put = { ...copy, tab, key: keyOf(copy.article, tab) }
    try {
      await keeper.put(put)
    } catch {
      return copy
    }
    if (!this.due()) await keeper.remove(copy.key)
    return put
  }

  /** Another holds the story now: what only this page has goes into a branch, and so does what is typed from here on. */
  lost(): void {
    if (this.lostLock) return
    this.lostLock = true
    this.choice = undefined
    this.tell('branch')
    this.schedule(0)
  }

  /** The story is held by this page again, and is now as `saved` says. */
  regained(saved: Saved): void {
    this.lostLock = false
    this.meet(saved)
    this.schedule(0)
  }

  /** Somebody else saved, and the page has heard of it. */
  heard(saved: Saved): void {
    if (saved.version <= this.version) return
    this.meet(saved)
    if (this.theirs) this.schedule(0)
  }

  /**
   * Decides a conflict: the keys of those in which one's own words count. The others' are in the versions. One's own that do not count are in the
   * branch: it is written first, and without it nothing is decided.
   */
  resolve(mine: string[]): void {
    if (!this.theirs || this.lostLock) return
    this.choice = { mine, among: new Map(this.state.conflicts.map((c) => [c.key, c.theirs])) }
    this.schedule(0)
  }

  private decide(theirs: Saved, choice: { mine: string[], among: ReadonlyMap<string, unknown> }): boolean {
    const { fields, conflicts } = merge(this.base, this.local, theirs.fields, choice.mine)
    if (this.unbranched.size > 0 || conflicts.some((c) => !choice.among.has(c.key) || !same(choice.among.get(c.key), c.theirs))) { // words of one's own are in no branch, or somebody wrote on and nobody was asked about that
      this.choice = undefined
      this.tell('conflict')
      return false
    }
    this.settle(theirs, fields)
    this.schedule(0)
    return true
  }

  /** Sends what is pending now; done when the server has it, or cannot be reached. */
  async flush(): Promise<void> {
    this.stopTimer?.()
    this.stopTimer = undefined
    while (!this.ended && this.due()) {
      const before = this.local
      await this.send()
      if (this.state.standing === 'offline' || this.state.standing === 'refused') return
      if (this.local === before && (this.lostLock || this.theirs)) return
    }
  }

  /** The page is being left: what is due goes out without waiting for an answer. The browser's copy stays, for what does not arrive. */
  parting(): void {
    if (!this.ended && !this.sending && !this.lostLock && !this.theirs && this.sendable()) this.o.server.parting(this.changed(this.local), this.version)
  }

  /** The network is back, or somebody wants to try now. */
  again(): void {
    this.tries = 0
    this.refused.clear()
    this.schedule(0)
  }

  /** What the server has in place of what it does not take. */
  giveUp(): Partial<Fields> {
    const back = Object.fromEntries(this.out().map(({ name }) => [name, this.base[name]])) as Partial<Fields>
    this.refused.clear()
    return back
  }

  /** Ends the saver; what is pending stays kept. */
  end(): void {
    this.ended = true
    this.stopTimer?.()
  }

  private get key(): string { return keyOf(this.o.article, this.o.tab) }

  private due(): boolean {
    return this.lostLock || this.theirs ? this.branched !== this.local && differing(this.base, this.local).length > 0 : differing(this.base, this.local).length > 0
  }

  // meet brings what the story is now together with what is typed here.
  private meet(saved: Saved): void {
    const { fields, conflicts } = merge(this.base, this.local, saved.fields)
    if (conflicts.length > 0) {
      this.theirs = saved
      this.tell(this.lostLock ? 'branch' : 'conflict')
      return
    }
    this.settle(saved, fields)
  }

  private settle(saved: Saved, fields: Fields): void {
    this.theirs = undefined
    this.choice = undefined
    this.unbranched.clear()
    if (!this.lostLock) this.episode = undefined
    this.base = saved.fields
    this.version = saved.version
    if (differing(this.local, fields).length > 0) {
      this.local = fields
      this.o.onFields(fields)
    }
    if (this.due()) this.keep()
    else void this.forget() // nothing waits: a later page must not say that words had not been sent
    this.tell(this.lostLock ? 'branch' : this.sendable() ? 'saving' : this.due() ? 'refused' : 'saved')
  }

  private changed(fields: Fields): Partial<Fields> {
    return Object.fromEntries(differing(this.base, fields).filter((name) => !this.refuses(name, fields[name])).map((name) => [name, fields[name]])) as Partial<Fields>
  }

  private sendable(): boolean { return Object.keys(this.changed(this.local)).length > 0 }

  private refuses(name: FieldName, value: unknown): boolean {
    const one = this.refused.get(name)
    return one !== undefined && same(one.value, value)
  }

  // out is what of the story the server does not take.
  private out(): NotTaken[] {
    if (this.lostLock || this.theirs) return [...this.unbranched].filter(([name, { value }]) => same(value, this.local[name])).map(([name, { why }]) => ({ name, why }))
    return differing(this.base, this.local).filter((name) => this.refuses(name, this.local[name])).map((name) => ({ name, why: this.refused.get(name)!.why }))
  }

  // without sets aside what the server named when it refused; false when that is nothing it was not told before.
  private without({ fields, why }: Refused, sent: Fields): boolean {
    const more = fields.filter((name) => name in this.changed(sent))
    for (const name of more) this.refused.set(name, { value: sent[name], why })
    return more.length > 0
  }

  // branch puts fields into a branch, but for those that it does not take either, which are what they were before. It gives back what the branch has, and
  // what not.
  private async branch(name: string, version: number, before: Fields, fields: Fields, known: Aside): Promise<{ has: Fields, not: Aside }> {
    const not: Aside = new Map([...known].filter(([n, one]) => same(fields[n], one.value)))
    for (;;) {
      try {
        const has = { ...fields, ...Object.fromEntries([...not.keys()].map((n) => [n, before[n]])) }
        await this.o.server.branch({ name, version, fields: has })
        return { has, not }
      } catch (error) {
        if (!(error instanceof Refused)) throw error
        const more = error.fields.filter((n) => !not.has(n) && !same(fields[n], before[n]))
        if (more.length === 0) throw error
        for (const n of more) not.set(n, { value: fields[n], why: error.why })
      }
    }
  }

  private schedule(ms: number): void {
    if (this.ended) return
    this.stopTimer?.()
    this.next = this.o.now() + ms
    this.stopTimer = this.o.later(() => { this.stopTimer = undefined; void this.send() }, ms)
  }

  private send(): Promise<void> {
    this.sending ??= this.sendOnce().finally(() => { this.sending = undefined })
    return this.sending
  }

  private async sendOnce(): Promise<void> {
    if (this.ended) return
    if (this.theirs && !this.lostLock && merge(this.base, this.local, this.theirs.fields).conflicts.length === 0) this.meet(this.theirs) // what met was taken back
    if (!this.due()) {
      if (!this.lostLock && !this.theirs) this.finish()
      else if (this.theirs && this.choice && !this.lostLock) this.decide(this.theirs, this.choice)
      return
    }
    const sent = this.local
    const beside = this.lostLock || this.theirs !== undefined
    try {
      if (beside) {
        if (this.episode === undefined) this.has = undefined
        this.episode ??= `${this.o.tab}-${this.o.now().toString(36)}-${this.episodes++}`
        const { has, not } = await this.branch(this.episode, this.version, this.has ?? this.base, sent, this.unbranched)
        this.has = has
        this.unbranched = not
        this.branched = sent
        this.since = 0
        this.tries = 0
        if (this.theirs && this.choice && !this.lostLock && this.local === sent && this.decide(this.theirs, this.choice)) return
        this.tell(this.lostLock ? 'branch' : 'conflict')
        if (this.local !== sent) this.schedule(pause)
        else if (this.unbranched.size > 0) this.keep()
        else await this.forget() // the branch has every word; a later page must not bring them into the story by itself
        return
      }
      const changed = this.changed(sent)
      if (Object.keys(changed).length === 0) {
        this.since = 0
        this.tell('refused')
        return
      }
      const left = differing(this.base, sent).filter((name) => !(name in changed)) // what it does not take is as it was, however the answer comes
      this.tell('saving')
      const saved = await this.o.server.save(changed, this.version)
      this.tries = 0
      // What the server made of it (a slug, cleaned text) counts where nothing was typed meanwhile.
      const aside = Object.fromEntries(left.map((name) => [name, saved.fields[name]]))
      const { fields } = merge({ ...sent, ...aside }, this.local, saved.fields)
      const moved = differing(this.local, fields).length > 0 && differing(sent, this.local).length === 0
      this.base = saved.fields
      this.version = saved.version
      if (moved) this.local = fields
      for (const name of Object.keys(changed)) this.refused.delete(name as FieldName)
      if (this.theirs && this.theirs.version > this.version) { // heard of before this answer
        this.meet(this.theirs)
        this.schedule(0)
        return
      }
      this.theirs = undefined
      this.since = this.sendable() ? this.o.now() : 0
      if (this.sendable()) {
        this.keep()
        this.tell('saving')
        this.schedule(pause)
      } else if (this.due()) {
        this.state = { ...this.state, at: this.o.now() }
        this.keep()
        this.tell('refused')
      } else {
        this.finish()
      }
    } catch (error) {
      if (error instanceof Newer || error instanceof Refused) this.tries = 0 // it answered
      if (error instanceof Newer) {
        this.meet(error.current)
        this.schedule(0)
      } else if (error instanceof Refused) {
        this.refusal = error.why
        if (!beside && (this.lostLock || this.theirs)) this.schedule(0) // into a branch, then
        else if (!beside && this.without(error, sent)) return this.sendOnce()
        else this.tell('refused')
      } else {
        await this.settled()
        this.state = { ...this.state, why: error }
        this.tell('offline')
        this.schedule(retries[Math.min(this.tries++, retries.length - 1)]!)
      }
    }
  }

  private finish(): void {
    this.since = 0
    this.tries = 0
    this.state = { ...this.state, at: this.o.now() }
    void this.forget()
    this.tell('saved')
  }

  private tell(standing: Standing): void {
    this.state = { ...this.state, standing, pending: this.branched === this.local ? 0 : changes(this.base, this.local), version: this.version, branched: this.branched !== undefined, conflicts: this.theirs ? merge(this.base, this.local, this.theirs.fields).conflicts : [] }
    const out = standing === 'refused' && this.sendable() ? [] : this.out()
    if (standing === 'refused') this.state.why = this.refusal
    else if (standing !== 'offline') delete this.state.why
    if (out.length > 0) this.state.refused = out
    else delete this.state.refused
    if (this.lostLock) this.state.lost = true
    else delete this.state.lost
    this.o.onState(this.state)
  }

  // keep writes the copy into the browser; a change during the writing is written after it.
  private keep(): void {
    void this.keepNow()
  }

  private keepNow(): Promise<void> {
    this.keepAgain = true
    this.keeping ??= this.write().finally(() => {
      this.keeping = undefined
      if (this.keepAgain) this.keep() // it changed between the last look and now
    })
    return this.keeping
  }

  // settled waits until the device has what it is said to keep. One that does not answer holds nothing up, and is said not to keep it.
  private async settled(): Promise<void> {
    if (!this.keeping) return
    const late = await new Promise<boolean>((done) => {
      const stop = this.o.later(() => done(true), slowest)
      void this.keeping?.then(() => { stop(); done(false) })
    })
    if (late) this.state = { ...this.state, kept: false }
  }

  private async write(): Promise<void> {
    const { keeper } = this.o
    while (this.keepAgain) {
      this.keepAgain = false
      if (!keeper) continue
      const before = this.state.kept
      try {
        await keeper.put({ key: this.key, article: this.o.article, tab: this.o.tab, account: this.o.account, ...(this.o.edition ? { edition: this.o.edition } : {}), ...(this.o.kind ? { kind: this.o.kind } : {}), version: this.version, base: this.base, local: this.unkept(), at: this.o.now() })
        this.state = { ...this.state, kept: true }
      } catch {
        this.state = { ...this.state, kept: false }
      }
      if (before !== this.state.kept) this.o.onState(this.state)
    }
  }

  // unkept is what only this browser has: of what a branch has all but that, nothing may come into the story by itself.
  private unkept(): Fields {
    if (this.branched !== this.local || this.unbranched.size === 0) return this.local
    return { ...this.base, ...Object.fromEntries([...this.unbranched].map(([name, { value }]) => [name, value])) }
  }

  // forget takes the copy away once the server has everything.
  private async forget(): Promise<void> {
    await this.keeping
    if (!this.due()) await this.o.keeper?.remove(this.key).catch(() => undefined)
  }
}
