// Topics of an edition: what their pages say, and what becomes of two that are one.
import { useMemo } from 'react'
import { client, got, key, tagged, type Edition } from '../api'
import type { components } from '../made/api'
import { t } from '../words'
import { useChosen } from './chosen'
import { Entries, type Entry, type Shelf } from './entries'

const shown = ({ description, ...a }: components['schemas']['Topic']): Entry => ({ ...a, text: description })

function shelfOf({ slug: edition, language }: Edition): Shelf {
  const one = (slug: string) => ({ path: { slug }, query: { edition } })
  return {
    kind: 'topics', of: edition, text: 'description', language,
    words: { title: 'settings.place.topics', text: 'topics.text', search: 'topics.search', none: 'topics.none', none_found: 'topics.none_found' },
    list: async (q, after, limit) => {
      const page = await got(client.GET('/api/v1/topics', { params: { query: { edition, limit, ...(q ? { q } : {}), ...(after ? { after } : {}) } } }))
      return { items: page.items.map(shown), next: page.next }
    },
    read: async (slug) => { const { value, etag } = await tagged(client.GET('/api/v1/topics/{slug}', { params: one(slug) })); return { value: shown(value), etag } },
    save: async (slug, etag, { text, name, slug: to, picture }) => shown(await got(client.PATCH('/api/v1/topics/{slug}', { params: { ...one(slug), header: { 'If-Match': etag } }, body: { name, slug: to, picture, description: text } }))),
    merge: async (slug, into) => shown(await got(client.POST('/api/v1/topics/{slug}/merge', { params: { ...one(slug), header: { 'Idempotency-Key': key() } }, body: { into } }))),
  }
}

export function Topics() {
  const { edition, choice } = useChosen()
  const shelf = useMemo(() => edition && shelfOf(edition), [edition])
  return shelf ? <Entries key={shelf.of} shelf={shelf} choice={choice} /> : <p className="empty">{t('settings.not_yours')}</p>
}
