// Breaking banners on pages that are open: they come and go by themselves, and no line that is being read moves with them.
//
// Where the banner's place is in view, the page gives way to it smoothly, by transform, which is no shift of the layout. Where it is
// scrolled away, the page is scrolled by as much in the same frame, and a line over its lower edge says what the banner says.
import { fetchPage } from './fetch'
import { local } from './newsfeed.island'
import { moved, rest, scroll, slide, still } from './steady'
import type { Item, Message } from './stream'
import { toast } from './toast'
import { clock, figures } from './words'

/** Over how many milliseconds a crowd of pages spreads when all must read themselves again. */
const spread = 1500

/** Follows the banners of a page. */
export function alerts(box: HTMLElement) {
  const { timezone = 'UTC', digits } = box.dataset
  // Two places that are read out: what breaks at once, everything else when the reader pauses. They must be there before their words.
  const spoken = (role: string) => {
    const e = document.createElement('div')
    e.className = 'away'
    e.setAttribute('role', role)
    document.body.append(e)
    return e
  }
  const loud = spoken('alert')
  const quiet = spoken('status')
  let told = '' // address of the banner that the line over the page tells of
  const offer = toast(() => {
    offer('')
    if (told !== '') location.assign(told)
    else box.scrollIntoView({ block: 'start', behavior: still() ? 'instant' : 'smooth' })
  })

  const rows = () => Array.from(box.querySelectorAll<HTMLElement>('p[data-id]'))
  const row = (id: string) => rows().find((p) => p.dataset.id === id)

  function fill(item: Item, at: Date) {
    const p = document.createElement('p')
    p.dataset.id = item.id
    p.dataset.level = item.level ?? ''
    const label = document.createElement('strong')
    label.textContent = item.label ?? ''
    const time = document.createElement('time')
    time.dateTime = at.toISOString()
    time.textContent = figures(clock(at, timezone).time, digits)
    const words = document.createElement(item.url === undefined ? 'span' : 'a')
    if (words instanceof HTMLAnchorElement) words.href = local(item.url ?? '', location.origin)
    words.textContent = item.text ?? ''
    p.append(label, ' ', time, ' ', words)
    return p
  }

  function settle() {
    box.hidden = rows().length === 0
  }

  /** Makes a change of the banners without moving what is read. */
  function steady(change: () => void) {
    const below: HTMLElement[] = []
    for (let e: Element | null = box; e !== null && e !== document.body; e = e.parentElement) {
      for (let next = e.nextElementSibling; next !== null; next = next.nextElementSibling) {
        if (next instanceof HTMLElement && getComputedStyle(next).position !== 'fixed') below.push(next)
      }
    }
    const away = ((box.hidden ? below[0] : box)?.getBoundingClientRect().top ?? 0) < 0
    const all = () => {
      change()
      settle()
    }
    if (away) scroll(moved(() => below[0]?.getBoundingClientRect().top ?? 0, all))
    else slide([...rows(), ...below], all)
    return away
  }

  return {
    message({ kind, item, at }: Message) {
      if (kind === 'published') {
        if (row(item.id) !== undefined) return
        const away = steady(() => box.prepend(fill(item, new Date(at))))
        const words = [item.label, item.text].filter(Boolean).join(': ')
        ;(item.level === 'breaking' ? loud : quiet).textContent = words
        told = item.url === undefined ? '' : local(item.url, location.origin)
        if (away) offer(words)
      } else if (kind === 'withdrawn' || kind === 'ended') {
        const old = row(item.id)
        if (old === undefined) return
        steady(() => old.remove())
        loud.textContent = quiet.textContent = ''
        offer('')
      }
    },
    reset() {
      setTimeout(async () => {
        const page = await fetchPage(location.pathname + location.search)
        const now = page?.querySelector('[data-part=alert]')
        if (now == null) return
        const fresh = Array.from(now.querySelectorAll('p[data-id]'), (p) => document.importNode(p, true) as HTMLElement)
        if (fresh.map((p) => p.dataset.id).join() !== rows().map((p) => p.dataset.id).join()) rest(() => void steady(() => box.replaceChildren(...fresh)))
      }, Math.random() * spread)
    },
  }
}
