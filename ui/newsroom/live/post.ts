// A post of a live coverage as it is written here, before the server has it and after.
import type { components } from '../made/api'
import { same, textOf, type Body, type Node } from '../editor/document'

export type Post = components['schemas']['Post']
export type PostFields = components['schemas']['PostFields']
export type NewPost = components['schemas']['NewPost']
export type Score = components['schemas']['Score']
export type Contributor = components['schemas']['Contributor']
export type InboxItem = components['schemas']['Item']
export type Comment = components['schemas']['Case']
export type Coverage = components['schemas']['Coverage']
export type ListedCoverage = components['schemas']['ListedCoverage']

/** A poll as it is typed. */
export interface Poll { question: string, options: string[], closes_at: string }

/** A picture that goes with a post: a file that only this browser has, or one that the server has already. */
export interface Attached {
  key: string // of its upload, and its name here
  file?: Blob
  name: string
  id?: string // on the server
  credit: string
  caption: string
  alt: string
}

/** What of a post is typed and chosen. */
export interface Written {
  headline: string
  body: Body
  tags: string[]
  pictures: Attached[]
  score: Score | undefined
  poll: Poll | undefined
  contributor?: Contributor | undefined // who sent what is in it
  pinned: boolean
  key_event: boolean
  newsfeed: boolean
  at: string // when it happened; '' for the moment of publishing
  schedule: string // when it is to go out by itself; '' for now
  item?: string | undefined // id of the item of the inbox that it is made of
}

export const nothing = (): Written => ({ headline: '', body: { type: 'doc' }, tags: [], pictures: [], score: undefined, poll: undefined, pinned: false, key_event: false, newsfeed: false, at: '', schedule: '' })

/** Whether nothing is in it that somebody would miss. */
export const isEmpty = (w: Written): boolean =>
  w.headline.trim() === '' && !w.body.content?.length && w.pictures.length === 0 && w.score === undefined && w.poll === undefined && !w.contributor?.name.trim() && w.tags.length === 0

/** A score in one line. */
export const scored = (s: Score): string => `${s.home} ${s.home_points} : ${s.away_points} ${s.away}`

/** A few words by which one knows a post; '' for pictures alone. */
export const nameOf = (p: Post): string => p.headline || textOf(p.body as Body).slice(0, 60) || (p.score ? scored(p.score) : p.poll?.question ?? '')

/** All that is typed into it, as text that can be taken elsewhere. */
export const wordsOf = (w: Written): string => [
  w.headline, textOf(w.body), w.score && scored(w.score), w.score?.note, w.poll && [w.poll.question, ...w.poll.options].filter(Boolean).join('\n'),
  ...w.pictures.map((p) => [p.caption, p.alt, p.credit].filter(Boolean).join('\n') || p.name), w.contributor?.name, w.tags.join(' '),
].map((part) => part?.trim()).filter(Boolean).join('\n\n')

/** A post of the server as one may change it here. Its pictures stand in its text. */
export function writtenOf(p: Post): Written {
  return {
    headline: p.headline ?? '', body: p.body as Body, tags: p.tags, pictures: [], score: p.score, poll: p.poll && { question: p.poll.question, options: p.poll.options.map((o) => o.text), closes_at: p.poll.closes_at ?? '' }, contributor: p.contributor,
    pinned: p.pinned, key_event: p.key_event, newsfeed: p.newsfeed, at: p.at, schedule: p.state === 'scheduled' ? p.at : '',
  }
}

const poll = (p: Poll | undefined): NonNullable<PostFields['poll']> | null => p ? { question: p.question.trim(), options: p.options.filter((o) => o.trim() !== '').map((text) => ({ text: text.trim() })), ...(p.closes_at ? { closes_at: p.closes_at } : {}) } : null

const sender = (w: Written): Contributor | null => w.contributor?.name.trim() ? { name: w.contributor.name.trim(), consent: w.contributor.consent } : null

/** The text with the pictures after it; ids gives those that have been uploaded by their keys. */
export function bodyOf(w: Written, ids: ReadonlyMap<string, string>): Body {
  const pictures = w.pictures.flatMap((p): Node[] => {
    const id = p.id ?? ids.get(p.key)
    return id ? [{ type: 'picture', attrs: { id, ...(p.caption ? { caption: p.caption } : {}), ...(p.alt ? { alt: p.alt } : {}) } }] : []
  })
  const content = [...w.body.content ?? [], ...pictures]
  return content.length > 0 ? { type: 'doc', content } : { type: 'doc' }
}

/** What a new post is on its way to the server. */
export function fieldsOf(w: Written, body: Body, at: string, state: 'published' | 'scheduled' | 'draft'): NewPost {
  return {
    state, body, ...(at ? { at } : {}), pinned: w.pinned, key_event: w.key_event, newsfeed: w.newsfeed,
    ...(w.headline.trim() ? { headline: w.headline.trim() } : {}), ...(w.tags.length > 0 ? { tags: w.tags } : {}),
    ...(w.score ? { score: w.score } : {}), ...(w.poll ? { poll: poll(w.poll) } : {}), ...(sender(w) ? { contributor: sender(w)! } : {}), ...(w.item ? { item: w.item } : {}),
  }
}

/** The time that a schedule begins with: the next ten minutes on the clock but one. */
export const tenMinutes = (): string => new Date(Math.ceil(Date.now() / 600_000) * 600_000 + 600_000).toISOString()

/** The parts of a post in which two may have written otherwise. */
export const parts = ['headline', 'body', 'tags', 'score', 'poll', 'contributor', 'at'] as const
export type Part = typeof parts[number]

/** The parts that differ. */
export const differing = (a: Written, b: Written): Part[] => parts.filter((p) => !same(a[p], b[p]))

/** A change of a post on its way to the server: only what differs from what it was. */
export function changeOf(was: Written, now: Written): PostFields {
  const out: PostFields = {}
  for (const p of differing(was, now)) {
    switch (p) {
      case 'headline': out.headline = now.headline.trim() || null; break
      case 'body': out.body = now.body; break
      case 'tags': out.tags = now.tags; break
      case 'score': out.score = now.score ?? null; break
      case 'poll': out.poll = poll(now.poll); break
      case 'contributor': out.contributor = sender(now); break
      case 'at': if (now.at) out.at = now.at; break
    }
  }
  return out
}

/**
 * What one wrote onto `was`, brought onto what another has made of it since: his parts where only he changed them, one's own where only one
 * changed them oneself. Where both did it otherwise it is told, and `written` holds one's own.
 */
export function onto(was: Written, mine: Written, theirs: Written): { written: Written, both: Part[] } {
  const changed = differing(was, mine)
  const both = changed.filter((p) => !same(was[p], theirs[p]) && !same(mine[p], theirs[p]))
  const written = { ...theirs } as unknown as Record<Part, unknown>
  for (const p of changed) written[p] = mine[p]
  return { written: { ...written as unknown as Written, pictures: mine.pictures }, both }
}


/** A wire item as a post: its words under its publisher's name, which agrees where the item may be used. Its pictures are not in the library and stay behind. */
export function writtenOfItem(i: InboxItem): Written {
  const whole = (i.body as Body | undefined)?.content ?? []
  const text = whole.filter((n) => n.type !== 'picture' && n.type !== 'gallery')
  const lead: Node[] = i.lead ? [{ type: 'paragraph', content: [{ type: 'text', text: i.lead }] }] : []
  return { ...nothing(), headline: i.headline.slice(0, 140), body: { type: 'doc', content: [...lead, ...text] }, contributor: { name: i.name, consent: i.status === 'usable' }, item: i.id }
}

/** What a reader said, as it comes into the box: his words and his name. He is asked for his consent before it goes out. */
export function writtenOfComment(c: Comment): Written {
  const paragraphs = c.body.split(/\n+/).map((line) => line.trim()).filter(Boolean)
  return { ...nothing(), body: { type: 'doc', content: paragraphs.map((text) => ({ type: 'paragraph', content: [{ type: 'text', text }] })) }, contributor: { name: c.author.name, consent: false } }
}
