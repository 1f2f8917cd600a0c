import assert from 'node:assert/strict'
import { mock, test } from 'node:test'

/** The browser's own, as far as it is seen from here. */
class Source extends EventTarget {
  static readonly CLOSED = 2
  static all: Source[] = []
  readyState = 0
  constructor(readonly url: string) { super(); Source.all.push(this) }
  close() { this.readyState = 2 }
  opens() { this.readyState = 1; this.dispatchEvent(new Event('open')) }
  breaks() { this.readyState = 0; this.dispatchEvent(new Event('error')) }
  refused() { this.readyState = 2; this.dispatchEvent(new Event('error')) }
  says(kind: string, item: object) { this.dispatchEvent(new MessageEvent(kind, { data: JSON.stringify({ kind, at: '', item }) })) }
}

test('a stream that the server refuses is opened again, and what was read before is read again', async () => {
  Object.assign(globalThis, { EventSource: Source })
  mock.timers.enable({ apis: ['setTimeout'] })
  const { listen } = await import('./live')
  const heard: string[] = []
  const leave = listen('desk:en', (e) => heard.push(e.kind))
  const other = listen('desk:en', () => undefined)
  assert.equal(Source.all.length, 1, 'two views share one stream')
  Source.all[0]!.opens()
  Source.all[0]!.says('alerted', { id: 'a' })
  Source.all[0]!.breaks() // the browser goes on by itself
  Source.all[0]!.opens()
  mock.timers.tick(60_000)
  assert.deepEqual([Source.all.length, heard], [1, ['open', 'alerted']])
  Source.all[0]!.refused()
  mock.timers.tick(3_000)
  assert.equal(Source.all.length, 2)
  Source.all[1]!.refused()
  mock.timers.tick(1_500)
  assert.equal(Source.all.length, 2, 'the longer it is refused, the longer it waits')
  mock.timers.tick(4_500)
  assert.equal(Source.all.length, 3)
  Source.all[2]!.opens()
  Source.all[2]!.says('alerted', { id: 'b' })
  assert.deepEqual(heard, ['open', 'alerted', 'open', 'alerted'])
  leave()
  other()
  Source.all[2]!.refused()
  mock.timers.tick(1_000)
  mock.timers.tick(90_000)
  assert.deepEqual([Source.all.length, Source.all[2]!.readyState], [3, 2], 'nobody hears it: it ends')
})
