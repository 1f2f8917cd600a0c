// What goes out of the box: kept by the browser before anything is sent, and sent once, in order, with the time of its writing, whatever
// becomes of the network, the tab and the server. Nothing here knows of React, of the network or of time: all three are given.
import type { Attached, Post, Written } from './post'

/** What is to become of a post. */
export type Act = 'publish' | 'schedule' | 'draft'

/** A post that the server may not have yet. */
export interface Kept {
  key: string // one post, however often it is sent
  account: string
  coverage: string
  order: number
  at: string // when it happened, as readers are to see it
  act: Act
  written: Written
  uploaded: Record<string, string> // its pictures on the server, by their keys
  tried: boolean // sent at least once: what became of it the server knows
  since?: number // when it was first sent, on the server's clock; of those of earlier builds it is not known
  why?: unknown // what the server refused it for; it waits for somebody who mends it
}

/** Where posts are kept. A promise that is kept means: on the device. */
export interface Keeper {
  /** Keeps a post, in the place of another or of what stood in a box where one is named; both or neither. */
  put(post: Kept, of?: { instead?: string, box?: string }): Promise<void>
  remove(key: string): Promise<void>
  all(account: string): Promise<Kept[]>
}

/** The server refused a post and would again. Any other error means: not reached, try again. */
export class Refused extends Error {
  readonly why: unknown
  constructor(why: unknown) { super('refused'); this.why = why }
}

/** The server refused a post because its time lies in the future of the server's clock; now is what that clock says. */
export class Early extends Refused {
  readonly now: number
  constructor(why: unknown, now: number) { super(why); this.now = now }
}

/** The server. The same key again is the same thing again. */
export interface Server {
  upload(picture: Attached & { file: Blob }): Promise<string>
  send(post: Kept): Promise<Post>
}

export interface Options {
  account: string
  keeper: Keeper | undefined // undefined where the browser keeps nothing: then what waits is in this page only
  server: Server
  /** The server's clock as far as it is known, in milliseconds, never ahead of it. */
  now(): number
  /** A name that no other post has. */
  name(): string
  later(f: () => void, ms: number): () => void
  /** Runs f when no other tab of this account sends, and not at the same time as one. */
  alone(f: () => Promise<void>): Promise<void>
  onChange(waiting: readonly Kept[]): void
  /** A post is on the server. */
  onSent(post: Post, kept: Kept): void
}

/** Why a post waits that was sent so long ago, without an answer, that the server may take it for another one: somebody has to look whether it is out. */
export const aged = 'aged'

/** How long after it was first sent a post is sent again by itself, in milliseconds. The server knows it again for a day. */
const known = 20 * 60 * 60 * 1000

const retries = [1000, 2000, 4000, 8000, 15_000, 30_000]

export class Queue {
  private waiting: Kept[] = []
  private last = 0
  private tries = 0
  private stopTimer: (() => void) | undefined
  private draining: Promise<void> | undefined
  private again = false
  private ended = false
  offline = false

  constructor(private readonly o: Options) {}

  /** What waits, in order. */
  get list(): readonly Kept[] { return this.waiting }

  /** Reads what an earlier page or another tab left, and sends it. */
  async open(): Promise<void> {
    await this.read()
    void this.send()
  }

  /** Keeps a post, which stood in a box; when the promise ends it is on the device. It is sent as soon as it can be. */
  async add(coverage: string, act: Act, written: Written, box?: string): Promise<Kept> {
    this.last = Math.max(this.last + 1, this.o.now())
    const post: Kept = {
      key: this.o.name(), account: this.o.account, coverage, order: this.last, act, written, uploaded: {}, tried: false,
      at: act === 'schedule' ? written.schedule : written.at || new Date(this.last).toISOString(),
    }
    await this.o.keeper?.put(post, box ? { box } : {})
    this.place(post)
    this.tries = 0
    void this.send()
    return post
  }

  /** Takes a post out to be mended. Only what the server does not have can be: what was refused, or never sent, or what somebody has looked for. */
  async take(key: string): Promise<Written | undefined> {
    let out: Written | undefined
    await this.o.alone(async () => {
      await this.read()
      const post = this.waiting.find((p) => p.key === key)
      if (!post || (post.tried && post.why === undefined)) return
      // What has been uploaded already is not sent again.
      out = { ...post.written, pictures: post.written.pictures.map((p) => ({ ...p, ...(post.uploaded[p.key] ? { id: post.uploaded[p.key]! } : {}) })) }
      await this.forget(key)
    })
    return out
  }

  /** Sends a refused post, or one that somebody has looked for, once more as it is. */
  async retry(key: string): Promise<void> {
    await this.o.alone(async () => { // two tabs would make two posts of it
      await this.read()
      const post = this.waiting.find((p) => p.key === key)
      if (post) await this.rename(post)
    })
    this.now()
  }

  /** The network is back, or somebody wants to try now. */
  now(): void {
    this.tries = 0
    void this.send()
  }

  /** Another tab has changed what is kept. */
  async heard(): Promise<void> {
    await this.read()
  }

  /** Ends the queue; what waits stays kept. */
  end(): void {
    this.ended = true
    this.stopTimer?.()
  }

  /** Sends all that waits; done when nothing more can be sent now. */
  send(): Promise<void> {
    if (this.draining) {
      this.again = true
      return this.draining
    }
    this.draining = (async () => {
      do {
        this.again = false
        await this.drain()
      } while (this.again && !this.ended)
    })().finally(() => { this.draining = undefined })
    return this.draining
  }

  private async drain(): Promise<void> {
    this.stopTimer?.()
    this.stopTimer = undefined
    await this.o.alone(async () => {
      await this.read() // another tab may have sent some
      for (const { key } of [...this.waiting]) {
        const post = this.waiting.find((p) => p.key === key)
        if (this.ended || !post || post.why !== undefined) continue
        if (post.tried && this.o.now() - (post.since ?? post.order) > known) { await this.keep({ ...post, why: aged }); continue }
        if (!await this.one(post)) return
      }
    })
  }

  // one sends a post; false when the server is not reached.
  private async one(post: Kept): Promise<boolean> {
    let now = post
    try {
      for (const picture of post.written.pictures) {
        if (picture.id || now.uploaded[picture.key] || !picture.file) continue
        const id = await this.o.server.upload(picture as Attached & { file: Blob })
        now = await this.keep({ ...now, uploaded: { ...now.uploaded, [picture.key]: id } })
      }
      if (!now.tried) now = await this.keep({ ...now, tried: true, since: this.o.now() })
      const made = await this.o.server.send(now)
      await this.forget(post.key)
      this.reached()
      this.o.onSent(made, now)
      return true
    } catch (error) {
      if (error instanceof Early && post.act !== 'schedule' && Date.parse(now.at) > error.now) {
        // The clock of this device is ahead. The same post goes under another name: that it was refused is certain.
        this.reached()
        return this.one(await this.rename({ ...now, at: new Date(error.now).toISOString() }))
      }
      if (error instanceof Refused) {
        await this.keep({ ...now, why: error.why })
        this.reached()
        return true
      }
      this.offline = true
      this.tell()
      if (!this.ended) this.stopTimer = this.o.later(() => void this.send(), retries[Math.min(this.tries++, retries.length - 1)]!)
      return false
    }
  }

  private reached(): void {
    this.offline = false
    this.tries = 0
    this.tell()
  }

  private async read(): Promise<void> {
    if (!this.o.keeper) return
    const kept = await this.o.keeper.all(this.o.account)
    this.waiting = kept.sort((a, b) => a.order - b.order || (a.key < b.key ? -1 : 1))
    this.last = Math.max(this.last, ...this.waiting.map((p) => p.order))
    this.tell()
  }

  private async keep(post: Kept): Promise<Kept> {
    await this.o.keeper?.put(post)
    this.place(post)
    return post
  }

  private place(post: Kept): void {
    this.waiting = [...this.waiting.filter((p) => p.key !== post.key), post].sort((a, b) => a.order - b.order)
    this.tell()
  }

  // rename gives a post that the server certainly does not have another name, under which it has not been refused.
  private async rename({ why: _, since: __, ...post }: Kept): Promise<Kept> {
    const now = { ...post, key: this.o.name(), tried: false }
    await this.o.keeper?.put(now, { instead: post.key })
    this.waiting = this.waiting.map((p) => p.key === post.key ? now : p)
    this.tell()
    return now
  }

  private async forget(key: string): Promise<void> {
    await this.o.keeper?.remove(key)
    this.waiting = this.waiting.filter((p) => p.key !== key)
    this.tell()
  }

  private tell(): void { this.o.onChange(this.waiting) }
}
