// What is made of a post that is out outlives its list, its page and its tab; what is typed is saved while one types.
import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { Edits } from './edits'
import { Saving, type Boxed } from './keep'
import { nothing, type Post } from './post'

/** A device whose memory outlives its pages; live holds the tabs that are open. */
function device() {
  const kept = new Map<string, Boxed>()
  const live = new Set<string>()
  const page = async (tab: string) => {
    live.add(tab)
    const edits = new Edits('storm', 'ana', {
      tab: async () => tab, orphaned: async (box) => !live.has(box.tab),
      boxes: async () => ({ put: async (box) => { kept.set(box.key, structuredClone(box)) }, remove: async (key) => { kept.delete(key) }, all: async () => [...kept.values()].map((b) => structuredClone(b)) }),
    })
    await edits.open()
    return edits
  }
  return { kept, live, page }
}

const post = (id: string): Post => ({ id, coverage: 'storm', version: 3, state: 'published', headline: 'Three tugs', body: { type: 'doc' }, tags: [], pinned: false, key_event: false, newsfeed: false, at: '2026-03-10T12:00:00Z' }) as unknown as Post
const made = (headline: string) => ({ written: { ...nothing(), headline, at: '2026-03-10T12:00:00Z' } })

test('an edit that a page left is offered to the next, with its words and the version it stands on', async () => {
  const d = device()
  const first = await d.page('1')
  first.begin(post('a'), true)
  first.change('a', { ...made('Four tugs'), note: 'There were four.' })
  first.flush()
  assert.equal(d.kept.size, 1)
  assert.deepEqual((await d.page('2')).snapshot().left, [], 'it is in hand in a tab that lives')
  d.live.clear()
  const next = await d.page('3')
  const [left] = next.snapshot().left
  assert.deepEqual([left?.written.headline, left?.was.version, left?.was.written.headline, left?.correction, left?.note], ['Four tugs', 3, 'Three tugs', true, 'There were four.'])
  next.begin({ ...post('a'), version: 5 } as Post, false)
  const [hand] = next.snapshot().hand
  assert.deepEqual([hand?.written.headline, hand?.was.version, hand?.correction], ['Four tugs', 3, false], 'who edits that post again goes on')
  assert.deepEqual(next.snapshot().left, [])
  next.end('a')
  assert.equal(d.kept.size, 0, 'what was saved is not offered again')
})

test('what was opened and not changed is not kept, and what stands in the box is nobody\'s edit', async () => {
  const d = device()
  d.kept.set('storm/ana/0', { key: 'storm/ana/0', coverage: 'storm', account: 'ana', tab: '0', at: 1, written: { ...nothing(), headline: 'In the box' } })
  const first = await d.page('1')
  assert.deepEqual(first.snapshot().left, [])
  first.begin(post('a'), false)
  first.change('a', made('Three tugs'))
  first.flush()
  assert.deepEqual([...d.kept.keys()], ['storm/ana/0'])
})

test('typing without a pause is saved while it goes on, and at once when the page goes', () => {
  mock.timers.enable({ apis: ['setTimeout'] })
  try {
    const saved: string[] = []
    const saving = new Saving((words: string) => saved.push(words))
    let words = ''
    for (let i = 0; i < 20; i++) {
      saving.put(words += 'x')
      mock.timers.tick(100)
    }
    assert.ok(saved.length >= 6, `saved ${saved.length} times in two seconds`)
    saving.put('the last key')
    saving.flush()
    assert.equal(saved.at(-1), 'the last key')
    saving.put('sent meanwhile')
    saving.drop()
    mock.timers.tick(1000)
    assert.equal(saved.at(-1), 'the last key')
  } finally {
    mock.timers.reset()
  }
})
