// How many open reports of readers there are, for each story of an edition.
import { useQuery } from '@tanstack/react-query'
import { client, got } from '../api'

/** The open reports of an edition by story; all rows of the desk share one reading. */
export const useOpenReports = (edition: string) => useQuery({
  queryKey: ['reports', 'count', edition], enabled: edition !== '', staleTime: 60_000,
  queryFn: async () => {
    const { items } = await got(client.GET('/api/v1/reports', { params: { query: { edition, state: 'open', limit: 100 } } }))
    const n = new Map<string, number>()
    for (const r of items) n.set(r.article, (n.get(r.article) ?? 0) + 1)
    return n
  },
})
