// Posts in hand where they stand. What is made of them is kept by the browser as what stands in the box is, whatever becomes of the post, its list and the page.
import { useEffect, useMemo, useSyncExternalStore } from 'react'
import { orphaned, tabName } from '../editor/keep'
import { openBoxes, Saving, type Boxed, type Boxes, type Editing } from './keep'
import { differing, writtenOf, type Post, type Written } from './post'

/** A post in hand and what is made of it. It changes with every key; who shows it reads it when he begins. */
export interface Held extends Editing { written: Written }

/** Those in hand, and those that an earlier page left. */
export interface Edited { hand: readonly Held[], left: readonly Held[] }

/** The device and its tabs. */
export interface Desk {
  boxes(): Promise<Boxes>
  tab(): Promise<string>
  orphaned(box: { tab: string, at: number }): Promise<boolean>
}

/** Whether something is made of it that somebody would miss. */
export const touched = (h: Held): boolean => differing(h.was.written, h.written).length > 0 || h.written.pictures.length > 0 || h.note.trim() !== ''

export class Edits {
  private state: Edited = { hand: [], left: [] }
  private readonly savings = new Map<string, Saving<Held>>()
  private readonly hears = new Set<() => void>()
  private store: { boxes: Boxes, tab: string } | undefined

  constructor(private readonly coverage: string, private readonly account: string, private readonly desk: Desk) {}

  readonly subscribe = (f: () => void): (() => void) => { this.hears.add(f); return () => { this.hears.delete(f) } }
  readonly snapshot = (): Edited => this.state

  /** Finds what an earlier page left, and keeps from then on. Where the browser keeps nothing all is in this page only; the box says so. */
  async open(): Promise<void> {
    try {
      const [boxes, tab] = [await this.desk.boxes(), await this.desk.tab()]
      const left: Held[] = []
      for (const box of (await boxes.all()).sort((a, b) => b.at - a.at)) {
        const { edit } = box
        if (!edit || box.account !== this.account || box.coverage !== this.place(edit.post.id) || left.some((h) => h.post.id === edit.post.id)) continue
        if (box.tab !== tab) {
          if (!await this.desk.orphaned(box)) continue
          await boxes.put({ ...box, key: this.key(edit.post.id, tab), tab })
          await boxes.remove(box.key)
        }
        left.push({ ...edit, written: box.written })
      }
      this.store = { boxes, tab }
      const { hand } = this.state
      this.tell({ hand, left: left.filter((h) => !hand.some((x) => x.post.id === h.post.id)) })
      for (const h of hand) this.save(h)
    } catch { /* it keeps nothing */ }
  }

  /** Takes a post in hand, with what an earlier page made of it. */
  begin(post: Post, correction: boolean): void {
    const { hand, left } = this.state
    if (hand.some((h) => h.post.id === post.id)) return
    const written = writtenOf(post)
    const before = left.find((h) => h.post.id === post.id)
    this.tell({ hand: [...hand, before ? { ...before, correction } : { post, correction, was: { version: post.version!, written }, written, note: '' }], left: left.filter((h) => h !== before) })
  }

  /** Keeps what is made of a post. */
  change(id: string, made: Partial<Pick<Held, 'was' | 'written' | 'note'>>): void {
    const held = this.state.hand.find((h) => h.post.id === id)
    if (!held) return
    Object.assign(held, made)
    const saving = this.savings.get(id) ?? new Saving((h: Held) => this.save(h))
    this.savings.set(id, saving)
    saving.put(held)
  }

  /** Puts a post down: what was made of it is saved on the server, or not wanted. */
  end(id: string): void {
    this.savings.get(id)?.drop()
    const but = (all: readonly Held[]) => all.filter((h) => h.post.id !== id)
    this.tell({ hand: but(this.state.hand), left: but(this.state.left) })
    if (this.store) void this.store.boxes.remove(this.key(id, this.store.tab)).catch(() => undefined)
  }

  /** Keeps at once what was changed last: the page may be gone. */
  flush(): void { for (const s of this.savings.values()) s.flush() }

  private place(post: string): string { return `${this.coverage}/${post}` }
  private key(post: string, tab: string): string { return `${this.place(post)}/${this.account}/${tab}` }

  private save(held: Held): void {
    if (!this.store) return
    const { boxes, tab } = this.store
    const { written, ...edit } = held
    const key = this.key(edit.post.id, tab)
    const box: Boxed = { key, coverage: this.place(edit.post.id), account: this.account, tab, at: Date.now(), written, edit }
    void (touched(held) ? boxes.put(box) : boxes.remove(key)).catch(() => undefined)
  }

  private tell(state: Edited): void {
    this.state = state
    for (const f of this.hears) f()
  }
}

/** The posts of a coverage that an account has in hand. */
export function useEdits(coverage: string, account: string): Edited & { edits: Edits } {
  const edits = useMemo(() => new Edits(coverage, account, { boxes: openBoxes, tab: tabName, orphaned }), [coverage, account])
  useEffect(() => {
    void edits.open()
    const leave = () => edits.flush()
    addEventListener('pagehide', leave)
    return () => { removeEventListener('pagehide', leave); leave() }
  }, [edits])
  return { edits, ...useSyncExternalStore(edits.subscribe, edits.snapshot) }
}
