// Where the browser keeps posts that wait, and what stands in the box.
import { openDatabase, type Acting } from '../editor/keep'
import type { Post, Written } from './post'
import type { Keeper, Kept } from './queue'

let opened: Promise<Acting> | undefined

const open = (): Promise<Acting> => opened ??= openDatabase('dateline-live', (db) => {
  db.createObjectStore('posts', { keyPath: 'key' }).createIndex('account', 'account')
  db.createObjectStore('boxes', { keyPath: 'key' })
})

/** The posts that wait. */
export async function openPosts(): Promise<Keeper> {
  const act = await open()
  return {
    put: async (post, of = {}) => {
      await act('readwrite', ['posts', 'boxes'], (t) => {
        if (of.instead) t.objectStore('posts').delete(of.instead)
        if (of.box) t.objectStore('boxes').delete(of.box)
        return t.objectStore('posts').put(post)
      })
    },
    remove: async (key) => { await act('readwrite', 'posts', (t) => t.objectStore('posts').delete(key)) },
    all: (account) => act<Kept[]>('readonly', 'posts', (t) => t.objectStore('posts').index('account').getAll(account)),
  }
}

/** A post in hand besides what is written of it: as it stood when it was begun, and on which version what is written stands. */
export interface Editing { post: Post, correction: boolean, was: { version: number, written: Written }, note: string }

/** What stands in the box of one coverage in one tab; or what is made there of a post that has been sent, which lies at "coverage/post". */
export interface Boxed { key: string, coverage: string, account: string, tab: string, at: number, written: Written, edit?: Editing }

/** Where boxes are kept. */
export interface Boxes {
  put(box: Boxed): Promise<void>
  remove(key: string): Promise<void>
  all(): Promise<Boxed[]>
}

export async function openBoxes(): Promise<Boxes> {
  const act = await open()
  return {
    put: async (box) => { await act('readwrite', 'boxes', (t) => t.objectStore('boxes').put(box)) },
    remove: async (key) => { await act('readwrite', 'boxes', (t) => t.objectStore('boxes').delete(key)) },
    all: () => act<Boxed[]>('readonly', 'boxes', (t) => t.objectStore('boxes').getAll()),
  }
}

/** Saves what changes: at most `ms` milliseconds after it came, however much comes after it, and at once when it is asked to. */
export class Saving<T> {
  private waits: { value: T } | undefined
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly save: (value: T) => void, private readonly ms = 250) {}

  put(value: T): void {
    this.waits = { value }
    this.timer ??= setTimeout(() => this.flush(), this.ms)
  }

  /** Saves what waits. */
  flush(): void {
    const { waits } = this
    this.drop()
    if (waits) this.save(waits.value)
  }

  /** Forgets what waits. */
  drop(): void {
    clearTimeout(this.timer)
    this.timer = this.waits = undefined
  }
}
