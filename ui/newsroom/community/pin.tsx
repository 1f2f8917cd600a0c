// A public message goes to the top of its room, and comes down again.
import { Button, Kbd, VisuallyHidden } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { client, got } from '../api'
import { useKeys } from '../keys'
import { t } from '../words'
import { failed } from '../you/you'
import { asItIs, change, newerOf, put } from './chats'
import type { Case } from './queue'

/** What a message can do in its room; keyed is the one that the key is for. */
export function Pin({ c, zone, keyed, hint }: { c: Case, zone: string | undefined, keyed: boolean, hint: boolean }) {
  const cache = useQueryClient()
  const slug = c.chat!
  const room = useQuery({ queryKey: ['chats', 'one', slug], staleTime: 60_000, queryFn: () => got(client.GET('/api/v1/chats/{room}', { params: { path: { room: slug } } })) })
  const pinned = room.data?.pinned === c.id
  const set = useMutation({
    mutationFn: () => change(room.data!, { pinned: pinned ? '' : c.id }),
    onSuccess: (now) => put(cache, now),
    onError: (error) => { const newer = newerOf(error); if (newer) put(cache, newer) },
  })
  const press = () => { if (room.data && !set.isPending) set.mutate() }
  useKeys(keyed && room.data ? { 'p': ['community.pin', press] } : {})
  if (!room.data) return null
  const newer = newerOf(set.error)
  return (
    <>
      <Button size="compact-sm" variant="subtle" color="gray" loading={set.isPending} onClick={press}>{t(pinned ? 'community.unpin' : 'community.pin')}{hint && <Kbd ms={6} aria-hidden>p</Kbd>}</Button>
      <VisuallyHidden role="status">{set.isSuccess ? t(pinned ? 'rooms.pinned_now' : 'rooms.unpinned') : ''}</VisuallyHidden>
      {set.isError && <span className="red small" role="alert" dir="auto">{newer ? t('rooms.changed', { now: asItIs(newer, zone) }) : failed(set.error)}</span>}
    </>
  )
}
