// What readers and moderators say, and what an edition shows around its stories, in hostile words.
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

const { texts } = JSON.parse(await readFile(fileURLToPath(new URL('payloads.json', import.meta.url)), 'utf8'))
export { texts }

/** A name that is markup, turned around, and one long word: at most n characters. */
export const evil = (n, of = 0) => `"><img src=x onerror=window.__ran=1>${['<svg/onload=window.__ran=1>', '<script>window.__ran=1</script>', '{{constructor}}'][of % 3]}\u202e🦀${'W'.repeat(n)}`.slice(0, n).replace(/[\ud800-\udbff]$/, '')
export const escaped = (s) => s.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

/** All texts in pieces of at most n characters. */
export function pieces(n) {
  const out = ['']
  for (const one of texts) {
    if (out.at(-1).length + one.length + 3 > n) out.push('')
    out[out.length - 1] += (out.at(-1) && ' | ') + one
  }
  return out
}

/** Fills an edition with them under a story and around it. Gives where they stand, and who said them. */
export async function talk(it, edition, section, story, picture) {
  const any = { 'If-Match': '*' }
  const link = (name) => ({ name, url: '/' })
  const names = texts.map((x) => x.trim()) // as names and comments are kept
  await it.call('PATCH', `/editions/${edition}`, {
    navigation: names.slice(0, 45).map(link), footer: names.slice(45).slice(0, 50).map(link), channels: [link(evil(80))], donations: [link(evil(80, 1))],
    sponsors: [{ kind: 'sponsor', text: evil(200, 1), url: '/', picture }],
  }, any)
  await it.call('PATCH', `/editions/${edition}/discussion`, { new_for: 0, links: 50, reaction: evil(30), banned: [evil(60)], suspect: pieces(60).slice(0, 20) }, any)
  const page = await it.publish({ edition, section, kind: 'page', slug: 'about', headline: evil(200), lead: evil(300, 1), body_html: texts.map((x) => `<p>${escaped(x)}</p>`).join('') })

  const coverage = await it.publish({ edition, section, kind: 'live', headline: evil(200, 1), lead: evil(300), body_html: undefined })
  const post = (fields) => it.call('POST', `/articles/${coverage.id}/posts`, { state: 'published', ...fields })
  for (const some of pieces(800)) await post({ headline: evil(100), body_html: `<p>${escaped(some)}</p>`, key_event: true })
  await post({ score: { home: evil(60), away: evil(60, 1), home_points: 1, away_points: 2, note: evil(60, 2) } })
  await post({ poll: { question: evil(100), options: names.slice(0, 10).map((text) => ({ text })) } })
  await post({ body_html: `<blockquote><p>${escaped(evil(300))}</p></blockquote>`, contributor: { name: evil(80), consent: true }, pinned: true })

  // The newsroom is not held: each text is a comment and a message of its own.
  const said = [], messages = []
  const room = await it.call('POST', '/chats', { edition, slug: 'evil', name: evil(80), article: story.id })
  for (const body of names) {
    said.push(await it.call('POST', `/articles/${story.id}/comments`, { body, ...(said.length % 3 === 1 ? { reply_to: said[0].id } : {}) }))
    messages.push(await it.call('POST', '/chats/evil/messages', { body }))
  }
  await it.call('POST', `/moderation/${said[0].id}/feature`)
  for (const c of said.slice(0, 5)) await it.call('POST', `/moderation/${c.id}/approve`)
  await it.call('PATCH', '/chats/evil', { pinned: messages[0].id }, any)

  // A reader whose every comment is rejected with words of a moderator, and who objects; another who reports; a third who is suspended and objects to it.
  const [ana, ben, cleo] = [await it.reader(evil(120)), await it.reader(evil(120, 1)), await it.reader(evil(120, 2))]
  const rejected = []
  for (const reason of pieces(480)) {
    const c = await ana.post(`/articles/${story.id}/comments`, { body: `${rejected.length} ${evil(600)}` })
    await it.call('POST', `/moderation/${c.id}/reject`, { breach: 'insult', reason })
    rejected.push({ ...c, reason })
  }
  for (const [n, text] of pieces(1900).entries()) await ana.post(`/moderation/${rejected[n].id}/appeal`, { text })
  for (const [n, note] of pieces(1900).entries()) await ben.post(`/moderation/${said[n].id}/report`, { reason: 'illegal', note })
  await it.call('POST', `/members/${cleo.id}/notes`, { text: pieces(1900)[0] })
  await it.call('POST', `/members/${cleo.id}/restrict`, { restricted: 'suspended', until: new Date(Date.now() + 86_400_000).toISOString(), breach: 'spam', reason: pieces(480)[0] })
  return { page, coverage, room, said, messages, rejected, ana, ben, cleo, names }
}
