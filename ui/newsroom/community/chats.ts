// Rooms as the desk knows them: read, changed as they were looked at, and said in words.
import { useInfiniteQuery, type InfiniteData, type QueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { client, Failure, got } from '../api'
import type { components } from '../made/api'
import { moment, t, type Key } from '../words'

export type Room = components['schemas']['Chat']
export type RoomChange = components['schemas']['Change']
type Page = components['schemas']['ListChat']

/** The steps of slow mode, in seconds between two messages of one reader. */
export const slows = [0, 10, 30, 60, 300]

/** How many pages of rooms are read unasked, so that the open ones stand first however many were closed since. */
const unasked = 5

/** The rooms of an edition, or of all, newest first as the API lists them. */
export function useRooms(edition: string | undefined) {
  const list = useInfiniteQuery({
    queryKey: ['chats', 'list', edition ?? ''], initialPageParam: '',
    queryFn: ({ pageParam }) => got(client.GET('/api/v1/chats', { params: { query: { closed: true, limit: 100, ...(edition ? { edition } : {}), ...(pageParam ? { after: pageParam } : {}) } } })),
    getNextPageParam: (page) => page.next,
  })
  const pages = list.data?.pages.length ?? 0
  useEffect(() => { if (pages > 0 && pages < unasked && list.hasNextPage && !list.isFetchingNextPage && !list.isFetchNextPageError) void list.fetchNextPage() }, [list, pages])
  return list
}

/** Changes a room as it was looked at: a newer one is a failure that newerOf knows. */
export const change = (r: Room, to: RoomChange): Promise<Room> =>
  got(client.PATCH('/api/v1/chats/{room}', { params: { path: { room: r.slug }, header: { 'If-Match': `"${r.version}"` } }, body: to }))

/** The newer state of a room that somebody changed meanwhile. */
export function newerOf(error: unknown): Room | undefined {
  const found = error instanceof Failure && error.status === 412 ? error.problem.current as Room | undefined : undefined
  return found?.slug ? found : undefined
}

/** Puts a newer room where the older one is kept. */
export function put(cache: QueryClient, now: Room): void {
  const newer = (r: Room) => r.id === now.id && r.version <= now.version ? now : r
  cache.setQueriesData<InfiniteData<Page>>({ queryKey: ['chats', 'list'] }, (old) => old && { ...old, pages: old.pages.map((p) => ({ ...p, items: p.items.map(newer) })) })
  cache.setQueryData<Room>(['chats', 'one', now.slug], (old) => old ? newer(old) : now)
}

/** Slow mode in words. */
export const slowly = (n: number): string => n === 0 ? t('rooms.slow.none') : t('rooms.slow.seconds', { n })

/** How a room stands, in a word or two. */
export function standing(r: Room, zone: string | undefined): string {
  if (r.gate === 'early' && r.opens_at) return t('rooms.opens_at', { at: moment(r.opens_at, zone) })
  if (r.gate === 'closed' && r.state !== 'closed' && r.closes_at) return t('rooms.closed_at', { at: moment(r.closes_at, zone) })
  return t(`rooms.gate.${r.gate}` as Key)
}

/** What somebody else made of a room, in one line. */
export const asItIs = (r: Room, zone: string | undefined): string => [r.name, standing(r, zone), t('rooms.slow_now', { time: slowly(r.slow_mode_seconds) })].join(' · ')
