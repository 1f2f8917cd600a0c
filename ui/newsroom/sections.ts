// The sections of an edition, asked for once for all views that name them.
import { useQuery } from '@tanstack/react-query'
import { client, got } from './api'

export const useSections = (edition: string) => useQuery({
  queryKey: ['sections', edition], enabled: edition !== '',
  queryFn: async () => (await got(client.GET('/api/v1/sections', { params: { query: { edition, limit: 100 } } }))).items,
})
