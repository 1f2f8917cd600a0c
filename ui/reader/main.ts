// What reader pages run: islands on a page that is complete without them. The module runs as soon as it is there; what the
// reader chose to see is put on the root at once, everything else waits for the document.
import { alerts } from './alert.island'
import { display, dress } from './display.island'
import { frugal } from './fetch'
import { live } from './live.island'
import { newsfeed } from './newsfeed.island'
import { next } from './next.island'
import { story } from './story.island'
import { follow, type Message } from './stream'

dress()
if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', start)
else start()

function start() {
  display()
  next()
  if (frugal()) {
    for (const img of document.querySelectorAll<HTMLImageElement>('img[loading=lazy][srcset]')) img.sizes = '1px' // the smallest there is
    return
  }

  // Pages name their topics, and the points at which they were rendered, where they show them.
  const points = new Map<string, string>()
  const parts: { topic: string, message(m: Message): void, reset(): void }[] = []
  for (const element of document.querySelectorAll<HTMLElement>('[data-topic][data-after]')) {
    const { topic = '', after = '' } = element.dataset
    const part = topic.startsWith('newsfeed:') ? newsfeed(element) : topic.startsWith('alerts:') ? alerts(element) : topic.startsWith('article:') ? story(element) : topic.startsWith('live:') ? live(element) : undefined
    if (part === undefined || points.has(topic)) continue
    points.set(topic, after)
    parts.push({ topic, ...part })
  }
  if (points.size > 0) {
    follow(points, {
      message: (m) => { for (const p of parts) if (p.topic === m.topic) p.message(m) },
      reset: () => { for (const p of parts) p.reset() },
    })
  }
}
