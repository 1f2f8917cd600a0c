// Every post once, in order, with its time: whatever becomes of the network, the page and the server.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nothing, onto, type Post, type Written } from './post'
import { aged, Early, Queue, Refused, type Keeper, type Kept } from './queue'

/** A device whose memory outlives its pages. */
function device(): Keeper & { posts: Map<string, Kept>, boxes: Set<string> } {
  const posts = new Map<string, Kept>()
  const boxes = new Set<string>()
  return {
    posts, boxes,
    put: async (p, of = {}) => { if (of.instead) posts.delete(of.instead); if (of.box) boxes.delete(of.box); posts.set(p.key, structuredClone(p)) },
    remove: async (key) => { posts.delete(key) },
    all: async (account) => [...posts.values()].filter((p) => p.account === account).map((p) => structuredClone(p)),
  }
}

/** A server that answers the same key with the same post. */
function house() {
  const made = new Map<string, { text: string, at: string }>()
  const uploads = new Map<string, number>()
  const it = {
    made, uploads, calls: 0,
    before: (_: Kept): void => undefined, after: (_: Kept): void => undefined,
    upload: async (p: { key: string }) => { uploads.set(p.key, (uploads.get(p.key) ?? 0) + 1); return `on-server-${p.key}` },
    send: async (p: Kept): Promise<Post> => {
      it.calls++
      it.before(p)
      if (!made.has(p.key)) made.set(p.key, { text: p.written.headline, at: p.at })
      it.after(p)
      return { id: p.key, state: 'published', at: p.at } as Post
    },
  }
  return it
}

const text = (headline: string, more: Partial<Written> = {}): Written => ({ ...nothing(), headline, ...more })
const lost = () => { throw new Error('not reached') }

let names = 0
function page(keeper: Keeper | undefined, server: ReturnType<typeof house>, clock = { now: 1_000_000 }) {
  const timers: (() => void)[] = []
  const sent: string[] = []
  let line = Promise.resolve()
  const queue = new Queue({
    account: 'ana', keeper, server, now: () => clock.now, name: () => `key${names++}`,
    later: (f) => { timers.push(f); return () => { const i = timers.indexOf(f); if (i >= 0) timers.splice(i, 1) } },
    alone: (f) => { const mine = line.then(f); line = mine.catch(() => undefined); return mine },
    onChange: () => undefined, onSent: (p) => sent.push(p.id),
  })
  return { queue, timers, sent, clock, tick: async () => { for (const f of timers.splice(0)) f(); await queue.send() } }
}

test('a post is on the device, and out of its box, before it is sent', async () => {
  const keeper = device()
  keeper.boxes.add('storm/ana/1')
  const server = house()
  server.before = () => { assert.equal(keeper.posts.size, 1); assert.equal(keeper.boxes.size, 0) }
  const { queue } = page(keeper, server)
  await queue.add('storm', 'publish', text('One'), 'storm/ana/1')
  await queue.send()
  assert.equal(server.calls, 1)
  assert.equal(keeper.posts.size, 0)
})

test('without a network posts wait, and go in order with the times of their writing', async () => {
  const keeper = device()
  const server = house()
  const clock = { now: 1_000_000 }
  const p = page(keeper, server, clock)
  server.before = lost
  for (const words of ['One', 'Two', 'Three']) { await p.queue.add('storm', 'publish', text(words)); clock.now += 60_000 }
  await p.queue.send()
  assert.ok(p.queue.offline)
  assert.equal(p.queue.list.length, 3)
  server.before = () => undefined
  clock.now += 3_600_000
  await p.tick()
  assert.deepEqual([...server.made.values()], ['One', 'Two', 'Three'].map((words, i) => ({ text: words, at: new Date(1_000_000 + i * 60_000).toISOString() })))
  assert.ok(!p.queue.offline)
})

test('two posts of one moment keep their order', async () => {
  const server = house()
  const p = page(device(), server)
  server.before = lost
  await Promise.all(['One', 'Two'].map((words) => p.queue.add('storm', 'publish', text(words))))
  await p.queue.send()
  server.before = () => undefined
  await p.tick()
  const at = [...server.made.values()].map((m) => Date.parse(m.at))
  assert.deepEqual([...server.made.values()].map((m) => m.text), ['One', 'Two'])
  assert.ok(at[0]! < at[1]!)
})

for (const [when, step] of [['before the server had it', 'before'], ['after the server had it and before it said so', 'after']] as const) {
  test(`a page that dies ${when} leaves the post to the next, which sends it once`, async () => {
    const keeper = device()
    const server = house()
    const first = page(keeper, server)
    server[step] = lost
    await first.queue.add('storm', 'publish', text('One'))
    await first.queue.add('storm', 'publish', text('Two'))
    await first.queue.send()
    first.queue.end()
    server[step] = () => undefined
    const next = page(keeper, server)
    await next.queue.open()
    await next.queue.send()
    assert.deepEqual([...server.made.values()].map((m) => m.text), ['One', 'Two'])
    assert.equal(keeper.posts.size, 0)
  })
}

test('what the server refuses stays with its reason, and the posts after it go', async () => {
  const keeper = device()
  const server = house()
  const p = page(keeper, server)
  server.before = (k) => { if (k.written.headline === 'Bad') throw new Refused('no credit') }
  for (const words of ['Bad', 'Good']) await p.queue.add('storm', 'publish', text(words))
  await p.queue.send()
  assert.deepEqual([...server.made.values()].map((m) => m.text), ['Good'])
  assert.deepEqual(p.queue.list.map((k) => [k.written.headline, k.why]), [['Bad', 'no credit']])
  assert.equal(p.timers.length, 0, 'it is not sent again by itself')
  const w = await p.queue.take(p.queue.list[0]!.key)
  assert.equal(w?.headline, 'Bad')
  assert.equal(keeper.posts.size, 0)
})

test('what may have been sent cannot be taken back; what was never tried can', async () => {
  const server = house()
  const p = page(device(), server)
  server.after = lost
  const one = await p.queue.add('storm', 'publish', text('One'))
  await p.queue.send()
  const two = await p.queue.add('storm', 'publish', text('Two'))
  await p.queue.send()
  assert.equal(await p.queue.take(one.key), undefined)
  assert.equal((await p.queue.take(two.key))?.headline, 'Two')
})

test('pictures are sent once each, before their post, and not again with it', async () => {
  const keeper = device()
  const server = house()
  const p = page(keeper, server)
  server.before = lost
  const pictures = ['a', 'b'].map((key) => ({ key, file: new Blob([key]), name: `${key}.jpg`, credit: '', caption: '', alt: '' }))
  await p.queue.add('storm', 'publish', text('Seen', { pictures }))
  await p.queue.send()
  assert.deepEqual(keeper.posts.values().next().value?.uploaded, { a: 'on-server-a', b: 'on-server-b' })
  p.queue.end()
  server.before = () => undefined
  const next = page(keeper, server)
  await next.queue.open()
  await next.queue.send()
  assert.deepEqual([...server.uploads], [['a', 1], ['b', 1]])
  assert.equal(server.made.size, 1)
})

test('a clock that is ahead does not hold a post up', async () => {
  const keeper = device()
  const server = house()
  const p = page(keeper, server)
  server.before = (k) => { if (Date.parse(k.at) > 900_000) throw new Early('in the future', 900_000) }
  await p.queue.add('storm', 'publish', text('One'))
  await p.queue.send()
  assert.deepEqual([...server.made.values()], [{ text: 'One', at: new Date(900_000).toISOString() }])
  assert.equal(keeper.posts.size, 0)
})

test('what was sent most of a day ago without an answer is not sent again by itself: somebody looks, and sends it anew or drops it', async () => {
  const keeper = device()
  const server = house()
  const clock = { now: 1_000_000_000 }
  const first = page(keeper, server, clock)
  server.after = lost
  for (const words of ['Sent', 'Dropped', 'New']) await first.queue.add('storm', 'publish', text(words))
  await first.queue.send()
  const one = first.queue.list[0]!
  clock.now += 60 * 60_000
  let calls = server.calls
  const two = { ...first.queue.list[1]!, tried: true } // of a build that did not write down when
  await keeper.put(two)
  await first.tick()
  assert.ok(server.calls > calls, 'within the day it goes again by itself')
  calls = server.calls
  clock.now += 19.5 * 60 * 60_000
  server.after = () => undefined
  await first.tick()
  assert.deepEqual([...server.made.values()].map((m) => m.text), ['Sent', 'New'])
  assert.deepEqual(first.queue.list.map((k) => [k.written.headline, k.why]), [['Sent', aged], ['Dropped', aged]])
  assert.equal(server.calls, calls + 1, 'only the new one was sent')
  assert.equal((await first.queue.take(two.key))?.headline, 'Dropped')
  await first.queue.retry(one.key)
  await first.queue.send()
  assert.equal(server.made.size, 3, 'sent again it is another post')
  assert.equal(keeper.posts.size, 0)
})

test('where the browser keeps nothing posts still go out', async () => {
  const server = house()
  const p = page(undefined, server)
  await p.queue.add('storm', 'publish', text('One'))
  await p.queue.send()
  assert.equal(server.made.size, 1)
})

test('two edits of one post come together part by part, and where they meet both are told', () => {
  const was = text('Storm nears', { tags: ['sea'] })
  const apart = onto(was, { ...was, headline: 'Storm is here' }, { ...was, tags: ['sea', 'wind'] })
  assert.deepEqual([apart.written.headline, apart.written.tags, apart.both], ['Storm is here', ['sea', 'wind'], []])
  const met = onto(was, { ...was, headline: 'Mine' }, { ...was, headline: 'Theirs' })
  assert.deepEqual([met.written.headline, met.both], ['Mine', ['headline']])
  assert.deepEqual(onto(was, { ...was, headline: 'Same' }, { ...was, headline: 'Same' }).both, [])
})
