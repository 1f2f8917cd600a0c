// Where this browser keeps what is typed about pictures and is not on the server.
import { openDatabase } from '../editor/keep'
import type { Copy, Keeper } from './said'

export async function openKeeper(): Promise<Keeper & { all(): Promise<Copy[]> }> {
  const act = await openDatabase('dateline-pictures', (db) => { db.createObjectStore('copies', { keyPath: 'key' }).createIndex('picture', 'picture') })
  return {
    put: async (copy) => { await act('readwrite', 'copies', (s) => s.objectStore('copies').put(copy)) },
    remove: async (key) => { await act('readwrite', 'copies', (s) => s.objectStore('copies').delete(key)) },
    of: (picture) => act<Copy[]>('readonly', 'copies', (s) => s.objectStore('copies').index('picture').getAll(picture)),
    all: () => act<Copy[]>('readonly', 'copies', (s) => s.objectStore('copies').getAll()),
  }
}
