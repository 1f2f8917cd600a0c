// WCAG 2.2 AA by axe: light and dark, both directions of writing, three widths, scripts on and off.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { browser, context, shot, violations } from '../lib/browser.mjs'
import { house } from '../lib/house.mjs'
import { kinds } from '../lib/pages.mjs'

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
          await t.test(`${edition.language} ${kind}`, { timeout: 120_000 }, async () => {
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
                const again = await page.evaluate(() => 'axe' in globalThis)
                for (const line of await violations(page, again)) wrong.add(`${colorScheme}, ${width}: ${line}`)
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
