// One address of each kind of page, in an edition.

/** Finds the pages by what the API and the edition's front say. Kinds that the data do not have are left out. */
export async function kinds(house, edition) {
  const home = edition.default ? house.url : `${house.url}/${edition.slug}`
  const published = await house.articles({ edition: edition.slug, state: 'published', limit: '100' })
  const stories = published.filter((a) => a.kind !== 'page')
  const full = []
  for (const s of stories.slice(0, 40)) {
    const html = await (await fetch(s.url)).text()
    full.push({ url: s.url, html, story: s })
  }
  const told = full.filter((f) => f.story.kind !== 'live')
  const by = (part) => told.find((f) => f.html.includes(`data-part="${part}"`))?.url
  const longest = told.toSorted((a, b) => b.html.length - a.html.length)[0]?.url
  const report = /href="(\/report\/[^"]+)"/.exec(full[0]?.html ?? '')?.[1]
  const word = stories[0]?.headline.split(/\s+/).toSorted((a, b) => b.length - a.length)[0]
  const tagged = stories.find((s) => s.tags?.length > 0)
  const author = /href="([^"]*\/author\/[^"]+)"/.exec(full.map((f) => f.html).join('\n'))?.[1]
  const tag = /href="([^"]*\/tag\/[^"]+)"/.exec(full.map((f) => f.html).join('\n'))?.[1]
  const gone = (await house.articles({ edition: edition.slug, state: 'withdrawn', limit: '1' }))[0]
  const standing = published.find((a) => a.kind === 'page') ?? { url: /href="([^"]*\/page\/[^"]+)"/.exec(full[0]?.html ?? '')?.[1] }
  const section = (await house.sections(edition.slug))[0]
  const all = {
    front: `${home}/`,
    section: section && `${home}/${section.slug}`,
    story: longest,
    correction: by('correction'),
    related: by('related'),
    live: full.find((f) => f.story.kind === 'live')?.url,
    table: told.find((f) => f.html.includes('<table'))?.url,
    newsfeed: `${home}/newsfeed`,
    'section newsfeed': section && `${home}/newsfeed/${section.slug}`,
    search: `${home}/search?q=${encodeURIComponent(word ?? 'a')}`,
    nothing: `${home}/search?q=${encodeURIComponent('qqqxyzzy')}`,
    tag: tagged && tag,
    author,
    history: by('correction') && `${by('correction')}/history`,
    corrections: `${home}/corrections`,
    standing: standing.url,
    subscribe: `${home}/subscribe`,
    discussion: longest && `${longest}/discussion`,
    report,
    chats: `${home}/chats`,
    account: `${home}/account`,
    'sign-in': `${home}/account/sign-in`,
    missing: `${home}/there/is-no-such-page`,
    withdrawn: gone?.url,
    newsroom: edition.default ? `${house.url}/newsroom/sign-in` : undefined,
  }
  return Object.fromEntries(Object.entries(all).filter(([, url]) => url).map(([kind, url]) => [kind, new URL(url, house.url).href]))
}
