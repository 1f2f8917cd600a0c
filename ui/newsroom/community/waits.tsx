// How many comments wait for somebody, in the rail.
import { VisuallyHidden } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { useTalkEvents } from '../live'
import { number, t } from '../words'
import { useModerated, useWaiting } from './counts'

/** How long events are gathered before anything is asked of the server; milliseconds. A flood is then a few questions. */
export const gather = 300

export function CommunityWaits() {
  const cache = useQueryClient()
  const mine = useModerated()
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  useTalkEvents(mine.map((e) => e.slug), () => {
    timer.current ??= setTimeout(() => { timer.current = undefined; void cache.invalidateQueries({ queryKey: ['community', 'counts'] }) }, gather)
  })
  const { data } = useWaiting(undefined, mine.length > 0)
  const n = (data?.pending ?? 0) + (data?.reported ?? 0) + (data?.members ?? 0)
  return n > 0 ? <span className="badge"> <span aria-hidden="true">{number(n)}</span><VisuallyHidden>{t('community.waits', { n })}</VisuallyHidden></span> : null
}
