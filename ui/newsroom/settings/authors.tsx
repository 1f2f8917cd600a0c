// Authors: what their pages say, and what becomes of two who are one.
import { client, got, key, tagged } from '../api'
import type { components } from '../made/api'
import { Entries, type Entry, type Shelf } from './entries'

const shown = ({ bio, ...a }: components['schemas']['Author']): Entry => ({ ...a, text: bio })
const one = (slug: string) => ({ path: { slug } })

const shelf: Shelf = {
  kind: 'authors', of: '', text: 'bio',
  words: { title: 'settings.place.authors', text: 'authors.text', search: 'authors.search', none: 'authors.none', none_found: 'authors.none_found' },
  list: async (q, after, limit) => {
    const page = await got(client.GET('/api/v1/authors', { params: { query: { limit, ...(q ? { q } : {}), ...(after ? { after } : {}) } } }))
    return { items: page.items.map(shown), next: page.next }
  },
  read: async (slug) => { const { value, etag } = await tagged(client.GET('/api/v1/authors/{slug}', { params: one(slug) })); return { value: shown(value), etag } },
  save: async (slug, etag, { text, ...said }) => shown(await got(client.PATCH('/api/v1/authors/{slug}', { params: { ...one(slug), header: { 'If-Match': etag } }, body: { ...said, bio: text } }))),
  merge: async (slug, into) => shown(await got(client.POST('/api/v1/authors/{slug}/merge', { params: { ...one(slug), header: { 'Idempotency-Key': key() } }, body: { into } }))),
}

export function Authors() { return <Entries shelf={shelf} /> }
