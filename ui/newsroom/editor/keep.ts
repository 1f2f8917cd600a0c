// What was typed and is not on the server yet, kept by the browser so that a closed lid, a dead tab or a crash loses nothing.
import type { Fields } from './document'

/** A copy of a story in one tab of one person: the version it was begun on and what it is now. */
export interface Copy {
  key: string // article and tab
  article: string
  tab: string
  account: string
  edition?: string
  kind?: string
  version: number
  base: Fields
  local: Fields
  at: number // milliseconds since 1970, of the last change
}

/** Where copies are kept. A promise that is kept means: on the device. */
export interface Keeper {
  put(copy: Copy): Promise<void>
  remove(key: string): Promise<void>
  of(article: string): Promise<Copy[]>
  all(): Promise<Copy[]>
}

export const keyOf = (article: string, tab: string): string => `${article}/${tab}`

/** Acts on stores of a database in one transaction; the promise ends when the device has it. */
export type Acting = <T>(mode: IDBTransactionMode, stores: string | string[], f: (t: IDBTransaction) => IDBRequest<T>) => Promise<T>

/** Opens a database of the browser's own, whose stores the first opening makes. It fails where the browser keeps nothing (some private windows); then say so. */
export async function openDatabase(name: string, make: (db: IDBDatabase) => void): Promise<Acting> {
  const db = await new Promise<IDBDatabase>((done, fail) => {
    const asked = indexedDB.open(name, 1)
    asked.onupgradeneeded = () => make(asked.result)
    asked.onsuccess = () => done(asked.result)
    asked.onerror = () => fail(asked.error)
    asked.onblocked = () => fail(new Error('the database is held by an older page'))
  })
  return (mode, stores, f) => new Promise((done, fail) => {
    const t = db.transaction(stores, mode, { durability: 'strict' })
    const asked = f(t)
    if (mode === 'readwrite') t.commit() // what was asked for is kept even if the page is gone before the answer
    t.oncomplete = () => done(asked.result)
    t.onerror = t.onabort = () => fail(t.error)
  })
}

const askedAt = 'dateline.stays'

// stay asks the browser, once, not to clear what is kept when room gets scarce; what it answers changes nothing here.
async function stay(): Promise<void> {
  try {
    if (localStorage.getItem(askedAt)) return
    localStorage.setItem(askedAt, 'asked')
    await navigator.storage.persist()
  } catch { /* an older browser, or one that keeps nothing */ }
}

/** The copies of stories. */
export async function openKeeper(): Promise<Keeper> {
  const act = await openDatabase('dateline', (db) => { db.createObjectStore('copies', { keyPath: 'key' }).createIndex('article', 'article') })
  return {
    put: async (copy) => { await act('readwrite', 'copies', (t) => t.objectStore('copies').put(copy)); void stay() },
    remove: async (key) => { await act('readwrite', 'copies', (t) => t.objectStore('copies').delete(key)) },
    of: (article) => act('readonly', 'copies', (t) => t.objectStore('copies').index('article').getAll(article)),
    all: () => act('readonly', 'copies', (t) => t.objectStore('copies').getAll()),
  }
}

const random = (): string => {
  const b = crypto.getRandomValues(new Uint8Array(12))
  return Array.from(b, (x) => x.toString(16).padStart(2, '0')).join('')
}

let mine: Promise<string> | undefined

/** The name of this tab: it survives a reload, and a copied tab gets one of its own. */
export function tabName(): Promise<string> {
  mine ??= (async () => {
    const before = stored()
    if (before && await hold(before)) return before
    const name = random()
    stored(name)
    await hold(name)
    return name
  })()
  return mine
}

// stored reads or writes the name; a browser that refuses gives each page a new one.
function stored(name?: string): string | null {
  try {
    if (name) sessionStorage.setItem('dateline.tab', name)
    return sessionStorage.getItem('dateline.tab')
  } catch {
    return null
  }
}

// hold takes a tab's name for as long as the page lives; false when another page has it.
function hold(name: string): Promise<boolean> {
  if (!navigator.locks) return Promise.resolve(true)
  return new Promise((done) => {
    void navigator.locks.request(`dateline-tab-${name}`, { ifAvailable: true }, (lock) => {
      done(lock !== null)
      return lock ? new Promise<void>(() => undefined) : undefined
    })
  })
}

/** Whether the tab of a copy is closed or dead, so that its words must be brought in by another. */
export async function orphaned(copy: { tab: string, at: number }): Promise<boolean> {
  if (!navigator.locks) return Date.now() - copy.at > 30_000
  return navigator.locks.request(`dateline-tab-${copy.tab}`, { ifAvailable: true }, (lock) => lock !== null)
}
