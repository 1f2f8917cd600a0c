// The pictures of README and docs, from the demo: node pictures.mjs
import { mkdir } from 'node:fs/promises'
import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import { browser } from './lib/browser.mjs'
import { house } from './lib/house.mjs'
import { kinds } from './lib/pages.mjs'

const out = fileURLToPath(new URL('../docs/pictures', import.meta.url))
await mkdir(out, { recursive: true })
/** What a wire sends: the headline, its text, and how many minutes ago. */
const wire = [
  ['Lighthouse keepers to strike on Thursday', 'The keepers of the four outer lights will stop work at noon on Thursday, their union said, unless the lamp allowance is paid from the first of the month.', 4],
  ['Port Orlan pilots accept new rota', 'Pilots voted by 41 to 12 for a rota that gives each of them two free weekends in five. It comes into force when the winter timetable does.', 19],
  ['Herring quota cut by a fifth', 'Boats from the bay may land 9,400 tonnes of herring next year, a fifth less than this year, the fisheries office announced.', 47],
  ['Bridge over the Vell closed for repairs', 'The swing bridge stays closed to lorries until Sunday. One of its two bearings had worn down by eleven millimetres.', 95],
  ['Tide mill turns again after sixty years', 'The wheel of the tide mill at Old Quay made its first turn since 1966 on the morning ebb, before some three hundred people.', 160],
].map(([title, text, ago], n) => `<item><guid isPermaLink="false">${n}</guid><title>${title}</title><description><![CDATA[<p>${text}</p>]]></description><pubDate>${new Date(Date.now() - ago * 60_000).toUTCString()}</pubDate></item>`).join('')
const agency = createServer((_, answer) => {
  answer.setHeader('Content-Type', 'application/rss+xml')
  answer.end(`<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Coastal Wire</title><link>https://coastal.example/</link>${wire}</channel></rss>`)
})
await new Promise((done) => agency.listen(0, '127.0.0.1', done))
const it = await house('demo', ['--allow-private', '127.0.0.0/8'])
const b = await browser()
try {
  const editions = await it.editions()
  const first = editions.find((e) => e.default)
  const pages = await kinds(it, first)
  const arabic = editions.find((e) => e.language === 'ar')
  const stories = await it.articles({ edition: first.slug, state: 'published', limit: '100' })
  const live = stories.find((s) => s.kind === 'live')
  const pictured = stories.find((s) => s.picture && s.kind === 'story' && s.genre !== 'opinion')
  for (const [name, url, options, part] of [
    ['front', pages.front, { viewport: { width: 1280, height: 860 } }],
    ['story-phone', pictured?.url ?? pages.story, { viewport: { width: 390, height: 780 }, colorScheme: 'dark', deviceScaleFactor: 1.5 }],
    ['front-ar', (await kinds(it, arabic)).front, { viewport: { width: 1024, height: 780 } }],
    ['history', pages.history, { viewport: { width: 1024, height: 780 } }],
    ['live', live.url, { viewport: { width: 390, height: 780 }, deviceScaleFactor: 1.5 }, 'live-post'],
  ]) {
    const page = await b.newPage(options)
    await page.goto(url, { waitUntil: 'load' })
    if (part) await page.locator(`[data-part="${part}"]`).nth(1).evaluate((el) => scrollTo(0, el.getBoundingClientRect().top - 90)) // after the pinned one
    await page.screenshot({ path: join(out, `${name}.jpg`), type: 'jpeg', quality: 72 })
    await page.close()
    console.log(`${name}.jpg  ${url}`)
  }
  /** The discussion: under a story, in a room, at its gate, and as moderators have it. */
  const community = async () => {
    const said = await Promise.all(stories.filter((s) => s.kind === 'story').map(async (s) => ({ s, n: (await it.call('GET', `/articles/${s.id}/comments?limit=100&order=oldest`)).items.filter((c) => c.state === 'public').length })))
    const { s: talked } = said.toSorted((a, b) => b.n - a.n)[0]
    const take = async (page, name) => { await page.screenshot({ path: join(out, `${name}.jpg`), type: 'jpeg', quality: 72, animations: 'disabled' }); console.log(`${name}.jpg  ${page.url()}`) }
    const reader = await b.newPage({ viewport: { width: 1024, height: 860 } })
    await reader.goto(talked.url, { waitUntil: 'load' })
    await reader.locator('#discussion-title').evaluate((el) => scrollTo(0, el.getBoundingClientRect().top + scrollY - 40))
    await take(reader, 'discussion')
    await reader.locator('.discussion textarea').first().fill('I was on the quay that morning, and the first boat left on time.')
    await Promise.all([reader.waitForURL(/draft=/), reader.locator('.discussion .box button').first().click()])
    await reader.setViewportSize({ width: 1024, height: 620 })
    await take(reader, 'discussion-gate')
    const room = (await it.call('GET', `/chats?edition=${first.slug}`)).items.toSorted((a, b) => b.messages - a.messages)[0]
    await reader.setViewportSize({ width: 1024, height: 860 })
    await reader.goto(room.url, { waitUntil: 'load' })
    await reader.evaluate(() => scrollTo(0, 0))
    await take(reader, 'chat')
    await reader.close()
    // What readers said and moderators did this month: some waits, some was reported, and it is counted.
    await it.call('PATCH', `/editions/${first.slug}/discussion`, { banned: ['swindler', 'on the payroll'] })
    const people = []
    for (const name of ['Bram Holt', 'Marsh Hen', 'Line 4 Commuter', 'Ada Quill']) people.push(await it.reader(name))
    const talk = (who, body) => people[who].post(`/articles/${talked.id}/comments`, { body })
    const decide = (c, to, body) => it.call('POST', `/moderation/${c.id}/${to}`, body)
    const open = (await it.call('GET', `/moderation?queue=unmoderated&edition=${first.slug}&limit=50`)).items
    for (const [n, c] of open.slice(0, 24).entries()) await decide(c, n % 6 === 5 ? 'reject' : 'approve', n % 6 === 5 ? { breach: ['off-topic', 'insult', 'spam', 'private'][Math.floor(n / 6)] } : undefined)
    await people[0].post(`/moderation/${open[30].id}/report`, { reason: 'illegal', note: 'It gives the address of a private person.' })
    await decide(open[30], 'reject', { breach: 'illegal' })
    const held = [await talk(1, 'The harbour master is a swindler, and so is whoever signed this.'), await talk(2, 'Cheap tickets at www.boats.example, www.more.example and www.last.example!')]
    for (const c of held) await decide(c, 'reject', { breach: c === held[0] ? 'insult' : 'spam' })
    await people[1].post(`/moderation/${held[0].id}/appeal`, { text: 'I meant the office, and said so.' })
    await decide(held[0], 'approve')
    await talk(3, 'Does the first boat still wait for the bus from Saltmarket? It did not on Thursday.')
    await talk(0, 'Everybody who wrote this is on the payroll of the ferry company, or wishes to be.')
    await staff.setViewportSize({ width: 1280, height: 800 })
    await staff.goto(`${it.url}/newsroom/community?queue=pending&edition=${first.slug}`)
    await staff.locator('.comment-card').first().waitFor()
    await keep('newsroom-community')
    await staff.goto(`${it.url}/newsroom/community/transparency?edition=${first.slug}`)
    await staff.locator('.transparency dl').first().waitFor()
    await keep('newsroom-transparency')
    await staff.goto(`${it.url}/newsroom/settings/discussion`)
    await staff.locator('.settings-open textarea').first().waitFor()
    await keep('newsroom-discussion')
  }
  // The newsroom: the desk, a story with its details, and the way to the readers.
  await it.call('DELETE', '/waiting')
  const staff = await b.newPage({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' })
  await staff.goto(await it.person('Ines Halloran', 'admin'))
  await staff.getByRole('button').first().click()
  await staff.locator('.row').first().waitFor()
  await staff.getByRole('button', { name: 'Later', exact: true }).click() // asks for a password
  const keep = async (name) => { await staff.screenshot({ path: join(out, `${name}.jpg`), type: 'jpeg', quality: 72, animations: 'disabled' }); console.log(`${name}.jpg`) }
  const pictures = () => staff.waitForFunction(() => [...document.images].every((i) => i.complete || i.getBoundingClientRect().top > innerHeight)) // the rest are lazy
  await pictures()
  await keep('newsroom-desk')
  await staff.goto(`${it.url}/newsroom/stories/${(pictured ?? stories[0]).id}`)
  await staff.locator('.lead-picture img').waitFor()
  await staff.evaluate(() => document.activeElement?.blur())
  await pictures()
  await keep('newsroom-story')
  await staff.locator('.strip button').last().click()
  await staff.locator('.sentence').waitFor()
  await staff.locator('.mantine-Drawer-content button[data-loading]').waitFor({ state: 'detached' })
  await keep('newsroom-publish')
  await staff.goto(`${it.url}/newsroom/pictures?picture=${pictured.picture}`)
  await staff.locator('.crops .aim').waitFor()
  await staff.locator('.shots[aria-busy=false]').waitFor()
  await pictures()
  await keep('newsroom-pictures')
  await staff.goto(`${it.url}/newsroom/fronts`)
  await staff.locator('.slot').nth(2).getByRole('button', { name: /^Pin / }).click()
  await staff.locator('.slot').nth(2).getByRole('button', { name: 'Here only' }).click()
  await staff.locator('.slot img').first().waitFor()
  await pictures()
  await keep('newsroom-fronts')
  await staff.getByRole('button', { name: 'Undo' }).click() // a front that is not published asks before one leaves it
  const source = await it.call('POST', '/sources', { edition: first.slug, name: 'Coastal Wire', kind: 'feed', address: `http://127.0.0.1:${agency.address().port}/` })
  await it.call('POST', `/sources/${source.id}/refresh`)
  await staff.goto(`${it.url}/newsroom/settings/sources`)
  await staff.getByText(/^Last read /).waitFor()
  await staff.goto(`${it.url}/newsroom/inbox`)
  await staff.locator('.inbox-item p').first().waitFor()
  await keep('newsroom-inbox')
  await staff.goto(`${it.url}/newsroom/settings/people`)
  await staff.locator('.people .name').first().waitFor()
  await keep('newsroom-people')
  await staff.setViewportSize({ width: 390, height: 780 })
  await staff.goto(`${it.url}/newsroom/live/${live.id}`)
  await staff.getByRole('textbox', { name: 'Text of the post' }).click()
  await staff.keyboard.type('The ferry to the islands has left the harbour, two hours late.')
  await keep('newsroom-live')
  await community()
  await staff.close()
} finally {
  await b.close()
  await it.stop()
  agency.close()
}
