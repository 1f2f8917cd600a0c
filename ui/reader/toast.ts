// Lines that stand over the page, at its lower edge, and move nothing in it.

let shelf: HTMLElement | undefined

/**
 * A line to say something with, hidden while it has no words and read out when it gets some; act is what a click on it does. It can
 * be sent away, and comes back when there is something else to say.
 */
export function toast(act: () => void): (words: string) => void {
  if (shelf === undefined) {
    shelf = document.createElement('div')
    shelf.className = 'toasts'
    shelf.setAttribute('role', 'status')
    document.body.append(shelf)
  }
  let away = '' // what it said when it was sent away
  const button = (f: () => void) => {
    const b = document.createElement('button')
    b.type = 'button'
    b.addEventListener('click', f)
    return b
  }
  const line = document.createElement('div')
  const say = button(act)
  const close = button(() => {
    away = say.textContent ?? ''
    line.hidden = true
  })
  close.textContent = '×'
  close.setAttribute('aria-label', document.body.dataset.close ?? '')
  line.className = 'toast'
  line.hidden = true
  line.append(say, close)
  shelf.append(line)
  return (words) => {
    if (words === '') away = ''
    say.textContent = words
    line.hidden = words === away
  }
}
