// Lines that stand over the page, at its lower edge, and move nothing in it.

let shelf: HTMLElement | undefined

/** A hidden line to say something with: a button, or a link. What it says is read out when it is shown. */
export function toast<T extends 'a' | 'button'>(tag: T): HTMLElementTagNameMap[T] {
  if (shelf === undefined) {
    shelf = document.createElement('div')
    shelf.className = 'toasts'
    shelf.setAttribute('role', 'status')
    document.body.append(shelf)
  }
  const line = document.createElement(tag)
  if (line instanceof HTMLButtonElement) line.type = 'button'
  line.className = 'toast'
  line.hidden = true
  shelf.append(line)
  return line
}
