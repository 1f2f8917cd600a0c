// A live coverage that is open: new posts come in above, edits and withdrawals in their places, and nothing that is being read moves.
//
// At the top of the list a new post is put in at once and slides in. Further down it waits behind a line with the count, which
// the title shows too. What stands below a change is moved there by transform, and what is changed above the window
// is made up for by scrolling: neither is a shift of the layout. A page that does not begin with the newest post only says that there is more.
import { fetchPage } from './fetch'
import { inert } from './inert'
import { plain } from './next.island'
import { moved, rest, scroll, slide } from './steady'
import type { Item, Message } from './stream'
import { toast } from './toast'
import { clock, count, figures, forms } from './words'

/** What an event tells of a post. */
interface Post extends Item {
  at?: string
  text?: string
  html?: string
  key_event?: boolean
}

/** Over how many milliseconds a crowd of pages spreads when all must read themselves again. */
const spread = 1500

/** How long posts are gathered that come in quick succession, in milliseconds. */
const pace = 350

/** How many key events the list of them holds. */
const mostKeys = 12

/** The order of posts: by the time of the event, then by id, as their places say it. */
export function earlier(a: { at: string, id: string }, b: { at: string, id: string }): boolean {
  return a.at !== b.at ? a.at < b.at : a.id < b.id
}

/** The time of an event, as the places of posts are written: to the microsecond. */
export function micros(at: string): string {
  const [seconds = '', rest = ''] = at.replace(/Z$/, '').split('.')
  return `${seconds}.${rest.padEnd(6, '0')}Z`
}

/** Follows the posts of a page of a live coverage. */
export function live(section: HTMLElement) {
  const { topic = '', top = '', timezone = 'UTC', digits } = section.dataset
  const coverage = topic.slice(topic.indexOf(':') + 1)
  const list = section.querySelector<HTMLElement>('[data-list]')!
  const keys = section.querySelector<HTMLElement>('[data-part=key-events]')
  const pinned = section.querySelector<HTMLElement>('[data-pinned]')
  const older = section.querySelector<HTMLElement>('[data-older]')
  const loader = section.querySelector<HTMLElement>('[data-part=loader]')
  const empty = section.querySelector<HTMLElement>('[data-empty]')
  const status = document.querySelector<HTMLElement>('[data-status]')
  const language = document.documentElement.lang
  const words = forms(section.dataset.toast)
  const first = 'first' in section.dataset
  const oldest = 'oldest' in section.dataset
  const title = document.title
  const said = document.createElement('p')
  said.className = 'away'
  said.setAttribute('role', 'status')
  section.append(said)

  const fresh = new Set<string>() // what waits to be seen
  let waiting = new Map<string, Post>()
  let stale = false // the page must be read anew
  let missed: Message[] | undefined // what comes while it is read: it may be newer than what is read
  let twice = false // it must be read again after that
  let timer: ReturnType<typeof setTimeout> | undefined

  const ends = () => oldest && (older === null || older.hidden)
  const rows = () => Array.from(list.querySelectorAll<HTMLElement>(':scope > [data-id]'))
  const find = (id: string) => rows().find((r) => r.dataset.id === id)
  const place = (row: HTMLElement) => ({ at: row.dataset.at ?? '', id: row.dataset.id ?? '' })
  const onTop = () => Array.from(pinned?.querySelectorAll<HTMLElement>('[data-id]') ?? [])

  const offer = toast(() => {
    if (!first && !ends()) return location.assign(top)
    if (stale) return location.assign(location.pathname + location.search)
    settle()
    section.scrollIntoView({ block: oldest ? 'end' : 'start', behavior: 'instant' })
  })

  function show() {
    const n = fresh.size
    const text = n > 0 ? count(words, n, language, digits) : ''
    document.title = n > 0 ? `(${figures(String(n), digits)}) ${title}` : title
    offer(stale ? section.dataset.again ?? '' : text)
  }

  /** Whether what comes may be put in at once: whoever looks at the page looks at the place where it goes. */
  function free() {
    const box = list.getBoundingClientRect()
    return first ? box.top > -80 : ends() && box.bottom < innerHeight + 80
  }

  /**
   * Changes the page at an element so that nothing that is read moves. What stands below it in the window is drawn where it was and slides to its
   * new place; when the element lies above the window, the page is scrolled by as much.
   */
  function change(at: Element, f: () => void) {
    const box = at.getBoundingClientRect()
    if (box.bottom <= 0 && box.height > 0) { // what is hidden is nowhere
      const mark = rows().find((r) => r !== at && r.getBoundingClientRect().bottom > 0)
      return scroll(moved(() => mark?.getBoundingClientRect().top ?? 0, f))
    }
    const parts = document.querySelectorAll('.live-feed > *, [data-key], .live-feed > [data-list] > *, [data-pinned] > *, article.paper > *, main > *, body > .colophon')
    slide(Array.from(parts).filter((e) => !e.querySelector(':scope > .live-feed, :scope > [data-list] > *') && !e.matches('.live-feed, [data-pinned]')), f)
  }

  /** The row of a post, as the server made it for this event. */
  function made(p: Post): HTMLElement | undefined {
    const row = p.html === undefined ? null : inert(p.html).querySelector<HTMLElement>('[data-id]')
    return row === null ? undefined : document.importNode(row, true)
  }

  /** Where a row stands in the list: before another, at its end (null), or on a page that follows (undefined). */
  function before(row: HTMLElement) {
    return rows().find((r) => earlier(place(r), place(row)) !== oldest) ?? (older !== null && !older.hidden ? undefined : null)
  }

  /** Puts a row into the list where its time says, in the place of the one that is there. */
  function put(row: HTMLElement) {
    find(row.dataset.id ?? '')?.remove()
    const next = before(row)
    if (next === undefined) return
    list.insertBefore(row, next)
    if (empty !== null) empty.hidden = true
  }

  /** Brings the list of key events up to date with a post. */
  function key(id: string, p?: Post, row?: HTMLElement) {
    const ol = keys?.querySelector('ol')
    if (keys == null || ol == null) return
    ol.querySelector(`[data-key="${CSS.escape(id)}"]`)?.remove()
    const time = row?.querySelector('time')
    if (p?.key_event === true && time != null) {
      const li = document.createElement('li')
      const link = document.createElement('a')
      const text = document.createElement('span')
      li.className = 'live-key'
      li.dataset.key = id
      link.href = p.url ?? `#post-${id}`
      text.textContent = p.headline || p.text || ''
      link.append(time.cloneNode(true), ' ', text)
      li.append(link)
      const when = micros(p.at ?? '').slice(0, 19)
      const next = Array.from(ol.children).find((o) => (o.querySelector('time')?.dateTime.slice(0, 19) ?? '') <= when)
      ol.insertBefore(li, next ?? null)
      for (const extra of Array.from(ol.children).slice(mostKeys)) extra.remove()
    }
    keys.hidden = ol.childElementCount === 0
  }

  /** Puts in what waits. */
  function settle() {
    clearTimeout(timer)
    timer = undefined
    const all = Array.from(waiting.values())
    waiting = new Map()
    if (all.length === 0) {
      fresh.clear() // what waited went another way: on top, or away
      return show()
    }
    let n = 0
    change(list, () => {
      for (const p of all) {
        const row = made(p)
        if (row === undefined) continue
        row.classList.add('arrived')
        put(row)
        key(p.id, p, row)
        if (row.isConnected) n++
      }
    })
    if (n > 0) said.textContent = count(words, n, language, digits)
    fresh.clear()
    show()
  }

  function arrive(p: Post) {
    if (stale) return
    const here = first || ends()
    const row = made(p)
    if (row === undefined) return
    if (!here || before(row) === undefined) mark(p, row)
    if (here && before(row) === undefined) return // of another time: it stands on a page that follows, and is no news here
    waiting.set(p.id, p)
    if (here && free()) {
      timer ??= setTimeout(bring, pace)
      return
    }
    later()
  }

  /** Brings the list of key events up to date with a post whose row is not put in for it. */
  function mark(p: Post, row: HTMLElement) {
    if (p.key_event === true || keys?.querySelector(`[data-key="${CSS.escape(p.id)}"]`)) change(keys ?? list, () => key(p.id, p, row))
  }

  function bring() {
    rest(() => free() ? settle() : later())
  }

  function later() {
    timer = undefined
    for (const id of waiting.keys()) fresh.add(id)
    if (!first && !ends()) waiting.clear()
    show()
  }

  /** Puts another version of a post in the place of the one that is shown. */
  function replace(p: Post, quiet: boolean) {
    if (waiting.has(p.id)) {
      waiting.set(p.id, p)
      return
    }
    const now = made(p)
    if (now !== undefined && !quiet) mark(p, now)
    for (const old of [...rows(), ...onTop()].filter((r) => r.dataset.id === p.id)) {
      if (quiet && old.querySelector(':checked') !== null) continue // somebody is about to vote
      const row = made(p)
      if (row === undefined) continue
      const moved = old.dataset.at !== row.dataset.at && old.parentElement === list
      change(old, () => {
        if (moved) put(row)
        else old.replaceWith(row)
      })
    }
  }

  function remove(id: string) {
    waiting.delete(id)
    fresh.delete(id)
    for (const old of [...rows(), ...onTop()].filter((r) => r.dataset.id === id)) {
      change(old, () => {
        old.remove()
        if (pinned !== null) pinned.hidden = onTop().length === 0
        if (empty !== null && rows().length === 0 && onTop().length === 0) empty.hidden = false
      })
    }
    change(keys ?? list, () => key(id))
    show()
  }

  /** Puts a post on top of the page, and the one that stood there back into the list. */
  function pin(p?: Post) {
    const ol = pinned?.querySelector('ol')
    if (!first || pinned == null || ol == null) return
    if (onTop()[0]?.dataset.id === p?.id && p !== undefined) return
    change(pinned.hidden ? list : pinned, () => {
      for (const old of onTop()) put(old)
      const row = p === undefined ? undefined : made(p)
      if (p !== undefined && row !== undefined) {
        find(p.id)?.remove()
        waiting.delete(p.id)
        fresh.delete(p.id)
        ol.replaceChildren(row)
        key(p.id, p, row)
      }
      pinned.hidden = onTop().length === 0
    })
    show()
  }

  function state(kind: string, at: string) {
    const word = status?.querySelector('strong')
    const time = status?.querySelector('time')
    if (word == null || time == null) return
    const now = time.cloneNode() as HTMLTimeElement
    now.dateTime = at
    now.textContent = figures(clock(new Date(at), timezone).time, digits)
    if (kind !== 'closed' && kind !== 'reopened') return time.replaceWith(now)
    const said = document.createElement('strong') // a line of its own making: a word that is shorter than the one before draws nothing along
    said.textContent = (kind === 'closed' ? section.dataset.closed : section.dataset.now) ?? ''
    said.className = kind === 'closed' ? '' : 'live-now'
    status?.replaceChildren(said, ' ', now)
    const polls = section.querySelectorAll('.poll')
    if (kind === 'reopened' && polls.length > 0) return reset()
    for (const poll of polls) { // the line with the button is as high without it
      poll.querySelector('fieldset')?.setAttribute('disabled', '')
      poll.querySelector('button')?.replaceWith(section.dataset.poll ?? '')
    }
  }

  /** Has the page read anew: at once where that is seen, else when the reader wants it. */
  function reset() {
    stale = true
    if (free()) setTimeout(() => void again(), Math.random() * spread)
    else show()
  }

  /** Reads the page anew. */
  async function again() {
    if (missed !== undefined) {
      twice = true
      return
    }
    missed = []
    const page = await fetchPage(location.pathname + location.search)
    const now = page?.querySelector<HTMLElement>('[data-part=key-events]')?.closest('section[data-topic]')
    if (now == null) {
      missed = undefined
      twice = false
      return show()
    }
    rest(() => {
      change(list, () => {
        for (const part of ['[data-list]', '[data-pinned]', '[data-part=key-events]', '[data-older]', '[data-empty]', '[data-status]']) {
          const [here, there] = [document, page!].map((of) => of.querySelector<HTMLElement>(`.live-page ${part}`))
          if (here == null || there == null) continue
          here.replaceChildren(...Array.from(there.childNodes, (n) => document.importNode(n, true)))
          here.hidden = there.hidden
        }
      })
      stale = false
      fresh.clear()
      waiting.clear()
      const since = missed ?? []
      missed = undefined
      for (const m of since) message(m)
      show()
      if (twice) reset()
      twice = false
    })
  }

  older?.addEventListener('click', async (e) => {
    const link = (e.target as Element).closest('a')
    if (link === null || !plain(e)) return
    e.preventDefault()
    if (loader !== null) loader.textContent = loader.dataset.say ?? ''
    if (loader !== null) loader.hidden = false
    const page = await fetchPage(link.href)
    if (loader !== null) loader.hidden = true
    const more = page?.querySelectorAll<HTMLElement>('.live-feed [data-list] > [data-id]')
    if (page == null || more === undefined || more.length === 0) return location.assign(link.href)
    const next = page.querySelector('[data-older] a')
    const begin = Array.from(more).filter((r) => find(r.dataset.id ?? '') === undefined).map((r) => document.importNode(r, true))
    change(older, () => {
      list.append(...begin)
      older.replaceChildren(...(next === null ? [] : [document.importNode(next, true)]))
      older.hidden = next === null
    })
    for (const { id } of begin.map(place)) {
      fresh.delete(id)
      waiting.delete(id)
    }
    show()
    begin[0]?.querySelector<HTMLElement>('a.permalink')?.focus({ preventScroll: true })
  })

  addEventListener('scroll', () => {
    if (waiting.size > 0 && timer === undefined && (first || ends()) && free()) timer = setTimeout(bring, 100)
  }, { passive: true })

  function message(m: Message) {
    missed?.push(m)
    const p = m.item as Post
    const { kind } = m
    if (kind === 'withdrawn') {
      if (p.id !== coverage) remove(p.id)
    } else if (kind === 'published') {
      if (find(p.id) !== undefined || onTop().some((r) => r.dataset.id === p.id)) replace(p, false)
      else arrive(p)
    } else if (kind === 'updated' || kind === 'corrected' || kind === 'tallied') replace(p, kind === 'tallied')
    else if (kind === 'pinned') pin(p)
    else if (kind === 'unpinned') pin()
    if (kind !== 'tallied') state(kind, m.at)
  }

  return { message, reset }
}
