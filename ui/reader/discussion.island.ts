// A discussion that is open: how many comments there are moves by itself, what they say and how often they are thanked for too;
// new ones wait behind a line until they are asked for.
import { fetchPage } from './fetch'
import { inert } from './inert'
import { swap } from './steady'
import type { Item, Message } from './stream'
import { toast } from './toast'
import { early, who } from './who'
import { count, forms } from './words'

/** What an event tells of a comment. */
interface Comment extends Item {
  html?: string
  row?: HTMLElement // of another reading of the page
  thread?: string
  count?: number
  reactions?: number
}

/** Follows the comments of a page. */
export function discussion(section: HTMLElement) {
  early()
  const { digits } = document.querySelector<HTMLElement>('[data-part=newsfeed]')?.dataset ?? {}
  const language = document.documentElement.lang
  const asked = new URLSearchParams(location.search)
  const newest = (asked.get('order') ?? 'newest') === 'newest'
  const waiting = new Map<string, Comment>()
  let met = false // the reader has come as far as the discussion
  new IntersectionObserver((all) => {
    if (met || !all.some((e) => e.isIntersecting)) return
    met = true
    show()
    void who(section).then((own) => { for (const c of own.reverse().filter(belongs)) put(c) })
  }).observe(section)

  const find = (id: string) => document.getElementById(`comment-${id}`)
  const made = (c: Comment) => {
    const e = c.row ?? inert(c.html ?? '').querySelector<HTMLElement>('[data-id]')
    return e && document.importNode(e, true)
  }
  const offer = toast(() => {
    for (const c of waiting.values()) put(c)
    waiting.clear()
    show()
    section.scrollIntoView({ behavior: 'instant' })
  })

  function show() {
    offer(met && waiting.size > 0 ? count(forms(section.dataset.new), waiting.size, language, digits) : '')
  }

  const title = (of: Document) => of.getElementById('discussion-title')!

  /** Reads the page again: for the words that one without comments does without, or after a gap for what is gone, changed and new. */
  async function anew(gap?: boolean) {
    asking = true
    const page = await fetchPage(location.href)
    const now = page?.querySelector<HTMLElement>('[data-part=discussion]')
    asking = false
    if (!now) return void (gap && later(30_000))
    title(document).replaceWith(document.importNode(title(page!), true))
    Object.assign(section.dataset, now.dataset)
    if (gap) compare(now)
    show()
  }
  let asking = false

  /** Not everybody reads again at once. */
  function later(after = 0) {
    setTimeout(anew, after + Math.random() * 5000, true)
  }

  const comments = (within: ParentNode) => within.querySelectorAll<HTMLElement>('[data-part=comment]')

  /** Brings what is shown up to another reading of the page: what is not on it any more goes, what is new waits. */
  function compare(now: HTMLElement) {
    for (const { id, dataset } of comments(section)) if (!now.querySelector(`#${id}`)) take(dataset.id!)
    for (const e of comments(now)) bring({ id: e.dataset.id!, thread: comments(e.closest('.threads > li')!)[0]!.dataset.id!, row: e })
  }

  /** Whether a comment belongs on this page of the discussion. */
  function belongs(c: Comment) {
    if (c.thread !== c.id) return !!find(c.thread ?? '') || waiting.has(c.thread ?? '')
    return !asked.has('comment') && (newest ? !asked.has('after') : !section.querySelector('.pager'))
  }

  /** Shows a comment as it is now, or lets it wait where it is new. */
  function bring(c: Comment, fresh = true) {
    const old = find(c.id)
    const now = made(c)
    if (old && now) swap(old, now)
    else if (waiting.has(c.id) || fresh && belongs(c)) waiting.set(c.id, c)
  }

  /** Puts a comment where it belongs: before or behind the threads, or behind its own. */
  function put(c: Comment) {
    const e = made(c)
    if (!e || find(c.id)) return
    section.querySelector(`[data-part=own][data-id="${c.id}"]`)?.closest('li')?.remove()
    const row = document.createElement('li')
    row.append(e)
    if (c.thread !== c.id) {
      const thread = find(c.thread ?? '')?.closest('li')
      if (!thread) return
      const list = thread.querySelector('ol') ?? document.createElement('ol')
      if (!list.parentNode) thread.append(list)
      return list.insertBefore(row, list.querySelector(':scope > .on')) // which leads to the others
    }
    let list = section.querySelector('.threads')
    if (!list) {
      list = document.createElement('ol')
      list.className = 'threads'
      section.append(list)
      section.querySelector('[data-none]')?.remove()
    }
    list.insertBefore(row, newest ? list.firstChild : null)
  }

  /** Says in the place of an answered comment why it is gone, as the page does; not where it is back meanwhile. */
  function instead(id: string) {
    if (gone.size === 0) setTimeout(async () => {
      const ids = gone
      gone = new Set()
      const page = await fetchPage(location.href)
      for (const id of ids) {
        const old = find(id)
        const now = page?.getElementById(`comment-${id}`)
        if (old && now && !old.hasChildNodes() && !gone.has(id)) old.replaceWith(document.importNode(now, true))
      }
    }, Math.random() * 5000)
    gone.add(id)
  }
  let gone = new Set<string>() // for which the page is asked soon

  /** Takes a comment away; who answered it still stands there. */
  function take(id: string) {
    waiting.delete(id)
    const e = find(id)
    if (!e) return
    const row = e.closest('li')
    if (row?.querySelector('ol > li') || !row) {
      e.replaceChildren()
      instead(id)
    } else {
      const list = row.parentElement!
      row.remove()
      if (list.childElementCount === 0) (list.closest('details') ?? list).remove()
    }
  }

  return {
    message(m: Message) {
      const c = m.item as Comment
      const total = title(document).querySelector('[data-count]')
      if (total && c.count !== undefined) total.textContent = count(forms(section.dataset.counts), c.count, language, digits)
      if (!total && !asking) void anew()
      if (m.kind === 'withdrawn') take(c.id)
      else bring(c, m.kind === 'published')
      show()
    },
    reset: later,
  }
}
