// The module of who is signed in, for discussions and rooms: as whom he writes or why he may not, whom he ignores, what he was told,
// what he may still change, and what he reacted to. It is loaded when there is somebody.
import type { Own } from './who'
import { figures } from './words'

interface Link { url: string, words: string }

/** What the server knows of the reader here. */
export interface Known {
  ignored?: string[]
  told?: string
  url?: string
  own?: Own[]
  as?: string // "You write as …"
  silent?: string // why he may not write
  why?: Link // where he objects to that
  write?: Link // where the newsroom writes while nobody else does
  change?: Link // the address of a form, to which an id is added
  fresh?: Record<string, number> // for how many seconds what he said may still be changed, by id
  given?: string[] // ids of what he reacted to
  lost?: string // what is said when nothing is answered
}

/** What a room says of what was sent from it. */
export interface Sent { id?: string, state?: string, edit?: number }

/** Makes a discussion or a room his own. Gives what of his waits here, newest first. */
export async function own(section: HTMLElement): Promise<Own[]> {
  const address = '/account/who?' + location.pathname
  // On an older page of a room, or while something new waits below, what is there is not seen.
  const past = () => section.matches('.chat:not([data-newest]), [data-missed]') ? '&past' : ''
  const ask = () => fetch(address + past()).then((r) => r.json() as Promise<Known>).catch(() => undefined)
  const here = await ask() ?? {}
  if (here.told) section.firstElementChild!.after(link({ url: here.url!, words: here.told }))
  for (const id of here.ignored ?? []) document.styleSheets[0]!.insertRule(`:is([data-author="${id}"],li:has(>[data-author="${id}"]:only-child)){display:none}`)
  const { digits } = document.querySelector<HTMLElement>('[data-part=newsfeed]')?.dataset ?? {}
  const given = new Set(here.given)
  const fresh = new Set<string>()
  const busy = new Set<string>()

  const changing = (id: string) => {
    const a = link({ url: here.change!.url + id, words: here.change!.words })
    a.dataset.change = id
    return a
  }

  /** Offers to change what he said, as long as he may. */
  function fresher(id: string, seconds: number) {
    fresh.add(id)
    setTimeout(() => {
      fresh.delete(id)
      for (const a of section.querySelectorAll(`[data-change="${id}"]`)) a.remove()
    }, seconds * 1000)
  }

  let undo: (() => void) | undefined // brings back what mark took away
  let typed = '' // in the box of who may not write

  /** Brings what is shown up to what is known, also what came later. Again it changes nothing. */
  function mark() {
    const box = section.querySelector<HTMLFormElement>('form.box')
    const invite = section.querySelector('[data-part=discussion-sign-in]')
    if (here.silent && box) {
      const p = document.createElement('p')
      p.className = 'state'
      p.append(here.silent, ' ', ...here.why ? [link(here.why)] : [])
      const around = invite?.parentNode
      const field = box.querySelector('textarea')!
      const quote = document.createElement('blockquote')
      quote.dir = 'auto'
      quote.style.whiteSpace = 'pre-wrap'
      quote.textContent = typed = field.value || typed
      const held = box.contains(document.activeElement)
      p.setAttribute('role', 'status')
      p.tabIndex = -1
      box.replaceWith(p, ...typed ? [quote] : [])
      if (held) p.focus({ preventScroll: true })
      invite?.remove()
      undo = () => {
        field.value = typed
        typed = ''
        quote.remove()
        p.replaceWith(box)
        if (invite) around?.append(invite)
      }
    } else if (here.as && invite) {
      const line = new Text(here.as)
      invite.replaceWith(line)
      undo = () => line.replaceWith(invite)
    }
    if (here.write && !box && !section.querySelector('[data-write]')) {
      const p = document.createElement('p')
      p.dataset.write = ''
      p.append(link(here.write))
      const desk = section.querySelector('[data-desk]')
      desk ? desk.append(p) : section.querySelector('.hint')?.after(p)
    }
    for (const form of forms()) {
      const id = idOf(form)
      const button = form.querySelector('button')!
      button.setAttribute('aria-pressed', String(given.has(id)))
      if (fresh.has(id) && !form.querySelector('[data-change]')) form.append(' ', changing(id))
    }
  }
  const forms = () => section.querySelectorAll<HTMLFormElement>('form.acts')

  /** Gives a reaction, or takes it back. */
  async function press(id: string, action: string) {
    if (busy.has(id)) return
    busy.add(id)
    const on = !given.has(id)
    const r = await fetch(action, { method: 'POST', body: new URLSearchParams({ c: id, on: on ? '1' : '0' }), headers: { Accept: 'application/json' } }).catch(() => undefined)
    busy.delete(id)
    if (r?.redirected) return location.assign(r.url) // he is signed in no more
    const { reactions, words = here.lost ?? '' } = await r?.json().catch(() => ({})) ?? {} as { reactions?: number, words?: string }
    const form = [...forms()].find((f) => idOf(f) === id) // it may have been said anew meanwhile
    if (!form) return
    if (reactions === undefined) return say(form, words)
    say(form, '')
    on ? given.add(id) : given.delete(id)
    const button = form.querySelector('button')!
    const number = button.querySelector('[data-reactions]') ?? document.createElement('span')
    if (!number.isConnected) {
      number.setAttribute('data-reactions', '')
      button.append(' ', number)
    }
    number.textContent = reactions > 0 ? figures(String(reactions), digits) : ''
    mark()
  }

  section.addEventListener('submit', (e) => {
    const form = e.target as HTMLFormElement
    if (!form.matches('.acts')) return
    e.preventDefault()
    void press(idOf(form), form.action)
  })
  section.addEventListener('said', (e) => {
    const { id, state, edit } = (e as CustomEvent<Sent>).detail
    if (!id || !edit || !here.change) return
    fresher(id, edit)
    if (state === 'held') section.querySelector('.told')?.append(' ', changing(id))
    mark()
  })
  let asking = false
  section.addEventListener('stands', () => { // not everybody asks at once
    if (asking) return
    asking = true
    setTimeout(async () => {
      asking = false
      const now = await ask()
      if (!now) return
      Object.assign(here, { as: now.as, silent: now.silent, why: now.why, write: now.write })
      undo?.()
      undo = undefined
      section.querySelector('[data-write]')?.remove()
      mark()
    }, Math.random() * 5000)
  })
  document.addEventListener('visibilitychange', () => { if (document.hidden && section.matches('[data-newest]:not([data-missed])')) void fetch(address, { keepalive: true }).catch(() => undefined) }) // all of it was read until now

  if (here.change) for (const [id, seconds] of Object.entries(here.fresh ?? {})) fresher(id, seconds)
  mark()
  new MutationObserver(mark).observe(section, { childList: true, subtree: true })
  return here.own ?? []
}

const idOf = (form: HTMLFormElement) => form.closest<HTMLElement>('[data-id]')?.dataset.id ?? ''

function link({ url, words }: Link) {
  const a = document.createElement('a')
  a.href = url
  a.textContent = words
  return a
}

/** Says beside a reaction why it was not taken. */
function say(form: HTMLFormElement, words: string) {
  let line = form.querySelector<HTMLElement>('[role=status]')
  if (!line) {
    if (!words) return
    line = document.createElement('span')
    line.role = 'status'
    form.append(' ', line)
  }
  if (line.textContent !== words) line.textContent = words
}
