// What was sent to live coverages and waits for somebody who lets it out, told at the desk and in the rail.
import { VisuallyHidden } from '@mantine/core'
import { useQueries, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useCallback } from 'react'
import { client, got } from '../api'
import { useCoverageEvents } from '../live'
import { has, useSession } from '../session'
import { number, t } from '../words'

/** The live coverages of an edition that go on, for what waits in them. */
const open = (edition: string) => ({ queryKey: ['coverages', edition, 'open', 'waits'], queryFn: async () => (await got(client.GET('/api/v1/coverages', { params: { query: { edition, state: 'open', limit: 100 } } }))).items })

/** How many contributions wait in all editions where one may let them out; nothing while none does. */
export function LiveWaits() {
  const { me, editions } = useSession()
  const cache = useQueryClient()
  const mine = editions.map((e) => e.slug).filter((slug) => has(me, slug, 'admin', 'editor', 'reporter'))
  const n = useQueries({ queries: mine.map(open), combine: (all) => all.reduce((sum, q) => sum + (q.data ?? []).reduce((s, c) => s + (c.publishes && c.posts?.contribution || 0), 0), 0) })
  useCoverageEvents(mine, useCallback(() => { void cache.invalidateQueries({ queryKey: ['coverages'] }) }, [cache]))
  return n > 0 ? <span className="badge"> <span aria-hidden="true">{number(n)}</span><VisuallyHidden>{t('live.waiting', { n })}</VisuallyHidden></span> : null
}

/** Says how many contributions wait in the live coverages of an edition that go on, and leads there; nothing while none does. */
export function ContributionsWait({ edition, on }: { edition: string, on: boolean }) {
  const cache = useQueryClient()
  const going = useQuery({ ...open(edition), enabled: on && edition !== '' })
  useCoverageEvents(on ? edition : '', useCallback(() => { void cache.invalidateQueries({ queryKey: ['coverages', edition] }) }, [cache, edition]))
  const with_ = (going.data ?? []).filter((c) => c.publishes && c.posts?.contribution)
  const n = with_.reduce((sum, c) => sum + c.posts!.contribution, 0)
  if (n === 0) return null
  const one = with_.length === 1 ? with_[0] : undefined
  return one
    ? <Link to="/live/$id" params={{ id: one.id }} className="chip red report-chip">{t('live.waiting', { n })}</Link>
    : <Link to="/live" search={{ edition }} className="chip red report-chip">{t('live.waiting', { n })}</Link>
}
