// Who works here, by name, as every picker needs it.
import { useQuery } from '@tanstack/react-query'
import { client, got, type Colleague } from './api'

/** Those who may have a story of an edition to do, by name. */
export const useColleagues = (edition: string, wanted = true) => useQuery({
  queryKey: ['colleagues', edition], enabled: wanted && edition !== '', staleTime: 60_000,
  queryFn: async () => {
    const all: Colleague[] = []
    for (let after: string | undefined = ''; after !== undefined;) {
      const page: { items: Colleague[], next?: string } = await got(client.GET('/api/v1/colleagues', { params: { query: { edition, limit: 100, ...(after ? { after } : {}) } } }))
      all.push(...page.items)
      after = page.next
    }
    return all.filter((c) => c.roles.some((r) => ['admin', 'editor', 'reporter', 'picture-editor'].includes(r))).sort((a, b) => a.name.localeCompare(b.name))
  },
})

/** The first letters of a name. */
export const initials = (name: string): string => name.split(/\s+/).map((w) => [...w][0] ?? '').slice(0, 2).join('').toUpperCase()
