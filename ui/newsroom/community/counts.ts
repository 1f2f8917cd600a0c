// Which editions somebody moderates, and how much waits there.
import { useQuery } from '@tanstack/react-query'
import { client, got, type Edition } from '../api'
import { has, useSession } from '../session'

/** The editions whose comments who works here decides on. */
export function useModerated(): Edition[] {
  const { me, editions } = useSession()
  return editions.filter((e) => has(me, e.slug, 'admin', 'editor', 'moderator'))
}

/** How much waits in an edition, or in all that one moderates. */
export const useWaiting = (edition?: string, on = true) => useQuery({
  queryKey: ['community', 'counts', edition ?? ''], enabled: on,
  queryFn: () => got(client.GET('/api/v1/moderation/queues/counts', { params: { query: edition ? { edition } : {} } })),
})
