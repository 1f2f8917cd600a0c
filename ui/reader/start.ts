// What reader pages run: islands on a page that is complete without them. What the reader chose to see is put on the root at
// once, everything else waits for the document.
import { alerts } from './alert.island'
import { discussion } from './discussion.island'
import { display, dress } from './display.island'
import { frugal } from './fetch'
import { newsfeed } from './newsfeed.island'
import { next } from './next.island'
import { rest } from './steady'
import { story } from './story.island'
import { left } from './left'
import { follow, type Message } from './stream'

/** What follows a topic on a page. */
export interface Part { message(m: Message): void, reset(): void }

/** Starts the islands of a page. Pages name their topics, and the points at which they were rendered, where they show them; more are the islands that only some pages have, by the first word of their topic; also is what they do besides. */
export function start(more: Record<string, (element: HTMLElement) => Part | undefined> = {}, also: () => unknown = () => undefined): void {
  const islands = { newsfeed, alerts, article: story, discussion, ...more }
  dress()
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', () => begin(islands, also))
  else begin(islands, also)
}

function begin(islands: Record<string, (element: HTMLElement) => Part | undefined>, also: () => unknown) {
  display()
  next()
  also()
  for (const field of document.querySelectorAll<HTMLTextAreaElement>('[data-most]')) left(field)
  if (frugal()) {
    for (const img of document.querySelectorAll<HTMLImageElement>('img[loading=lazy][srcset]')) img.sizes = '1px' // the smallest there is
    return
  }

  const points = new Map<string, string>()
  const parts: (Part & { topic: string })[] = []
  for (const element of document.querySelectorAll<HTMLElement>('[data-topic][data-after]')) {
    const { topic = '', after = '' } = element.dataset
    const part = islands[topic.slice(0, topic.indexOf(':'))]?.(element)
    if (part === undefined || points.has(topic)) continue
    points.set(topic, after)
    parts.push({ topic, ...part })
  }
  if (points.size > 0) {
    follow(points, {
      message: (m) => rest(() => { for (const p of parts) if (p.topic === m.topic) p.message(m) }),
      reset: () => { for (const p of parts) p.reset() },
    })
  }
}
