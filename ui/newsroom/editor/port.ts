// What the saver asks of the server, and what it is answered.
import type { FieldName, Fields } from './document'

/** What the server has of a story. */
export interface Saved { version: number, fields: Fields }

/** The story was saved by another in between; here is what it is now. */
export class Newer extends Error {
  readonly current: Saved
  constructor(current: Saved) { super('a newer version'); this.current = current }
}

/** The server refused what was sent and would again: the input, or the right to it. `fields` are those it named, if it named any. */
export class Refused extends Error {
  readonly why: unknown
  readonly fields: readonly FieldName[]
  constructor(why: unknown, fields: readonly FieldName[] = []) { super('refused'); this.why = why; this.fields = fields }
}

/** A field that the server does not take, and why. */
export interface NotTaken { name: FieldName, why: unknown }

/** The server. Any other error than these two means: not reached, try again. */
export interface Server {
  /** Saves fields onto a version. Throws Newer or Refused. */
  save(changed: Partial<Fields>, version: number): Promise<Saved>
  /** Sends fields of a page that is being left; nobody hears the answer. */
  parting(changed: Partial<Fields>, version: number): void
  /** Keeps a whole copy beside the story; the same name again replaces it. */
  branch(copy: { name: string, version: number, fields: Fields }): Promise<void>
}
