// Lighthouse, mobile, as a table: the median of several runs of each kind of page. Scores depend on the machine and are asserted nowhere.
//   node lighthouse.mjs [runs [kind…]]
import { createServer } from 'node:net'
import lighthouse from 'lighthouse'
import { chromium } from 'playwright-core'
import { flags } from './lib/browser.mjs'
import { house } from './lib/house.mjs'
import { kinds } from './lib/pages.mjs'

const runs = Number(process.argv[2] ?? 5)
const median = (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)]
const it = await house()
const edition = await it.defaultEdition()
const pages = await kinds(it, edition)
pages.search = pages.search.replace(/\?.*/, '') // the form may be found by search engines, its answers not
const wanted = process.argv.slice(3)
const port = await new Promise((done) => {
  const s = createServer().listen(0, '127.0.0.1', () => {
    const { port } = s.address()
    s.close(() => done(port))
  })
})
const chrome = await chromium.launch({ executablePath: process.env.CHROME_PATH ?? '/usr/bin/chromium', args: [...flags, `--remote-debugging-port=${port}`] })
const rows = []
try {
  for (const kind of ['front', 'story', 'live', 'section', 'newsfeed', 'search', 'sign-in']) {
    if (!pages[kind] || (wanted.length > 0 && !wanted.includes(kind))) continue
    const seen = { performance: [], accessibility: [], 'best-practices': [], seo: [], cls: [], lcp: [], bytes: [] }
    const failed = new Set()
    for (let n = 0; n < runs; n++) {
      const { lhr } = await lighthouse(pages[kind], { port, output: 'json', logLevel: 'error', onlyCategories: ['performance', 'accessibility', 'best-practices', 'seo'] })
      for (const c of ['performance', 'accessibility', 'best-practices', 'seo']) {
        seen[c].push(Math.round((lhr.categories[c].score ?? 0) * 100))
        if (c !== 'performance') for (const r of lhr.categories[c].auditRefs) if (r.weight > 0 && lhr.audits[r.id].score === 0) failed.add(r.id)
      }
      seen.cls.push(lhr.audits['cumulative-layout-shift'].numericValue ?? 0)
      seen.lcp.push(Math.round(lhr.audits['largest-contentful-paint'].numericValue ?? 0))
      seen.bytes.push(Math.round(lhr.audits['total-byte-weight'].numericValue ?? 0))
    }
    rows.push({ page: kind, ...Object.fromEntries(Object.entries(seen).map(([k, v]) => [k, median(v)])), failed: [...failed].join(' ') })
  }
} finally {
  await chrome.close()
  await it.stop()
}
console.table(rows)
