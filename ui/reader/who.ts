// What only the reader's own browser learns of a discussion: whom he ignores, and that he was told something. The page is the same for everybody.

import { known } from './fetch'

/** Hides what those say whom the reader ignores, also what comes later, and puts a link to what he was told on top. Strangers get nothing. */
export async function who(section: HTMLElement) {
  if (!known()) return
  const { ignored = [], told, url } = await fetch('/account/who?' + location.pathname).then((r) => r.json()).catch(() => ({})) as { ignored?: string[], told?: string, url: string }
  if (told) {
    const link = document.createElement('a')
    link.href = url
    link.textContent = told
    section.firstElementChild!.after(link)
  }
  for (const id of ignored) document.styleSheets[0]!.insertRule(`:is([data-author="${id}"],li:has(>[data-author="${id}"]:only-child)){display:none}`)
}
