// A story that changes while it is read: one quiet line says so, over the page and not in it, so that no line of the text moves.
import type { Message } from './stream'
import { toast } from './toast'

/**
 * Whether a page rendered with these times (RFC 3339, whole seconds) shows something later than a moment. Within one second it
 * cannot be told; then it is not, since a page is told only of what came after it, but for a race that is hardly ever met.
 */
export function shown(at: string, times: Iterable<string>): boolean {
  const second = (text: string) => Math.floor(Date.parse(text) / 1000)
  for (const t of times) if (second(t) > second(at)) return true
  return false
}

/** Follows the story of a page. */
export function story(element: HTMLElement) {
  const { changed = '', gone = '' } = element.dataset
  const times = Array.from(element.querySelectorAll<HTMLTimeElement>('[data-part=published], [data-part=updated], [data-part=correction] time'), (t) => t.dateTime)
  const say = toast(() => location.reload())

  return {
    message(m: Message) {
      if (m.kind === 'withdrawn') say(gone)
      else if ((m.kind === 'updated' || m.kind === 'corrected') && !shown(m.at, times)) say(changed)
    },
    // What was missed may be a change of this story; the words of its newer version are on the page itself.
    reset() {},
  }
}
