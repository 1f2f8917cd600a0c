// What was sent to live coverages and waits for somebody who lets it out, told at the desk.
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useCallback } from 'react'
import { client, got } from '../api'
import { useCoverageEvents } from '../live'
import { t } from '../words'

/** Says how many contributions wait in the live coverages of an edition that go on, and leads there; nothing while none does. */
export function ContributionsWait({ edition, on }: { edition: string, on: boolean }) {
  const cache = useQueryClient()
  const open = useQuery({ queryKey: ['coverages', edition, 'open', 'waits'], enabled: on && edition !== '', queryFn: async () => (await got(client.GET('/api/v1/coverages', { params: { query: { edition, state: 'open', limit: 100 } } }))).items })
  useCoverageEvents(on ? edition : '', useCallback(() => { void cache.invalidateQueries({ queryKey: ['coverages', edition] }) }, [cache, edition]))
  const with_ = (open.data ?? []).filter((c) => c.posts?.contribution)
  const n = with_.reduce((sum, c) => sum + c.posts!.contribution, 0)
  if (n === 0) return null
  const one = with_.length === 1 ? with_[0] : undefined
  return one
    ? <Link to="/live/$id" params={{ id: one.id }} className="chip red report-chip">{t('live.waiting', { n })}</Link>
    : <Link to="/live" search={{ edition }} className="chip red report-chip">{t('live.waiting', { n })}</Link>
}
