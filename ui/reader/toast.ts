// Lines that stand over the page, at its lower edge, and move nothing in it.

let shelf: HTMLElement | undefined

/** A line to say something with, hidden while it has no words and read out when it gets some; act is what a click on it does. */
export function toast(act: () => void): (words: string) => void {
  if (shelf === undefined) {
    shelf = document.createElement('div')
    shelf.className = 'toasts'
    shelf.setAttribute('role', 'status')
    document.body.append(shelf)
  }
  const line = document.createElement('button')
  line.type = 'button'
  line.className = 'toast'
  line.hidden = true
  line.addEventListener('click', act)
  shelf.append(line)
  return (words) => {
    line.textContent = words
    line.hidden = words === ''
  }
}
