// What only the reader's own browser learns of a discussion. The page is the same for everybody, and strangers load nothing of it.
import { known } from './fetch'

/** What of the reader's own waits here, and nobody else sees. */
export interface Own { id: string, thread: string, html: string }

/** The address of the module for who is signed in, which the build names. */
declare const OWN: string

let module: Promise<typeof import('./own')> | undefined
const load = (): typeof module => module ??= import(OWN).catch((e) => { // once more when the reader comes so far
  module = undefined
  throw e
})

/** Makes a discussion or a room that of who is signed in, when there is somebody. Gives what of his waits here, newest first. */
export const who = (section: HTMLElement): Promise<Own[]> =>
  known() ? load()!.then((m) => m.own(section)).catch(() => []) : Promise.resolve([])

/** Has the module at hand when there is somebody: it may be gone where it was when the reader comes so far. And lets nobody find by Back what was shown to who is signed out meanwhile. */
export function early() {
  if (!known()) return
  load()!.catch(() => undefined)
  forget()
}

/** Lets nobody find by Back what was shown to who is signed out meanwhile. */
export function forget() {
  if (known()) addEventListener('pageshow', (e) => { if (e.persisted && !known()) location.reload() })
}
