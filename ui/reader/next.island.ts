// The next story of the section, opened below this one on request and three at most. Address, title and canonical address, which
// is what browsers share, are those of the story in view. Without scripts, and when it cannot be had, the link is a link.
import { fetchPage } from './fetch'

/** How many stories open below the first. */
const most = 3

interface Open { element: Element, url: string, title: string, canonical: string }

/** Whether a click asks for the link here and not for a new tab or window. */
export function plain(e: Pick<MouseEvent, 'button' | 'metaKey' | 'ctrlKey' | 'shiftKey' | 'altKey'>): boolean {
  return e.button === 0 && !e.metaKey && !e.ctrlKey && !e.shiftKey && !e.altKey
}

/** Offers the next story of a page that has one. */
export function next(): void {
  const first = document.querySelector('main > article')
  const canonical = document.querySelector<HTMLLinkElement>('link[rel=canonical]')
  const nav = document.querySelector<HTMLElement>('main > [data-next]')
  if (!first || !canonical || !nav) return
  const open: Open[] = [{ element: first, url: location.href, title: document.title, canonical: canonical.href }]

  const watch = new IntersectionObserver((entries) => {
    for (const e of entries) {
      const now = e.isIntersecting ? open.find((o) => o.element === e.target) : undefined
      if (now === undefined || now.url === location.href) continue
      history.replaceState(history.state, '', now.url)
      document.title = now.title
      canonical.href = now.canonical
    }
  }, { rootMargin: '-50% 0px' }) // the story under the middle of the window
  watch.observe(first)

  /** Takes the story out of its page, with its discussion and what comes after it. */
  function take(page: Document): HTMLElement | undefined {
    const article = page.querySelector('main > article')
    if (!article) return
    const section = document.createElement('section')
    section.className = 'opened'
    for (const part of [article, page.querySelector('main > [data-part=discussion]'), page.querySelector('main > [data-next]')]) {
      if (part) section.append(document.importNode(part, true))
    }
    for (const name of ['id', 'aria-labelledby']) { // no id stands twice
      for (const e of section.querySelectorAll(`[${name}]`)) e.setAttribute(name, `${e.getAttribute(name)}-${open.length}`)
    }
    return section
  }

  function offer(nav: HTMLElement) {
    const link = nav.querySelector('a')
    const loader = nav.querySelector<HTMLElement>('[data-part=loader]')
    if (!link || !loader) return
    if (open.some((o) => o.url === link.href)) return nav.remove()
    if (open.length > most) return
    let asked = false
    link.addEventListener('click', async (e) => {
      if (!plain(e)) return
      e.preventDefault()
      if (asked) return
      asked = true
      nav.classList.add('opening') // takes the room of a window at once, while the click excuses it: what follows is out of view
      loader.textContent = loader.dataset.say ?? ''
      loader.hidden = false
      const page = await fetchPage(link.href)
      const section = page ? take(page) : undefined
      if (!page || !section) {
        location.assign(link.href)
        return
      }
      open.push({ element: section, url: link.href, title: page.title, canonical: page.querySelector<HTMLLinkElement>('link[rel=canonical]')?.href ?? link.href })
      nav.replaceWith(section)
      watch.observe(section)
      const heading = section.querySelector<HTMLElement>('h1')
      if (heading) {
        heading.tabIndex = -1
        heading.focus({ preventScroll: true })
      }
      const after = section.querySelector<HTMLElement>('[data-next]')
      if (after) offer(after)
    })
  }
  offer(nav)
}
