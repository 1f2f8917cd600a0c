// The working copy of a story as the editor holds it, and how two of them become one.

/** A node of the body document, as docs/api.md lists them. */
export interface Node { type: string, attrs?: Record<string, unknown>, content?: Node[], text?: string, marks?: { type: string, attrs?: Record<string, unknown> }[] }

/** The body of a story. */
export interface Body { type: 'doc', content?: Node[] }

/** What of a story is typed or chosen; every field has a value, so that two copies can be held beside each other. */
export interface Fields {
  section: string
  genre: string
  headline: string
  short_headline: string
  lead: string
  dateline: { place?: string, source?: string }
  byline: { name: string, author?: string }[]
  body: Body
  picture: string
  tags: string[]
  related: string[]
  slug: string
  urgency: number
  language: string
  discussion: string
  assignee: string
  deadline: string
  desk_note: string
  legal: string
  embargo_until: string
}

export type FieldName = keyof Fields

export const fieldNames: readonly FieldName[] = [
  'section', 'genre', 'headline', 'short_headline', 'lead', 'dateline', 'byline', 'body', 'picture', 'tags', 'related', 'slug',
  'urgency', 'language', 'discussion', 'assignee', 'deadline', 'desk_note', 'legal', 'embargo_until',
]

/** The fields of a story as the API gives them. */
export function fieldsOf(a: Partial<Record<FieldName, unknown>>): Fields {
  const text = (name: FieldName) => typeof a[name] === 'string' ? a[name] as string : ''
  const list = <T>(name: FieldName) => Array.isArray(a[name]) ? a[name] as T[] : []
  return {
    section: text('section'), genre: text('genre') || 'news', headline: text('headline'), short_headline: text('short_headline'), lead: text('lead'),
    dateline: (a.dateline as Fields['dateline'] | undefined) ?? {}, byline: list('byline'), body: (a.body as Body | undefined) ?? { type: 'doc' }, picture: text('picture'),
    tags: list('tags'), related: list('related'), slug: '', // what the server makes of the headline is not the writer's; only what is typed here is sent
    urgency: typeof a.urgency === 'number' ? a.urgency : 5, language: text('language'),
    discussion: text('discussion') || 'open', assignee: text('assignee'), deadline: text('deadline'), desk_note: text('desk_note'), legal: text('legal') || 'none',
    embargo_until: text('embargo_until'),
  }
}

/** One text for one value, whatever the order of its keys and whether an empty thing is there or left out. */
export function canonical(v: unknown): string {
  if (Array.isArray(v)) return `[${v.map(canonical).join(',')}]`
  if (v && typeof v === 'object') {
    return `{${Object.entries(v).filter(([, x]) => x !== undefined && x !== null && x !== '' && !(Array.isArray(x) && x.length === 0) && !(typeof x === 'object' && !Array.isArray(x) && Object.keys(x as object).length === 0))
      .sort(([a], [b]) => a < b ? -1 : 1).map(([k, x]) => `${JSON.stringify(k)}:${canonical(x)}`).join(',')}}`
  }
  return JSON.stringify(v ?? null)
}

/** Whether two values say the same. */
export const same = (a: unknown, b: unknown): boolean => a === b || canonical(a) === canonical(b)

/** The fields in which two copies differ. */
export const differing = (a: Fields, b: Fields): FieldName[] => fieldNames.filter((name) => !same(a[name], b[name]))

/** The text of a node and all below it. */
export const textOf = (n: Node | Body): string =>
  'text' in n && n.text !== undefined ? n.text : n.type === 'hardBreak' ? '\n' : (n.content ?? []).map(textOf).join(['doc', 'bulletList', 'orderedList', 'table', 'blockquote', 'factBox'].includes(n.type) ? '\n' : '')

/** A place where two copies both changed the same thing otherwise: a field, or of the body a stretch of blocks. `key` names it while the base is the same. */
export interface Conflict { key: string, field: FieldName, base: unknown, mine: unknown, theirs: unknown }

/** What came of bringing two copies together. Where there is a conflict, `fields` holds theirs, or mine where that was chosen. */
export interface Merged { fields: Fields, conflicts: Conflict[] }

/**
 * Brings two copies of one earlier state together, by field and in the body by block. What only one of them changed is taken; what both
 * changed otherwise is a conflict, of which nothing is thrown away: both sides are told. `chosen` names the conflicts in which mine counts.
 */
export function merge(base: Fields, mine: Fields, theirs: Fields, chosen: readonly string[] = []): Merged {
  const fields: Record<string, unknown> = { ...theirs }
  const conflicts: Conflict[] = []
  for (const field of fieldNames) {
    if (same(mine[field], base[field]) || same(mine[field], theirs[field])) continue
    if (same(theirs[field], base[field])) {
      fields[field] = mine[field]
    } else if (field === 'body') {
      const { blocks, met } = mergeBlocks(base.body.content ?? [], mine.body.content ?? [], theirs.body.content ?? [], chosen)
      fields.body = { type: 'doc', content: blocks }
      conflicts.push(...met)
    } else {
      if (chosen.includes(field)) fields[field] = mine[field]
      conflicts.push({ key: field, field, base: base[field], mine: mine[field], theirs: theirs[field] })
    }
  }
  return { fields: fields as unknown as Fields, conflicts }
}

/** The blocks of both where they changed different blocks of base; where they met, theirs, or mine where that was chosen. */
export function mergeBlocks(base: Node[], mine: Node[], theirs: Node[], chosen: readonly string[] = []): { blocks: Node[], met: Conflict[] } {
  const now = [mine, theirs] as const
  const left = [single(hunks(base, mine)), single(hunks(base, theirs))] as const
  const blocks: Node[] = []
  const met: Conflict[] = []
  let at = 0
  for (;;) {
    const [x, y] = [left[0][0], left[1][0]]
    if (!x && !y) break
    const first = !y || (x && (x.start < y.start || (x.start === y.start && x.end <= y.end))) ? 0 : 1
    const taken: [Hunk[], Hunk[]] = [[], []]
    taken[first].push(left[first].shift()!)
    for (let side: 0 | 1 = first; ;) { // what meets one of the other side belongs to it, until nothing does
      side = side === 0 ? 1 : 0
      const other = taken[side === 0 ? 1 : 0]
      const before = taken[0].length + taken[1].length
      while (left[side][0] && other.some((h) => meet(h, left[side][0]!))) taken[side].push(left[side].shift()!)
      if (taken[0].length + taken[1].length === before) break
    }
    const all = [...taken[0], ...taken[1]]
    const start = Math.min(...all.map((h) => h.start))
    const end = Math.max(...all.map((h) => h.end))
    const [a, b] = [stretch(base, now[0], taken[0], start, end), stretch(base, now[1], taken[1], start, end)]
    const key = `body:${start}`
    blocks.push(...base.slice(at, start))
    if (taken[0].length > 0 && taken[1].length > 0 && !same(a, b)) {
      met.push({ key, field: 'body', base: { type: 'doc', content: base.slice(start, end) }, mine: { type: 'doc', content: a }, theirs: { type: 'doc', content: b } })
      blocks.push(...chosen.includes(key) ? a : b)
    } else {
      blocks.push(...taken[0].length > 0 ? a : b)
    }
    at = end
  }
  return { blocks: [...blocks, ...base.slice(at)], met }
}

// As many blocks in the place of as many are changed one by one.
const single = (list: Hunk[]): Hunk[] => list.flatMap((h) => h.end - h.start !== h.to - h.from ? [h] : Array.from({ length: h.end - h.start }, (_, i) => ({ start: h.start + i, end: h.start + i + 1, from: h.from + i, to: h.from + i + 1 })))

// What became of base from start to end by some hunks.
function stretch(base: Node[], now: Node[], by: Hunk[], start: number, end: number): Node[] {
  const out: Node[] = []
  for (const h of by) {
    out.push(...base.slice(start, h.start), ...now.slice(h.from, h.to))
    start = h.end
  }
  return [...out, ...base.slice(start, end)]
}

/** A stretch of base, start to end, that became from to of another list. */
export interface Hunk { start: number, end: number, from: number, to: number }

// Two changes meet when they touch the same block, or both put something at the same place.
const meet = (a: Hunk, b: Hunk): boolean => a.start < b.end && b.start < a.end || a.start === b.start || (a.start === a.end && a.start > b.start && a.start < b.end) || (b.start === b.end && b.start > a.start && b.start < a.end)

/** What of base became otherwise. */
export function hunks(base: readonly unknown[], now: readonly unknown[]): Hunk[] {
  const a = base.map(canonical)
  const b = now.map(canonical)
  let start = 0
  while (start < a.length && start < b.length && a[start] === b[start]) start++
  let end = 0
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++
  const n = a.length - start - end
  const m = b.length - start - end
  if (n === 0 && m === 0) return []
  if (n * m > 4_000_000) return [{ start, end: start + n, from: start, to: start + m }] // thousands of changed blocks: one change
  const w = m + 1
  const length = new Uint32Array((n + 1) * w) // of the longest run of equal blocks from here on
  for (let i = n - 1; i >= 0; i--) {
    for (let j = m - 1; j >= 0; j--) {
      length[i * w + j] = a[start + i] === b[start + j] ? length[(i + 1) * w + j + 1]! + 1 : Math.max(length[(i + 1) * w + j]!, length[i * w + j + 1]!)
    }
  }
  const out: Hunk[] = []
  let i = 0
  let j = 0
  let open: Hunk | undefined
  const close = () => { if (open) out.push({ start: open.start, end: start + i, from: open.from, to: start + j }); open = undefined }
  while (i < n || j < m) {
    if (i < n && j < m && a[start + i] === b[start + j]) {
      close()
      i++
      j++
      continue
    }
    open ??= { start: start + i, end: 0, from: start + j, to: 0 }
    if (j >= m || (i < n && length[(i + 1) * w + j]! >= length[i * w + j + 1]!)) i++
    else j++
  }
  close()
  return out
}

/** A stretch of words and what became of it. */
export interface Run { op: string, text: string }

/** What differs between two texts, word by word. */
export function runsOf(old: string, now: string): Run[] {
  const parted = (s: string) => s.match(/\p{Script=Han}|[\p{L}\p{N}\p{M}'’-]+|\s+|./gu) ?? []
  const [a, b] = [parted(old), parted(now)]
  const out: Run[] = []
  let at = 0
  const add = (op: string, words: string[]) => { if (words.length > 0) out.push({ op, text: words.join('') }) }
  for (const h of hunks(a, b)) {
    add('same', a.slice(at, h.start))
    add('deleted', a.slice(h.start, h.end))
    add('inserted', b.slice(h.from, h.to))
    at = h.end
  }
  add('same', a.slice(at))
  return out
}

/** A block of a comparison: which child of the document holds it, of the later one or, when it is deleted, of the earlier; of a changed one also what it was and where. */
export interface Compared { op: string, index: number, in?: string, block?: unknown, old?: unknown, old_index?: number }

/** A comparison with what the editor has saved: its blocks, and the two bodies. */
export interface Comparison { all: readonly Compared[], older: Body, compared: Body }

/**
 * The body with a block of the older one in it: a changed block is what it was again, a deleted one comes back to what it stood beside. `now` may have gone on
 * from what was compared: a block that is another since is left alone, and the older one put behind it.
 */
export function take(now: Body, c: Comparison, taken: Compared): Body {
  const content = now.content ?? []
  const block = (taken.old ?? taken.block) as Node
  const later = taken.block as Node
  if (taken.op === 'changed' && (block.type === later.type || !taken.in && flowing.has(block.type) && flowing.has(later.type))) {
    const changed = replaced(content, later, block, taken.index)
    if (changed) return { type: 'doc', content: changed }
  }
  const top = c.older.content?.[taken.old_index ?? taken.index]
  const path = (top && above(top, block)) ?? []
  const alone = path.map((n, i) => n.type === 'listItem' && (i < path.length - 1 || block.type !== 'paragraph')).lastIndexOf(true) + 1 // an item begins with a paragraph
  for (let i = path.length - 1; i >= Math.max(0, alone - 1); i--) {
    const child = path[i + 1] ?? path[i]!.content!.find((n) => same(n, block))!
    const beside = rejoined(content, path[i]!, child, within(path.slice(i + 1), block), c.all)
    if (beside) return { type: 'doc', content: beside }
  }
  const whole = block.type === 'factBox' && !block.content ? { ...block, content: [{ type: 'paragraph' }] } : within(path.slice(alone), block)
  const at = taken.op === 'changed' ? behind(content, c.compared.content ?? [], taken.index) : back(content, c, taken)
  return { type: 'doc', content: [...content.slice(0, at), whole, ...content.slice(at)] }
}

const flowing: ReadonlySet<string> = new Set(['paragraph', 'heading', 'codeBlock'])

const within = (path: Node[], block: Node): Node => path.reduceRight((inner, n) => ({ ...n, content: [inner] }), block)

// Where a deleted block stood: behind what it stood behind.
function back(content: Node[], { all, compared }: Comparison, taken: Compared): number {
  const before = all.slice(0, all.indexOf(taken)).reverse().find((c) => c.op !== 'deleted')
  if (!before) return 0
  const node = compared.content?.[before.index]
  return content.findIndex((n) => same(n, node)) + 1 || Math.min(before.index + 1, content.length)
}

// Behind the place of a block that is another one now: before what followed it, or after what it followed and itself.
function behind(content: Node[], compared: Node[], index: number): number {
  const find = (node: Node) => content.findIndex((n) => same(n, node))
  const after = compared.slice(index + 1).map(find).find((i) => i >= 0)
  if (after !== undefined) return after
  const before = compared.slice(0, index).map(find).reverse().find((i) => i >= 0) ?? index - 1
  return Math.min(before + 2, content.length)
}

// What holds a block below n, outermost first; undefined where n does not.
function above(n: Node, block: Node): Node[] | undefined {
  if (same(n, block)) return []
  for (const child of n.content ?? []) {
    const path = above(child, block)
    if (path) return [n, ...path]
  }
  return undefined
}

// The nodes with one put in the place of a block, of several equal ones that which is nearest; undefined where there is none. Of a fact box only the title is a block.
function replaced(nodes: Node[], block: Node, by: Node, near: number): Node[] | undefined {
  for (const i of nodes.map((_, i) => i).sort((a, b) => Math.abs(a - near) - Math.abs(b - near))) {
    const n = nodes[i]!
    const box = n.type === 'factBox' && block.type === 'factBox' && n.attrs?.title === block.attrs?.title
    const content = n.content && replaced(n.content, block, by, 0)
    const now = box ? { ...n, attrs: { ...n.attrs, ...by.attrs } } : same(n, block) ? by : content && { ...n, content }
    if (now) return [...nodes.slice(0, i), now, ...nodes.slice(i + 1)]
  }
  return undefined
}

// The nodes with a child back in its list, quotation, box or table, beside what stood beside it there; undefined where nothing of that is left.
function rejoined(nodes: Node[], parent: Node, child: Node, put: Node, all: readonly Compared[]): Node[] | undefined {
  const list = parent.content ?? []
  const at = list.indexOf(child)
  const became = (n: Node): Node => all.find((c) => c.op === 'changed' && same(c.old, n))?.block as Node | undefined ?? (n.content ? { ...n, content: n.content.map(became) } : n)
  const find = (among: Node[], beside: Node[], after: number): Node[] | undefined => {
    for (const [i, n] of among.entries()) {
      const found = n.type === parent.type ? n.content?.findIndex((c) => beside.some((b) => same(c, b))) ?? -1 : -1
      const content = found >= 0 ? [...n.content!.slice(0, found + after), put, ...n.content!.slice(found + after)] : n.content && find(n.content, beside, after)
      if (content) return [...among.slice(0, i), { ...n, content }, ...among.slice(i + 1)]
    }
    return undefined
  }
  for (const [beside, after] of [...list.slice(0, at).reverse().map((n) => [n, 1] as const), ...list.slice(at + 1).map((n) => [n, 0] as const)]) {
    const found = find(nodes, [beside, became(beside)], after)
    if (found) return found
  }
  return undefined
}

/** How many fields and blocks a copy has changed. */
export function changes(base: Fields, mine: Fields): number {
  return differing(base, mine).reduce((n, field) => n + (field === 'body' ? Math.max(1, hunks(base.body.content ?? [], mine.body.content ?? []).length) : 1), 0)
}

/** Words of a body. */
export const words = (b: Body): number => textOf(b).split(/\s+/).filter(Boolean).length

/** Characters of a body as people count them, without line ends. */
export const characters = (b: Body): number => [...textOf(b).replace(/\n/g, '')].length
