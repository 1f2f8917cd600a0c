// Debian's Chromium, which can reach nothing but this machine.
import { mkdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import { chromium } from 'playwright-core'

export const shots = fileURLToPath(new URL('../shots', import.meta.url))

export const flags = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update',
  '--disable-sync', '--disable-dev-shm-usage', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
]

/** Starts the browser. */
export async function browser() {
  await mkdir(shots, { recursive: true })
  return chromium.launch({ executablePath: process.env.CHROME_PATH ?? '/usr/bin/chromium', args: flags })
}

/**
 * Opens a context whose pages tell what they did wrong: requests elsewhere, policy violations, errors, and shifts of the layout.
 * `watch.faults` holds lines, `watch.requests` all addresses asked for.
 */
export async function context(b, origin, options = {}) {
  const c = await b.newContext({ viewport: { width: 1280, height: 800 }, ...options })
  const watch = { faults: [], requests: [] }
  c.on('request', (r) => {
    watch.requests.push(r.url())
    if (!r.url().startsWith(`${origin}/`) && !r.url().startsWith('data:') && !r.url().startsWith(`blob:${origin}/`)) watch.faults.push(`request to ${r.url()}`)
  })
  c.on('weberror', (e) => watch.faults.push(`error: ${e.error().message}`))
  c.on('console', (m) => {
    const text = m.text()
    if (m.type() === 'error' && !/Failed to load resource/.test(text)) watch.faults.push(`console: ${text}`)
    if (/Content.Security.Policy|TrustedHTML|TrustedScript|require-trusted-types/i.test(text)) watch.faults.push(`policy: ${text}`)
  })
  if (options.javaScriptEnabled !== false) {
    await c.addInitScript(() => {
      globalThis.seen = { shifts: [], policy: [] }
      addEventListener('securitypolicyviolation', (e) => globalThis.seen.policy.push(`${e.violatedDirective} ${e.blockedURI} ${e.sample}`))
      new PerformanceObserver((list) => {
        for (const e of list.getEntries()) {
          if (!e.hadRecentInput) globalThis.seen.shifts.push({ value: e.value, nodes: e.sources.map((s) => `${s.node?.outerHTML?.slice(0, 60) ?? s.node?.textContent} ${[s.previousRect, s.currentRect].map((r) => [r.x, r.y, r.width, r.height].map(Math.round))}`) })
        }
      }).observe({ type: 'layout-shift', buffered: true })
    })
  }
  return { context: c, watch }
}

/** What the page's observers saw. */
export const seen = (page) => page.evaluate(() => globalThis.seen)

/** Takes a picture into shots, for people to look at; nobody does in CI. */
export async function shot(page, name, options = {}) {
  if (!process.env.CI) await page.screenshot({ path: join(shots, `${name}.png`), ...options })
}

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const every = { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations'] }
// What colours and widths can change; the other rules look at the document, which is the same in all of them.
const drawn = { runOnly: { type: 'rule', values: ['color-contrast', 'target-size', 'link-in-text-block', 'scrollable-region-focusable', 'css-orientation-lock', 'meta-viewport'] }, resultTypes: ['violations'] }

/** What axe finds on a page whose context was made with bypassCSP: every rule, or with `again` those that colours and widths can change. */
export async function violations(page, again = false) {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe)
  await page.evaluate(async () => { // what fades in has its colours at the end of it
    const frame = () => new Promise((done) => { // a browser without a window may owe a frame for ever
      requestAnimationFrame(done)
      setTimeout(done, 1000)
    })
    await frame()
    await frame()
    const ends = document.getAnimations().filter((a) => a.effect?.getComputedTiming().endTime !== Infinity)
    await Promise.race([Promise.all(ends.map((a) => a.finished.catch(() => undefined))), new Promise((done) => setTimeout(done, 2000))])
  })
  const found = await page.evaluate((r) => globalThis.axe.run(r), again ? drawn : every)
  return found.violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.html.slice(0, 160)} ${n.any.concat(n.all).map((x) => x.message).join(' ').slice(0, 200)}`))
}
