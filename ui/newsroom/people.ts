// Who works here, by name, as every picker needs it.
import { useQuery } from '@tanstack/react-query'
import { client, got, whole } from './api'

/** Those who may have a story of an edition to do, by name. */
export const useColleagues = (edition: string, wanted = true) => useQuery({
  queryKey: ['colleagues', edition], enabled: wanted && edition !== '', staleTime: 60_000,
  queryFn: async () => {
    const all = await whole((after) => got(client.GET('/api/v1/colleagues', { params: { query: { edition, limit: 100, ...after } } })))
    return all.filter((c) => c.roles.some((r) => ['admin', 'editor', 'reporter', 'picture-editor'].includes(r))).sort((a, b) => a.name.localeCompare(b.name))
  },
})

/** The first letters of a name. */
export const initials = (name: string): string => name.split(/\s+/).map((w) => [...w][0] ?? '').slice(0, 2).join('').toUpperCase()
