// A discussion that is open: how many comments there are moves by itself, what they say and how often they are thanked for too;
// new ones wait behind a line until they are asked for.
import { fetchPage } from './fetch'
import { inert } from './inert'
import { left } from './left'
import { patience, type Item, type Message } from './stream'
import { toast } from './toast'
import { who } from './who'
import { count, figures, forms } from './words'

/** What an event tells of a comment. */
interface Comment extends Item {
  html?: string
  thread?: string
  count?: number
  reactions?: number
}

/** After a gap not everybody reads again at once; milliseconds. */
const spread = 5000

/** Follows the comments of a page. */
export function discussion(section: HTMLElement) {
  const { digits } = document.querySelector<HTMLElement>('[data-part=newsfeed]')?.dataset ?? {}
  const language = document.documentElement.lang
  const asked = new URLSearchParams(location.search)
  const newest = (asked.get('order') ?? 'newest') === 'newest'
  let total = document.querySelector<HTMLElement>('#discussion-title [data-count]')
  const waiting = new Map<string, Comment>()
  const gone = new Set<string>()
  let met = false // the reader has come as far as the discussion
  new IntersectionObserver((all) => {
    if (met || !all.some((e) => e.isIntersecting)) return
    met = true
    show()
    void who(section).then((own) => { for (const c of own.reverse().filter(belongs)) put(c) })
  }).observe(section)

  const find = (id: string) => section.querySelector<HTMLElement>(`[data-part=comment][data-id="${CSS.escape(id)}"]`)
  const owned = (id: string) => section.querySelector<HTMLElement>(`[data-part=own][data-id="${CSS.escape(id)}"]`)
  const made = (c: Comment) => {
    const e = c.html === undefined ? null : inert(c.html).querySelector<HTMLElement>('[data-id]')
    return e === null ? undefined : document.importNode(e, true)
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

  /** Where it stands how many there are. */
  function heading() {
    if (total === null) {
      total = document.createElement('span')
      total.className = 'number'
      document.getElementById('discussion-title')!.append(' ', total)
    }
    return total
  }

  function sum(n: number) {
    heading().textContent = count(forms(section.dataset.counts), n, language, digits)
  }

  /** Reads the page again: for the words that one without comments does without, or after a gap for what is gone, changed and new. */
  async function anew(gap: boolean, tries = 0) {
    const page = await fetchPage(location.href)
    const now = page?.querySelector<HTMLElement>('[data-part=discussion]')
    if (!now) {
      if (section.dataset.new === '{}') delete section.dataset.new
      if (gap) setTimeout(() => void anew(true, tries + 1), patience(tries, Math.random()))
      return
    }
    const { new: news = '', counts = '' } = now.dataset
    Object.assign(section.dataset, { new: news, counts })
    const said = page!.querySelector('#discussion-title [data-count]')?.textContent
    if (said) heading().textContent = said
    if (gap) compare(now)
    show()
  }

  const comments = (within: ParentNode) => Array.from(within.querySelectorAll<HTMLElement>('[data-part=comment]'))
  const root = (e: Element) => e.closest('.threads > li')?.querySelector<HTMLElement>('[data-part=comment]')?.dataset.id ?? ''

  /** Brings what is shown up to another reading of the page. */
  function compare(now: HTMLElement) {
    const there = new Map(comments(now).map((e) => [e.dataset.id!, e]))
    const end = now.querySelector('.pager') ? newest ? root(now.querySelector('.threads > li:last-child > *') ?? now) : '\uffff' : '' // what stands behind it is on another page now
    for (const old of comments(section)) {
      const e = there.get(old.dataset.id!)
      if (e === undefined) {
        if (root(old) >= end) take(old.dataset.id!)
      } else if (e.outerHTML !== old.outerHTML) old.replaceWith(document.importNode(e, true))
    }
    for (const [id, e] of there) if (find(id) === null && !gone.has(id)) waiting.set(id, { id, thread: root(e), html: e.outerHTML })
  }

  /** Whether a comment belongs on this page of the discussion. */
  function belongs(c: Comment) {
    if (c.thread !== c.id) return find(c.thread ?? '') !== null || waiting.has(c.thread ?? '')
    return !asked.has('comment') && (newest ? !asked.has('after') : section.querySelector('.pager') === null)
  }

  /** Puts a comment where it belongs: before or behind the threads, or behind its own. */
  function put(c: Comment) {
    const e = made(c)
    if (e === undefined || find(c.id) !== null) return
    owned(c.id)?.closest('li')?.remove()
    const row = document.createElement('li')
    row.append(e)
    if (c.thread !== c.id) {
      const thread = find(c.thread ?? '')?.closest('li')
      if (!thread) return
      let list = thread.querySelector('ol')
      if (list === null) thread.append(list = document.createElement('ol'))
      return list.append(row)
    }
    let list = section.querySelector('.threads')
    if (list === null) {
      list = document.createElement('ol')
      list.className = 'threads'
      section.append(list)
    }
    section.querySelector('[data-none]')?.remove()
    if (newest) list.prepend(row)
    else list.append(row)
  }

  /** Takes a comment away; who answered it still stands there. */
  function take(id: string) {
    waiting.delete(id)
    gone.add(id)
    const e = find(id)
    if (e === null) return
    const row = e.closest('li')
    if (row?.querySelector('ol > li') || !row) e.replaceChildren()
    else {
      const list = row.parentElement!
      row.remove()
      if (list.childElementCount === 0) (list.closest('details') ?? list).remove()
    }
  }

  section.querySelectorAll<HTMLTextAreaElement>('.box textarea').forEach(left)

  section.addEventListener('submit', (e) => {
    const form = e.target as HTMLFormElement
    if (!form.matches('.acts')) return
    e.preventDefault()
    void fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form) as unknown as Record<string, string>), headers: { Accept: 'application/json' } }).then(async (r) => {
      if (r.redirected) location.assign(r.url)
      else if (r.ok) thanks(form, ((await r.json()) as { reactions: number }).reactions)
      else form.submit()
    }, () => form.submit())
  })

  function thanks(form: HTMLFormElement, n: number) {
    const button = form.querySelector('button')!
    let number = button.querySelector('[data-reactions]')
    if (number === null) {
      number = document.createElement('span')
      number.setAttribute('data-reactions', '')
      button.append(' ', number)
    }
    number.textContent = n > 0 ? figures(String(n), digits) : ''
  }

  return {
    message(m: Message) {
      const c = m.item as Comment
      if (m.kind === 'published') gone.delete(c.id)
      if (!section.dataset.new) {
        section.dataset.new = '{}' // asked for once
        void anew(false)
      } else if (c.count !== undefined) sum(c.count)
      if (m.kind === 'withdrawn') take(c.id)
      else if (m.kind === 'published') {
        if (find(c.id) === null && belongs(c)) waiting.set(c.id, c)
      } else {
        const old = find(c.id)
        const now = made(c)
        if (waiting.has(c.id)) waiting.set(c.id, c)
        else if (old !== null && now !== undefined) old.replaceWith(now)
      }
      show()
    },
    reset() { setTimeout(() => void anew(true), Math.random() * spread) },
  }
}
