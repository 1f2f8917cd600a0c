// Changes of a page in which nothing that is read moves by itself: what all islands share.
//
// What stands below a change is drawn where it was and slides to its new place by transform; what changed above the window is made
// up for by scrolling. Neither is a shift of the layout, as long as nothing is moved that still slides: so what comes meanwhile waits.

/** How long something slides, in milliseconds. */
const pace = 300

/** How long what waits does so on a page on which nothing is drawn. */
const patience = 2000

let slides = 0 // changes after which something still slides
const waiting: (() => void)[] = []

/** Whether the reader wants things to stand still. */
export function still(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches
}

/** Waits two frames: until what is there now has been drawn. */
function drawn() {
  return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
}

/** Does something that may move the page: at once, or with all else that waits as soon as nothing slides. */
export function rest(f: () => void): void {
  waiting.push(f)
  if (slides === 0) for (const next of waiting.splice(0)) next()
}

/** Makes a change for which the browser does not scroll, since the islands do; tells by how much it moved what `at` measures. */
export function moved(at: () => number, change: () => void): number {
  const { style } = document.documentElement
  const before = at()
  style.overflowAnchor = 'none'
  change()
  void drawn().then(() => { style.overflowAnchor = '' })
  return at() - before
}

/** Replaces an element; who is at a link or a button in it by the keyboard is at the same one of the new. */
export function swap(old: Element, now: Element): void {
  const held = [...old.querySelectorAll('a, button')].indexOf(document.activeElement!)
  old.replaceWith(now)
  if (held >= 0) queueMicrotask(() => now.querySelectorAll<HTMLElement>('a, button')[held]?.focus({ preventScroll: true })) // when what is his own stands in it again
}

/** Scrolls the page in the same frame. */
export function scroll(by: number): void {
  if (by !== 0) scrollBy({ top: by, behavior: 'instant' })
}

const inView = ({ top, bottom }: DOMRect) => top < innerHeight && bottom > 0

/**
 * Makes a change after which elements are drawn where they were, and slide to where they are now; only what is or was in view does. One that
 * lies in another of them comes after it and slides by what it moves in it.
 */
export function slide(elements: Iterable<Element>, change: () => void): void {
  const boxes = Array.from(elements, (e) => [e, e.getBoundingClientRect()] as const)
  for (const [e] of boxes) for (const a of e.getAnimations()) a.cancel()
  moved(() => 0, change)
  const duration = still() ? 1 : pace
  const over: Promise<unknown>[] = []
  const carried = new Map<Element, number>()
  for (const [e, was, now] of boxes.map(([e, was]) => [e, was, e.getBoundingClientRect()] as const)) {
    let by = was.top - now.top
    if (e.isConnected && by !== 0 && (inView(was) || inView(now))) carried.set(e, by)
    for (let up = e.parentElement; up !== null; up = up.parentElement) {
      if (!carried.has(up)) continue
      by -= carried.get(up)!
      break
    }
    if (e.isConnected && by !== 0 && (inView(was) || inView(now))) over.push(e.animate([{ transform: `translateY(${by}px)` }, { transform: 'none' }], { duration, easing: 'ease-out' }).finished)
  }
  if (over.length === 0) return
  slides++
  void Promise.race([Promise.allSettled(over).then(drawn), new Promise((done) => setTimeout(done, patience))]).then(() => {
    slides--
    rest(() => undefined)
  })
}
