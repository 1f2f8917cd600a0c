// A room that is open: messages come by themselves at the end, where no line moves; who reads further up is told how many there are.
// What is written is sent without leaving the page; slow mode counts down beside the button.
import { fetchPage, known } from './fetch'
import { inert } from './inert'
import { left } from './left'
import { swap } from './steady'
import { patience, type Item, type Message } from './stream'
import { toast } from './toast'
import { early, forget, who, type Own } from './who'
import { count, forms } from './words'

/** What an event tells of a message. */
interface Said extends Item {
  html?: string
  count?: number
}

/** What the server says of what was sent. */
interface Told { id?: string, state?: string, words?: string, edit?: number, wait?: number }

/** How near the end counts as being there, in pixels. */
const near = 160

/** Within how many milliseconds those who are there read a room again. */
const spread = 5_000

/** Follows a room. */
export function chat(section: HTMLElement) {
  early()
  const { digits } = document.querySelector<HTMLElement>('[data-part=newsfeed]')?.dataset ?? {}
  const language = document.documentElement.lang
  const news = forms(section.dataset.new)
  const counts = forms(section.dataset.counts)
  const list = section.querySelector<HTMLElement>('.messages')!
  let missed = 0

  const find = (id: string) => list.querySelector<HTMLElement>(`[data-id="${CSS.escape(id)}"]`)
  const made = (c: { html?: string }) => {
    const e = c.html === undefined ? null : inert(c.html).querySelector<HTMLElement>('[data-id]')
    return e === null ? undefined : document.importNode(e, true)
  }
  const atEnd = () => list.getBoundingClientRect().bottom - innerHeight < near
  const toEnd = () => (list.lastElementChild ?? list).scrollIntoView({ block: 'center', behavior: 'instant' })
  const offer = toast(() => {
    miss(0)
    toEnd()
  })
  addEventListener('scroll', () => { if (missed > 0 && atEnd()) miss(0) }, { passive: true })

  /** Says how many messages came below where somebody reads. */
  function miss(n: number) {
    missed = n
    section.toggleAttribute('data-missed', n > 0)
    offer(n > 0 ? count(news, n, language, digits) : '')
  }

  /** Puts a message at its place, which is the end but for one that waited. */
  function put(c: Said) {
    const e = made(c)
    const old = find(c.id)
    if (e === undefined || old?.dataset.part === 'message') return
    const follow = atEnd()
    old?.closest('li')?.remove() // it waited, and is his who reads here
    insert(e, c.id)
    if (follow) toEnd()
    else miss(missed + 1)
  }

  function insert(e: HTMLElement, id: string) {
    const row = document.createElement('li')
    row.append(e)
    section.querySelector('[data-none]')?.remove()
    const later = [...list.children].find((li) => (li.querySelector<HTMLElement>('[data-id]')?.dataset.id ?? '') > id)
    list.insertBefore(row, later ?? null)
  }

  let mine: Own[] = [] // of the reader, and waiting
  function show() {
    for (const o of mine) {
      const e = made(o)
      if (e !== undefined && find(o.id) === null) insert(e, o.id)
    }
  }

  /** Reads how the room stands now, and what is pinned, and with whole what was said; what is being written stays. */
  async function again(whole = false) {
    const page = await fetchPage(location.pathname)
    if (!page) return whole ? later(++failed) : undefined
    for (const part of ['standing', 'desk']) {
      const old = section.querySelector(`[data-${part}]`)
      const now = page.querySelector(`[data-${part}]`)
      if (!old || !now) continue
      const field = old.querySelector('textarea')
      if (field !== null && now.querySelector('textarea') !== null) {
        now.hasAttribute('data-again') ? old.setAttribute('data-again', now.getAttribute('data-again')!) : old.removeAttribute('data-again')
        continue
      }
      const fresh = document.importNode(now, true)
      const kept = fresh.querySelector('textarea')
      if (kept) {
        kept.value = unsent
        left(kept)
      }
      if (field) unsent = field.value
      old.replaceWith(fresh)
      if (part === 'desk') section.dispatchEvent(new CustomEvent('stands'))
    }
    if (!whole) return
    const end = atEnd()
    failed = 0
    list.replaceChildren(...Array.from(page.querySelectorAll('.messages > li'), (li) => document.importNode(li, true)))
    if (list.childElementCount > 0) section.querySelector('[data-none]')?.remove()
    const came = meanwhile
    meanwhile = twice ? [] : undefined
    if (twice) later()
    twice = false
    came?.forEach(message)
    show()
    if (end) toEnd()
  }
  let unsent = '' // when the box was taken away
  let meanwhile: Message[] | undefined // what came while all is read again: the page may be older

  let twice = false // it began anew while all is read: it is read once more
  let failed = 0 // readings in a row

  /** Reads all again; not in the moment in which everybody does, not ever faster where nothing answers, and when somebody looks. */
  function later(after = 0) {
    setTimeout(() => {
      if (!document.hidden) return void again(true)
      document.addEventListener('visibilitychange', () => void again(true), { once: true })
    }, after > 0 ? patience(after, Math.random()) : 500 + Math.random() * spread)
  }

  section.addEventListener('submit', (e) => {
    const form = e.target as HTMLFormElement
    if (!form.matches('.box')) return
    e.preventDefault()
    void send(form)
  })
  section.addEventListener('keydown', (e) => {
    const field = e.target
    if (field instanceof HTMLTextAreaElement && e.key === 'Enter' && (e.ctrlKey || e.metaKey)) field.form?.requestSubmit()
  })
  section.addEventListener('click', (e) => {
    const reply = e.target instanceof Element ? e.target.closest<HTMLElement>('[data-name]') : null
    const field = section.querySelector<HTMLTextAreaElement>('.box textarea')
    if (reply === null || field === null || e.ctrlKey || e.metaKey || e.shiftKey) return
    e.preventDefault()
    const form = field.form!
    let to = form.querySelector<HTMLInputElement>('[name=to]')
    if (to === null) {
      to = document.createElement('input')
      to.type = 'hidden'
      to.name = 'to'
      form.append(to)
    }
    to.value = reply.closest<HTMLElement>('[data-id]')?.dataset.id ?? ''
    const name = `@${(reply.dataset.name ?? '').split(' ')[0]} `
    if (!field.value.includes(name)) field.value = name + field.value
    field.focus()
  })

  /** The line under the box: what became of what was sent. */
  function line(form: HTMLFormElement): HTMLElement {
    const e = form.querySelector<HTMLElement>('.told') ?? document.createElement('p')
    if (!e.isConnected) {
      e.className = 'told hint'
      e.role = 'status'
      form.append(e)
    }
    return e
  }

  let sent = '' // last, and not known to have been taken
  let key = ''

  async function send(form: HTMLFormElement) {
    const button = form.querySelector('button')!
    if (button.getAttribute('aria-disabled') === 'true') return
    const field = form.querySelector('textarea')!
    button.setAttribute('aria-disabled', 'true')
    const desk = form.closest<HTMLElement>('[data-desk]')
    const text = field.value
    const body = new URLSearchParams(new FormData(form) as unknown as Record<string, string>).toString()
    if (body !== sent) key = `${Date.now()}.${Math.random()}`
    sent = body
    let told: Told
    try {
      const r = await fetch(form.action, { method: 'POST', body, headers: { Accept: 'application/json', 'Content-Type': 'application/x-www-form-urlencoded', 'Idempotency-Key': key } })
      if (r.redirected) return location.assign(r.url) // a stranger: his words are kept there until he is signed in
      told = heard(await r.text())
      if (told.state !== undefined) {
        sent = ''
        field.value = field.value.startsWith(text) ? field.value.slice(text.length).trimStart() : field.value // what was typed meanwhile stays
        if (unsent === text) unsent = ''
        field.dispatchEvent(new Event('input'))
        form.querySelector('[name=to]')?.remove()
      }
    } catch {
      told = { words: desk?.dataset.lost ?? '' } // it may have arrived all the same: the same words are not taken twice
    }
    const say = line(form)
    say.textContent = told.words || (told.state === undefined ? desk?.dataset.lost ?? '' : '')
    const slow = told.wait ?? 0
    if (slow > 0) wait(form, slow, told.state === 'held' ? told.words ?? '' : '')
    else button.removeAttribute('aria-disabled')
    section.dispatchEvent(new CustomEvent('said', { detail: told }))
    field.focus()
  }

  /** Counts down until the next message is taken. Only the first and the last line are read out. */
  function wait(form: HTMLFormElement, seconds: number, before: string) {
    const button = form.querySelector('button')!
    const again = forms(form.closest<HTMLElement>('[data-desk]')?.dataset.again)
    const until = Date.now() + seconds * 1000
    const clock = document.createElement('span')
    clock.className = 'hint clock'
    clock.ariaHidden = 'true'
    form.querySelector('.clock')?.remove()
    button.after(' ', clock)
    button.setAttribute('aria-disabled', 'true')
    line(form).textContent = before
    const tick = () => {
      const left = Math.ceil((until - Date.now()) / 1000)
      if (left > 0) {
        clock.textContent = count(again, left, language, digits)
        return
      }
      clearInterval(timer)
      clock.remove()
      button.removeAttribute('aria-disabled')
    }
    const timer = setInterval(tick, 500)
    tick()
  }

  function message(m: Message) {
    const c = m.item as Said
    const total = document.querySelector<HTMLElement>('[data-count]')
    if (total !== null && c.count !== undefined && m.kind !== 'arranged') total.textContent = count(counts, c.count, language, digits)
    if (m.kind === 'arranged') void again()
    else if (m.kind === 'withdrawn') {
      find(c.id)?.closest('li')?.remove()
      section.querySelector(`[data-pinned="${CSS.escape(c.id)}"]`)?.closest('.pinned')?.remove()
    } else if (m.kind === 'published') put(c)
    else {
      const old = find(c.id)
      const now = made(c)
      if (old !== null && now !== undefined) swap(old, now)
    }
  }

  void who(section).then((own) => {
    const end = atEnd()
    mine = own
    show()
    if (end && own.length > 0) toEnd()
  })
  if (section.dataset.newest !== undefined && location.hash === '' && scrollY === 0 && list.children.length > 6) toEnd()

  return {
    message(m: Message) {
      meanwhile?.push(m)
      message(m)
    },
    reset() {
      if (meanwhile === undefined) later()
      else twice = true
      meanwhile = []
    },
  }
}

/** What an answer says. One that is not the site's has a heading perhaps. */
function heard(body: string): Told {
  try {
    return JSON.parse(body) as Told
  } catch {
    return { words: inert(body).querySelector('h1')?.textContent ?? '' }
  }
}

/** Shows on the list of rooms what the reader has joined, when he is signed in. */
export async function joined(): Promise<void> {
  forget()
  const here = document.querySelector<HTMLElement>('[data-joined]')
  const mine = here && known() && (await fetchPage(here.dataset.joined!))?.querySelector('[data-mine]')
  if (mine) here.querySelector('p.on')?.after(document.importNode(mine, true))
}
