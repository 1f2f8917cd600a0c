// The safety of what is said about a picture: what is typed is kept by the browser at once, and on the server when its field is left. Readers see
// these words as they are saved, so what is half typed is not sent from under the cursor while a page shows the picture. A colleague's words are
// never written over: a field that both changed waits for a choice. Nothing here knows of React, of the network or of time: all three are given.

export const names = ['caption', 'alt', 'credit', 'pool', 'creator', 'source', 'copyright', 'city', 'country', 'usage_terms'] as const
export type Name = typeof names[number]
export type Words = Record<Name, string>

/** What the server has. */
export interface Saved { version: number, words: Words }

/** The picture was changed by another in between; here is what it is now. */
export class Newer extends Error {
  constructor(readonly current: Saved) { super('a newer version') }
}

/** The server refused what was sent and would again; the fields that are at fault, as far as it says. */
export class Refused extends Error {
  constructor(readonly why: unknown, readonly places: Partial<Record<Name, string>> = {}) { super('refused') }
}

/** The server. Any other error than these two means: not reached, try again. */
export interface Server {
  save(changed: Partial<Words>, version: number): Promise<Saved>
  /** Sends fields of a page that is being left; nobody hears the answer. */
  parting(changed: Partial<Words>, version: number): void
  /** Whether readers see the picture. */
  shown(): Promise<boolean>
}

/** What was typed in one tab of one person and is not on the server: the words, and those that they were begun on. */
export interface Copy {
  key: string
  picture: string
  tab: string
  account: string
  begun: Partial<Words>
  typed: Partial<Words>
  at: number // milliseconds since 1970
}

/** Where copies are kept. A promise that is kept means: on the device. */
export interface Keeper {
  put(copy: Copy): Promise<void>
  remove(key: string): Promise<void>
  of(picture: string): Promise<Copy[]>
}

/** saved: on the server. typed: it waits until its field is left. saving: on its way. offline: the server is not reached or cannot. refused: it does not take it. */
export type Standing = 'saved' | 'typed' | 'saving' | 'offline' | 'refused'

export interface State {
  standing: Standing
  words: Words // as the fields show them
  typed: ReadonlySet<Name> // what only this browser has
  clashes: Partial<Words> // fields that both changed: what the other made of them
  refused: Partial<Words> // fields that the server does not take, and why
  kept: boolean // whether the browser keeps what is typed
  at?: number // when the server last had everything
  recovered?: number // when words of an earlier page were typed that are back
  why?: unknown // of refused and offline
}

export interface Options {
  picture: string
  account: string
  tab: Promise<string>
  keeper: Promise<Keeper | undefined> // undefined where the browser keeps nothing
  saved: Saved
  server: Server
  now(): number
  /** Calls f after ms; the function it gives back takes that away. */
  later(f: () => void, ms: number): () => void
  onState(state: State): void
}

/** After a key, this long without another, until a field is sent that is not left; milliseconds. The files of a picture are made anew with its words. */
export const pause = 3000
const retries = [1000, 2000, 4000, 8000, 15_000, 30_000]

const same = (a: string | undefined, b: string | undefined) => (a ?? '').trim() === (b ?? '').trim()

export class Said {
  private base: Words
  private version: number
  private readonly typed = new Map<Name, string>()
  private readonly begun = new Map<Name, string>() // what a typed field said when it was begun
  private readonly held = new Map<Name, string>() // what stands in a field that one is in
  private readonly refused = new Map<Name, string>()
  private readonly sure = new Set<Name>() // decided, and sent from under the cursor too
  private readonly unheard = new Map<Name, Set<string>>() // sent, and no answer came: what the server has may be one's own
  private live: Promise<void> | undefined
  private hidden = false // no reader sees it
  private flight: ReadonlySet<string> | undefined // the fields that are on their way
  private stop: (() => void) | undefined
  private tries = 0
  private keeping: Promise<void> | undefined
  private keepAgain = false
  private bringing: Promise<void> = Promise.resolve()
  private now: State

  constructor(private readonly o: Options) {
    this.base = o.saved.words
    this.version = o.saved.version
    this.now = { standing: 'saved', words: this.base, typed: new Set(), clashes: {}, refused: {}, kept: false }
  }

  get state(): State { return this.now }

  /** Whether something is to be sent. */
  get due(): boolean { return !!this.flight || Object.keys(this.sendable()).length > 0 }

  /** Somebody is in a field: nothing is taken out from under the cursor. */
  enter(name: Name): void {
    if (this.held.has(name)) return
    this.held.set(name, this.show(name))
    this.live = undefined // a story may have gone out since
    this.hidden = false
  }

  /** Something was typed. */
  change(name: Name, value: string): void {
    const begun = this.begun.get(name) ?? this.held.get(name) ?? this.base[name]
    this.refused.delete(name)
    this.sure.delete(name)
    if (this.held.has(name)) this.held.set(name, value)
    if ((same(value, begun) || same(value, this.base[name])) && !this.flight?.has(name)) this.clear(name)
    else {
      this.typed.set(name, value)
      this.begun.set(name, begun)
    }
    this.live ??= this.o.server.shown().then((shown) => { this.hidden = !shown }, () => { this.live = undefined })
    this.keep()
    this.tell(this.now.standing === 'offline' ? 'offline' : 'typed')
    if (this.tries === 0 || !this.stop) this.schedule(pause) // a server that was not reached is asked when it is time
  }

  /** A field was left: it is sent. */
  leave(name: Name): void {
    this.held.delete(name)
    this.tell(this.now.standing)
    if (this.typed.has(name)) this.schedule(0)
  }

  /** No field is on the page any more. */
  left(): void {
    this.held.clear()
    if (this.typed.size > 0) this.schedule(0)
  }

  /** Decides a field that both changed. */
  resolve(name: Name, whose: 'mine' | 'theirs'): void {
    if (whose === 'mine') {
      this.begun.set(name, this.base[name])
      this.sure.add(name)
    } else {
      this.clear(name)
      this.held.delete(name)
    }
    this.keep()
    this.schedule(0)
    this.tell('typed')
  }

  /** What the picture says now, as the page has heard. */
  heard(saved: Saved): void {
    if (saved.version <= this.version) return
    this.meet(saved)
    this.tell(this.now.standing)
  }

  /** Words of pages of this browser that died before the server had them. */
  recover(found: Promise<Copy[]>): Promise<void> {
    this.bringing = found.then(async (copies) => {
      const key = await this.key()
      const done: Copy[] = []
      let at: number | undefined
      for (const copy of copies) {
        if (copy.key !== key && !names.some((name) => name in copy.typed && this.typed.has(name) && !same(copy.typed[name], this.typed.get(name)))) done.push(copy)
        const met = names.some((name) => name in copy.typed && this.typed.has(name) && !same(copy.typed[name], this.typed.get(name)))
        if (copy.key === key && met) await (await this.o.keeper)?.put({ ...copy, key: `${key}/${copy.at}` }) // brought in when the picture is opened again
        for (const name of names) {
          const words = copy.typed[name]
          if (words === undefined || this.typed.has(name) || same(words, this.base[name])) continue
          this.typed.set(name, words)
          this.begun.set(name, copy.begun[name] ?? '')
          at = Math.max(at ?? 0, copy.at)
        }
      }
      if (at !== undefined) {
        this.now = { ...this.now, recovered: at }
        this.tell('typed')
        this.schedule(0)
      }
      if (copies.length > 0) void this.keep().then(async () => { if (this.now.kept) for (const { key } of done) await (await this.o.keeper)?.remove(key).catch(() => undefined) })
    }).catch(() => undefined)
    return this.bringing
  }

  /** The network is back, or somebody wants to try now. */
  again(): void {
    this.tries = 0
    this.refused.clear()
    this.schedule(0)
  }

  /** Leaves what the server does not take, for what the picture says. */
  giveUp(): void {
    for (const name of [...this.refused.keys()]) {
      this.clear(name)
      this.held.delete(name)
    }
    this.keep()
    this.tell('typed')
  }

  /** The page is being left: what is due goes out without waiting for an answer. The browser's copy stays, for what does not arrive. */
  parting(): void {
    const changed = this.sendable(true)
    if (this.flight || Object.keys(changed).length === 0) return
    this.sentOff(changed)
    this.o.server.parting(changed, this.version)
  }

  private sentOff(changed: Partial<Words>): void {
    for (const [name, value] of Object.entries(changed) as [Name, string][]) this.unheard.set(name, (this.unheard.get(name) ?? new Set<string>()).add(value))
  }

  private show(name: Name): string { return this.typed.get(name) ?? this.held.get(name) ?? this.base[name] }

  private clear(name: Name): void {
    this.typed.delete(name)
    this.begun.delete(name)
    this.refused.delete(name)
    this.sure.delete(name)
  }

  private clashes(name: Name): boolean { return this.typed.has(name) && !same(this.begun.get(name), this.base[name]) }

  // sendable gives what may go to the server now: no field that both changed, and none that one is in where readers would see half of it.
  private sendable(all = false): Partial<Words> {
    const out: Partial<Words> = {}
    for (const [name, value] of this.typed) if (!this.clashes(name) && !this.refused.has(name) && (all || this.hidden || this.sure.has(name) || !this.held.has(name))) out[name] = value.trim()
    return out
  }

  // meet takes what the picture is now; whoever made the same of a field has nothing to send.
  private meet(saved: Saved): void {
    this.base = saved.words
    this.version = saved.version
    for (const [name, value] of [...this.typed]) {
      if (same(value, this.base[name])) this.clear(name)
      else if (this.unheard.get(name)?.has(this.base[name])) this.begun.set(name, this.base[name])
    }
    this.keep()
  }

  private schedule(ms: number): void {
    this.stop?.()
    this.stop = this.o.later(() => { this.stop = undefined; void this.send() }, ms)
  }

  private async send(): Promise<void> {
    if (this.flight) return
    const changed = this.sendable()
    const sent = new Map(this.typed)
    if (Object.keys(changed).length === 0) {
      this.tell(this.refused.size > 0 ? 'refused' : this.typed.size > 0 ? 'typed' : 'saved')
      return
    }
    this.flight = new Set(Object.keys(changed))
    this.tell(this.tries > 0 ? 'offline' : 'saving')
    try {
      const saved = await this.o.server.save(changed, this.version)
      this.tries = 0
      this.flight = undefined
      this.unheard.clear()
      for (const name of Object.keys(changed) as Name[]) {
        if (this.typed.get(name) === sent.get(name)) this.clear(name)
        else if (this.typed.has(name)) this.begun.set(name, saved.words[name])
      }
      if (saved.version >= this.version) this.meet(saved)
      else this.keep() // another's was heard before this answer
      if (this.typed.size === 0) this.now = { ...this.now, at: this.o.now() }
      this.tell(this.refused.size > 0 ? 'refused' : this.typed.size > 0 ? 'typed' : 'saved')
      if (this.typed.size > 0) this.schedule(this.due ? 0 : pause)
    } catch (error) {
      this.flight = undefined
      if (error instanceof Newer) {
        this.tries = 0
        this.meet(error.current)
        this.schedule(0)
      } else if (error instanceof Refused) {
        this.tries = 0
        const at = (Object.keys(changed) as Name[]).filter((name) => name in error.places)
        for (const name of at.length > 0 ? at : Object.keys(changed) as Name[]) this.refused.set(name, error.places[name] ?? '')
        this.now = { ...this.now, why: error.why }
        this.tell('refused')
        if (this.due) this.schedule(0)
      } else {
        this.sentOff(changed)
        await this.keeping
        this.now = { ...this.now, why: error }
        this.tell('offline')
        this.schedule(retries[Math.min(this.tries++, retries.length - 1)]!)
      }
    }
  }

  private tell(standing: Standing): void {
    const words = { ...this.base }
    const clashes: Partial<Words> = {}
    for (const name of names) {
      words[name] = this.show(name)
      if (this.clashes(name)) clashes[name] = this.base[name]
    }
    const none = this.typed.size === 0 && !this.flight
    this.now = { ...this.now, standing: none ? 'saved' : standing === 'saved' ? 'typed' : standing, words, clashes, typed: new Set(this.typed.keys()), refused: Object.fromEntries(this.refused) }
    if (this.now.standing !== 'refused' && this.now.standing !== 'offline') delete this.now.why
    this.o.onState(this.now)
  }

  private async key(): Promise<string> { return `${this.o.picture}/${this.o.account}/${await this.o.tab}` }

  // keep writes the copy into the browser, or takes it away; a change during the writing is written after it.
  private keep(): Promise<void> {
    this.keepAgain = true
    this.keeping ??= this.write().finally(() => {
      this.keeping = undefined
      if (this.keepAgain) void this.keep() // it changed between the last look and now
    })
    return this.keeping
  }

  private async write(): Promise<void> {
    await this.bringing // which reads what lies there under the same name
    const [keeper, tab, key] = [await this.o.keeper, await this.o.tab, await this.key()]
    while (this.keepAgain) {
      this.keepAgain = false
      if (!keeper) continue
      const before = this.now.kept
      let kept = true
      try {
        if (this.typed.size === 0) await keeper.remove(key)
        else await keeper.put({ key, picture: this.o.picture, tab, account: this.o.account, begun: Object.fromEntries(this.begun), typed: Object.fromEntries(this.typed), at: this.o.now() })
      } catch {
        kept = false
      }
      if (kept !== before) {
        this.now = { ...this.now, kept }
        this.o.onState(this.now)
      }
    }
  }
}
