// The newsfeed moves by itself, and nothing that is being read moves with it.
//
// A new story slides into a column that scrolls by itself and that nobody has a hand on. Elsewhere, when the column is scrolled,
// pointed at, or lies in the page's flow within view, it waits behind a line with the count. The counter counts what
// arrived since the page opened, in memory only, and is cleared when the feed is seen.
import type { Item, Message } from './stream'
import { shown } from './story.island'
import { toast } from './toast'
import { clock, count, forms } from './words'

/** Whether a story changes its place: a first publication and an update do, a correction and a minor change do not. */
export function moves(kind: string): boolean {
  return kind === 'published' || kind === 'updated'
}

/** Whether a story leaves the newsfeed: taken from the readers, or published in another edition from now on. */
export function leaves(kind: string): boolean {
  return kind === 'withdrawn' || kind === 'moved'
}

/** The address of a story as a page of the same site writes it. */
export function local(url: string, origin: string): string {
  return url.startsWith(`${origin}/`) ? url.slice(origin.length) : url
}

/** Over how many milliseconds a crowd of pages spreads when all must read themselves again. */
const spread = 1500

interface News { item: Item, at: Date }

/** Follows the newsfeed of a page: a column beside other things, or a page of its own. */
export function newsfeed(feed: HTMLElement) {
  const list = feed.querySelector<HTMLElement>('[data-list]') ?? feed
  const counter = document.querySelector<HTMLElement>('[data-part=newsfeed-count]')
  const { timezone = 'UTC' } = feed.dataset
  const language = document.documentElement.lang
  const countWords = forms(feed.dataset.count)
  const toastWords = forms(feed.dataset.toast)
  const column = feed.tagName === 'ASIDE'
  const room = Math.max(rows().length, 20) // a column keeps its length

  const fresh = new Set<string>() // what the counter counts
  let waiting: News[] = [] // oldest first
  let stale = false // the list must be read anew
  let inView = false
  let touched = false // pointed at or focused
  let sliding = false // the column is on its way to its top; what arrives meanwhile goes in afterwards

  function rows() {
    return Array.from(list.querySelectorAll<HTMLLIElement>('li[data-id]'))
  }

  function row(id: string) {
    return rows().find((li) => li.dataset.id === id)
  }

  /** The element that scrolls the list, if it is not the page. */
  function scroller(): HTMLElement | undefined {
    for (let e: HTMLElement | null = list; e !== null && feed.contains(e); e = e.parentElement) {
      if (/auto|scroll|hidden|clip/.test(getComputedStyle(e).overflowY)) return e
    }
    return undefined
  }

  // The line that offers what waits. It stands over the page and takes no room in it.
  const offer = toast(() => {
    settle()
    const box = scroller()
    if (box !== undefined) box.scrollTop = 0
    else feed.scrollIntoView({ block: 'start' })
    seen()
  })

  function show() {
    const n = fresh.size
    if (counter !== null) {
      counter.textContent = n > 0 ? count(countWords, n, language) : ''
      counter.hidden = n === 0
    }
    const some = new Set(waiting.map((w) => w.item.id)).size
    offer(sliding ? '' : stale ? feed.dataset.again ?? '' : some > 0 ? count(toastWords, some, language) : '')
  }

  function seen() {
    fresh.clear()
    show()
  }

  /** Whether the list may change now without moving what somebody reads. */
  function free(): boolean {
    if (!inView) return feed.getBoundingClientRect().top >= innerHeight || scroller() !== undefined
    return !touched && !sliding && scroller()?.scrollTop === 0
  }

  function fill(li: HTMLLIElement, n: News) {
    const { item } = n
    const time = document.createElement('time')
    time.dateTime = n.at.toISOString()
    time.textContent = clock(n.at, timezone).time
    const link = document.createElement('a')
    link.href = local(item.url ?? '', location.origin)
    if (item.label !== undefined) {
      const genre = document.createElement('span')
      genre.className = 'genre'
      genre.textContent = item.label
      link.append(genre, ' ')
    }
    link.append(item.short_headline || item.headline || '')
    if (item.language !== undefined && item.language !== language) {
      link.lang = item.language
      link.dir = 'auto'
    }
    li.dataset.id = item.id
    li.className = 'fresh'
    li.replaceChildren(time, link)
  }

  function drop(li: HTMLLIElement) {
    const group = li.parentElement
    li.remove()
    if (group === null || group.childElementCount > 0) return
    const day = group.closest('section')
    if (day !== null && list.contains(day)) day.remove()
    else {
      if (/^H\d$/.test(group.previousElementSibling?.tagName ?? '')) group.previousElementSibling?.remove()
      group.remove()
    }
  }

  /** Puts a story at the top; false when the page has no place for it yet: no list, or that of an earlier day. */
  function put(n: News): boolean {
    const group = list.querySelector('ol')
    const first = group?.querySelector('time')?.dateTime
    if (group === null || first === undefined || clock(n.at, timezone).day > clock(new Date(first), timezone).day) return false
    const old = row(n.item.id)
    const li = old ?? document.createElement('li')
    fill(li, n)
    if (old !== group.firstElementChild || old === null) group.prepend(li)
    if (column) for (const extra of rows().slice(Math.max(room, 1))) drop(extra)
    return true
  }

  /** Brings in what waits. */
  function settle() {
    const news = waiting
    waiting = []
    for (const n of news) if (!put(n)) stale = true
    if (stale) setTimeout(again, Math.random() * spread)
    show()
  }

  /**
   * The same, sliding: in one frame the news is put in above what is shown and the column scrolled by as much, so that nothing
   * moves; then it scrolls to its top. Scrolling is no shift of the layout.
   */
  function slide() {
    const box = scroller()
    const mark = rows()[0]
    if (!inView || box === undefined || mark === undefined) return settle()
    const before = mark.getBoundingClientRect().top
    const height = box.clientHeight
    settle()
    const by = mark.getBoundingClientRect().top - before
    if (!mark.isConnected || by <= 0) return
    if (box.scrollHeight - height < by) box.style.blockSize = `${height}px`
    box.style.overflowAnchor = 'none'
    box.scrollTop += by
    const behavior = still() ? 'instant' : 'smooth'
    sliding = true
    // Two frames later: in the frame of the change itself the scrolling would undo what kept the rows in place.
    // What jumps instead of sliding waits a moment longer, or a busy device takes both for one frame.
    const rise = () => box.scrollTo({ top: 0, behavior })
    requestAnimationFrame(() => requestAnimationFrame(() => (behavior === 'instant' ? setTimeout(rise, 200) : rise())))
    setTimeout(() => {
      sliding = false
      if (waiting.length > 0 && free()) slide()
      show()
    }, 700)
  }

  /** Reads the list anew from the page itself. */
  async function again() {
    const page = await fetchPage()
    const now = page?.querySelector('[data-part=newsfeed] [data-list]')
    if (now == null) return
    list.replaceChildren(...Array.from(now.childNodes, (n) => document.importNode(n, true)))
    for (const id of fresh) row(id)?.classList.add('fresh')
    stale = false
    waiting = []
    show()
  }

  new IntersectionObserver((entries) => {
    const now = entries.at(-1)?.isIntersecting ?? false
    if (now === inView) return
    inView = now
    if (inView) seen()
    else if (free()) settle()
  }).observe(feed)

  for (const type of ['pointerenter', 'focusin']) {
    feed.addEventListener(type, () => {
      touched = true
      seen()
    })
  }
  for (const type of ['pointerleave', 'focusout']) {
    feed.addEventListener(type, () => {
      touched = feed.matches(':hover, :focus-within')
      if (waiting.length > 0 && free()) slide()
    })
  }

  return {
    message(m: Message) {
      const { item, kind } = m
      waiting = waiting.filter((w) => w.item.id !== item.id || !(moves(kind) || leaves(kind)))
      const old = row(item.id)
      if (leaves(kind)) {
        fresh.delete(item.id)
        if (old !== undefined) remove(old)
      } else if (!moves(kind)) {
        const link = old?.querySelector('a')
        const now = item.short_headline || item.headline
        if (link?.lastChild != null && now !== undefined && !link.textContent?.endsWith(now)) link.lastChild.textContent = link.childElementCount > 0 ? ` ${now}` : now
      } else {
        const at = new Date(item.feed_at ?? m.at)
        const known = old?.querySelector('time')?.dateTime
        if (known !== undefined && shown(at.toISOString(), [known])) return
        waiting.push({ item, at })
        fresh.add(item.id)
        if (free()) slide()
      }
      show()
    },
    reset() {
      stale = true
      waiting = []
      if (free()) setTimeout(again, Math.random() * spread)
      show()
    },
  }

  /** Takes a withdrawn story out at once; what stands below closes the gap by transform, which is no shift of the layout. */
  function remove(li: HTMLLIElement) {
    const below = new Map<Element, number>()
    for (let e: Element | null = li; inView && e !== null && e !== list; e = e.parentElement) {
      for (let next = e.nextElementSibling; next !== null; next = next.nextElementSibling) below.set(next, next.getBoundingClientRect().top)
    }
    drop(li)
    const duration = still() ? 1 : 300
    for (const [e, top] of below) {
      const by = e.isConnected ? top - e.getBoundingClientRect().top : 0
      if (by !== 0) e.animate([{ transform: `translateY(${by}px)` }, { transform: 'none' }], { duration, easing: 'ease-out' })
    }
  }
}

/** Whether the reader wants things to stand still. */
function still(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches
}

/** This page as the site serves it now, as a document in which nothing runs; nothing when it cannot be had. */
function fetchPage(): Promise<Document | null> {
  return new Promise((done) => {
    const request = new XMLHttpRequest()
    request.open('GET', location.pathname + location.search)
    request.responseType = 'document'
    request.timeout = 15_000
    request.onloadend = () => done(request.status === 200 ? request.responseXML : null)
    request.send()
  })
}
