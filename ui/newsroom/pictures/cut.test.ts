import assert from 'node:assert/strict'
import { test } from 'node:test'
import { around, moved, ratios, resized, type Cut } from './cut'

const pictures = [{ width: 3000, height: 2000 }, { width: 800, height: 4000 }, { width: 6000, height: 500 }, { width: 100, height: 100 }]
const shape = { '3:2': 1.5, '1:1': 1, '16:9': 16 / 9 }
const inside = (c: Cut) => c.x >= 0 && c.y >= 0 && c.x + c.width <= 1 + 1e-9 && c.y + c.height <= 1 + 1e-9

test('a crop keeps its shape and stays inside, however it is moved and resized', () => {
  for (const p of pictures) {
    for (const ratio of ratios) {
      let c = around(ratio, { x: 0.9, y: 0.1 }, p)
      for (const [dx, dy, width] of [[0.3, -0.2, 0.5], [-2, 2, 0.01], [1, 1, 5], [0.01, 0, 0.33]] as const) {
        c = resized(ratio, moved(c, dx, dy), width, p)
        assert.ok(inside(c), JSON.stringify(c))
        assert.ok(Math.abs(c.width * p.width / (c.height * p.height) / shape[ratio] - 1) < 1e-6, `${ratio} of ${JSON.stringify(p)}: ${JSON.stringify(c)}`)
        assert.ok(c.width >= 0.05 && c.height >= 0.05, `too small for the server: ${JSON.stringify(c)}`)
      }
    }
  }
})

test('what nobody chose lies around the focal point', () => {
  assert.deepEqual(around('1:1', { x: 0, y: 0.5 }, { width: 3000, height: 1000 }), { x: 0, y: 0, width: 1 / 3, height: 1 })
  assert.deepEqual(around('1:1', { x: 0.5, y: 1 }, { width: 1000, height: 2000 }), { x: 0, y: 0.5, width: 1, height: 0.5 })
})
