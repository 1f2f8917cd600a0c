import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { ask, Failure, whole } from './api'

test('an answer that stops in its middle is given up, and one that goes on is not', async () => {
  mock.timers.enable({ apis: ['setTimeout'] })
  let more: ReadableStreamDefaultController<Uint8Array> | undefined
  const stopped = mock.method(globalThis, 'fetch', async (_: Request, { signal }: { signal: AbortSignal }) => new Response(new ReadableStream<Uint8Array>({
    start(c) {
      more = c
      signal.addEventListener('abort', () => c.error(new Error('given up')))
    },
  }), { headers: { ETag: '"7"' } }))
  const turn = () => new Promise(setImmediate)
  try {
    const slow = ask(new Request('http://example.org/api/v1/me'))
    for (const part of ['{"name":', '"Ana"', '}']) {
      await turn()
      mock.timers.tick(15_000)
      more!.enqueue(new TextEncoder().encode(part))
    }
    await turn()
    more!.close()
    const answer = await slow
    assert.deepEqual([answer.status, answer.headers.get('ETag'), await answer.json()], [200, '"7"', { name: 'Ana' }])
    const dead = ask(new Request('http://example.org/api/v1/me'))
    await turn()
    more!.enqueue(new TextEncoder().encode('{"name":'))
    await turn()
    mock.timers.tick(20_000)
    await assert.rejects(dead, (e) => e instanceof Failure && e.status === 0)
  } finally {
    stopped.mock.restore()
    mock.timers.reset()
  }
})

test('a list is read to its end', async () => {
  const asked: (string | undefined)[] = []
  const pages: Record<string, { items: number[], next?: string }> = { '': { items: [1, 2], next: 'b' }, b: { items: [3], next: 'c' }, c: { items: [] } }
  assert.deepEqual(await whole(async ({ after }) => { asked.push(after); return pages[after ?? '']! }), [1, 2, 3])
  assert.deepEqual(asked, [undefined, 'b', 'c'])
})
