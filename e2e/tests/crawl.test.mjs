// Every page of every edition, read in a browser that can reach nothing but the site.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { browser, context } from '../lib/browser.mjs'
import { catalogues, house } from '../lib/house.mjs'
import { kinds } from '../lib/pages.mjs'

const most = 600
const rtl = new Set(['ar', 'fa', 'he', 'ur'])

/** What a page shows and says of itself; runs in the page. */
function look() {
  const own = (e) => e.closest('[lang]') === document.documentElement && e.closest('bdi, [translate=no]') === null
  const visible = (e) => e.checkVisibility({ visibilityProperty: true })
  const texts = []
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (walk.nextNode()) {
    const e = walk.currentNode.parentElement
    const text = walk.currentNode.data.replace(/\s+/g, ' ').trim()
    if (text !== '' && !/^(SCRIPT|STYLE|TEMPLATE)$/.test(e.tagName) && visible(e)) texts.push({ text, own: own(e), part: e.closest('[data-part]')?.dataset.part ?? '', whole: e.textContent.trim() })
  }
  const labels = [...document.querySelectorAll('[aria-label], [title], [placeholder]')].filter(own)
    .flatMap((e) => ['aria-label', 'title', 'placeholder'].map((a) => e.getAttribute(a))).filter((v) => v !== null)
  const metas = [...document.querySelectorAll('meta[property], meta[name]')].map((m) => [m.getAttribute('property') ?? m.name, m.content])
  return {
    lang: document.documentElement.lang, dir: document.documentElement.dir, title: document.title, texts, labels, metas,
    alts: [...document.images].map((i) => i.getAttribute('alt')),
    broken: [...document.images].filter((i) => i.complete && i.naturalWidth === 0 && i.loading !== 'lazy').map((i) => i.src),
    links: [...document.querySelectorAll('a[href], link[rel=alternate][href], link[rel=icon][href]')].map((a) => a.href),
    hrefs: [...document.querySelectorAll('a')].map((a) => a.getAttribute('href')),
    canonical: document.querySelector('link[rel=canonical]')?.href,
    noindex: /noindex/.test(document.querySelector('meta[name=robots]')?.content ?? ''),
    alternates: [...document.querySelectorAll('link[rel=alternate][hreflang]')].map((l) => [l.hreflang, l.href]),
    headings: document.querySelectorAll('h1').length,
    data: [...document.querySelectorAll('script[type="application/ld+json"]')].map((s) => s.textContent),
    inline: [...document.querySelectorAll('script:not([src]):not([type="application/ld+json"]), [style], [onclick], [onload], [onerror]')].map((e) => e.outerHTML.slice(0, 120)),
    kept: { local: localStorage.length, session: sessionStorage.length, cookie: document.cookie },
    policy: globalThis.seen.policy,
  }
}

describe('every page of every edition', { timeout: 900_000 }, () => {
  let it, b, words, editions, watch, c
  const pages = new Map() // by address: status, headers and what look() found
  const linked = new Map() // address → the page that links it

  before(async () => {
    it = await house()
    b = await browser()
    words = await catalogues()
    editions = await it.editions()
    ;({ context: c, watch } = await context(b, it.url))
    const queue = []
    const add = (address, from) => {
      const url = new URL(address)
      url.hash = ''
      if (url.origin !== new URL(it.url).origin || linked.has(url.href)) return
      linked.set(url.href, from)
      queue.push(url.href)
    }
    for (const e of editions) for (const url of Object.values(await kinds(it, e))) add(url, 'the list of kinds')
    const page = await c.newPage()
    for (let url; (url = queue.shift()) !== undefined;) {
      const path = new URL(url).pathname
      const data = /\.(xml|json|txt|jpg|png|svg|js)$/.test(path) || /^\/(media|assets|api|log|events)\//.test(path)
      if (data || pages.size >= most) {
        const answer = await fetch(url, { redirect: 'manual' })
        await answer.arrayBuffer()
        linked.set(url, { from: linked.get(url), status: answer.status })
        continue
      }
      // A stream that stays open would hold the browser's few connections; following it is another test's matter.
      const answer = await page.goto(url, { waitUntil: 'domcontentloaded' })
      const found = await page.evaluate(look)
      pages.set(url, { status: answer.status(), headers: answer.headers(), at: page.url(), ...found })
      linked.set(url, { from: linked.get(url), status: answer.status() })
      for (const l of found.links) add(l, url)
    }
    console.log(`crawled ${pages.size} pages and ${linked.size} addresses`)
  })
  after(async () => {
    await b?.close()
    await it?.stop()
  })

  /** Runs f on every page and lists what it says is wrong, each thing with the first page that has it. */
  const each = (f, filter = () => true) => {
    const wrong = new Map()
    for (const [url, p] of pages) {
      if (!filter(p, url)) continue
      for (const w of f(p, url) ?? []) if (!wrong.has(w)) wrong.set(w, url)
    }
    assert.deepEqual([...wrong].map(([w, url]) => `${w}   on ${url}`).slice(0, 40), [])
  }
  const editionOf = (url) => {
    const first = new URL(url).pathname.split('/')[1]
    if (first === 'report') { // the form stands under no edition's name; it speaks the language of the story that leads to it
      const path = new URL(url).pathname
      const [story] = [...pages].find(([at, p]) => !at.includes('/report/') && p.links.some((l) => new URL(l, at).pathname === path)) ?? []
      if (story) return editionOf(story)
    }
    return editions.find((e) => e.slug === first && !e.default) ?? editions.find((e) => e.default)
  }
  const reader = (p, url) => !new URL(url).pathname.startsWith('/newsroom')

  test('there are pages in every edition', () => {
    for (const e of editions) assert.ok([...pages.keys()].filter((u) => editionOf(u).slug === e.slug).length >= 20, e.slug)
  })

  test('the crawler met what it is to judge', () => {
    const all = [...pages.values()]
    for (const [what, f] of Object.entries({
      'a picture with words': (p) => p.alts.some(Boolean),
      'a story in two languages': (p) => p.alternates.length > 2 && p.texts.some((t) => t.part === 'body'),
      'data for search engines': (p) => p.data.length > 0,
      'a correction': (p) => p.texts.some((t) => t.part === 'correction'),
      'a withdrawn story': (p) => p.status === 410,
      'an address that leads nowhere': (p) => p.status === 404,
    })) assert.ok(all.some(f), what)
  })

  test('nothing is asked of anybody else, and nothing is kept in the browser', async () => {
    assert.deepEqual([...new Set(watch.faults)], [])
    assert.deepEqual(await c.cookies(), [])
    assert.deepEqual((await c.storageState({ indexedDB: true })).origins, [])
    each((p) => Object.entries(p.kept).filter(([, v]) => v !== 0 && v !== '').map(([k]) => `${k} holds something`))
    each((p) => (p.headers['set-cookie'] ? ['sets a cookie'] : []), reader)
  })

  test('the policy is strict on every page, and nothing breaks it', () => {
    each((p) => p.policy)
    each((p) => p.inline)
    each((p) => {
      const policy = p.headers['content-security-policy'] ?? ''
      const wrong = []
      if (!policy.includes("default-src 'none'")) wrong.push('no default-src none')
      if (/unsafe|nonce-|\*/.test(policy)) wrong.push(`loose policy: ${policy}`)
      if (!/require-trusted-types-for 'script'/.test(policy)) wrong.push('no Trusted Types')
      if (p.headers['x-content-type-options'] !== 'nosniff') wrong.push('no nosniff')
      return wrong
    }, reader)
  })

  test('every page has the language and the direction of its edition, and one heading', () => {
    each((p, url) => {
      const e = editionOf(url)
      const wrong = []
      if (p.lang !== e.language) wrong.push(`lang ${p.lang}, not ${e.language}`)
      if (p.dir !== (rtl.has(e.language.split('-')[0]) ? 'rtl' : 'ltr')) wrong.push(`dir ${p.dir}`)
      if (p.headings !== 1) wrong.push(`${p.headings} first headings`)
      if (p.headers['content-language'] !== undefined && p.headers['content-language'] !== e.language) wrong.push(`Content-Language ${p.headers['content-language']}`)
      return wrong
    }, reader)
  })

  test('no word of the interface is in another language', () => {
    const phrases = (l) => {
      const c = words[l]
      return [...Object.values(c.words), ...Object.values(c.counts).flatMap(Object.values)]
    }
    const pattern = (text) => new RegExp(`^${text.split(/\{[a-z_0-9]+\}/).map((s) => s.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.{1,80}')}$`)
    const foreign = {}
    for (const l of Object.keys(words)) {
      const own = new Set(phrases(l))
      foreign[l] = Object.keys(words).filter((m) => m !== l).flatMap((m) => phrases(m).filter((t) => !own.has(t) && /\p{L}{3}/u.test(t.replace(/\{.*?\}/g, ''))).map((t) => [m, pattern(t)]))
    }
    each((p) => {
      const l = p.lang.split('-')[0]
      return [...p.texts.filter((t) => t.own).map((t) => t.text), ...p.labels, p.title].flatMap((text) => foreign[l].filter(([, re]) => re.test(text)).map(([m]) => `${m}: ${text}`))
    })
  })

  test('pages in other scripts hold no Latin interface words', () => {
    const fine = /^(RSS|Atom|JSON Feed|UTC.*|[\d\s.,:–—-]+)$/
    each((p) => p.texts.filter((t) => t.own && t.part !== 'body' && /[A-Za-z]{3}/.test(t.text) && !/[\u0400-\u06ff]/.test(t.text) && !fine.test(t.text)).map((t) => `${t.part}: ${t.text}`),
      (p) => /^(ar|ru)/.test(p.lang))
  })

  test('no placeholder stands in the text of a page', () => {
    const placeholder = /^(0|null|undefined|NaN|true|false|loader|loading|\.{3}|…|untitled|TODO|\[object Object\]|<no value>|<nil>)$|ZgotmplZ|%!|\{[a-z_]+\}|\{\{|\u0000/
    each((p) => [...p.texts.filter((t) => t.part !== 'body').map((t) => t.text), ...p.labels, p.title, ...p.metas.map((m) => m[1])].filter((t) => placeholder.test(t)))
    each((p) => p.texts.filter((t) => t.part === 'newsfeed-count' || t.part === 'loader').map((t) => `${t.part}: ${t.text}`))
  })

  test('no separator dangles in a title, a share text or an alternative text', () => {
    const dangling = /^[\s|·–—:,;/-]|[\s|·–—:,;/-]$|\|\s*\||\s{2}/
    each((p) => [p.title, ...p.metas.filter(([k]) => /title|description|alt|site_name|tag|section/.test(k)).map(([, v]) => v), ...p.alts.filter(Boolean)].filter((t) => dangling.test(t)))
    each((p) => p.metas.filter(([k, v]) => v.trim() === '').map(([k]) => `${k} is empty`))
    each((p) => (p.title.trim() === '' ? ['no title'] : []))
    each((p) => p.alts.filter((a) => a === null).map(() => 'a picture without alt'))
  })

  test('no internal link is broken', () => {
    const wrong = []
    for (const [url, { from, status }] of linked) {
      const expected = from === 'the list of kinds' ? [200, 404, 410] : pages.get(from)?.status === 410 ? [200, 410] : [200] // a withdrawn story's history is withdrawn too
      if (!expected.includes(status)) wrong.push(`${status} ${url}   on ${from}`)
    }
    assert.deepEqual(wrong.slice(0, 40), [])
    each((p) => p.hrefs.filter((h) => h === null || h === '' || h === '#' || h.startsWith('javascript:')).map((h) => `a link to ${h}`))
    each((p) => p.broken.map((src) => `broken picture ${src}`))
  })

  test('every page names its own address, or asks to be left out', () => {
    each((p, url) => {
      if (p.status !== 200) return p.noindex ? [] : [`${p.status} is not left out of search engines`]
      if (p.canonical === undefined) return p.noindex ? [] : ['no canonical address']
      const given = new URL(p.canonical)
      const wrong = []
      const stands = new URL(url).pathname.endsWith('/account') ? p.at : url // a stranger is led to the sign-in
      if (given.pathname !== new URL(stands).pathname) wrong.push(`canonical ${p.canonical}`)
      const own = p.metas.find(([k]) => k === 'og:url')?.[1]
      if (own !== undefined && own !== p.canonical) wrong.push(`og:url ${own}`)
      return wrong
    }, reader)
  })

  test('hreflang names the page itself and is answered by each page it names', () => {
    each((p, url) => {
      if (p.alternates.length === 0) return []
      const wrong = []
      const own = p.canonical
      if (!p.alternates.some(([l, href]) => l === p.lang && href === own)) wrong.push(`does not name itself: ${JSON.stringify(p.alternates)}`)
      for (const [l, href] of p.alternates) {
        const other = pages.get(href)
        if (other === undefined) wrong.push(`names ${href}, which no page links`)
        else if (other.status !== 200) wrong.push(`names ${href}, which answers ${other.status}`)
        else if (l !== 'x-default' && other.lang !== l) wrong.push(`names ${href} as ${l}, which is ${other.lang}`)
        else if (!other.alternates.some(([, back]) => back === own)) wrong.push(`is not named by ${href}`)
      }
      return wrong
    }, (p) => p.status === 200)
  })

  test('the data for search engines can be read and name the page', () => {
    each((p) => p.data.flatMap((text) => {
      const all = [JSON.parse(text)].flat()
      return all.flatMap((d) => [
        ...(d['@context'] === 'https://schema.org' ? [] : ['no context']),
        ...(JSON.stringify(d).includes('""') ? [`an empty value in ${d['@type']}`] : []),
        ...(/NewsArticle/.test(d['@type']) && d.url !== p.canonical ? [`url ${d.url}`] : []),
      ])
    }))
  })
})
