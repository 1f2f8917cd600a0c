// A page that comes in pieces, as on a bad network: nothing of its head moves when the rest of it arrives.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { after, before, describe, test } from 'node:test'
import { browser, context, seen } from '../lib/browser.mjs'
import { house } from '../lib/house.mjs'

describe('a page in pieces', { timeout: 120_000 }, () => {
  let it, b, html
  before(async () => {
    it = await house()
    b = await browser()
    html = await (await fetch(`${it.url}/`)).text()
  })
  after(async () => {
    await b?.close()
    await it?.stop()
  })

  /** Serves the front, its bytes before `at` a good while before those behind, and gives what shifted. */
  const shifts = async (text, at, width) => {
    const server = createServer((request, answer) => {
      if (request.url !== '/') { answer.statusCode = 404; answer.end(); return }
      answer.setHeader('Content-Type', 'text/html; charset=utf-8')
      answer.write(text.slice(0, at))
      setTimeout(() => answer.end(text.slice(at)), 700)
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const origin = `http://127.0.0.1:${server.address().port}`
    const { context: c } = await context(b, origin, { viewport: { width, height: 800 } })
    const page = await c.newPage()
    await page.goto(`${origin}/`)
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
    const found = (await seen(page)).shifts
    await c.close()
    server.closeAllConnections()
    server.close()
    return found
  }

  test('an author stands where his line was begun', async () => {
    const { url } = await it.publish({ headline: 'A pilot boat in pieces', byline: ['Mira Pieces'] })
    const story = await (await fetch(url)).text()
    const at = story.indexOf('<a rel="author"')
    assert.ok(at > 0, 'the story has no author')
    assert.deepEqual(await shifts(story, at, 1280), [])
  })

  for (const [what, width, cut] of [
    ['between two editions on a desk', 1280, () => html.indexOf('</li>', html.indexOf('class="editions"')) + '</li>'.length],
    ['between the newsfeed and the search on a desk', 1280, () => html.indexOf('</li>', html.indexOf('class="tools"')) + '</li>'.length],
    ['before its name on a small phone', 320, () => html.indexOf('<span data-part="brand"')],
  ]) {
    test(`cut ${what} its head is shown whole`, async () => {
      assert.ok(cut() > 0 && cut() < html.indexOf('<main'), 'the page has no such place')
      assert.deepEqual(await shifts(html, cut(), width), [])
    })
  }
})
