// The byline as one line of text, and back.
import type { Fields } from './document'

export type Byline = Fields['byline']

/** Names with commas between them; whoever has a page keeps it. */
export function names(text: string, before: Byline): Byline {
  if (text === '') return []
  return text.split(',').map((part, i) => {
    const name = i > 0 ? part.replace(/^ /, '') : part
    return before.find((b) => b.name === name.trim() && name === name.trim()) ?? { name }
  })
}

/** Which of the names between commas the caret is in, and how it begins. */
export function under(text: string, caret: number): { at: number, typed: string } {
  const parts = text.slice(0, caret).split(',')
  return { at: parts.length - 1, typed: parts.at(-1)!.trim() }
}
