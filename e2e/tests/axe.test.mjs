// WCAG 2.2 AA by axe: light and dark, both directions of writing, three widths, scripts on and off.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { after, before, describe, test } from 'node:test'
import { browser, context, shot } from '../lib/browser.mjs'
import { house } from '../lib/house.mjs'
import { kinds } from '../lib/pages.mjs'

const source = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const every = { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations'] }
// What colours and widths can change; the other rules look at the document, which is the same in all of them.
const drawn = { runOnly: { type: 'rule', values: ['color-contrast', 'target-size', 'link-in-text-block', 'scrollable-region-focusable', 'css-orientation-lock', 'meta-viewport'] }, resultTypes: ['violations'] }
const widths = [320, 768, 1280]

describe('accessibility', { timeout: 1_200_000 }, () => {
  let it, b
  const list = []
  before(async () => {
    it = await house()
    b = await browser()
    const all = await it.editions()
    for (const e of [all.find((e) => e.default), all.find((e) => e.language === 'ar')].filter(Boolean)) list.push([e, await kinds(it, e)])
  })
  after(async () => {
    await b?.close()
    await it?.stop()
  })

  for (const scripts of [true, false]) {
    test(`axe finds nothing with scripts ${scripts ? 'on' : 'off'}`, async (t) => {
      assert.ok(list.length > 0)
      for (const [edition, pages] of list) {
        for (const [kind, url] of Object.entries(pages)) {
          await t.test(`${edition.language} ${kind}`, async () => {
            // bypassCSP lets axe in. With scripts off a browser runs none of axe either, so there the page's own script is kept away instead.
            const { context: c } = await context(b, it.url, { bypassCSP: true })
            if (!scripts) await c.route('**/assets/*.js', (route) => route.abort())
            const page = await c.newPage()
            await page.goto(url, { waitUntil: 'load' })
            const wrong = new Set()
            for (const colorScheme of ['light', 'dark']) {
              await page.emulateMedia({ colorScheme })
              for (const width of widths) {
                await page.setViewportSize({ width, height: 800 })
                const first = !(await page.evaluate(() => 'axe' in globalThis))
                if (first) await page.evaluate(source)
                const { violations } = await page.evaluate((r) => globalThis.axe.run(r), first ? every : drawn)
                for (const v of violations) for (const n of v.nodes) wrong.add(`${v.id} (${colorScheme}, ${width}): ${n.html.slice(0, 160)} ${n.any.concat(n.all).map((x) => x.message).join(' ').slice(0, 200)}`)
                if (scripts) await shot(page, `${edition.language}-${kind}-${width}-${colorScheme}`, { fullPage: true })
              }
            }
            await c.close()
            assert.deepEqual([...wrong].slice(0, 20), [])
          })
        }
      }
    })
  }
})
