// The pictures of README and docs, from the demo: node pictures.mjs
import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import { browser } from './lib/browser.mjs'
import { house } from './lib/house.mjs'
import { kinds } from './lib/pages.mjs'

const out = fileURLToPath(new URL('../docs/pictures', import.meta.url))
await mkdir(out, { recursive: true })
const it = await house()
const b = await browser()
try {
  const editions = await it.editions()
  const first = editions.find((e) => e.default)
  const pages = await kinds(it, first)
  const arabic = editions.find((e) => e.language === 'ar')
  const stories = await it.articles({ edition: first.slug, state: 'published', limit: '100' })
  const live = stories.find((s) => s.kind === 'live')
  const pictured = stories.find((s) => s.picture && s.kind === 'story' && s.genre !== 'opinion')
  for (const [name, url, options] of [
    ['front', pages.front, { viewport: { width: 1280, height: 860 } }],
    ['story-phone', pictured?.url ?? pages.story, { viewport: { width: 390, height: 780 }, colorScheme: 'dark', deviceScaleFactor: 1.5 }],
    ['front-ar', arabic && (await kinds(it, arabic)).front, { viewport: { width: 1024, height: 780 } }],
    ['history', pages.history, { viewport: { width: 1024, height: 780 } }],
    ['live', live?.url, { viewport: { width: 1024, height: 860 } }],
  ]) {
    if (!url) continue
    const page = await b.newPage(options)
    await page.goto(url, { waitUntil: 'load' })
    await page.screenshot({ path: join(out, `${name}.jpg`), type: 'jpeg', quality: 72 })
    await page.close()
    console.log(`${name}.jpg  ${url}`)
  }
  // The newsroom: the desk, a story with its details, and the way to the readers.
  const staff = await b.newPage({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' })
  await staff.goto(await it.person('Ana Brandt', 'admin'))
  await staff.getByRole('button').first().click()
  await staff.locator('.row').first().waitFor()
  const keep = async (name) => { await staff.screenshot({ path: join(out, `${name}.jpg`), type: 'jpeg', quality: 72 }); console.log(`${name}.jpg`) }
  await keep('newsroom-desk')
  await staff.goto(`${it.url}/newsroom/stories/${(pictured ?? stories[0]).id}`)
  await staff.locator('.lead-picture img').waitFor()
  await staff.evaluate(() => document.activeElement?.blur())
  await keep('newsroom-story')
  await staff.locator('.strip button').last().click()
  await staff.locator('.sentence').waitFor()
  await keep('newsroom-publish')
  await staff.goto(`${it.url}/newsroom/pictures?picture=${pictured.picture}`)
  await staff.locator('.crops .aim').waitFor()
  await staff.locator('.shots[aria-busy=false]').waitFor()
  await keep('newsroom-pictures')
  await staff.goto(`${it.url}/newsroom/fronts`)
  await staff.locator('.slot img').first().waitFor()
  await keep('newsroom-fronts')
  await staff.goto(`${it.url}/newsroom/settings/people`)
  await staff.locator('.people').first().waitFor()
  await keep('newsroom-people')
  if (live) {
    await staff.setViewportSize({ width: 390, height: 780 })
    await staff.goto(`${it.url}/newsroom/live/${live.id}`)
    await staff.getByRole('textbox', { name: 'Text of the post' }).click()
    await staff.keyboard.type('The ferry to the islands has left the harbour, two hours late.')
    await keep('newsroom-live')
  }
  await staff.close()
} finally {
  await b.close()
  await it.stop()
}
