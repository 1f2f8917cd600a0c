// What only the reader's own browser learns of a discussion: whom he ignores, and that he was told something. The page is the same for everybody.

import { known } from './fetch'

/** What of the reader's own waits here, and nobody else sees. */
export interface Own { id: string, thread: string, html: string }

/** Hides what those say whom the reader ignores, also what comes later, and puts a link to what he was told on top. Strangers get nothing. Gives what of his waits here, newest first. */
export async function who(section: HTMLElement): Promise<Own[]> {
  if (!known()) return []
  const { ignored = [], told, url, own = [] } = await fetch('/account/who?' + location.pathname).then((r) => r.json()).catch(() => ({})) as { ignored?: string[], told?: string, url: string, own?: Own[] }
  if (told) {
    const link = document.createElement('a')
    link.href = url
    link.textContent = told
    section.firstElementChild!.after(link)
  }
  for (const id of ignored) document.styleSheets[0]!.insertRule(`:is([data-author="${id}"],li:has(>[data-author="${id}"]:only-child)){display:none}`)
  return own
}
