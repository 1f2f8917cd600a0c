// The newsfeed moves by itself, and nothing that is being read moves with it.
//
// A new story slides into a column that scrolls by itself and that nobody has a hand on; when the column is scrolled or pointed at,
// it waits behind a line with the count. In a feed that lies in the page's flow it is put in at once, above what is read, and the page
// is scrolled by as much. The counter counts what arrived since the page opened, in memory only, and is cleared when the
// feed is seen.
import { fetchPage } from './fetch'
import { plain } from './next.island'
import { moved, rest, scroll, slide, still } from './steady'
import type { Item, Message } from './stream'
import { shown } from './story.island'
import { toast } from './toast'
import { clock, count, forms, figures } from './words'

/** Whether a story changes its place: a publication, an update and a correction do, a minor change does not. */
export function moves(kind: string): boolean {
  return kind === 'published' || kind === 'updated' || kind === 'corrected'
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

/** The urgency down from which a line stands out, as on the page. */
const urgent = 2

interface News { item: Item, at: Date }

/** Follows the newsfeed of a page: a column beside other things, or a page of its own. */
export function newsfeed(feed: HTMLElement) {
  const list = feed.querySelector<HTMLElement>('[data-list]') ?? feed
  const counter = document.querySelector<HTMLElement>('[data-part=newsfeed-count]')
  const { timezone = 'UTC', section } = feed.dataset
  const language = document.documentElement.lang
  const { digits } = feed.dataset
  const countWords = forms(feed.dataset.count)
  const toastWords = forms(feed.dataset.toast)
  const column = feed.tagName === 'ASIDE'
  const room = Math.max(rows().length, 20) // a column keeps its length

  const fresh = new Set<string>() // what the counter counts
  let waiting: News[] = [] // oldest first
  let stale = false // the list must be read anew
  let inView = false
  let known = false // the observer first tells how things are, which is no news
  let touched = false // pointed at or focused
  let asked: Element | undefined // the link to older stories that was followed last
  let pages = 1 // how many pages the list holds: older ones were put in below
  let reading = false // the list is being read anew
  let sliding = false // the column is on its way to its top; what arrives meanwhile goes in afterwards
  let moving: ReturnType<typeof setTimeout> | undefined // somebody scrolls the page
  let ours = false // the next scrolling is this script's

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
    if (counter) {
      counter.textContent = n > 0 ? count(countWords, n, language, digits) : ''
      counter.hidden = n === 0
    }
    const some = new Set([...waiting.map((w) => w.item.id), ...above()]).size
    offer(sliding ? '' : stale ? feed.dataset.again ?? '' : some > 0 ? count(toastWords, some, language, digits) : '')
  }

  /** What came into the page's flow and stands above what is in view. */
  function above() {
    if (scroller() !== undefined) return []
    return rows().filter((li) => fresh.has(li.dataset.id ?? '') && li.getBoundingClientRect().bottom <= 0).map((li) => li.dataset.id ?? '')
  }

  /** Whether what is new can be seen: at the top of the list, which somebody looks at. */
  function newest() {
    return inView && (scroller() !== undefined || (rows()[0]?.getBoundingClientRect().bottom ?? 0) > 0)
  }

  /** Whether the feed lies below the window. */
  function below() {
    return feed.getBoundingClientRect().top >= innerHeight
  }

  function seen() {
    fresh.clear()
    show()
  }

  /** Whether the feed is looked at. A page that has just opened has not been told yet. */
  function looked() {
    return known ? inView : !below()
  }

  /** Whether the list may change now without moving what somebody reads. */
  function free(): boolean {
    const box = scroller()
    if (box === undefined) return moving === undefined || below()
    return !looked() || !touched && !sliding && box.scrollTop === 0
  }

  function fill(li: HTMLLIElement, n: News) {
    const { item } = n
    const time = document.createElement('time')
    time.dateTime = n.at.toISOString()
    time.textContent = figures(clock(n.at, timezone).time, digits)
    const link = document.createElement(item.url === undefined ? 'span' : 'a') // a flash leads nowhere
    if (link instanceof HTMLAnchorElement) link.href = local(item.url ?? '', location.origin)
    if (item.label !== undefined) {
      const genre = document.createElement('span')
      genre.className = item.level === 'breaking' || item.note !== undefined ? 'genre live' : 'genre'
      genre.textContent = item.label
      link.append(genre, ' ')
    }
    link.append(item.short_headline || item.headline || item.text || '')
    if (item.language !== undefined && item.language !== language) {
      link.lang = item.language
      link.dir = 'auto'
    }
    li.dataset.id = item.id
    li.className = (item.urgency ?? 9) <= urgent ? 'fresh urgent' : 'fresh'
    li.replaceChildren(time, link)
    if (item.note === undefined) return
    const why = document.createElement('p')
    why.className = 'why'
    if (link.lang !== '') {
      why.lang = link.lang
      why.dir = link.dir
    }
    why.textContent = item.note
    li.append(why)
  }

  function drop(li: HTMLLIElement) {
    const group = li.parentElement
    li.remove()
    if (!group || group.childElementCount > 0) return
    const day = group.closest('section')
    if (day && list.contains(day)) day.remove()
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
    if (column && (scroller() !== undefined || below())) for (const extra of rows().slice(Math.max(room, 1))) drop(extra)
    return true
  }

  /** Brings in what waits. */
  function settle() {
    const news = waiting
    waiting = []
    for (const n of news) if (!put(n)) stale = true
    if (stale) anew()
    show()
  }

  /** The rows that what waits is to move to the top. */
  function old() {
    return waiting.flatMap((w) => row(w.item.id) ?? [])
  }

  /**
   * The same, sliding: in one frame the news is put in above what is shown and the column scrolled by as much, so that nothing
   * moves; then it scrolls to its top. Scrolling is no shift of the layout.
   */
  function bring() {
    const box = scroller()
    const again = old()
    if (box === undefined) return slide(beneath(again), () => steady(settle))
    const mark = rows()[0]
    if (!looked() || mark === undefined) return settle()
    if (again.length > 0) return lift(again)
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
      later()
      show()
    }, 700)
  }

  /** The same where rows move to the top, which makes no list longer to scroll in: the others make room, and then they are there. */
  function lift(some: HTMLLIElement[]) {
    slide(Array.from(feed.querySelectorAll('[data-list] :is(h3, ol, li), .on')).filter((e) => !some.includes(e as HTMLLIElement)), settle)
    if (still()) return
    for (const li of some) li.animate([{ opacity: 0 }, { opacity: 0, offset: 0.5 }, { opacity: 1 }], 600)
  }

  /**
   * Changes a list that lies in the page's flow: the first row in view stays where it is, since the page is scrolled, in the same
   * frame, by as much as the change moved it.
   */
  function steady(change: () => void) {
    const coming = new Set(waiting.map((w) => w.item.id))
    const mark = rows().find((li) => li.getBoundingClientRect().bottom > 0 && !coming.has(li.dataset.id ?? ''))
    const at = () => {
      const now = mark?.isConnected === false ? row(mark.dataset.id ?? '') ?? list : mark
      return now === undefined ? list.getBoundingClientRect().bottom : now.getBoundingClientRect().top
    }
    const seen = at() < innerHeight
    const by = moved(at, change)
    if (seen && by > 0) {
      const root = document.documentElement
      const lacks = scrollY + by + root.clientHeight - root.scrollHeight
      if (lacks > 0) document.body.style.paddingBlockEnd = `${parseFloat(getComputedStyle(document.body).paddingBlockEnd) + lacks}px`
      ours = true
      scroll(by)
    }
    show()
  }

  /** Brings in what waits when nothing is in the way any more. */
  function later() {
    rest(() => {
      if (!free()) return
      if (stale) anew()
      else if (waiting.length > 0) bring()
    })
  }

  /** Reads the list anew a moment later, not with all other pages at once. */
  function anew() {
    if (reading) return
    reading = true
    setTimeout(() => void again().finally(() => { reading = false }), Math.random() * spread)
  }

  /** Reads the list anew from its own pages. */
  async function again() {
    const now = document.createElement('div')
    let pager: Element | null = null
    for (let n = 0, next: string | undefined = location.pathname + location.search; n < pages && next !== undefined; n++) {
      const page: Document | null = await fetchPage(next)
      const some = page?.querySelector('[data-part=newsfeed] [data-list]')
      if (page == null || some == null) return // and what is stale is offered
      if (n === 0) now.append(...Array.from(some.childNodes, (e) => document.importNode(e, true)))
      else join(now, some.children)
      pager = page.querySelector('[data-part=newsfeed] .pager')
      next = pager?.querySelector<HTMLAnchorElement>('a.next')?.href
    }
    rest(() => {
      const change = () => {
        list.replaceChildren(...now.childNodes)
        if (pages > 1) feed.querySelector('.pager')?.replaceWith(pagerOf(pager))
      }
      if (scroller() === undefined) {
        list.style.minBlockSize = `${list.offsetHeight}px` // what stands below it is not drawn up
        steady(change)
      } else change()
      for (const id of fresh) row(id)?.classList.add('fresh')
      stale = false
      waiting = []
      show()
    })
  }

  /** Puts the days of an older page behind those of a list, without what is there already; gives the first link among them. */
  function join(to: Element, days: Iterable<Element>): HTMLElement | null {
    const had = new Set(Array.from(to.querySelectorAll<HTMLElement>('li[data-id]'), (li) => li.dataset.id))
    let first: HTMLElement | null = null
    for (const day of Array.from(days, (d) => document.importNode(d, true))) {
      for (const li of day.querySelectorAll<HTMLElement>('li')) if (had.has(li.dataset.id)) li.remove()
      first ??= day.querySelector('li a')
      if (!day.querySelector('li')) continue
      const last = to.lastElementChild
      if (last?.querySelector('h2')?.textContent === day.querySelector('h2')?.textContent) last?.querySelector('ol')?.append(...day.querySelectorAll('li'))
      else to.append(day)
    }
    return first
  }

  /** What leads on from a page. It is a new one: the old one would be seen to move. */
  function pagerOf(of: Element | null) {
    const now = document.createElement('p')
    const next = of?.querySelector('a.next')
    now.className = 'pager'
    if (next != null) now.append(document.importNode(next, true))
    return now
  }

  /** Puts the stories of an older page in below. */
  async function older(pager: Element, link: HTMLAnchorElement) {
    const loader = feed.querySelector<HTMLElement>('[data-part=loader]')
    if (loader) {
      loader.textContent = loader.dataset.say ?? ''
      loader.hidden = false
    }
    const page = await fetchPage(link.href)
    const days = page?.querySelectorAll('[data-part=newsfeed] [data-list] > section')
    if (days === undefined || days.length === 0) return location.assign(link.href)
    const beneath = document.querySelectorAll('body > .colophon')
    rest(() => slide(beneath, () => {
      if (loader) loader.hidden = true
      const first = join(list, days)
      pager.replaceWith(pagerOf(page?.querySelector('[data-part=newsfeed] .pager') ?? null))
      pages++
      first?.focus({ preventScroll: true })
    }))
  }

  feed.addEventListener('click', (e) => {
    const link = (e.target as Element).closest<HTMLAnchorElement>('.pager a.next')
    const pager = link?.parentElement
    if (link == null || pager == null || !plain(e)) return
    e.preventDefault()
    if (asked === link) return
    asked = link
    void older(pager, link)
  })

  new IntersectionObserver((entries) => {
    const now = entries.at(-1)?.isIntersecting ?? false
    const first = !known
    known = true
    if (now === inView) return
    inView = now
    if (first) return
    if (inView) seen()
    else later()
  }).observe(feed)

  addEventListener('scroll', () => {
    const own = ours
    ours = false
    clearTimeout(moving)
    moving = setTimeout(() => {
      moving = undefined
      later()
      if (scroller() !== undefined) return
      if (!own && newest()) seen()
      else show()
    }, 150)
  }, { passive: true })

  for (const type of ['pointerenter', 'focusin']) {
    feed.addEventListener(type, () => {
      touched = true
      if (newest()) seen()
    })
  }
  for (const type of ['pointerleave', 'focusout']) {
    feed.addEventListener(type, () => {
      touched = feed.matches(':hover, :focus-within')
      later()
    })
  }

  return {
    message(m: Message) {
      const { item } = m
      const kind = section === undefined || leaves(m.kind) || item.section === section ? m.kind : 'moved' // other sections' are not here
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
        if (free()) bring()
      }
      show()
    },
    reset() {
      stale = true
      waiting = []
      if (free()) anew()
      show()
    },
  }

  /** Takes a withdrawn story out at once; what stands below closes the gap by transform, which is no shift of the layout. */
  function remove(li: HTMLLIElement) {
    slide(inView ? beneath([li]) : [], () => drop(li))
  }

  /** What stands below some rows in the list. */
  function beneath(some: HTMLLIElement[]) {
    const all = new Set<Element>()
    for (const li of some) {
      for (let e: Element | null = li; e !== null && e !== list; e = e.parentElement) {
        for (let next = e.nextElementSibling; next !== null; next = next.nextElementSibling) all.add(next)
      }
    }
    return [...all].sort((a, b) => a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1)
  }
}
