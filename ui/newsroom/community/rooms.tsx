// The desk of rooms: which there are, how each stands, and what is changed in one act.
import { Alert, Button, Group, Kbd, Menu, Skeleton, Stack, VisuallyHidden } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback, useEffect, useRef, useState } from 'react'
import { client, Failure, got, type Edition } from '../api'
import type { RoomFilters } from '../app'
import { useKeys } from '../keys'
import { useRoomEvents } from '../live'
import { useSections } from '../sections'
import { direction, moment, t } from '../words'
import { failed } from '../you/you'
import { asItIs, change, newerOf, put, slowly, slows, standing, useRooms, type Room, type RoomChange } from './chats'
import { useModerated } from './counts'
import { Head, lastEdition } from './head'
import { Pause } from './pause'
import { RoomSheet } from './room'

/** What was done with a room last, and what takes it back; or why nothing was. */
interface Done { version: number, said?: string, back?: RoomChange, wrong?: string }

export function Rooms() {
  const mine = useModerated()
  const filters = useSearch({ strict: false }) as RoomFilters
  const go = useNavigate()
  const edition = mine.find((e) => e.slug === (filters.edition ?? lastEdition(mine)))?.slug
  const shown = mine.filter((e) => !edition || e.slug === edition)
  const [opening, setOpening] = useState(false)
  const list = useRooms(edition)
  const none = list.isSuccess && !list.hasNextPage && !list.data.pages.some((p) => p.items.some((r) => shown.some((e) => e.slug === r.edition)))
  if (mine.length === 0) return <p className="empty">{t('community.not_yours')}</p>
  return (
    <div className="community">
      <Head mine={mine} edition={edition} onEdition={(to) => void go({ to: '/community/rooms', search: to ? { edition: to } : {}, replace: true })}>
        <span className="grow" />
        {!none && <Button size="sm" aria-keyshortcuts="c" onClick={() => setOpening(true)}>{t('rooms.open')}</Button>}
      </Head>
      <Pause editions={shown} />
      <List key={edition ?? ''} mine={shown} list={list} none={none} opening={opening} onOpening={setOpening} />
    </div>
  )
}

function List({ mine, list, none, opening, onOpening }: { mine: Edition[], list: ReturnType<typeof useRooms>, none: boolean, opening: boolean, onOpening: (yes: boolean) => void }) {
  const cache = useQueryClient()
  const again = useCallback(() => { void cache.invalidateQueries({ queryKey: ['chats'] }) }, [cache])
  useRoomEvents(mine.map((e) => e.slug), again)
  const [current, setCurrent] = useState<string>()
  const [changing, setChanging] = useState<string>()
  const [slowing, setSlowing] = useState<string>()
  const [busy, setBusy] = useState<ReadonlySet<string>>(new Set())
  const [done, setDone] = useState<ReadonlyMap<string, Done>>(new Map())
  const last = useRef<string>(undefined)
  const box = useRef<HTMLDivElement>(null)
  // Where a room stands in the list is settled when it is seen first: what is closed now stays under one's hand.
  const closed = useRef(new Map<string, boolean>())
  const found = (list.data?.pages.flatMap((p) => p.items) ?? []).filter((r, i, all) => mine.some((e) => e.slug === r.edition) && all.findIndex((x) => x.id === r.id) === i)
  for (const r of found) if (!closed.current.has(r.id)) closed.current.set(r.id, r.gate === 'closed')
  const parts = mine.map((e) => ({ e, rooms: found.filter((r) => r.edition === e.slug).sort((a, b) => Number(closed.current.get(a.id)) - Number(closed.current.get(b.id))) })).filter((p) => p.rooms.length > 0)
  const rooms = parts.flatMap((p) => p.rooms)
  const zone = (r: Room) => mine.find((e) => e.slug === r.edition)?.timezone
  const index = Math.max(0, rooms.findIndex((r) => r.id === current))
  const at = rooms[index]

  const focus = useRef<string>(undefined)
  const choose = (r: Room | undefined) => { setCurrent(r?.id); focus.current = r?.id }
  useEffect(() => {
    const row = focus.current && box.current?.querySelector<HTMLElement>(`[data-room="${focus.current}"]`)
    if (!row) return
    focus.current = undefined
    row.focus({ preventScroll: true })
    row.scrollIntoView({ block: 'nearest' })
  })

  const note = (id: string, d: Done) => { last.current = id; setDone((old) => new Map(old).set(id, d)) }
  const act = async (r: Room, to: RoomChange, said: string, back?: RoomChange) => {
    if (busy.has(r.id)) return
    setBusy((old) => new Set(old).add(r.id))
    try {
      const now = await change(r, to)
      put(cache, now)
      note(r.id, { version: now.version, said, ...(back ? { back } : {}) })
    } catch (error) {
      const newer = newerOf(error)
      if (newer) put(cache, newer)
      note(r.id, newer ? { version: newer.version, wrong: t('rooms.changed', { now: asItIs(newer, zone(newer)) }) } : { version: r.version, wrong: failed(error) })
    } finally {
      setBusy((old) => { const next = new Set(old); next.delete(r.id); return next })
    }
  }
  const slow = (r: Room, n: number) => { if (n !== r.slow_mode_seconds) void act(r, { slow_mode_seconds: n }, t('rooms.slow_now', { time: slowly(n) }), { slow_mode_seconds: r.slow_mode_seconds }) }
  const stand = (r: Room, state: Room['state']) => void act(r, { state }, t(state === 'open' ? 'rooms.now_open' : state === 'closed' ? 'rooms.now_closed' : 'rooms.now_read_only'), { state: r.state })
  const unpin = (r: Room) => void act(r, { pinned: '' }, t('rooms.unpinned'), { pinned: r.pinned ?? '' })
  const takeBack = (r: Room | undefined) => {
    const d = r && done.get(r.id)
    if (r && d?.back && d.version === r.version) void act(r, d.back, t('rooms.back'))
  }

  const step = (by: number) => choose(rooms[Math.max(0, Math.min(rooms.length - 1, index + by))])
  useKeys({
    'j': ['keys.next_item', () => step(1)], 'k': ['keys.previous_item', () => step(-1)],
    'c': ['rooms.open', () => onOpening(true)],
    'e': ['rooms.change', () => { if (at) setChanging(at.id) }],
    's': ['rooms.slow', () => { if (at && at.state !== 'closed') { choose(at); setSlowing(at.id) } }],
    'r': ['rooms.read_only_or_open', () => { if (at) stand(at, at.state === 'open' ? 'read-only' : 'open') }],
    'u': ['community.undo', () => takeBack(rooms.find((r) => r.id === last.current))],
  })
  const changed = rooms.find((r) => r.id === changing)
  const told = [...done].find(([id]) => id === last.current)?.[1]
  return (
    <div ref={box}>
      <VisuallyHidden role="status">{told?.said ?? ''}</VisuallyHidden>
      {list.isError && <Alert color="red" m="md" title={t('rooms.failed')}><Group><span>{list.error instanceof Failure ? list.error.words : t('fault.unknown')}</span><Button size="xs" onClick={() => void list.refetch()}>{t('app.again')}</Button></Group></Alert>}
      {list.isPending && <Stack p="md" role="status" aria-label={t('app.loading')}>{[0, 1, 2].map((i) => <Skeleton key={i} h={72} />)}</Stack>}
      {none && <div className="empty"><p>{t('rooms.none')}</p><Button onClick={() => onOpening(true)}>{t('rooms.open')}</Button></div>}
      {parts.map(({ e, rooms: of }) => (
        <section key={e.slug} aria-label={e.name}>
          {mine.length > 1 && <h2 className="rooms-of"><bdi lang={e.language}>{e.name}</bdi></h2>}
          <ul className="live-list">
            {of.map((r) => <Row key={r.id} r={r} edition={e} chosen={r.id === at?.id} busy={busy.has(r.id)} done={done.get(r.id)} slowing={slowing === r.id} onSlowing={(yes) => setSlowing(yes ? r.id : undefined)}
              onChoose={() => setCurrent(r.id)} onSlow={(n) => slow(r, n)} onStand={(to) => stand(r, to)} onChange={() => setChanging(r.id)} onUnpin={() => unpin(r)} onUndo={() => takeBack(r)} />)}
          </ul>
        </section>
      ))}
      {list.hasNextPage && !list.isPending && <Group justify="center" p="md"><Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t('desk.more')}</Button></Group>}
      {opening && <RoomSheet mine={mine} onClose={() => onOpening(false)} onDone={(r) => { onOpening(false); again(); choose(r); note(r.id, { version: r.version, said: t('rooms.opened') }) }} />}
      {changed && <RoomSheet mine={mine} room={changed} onClose={() => { setChanging(undefined); choose(changed) }} onDone={(r) => { put(cache, r); setChanging(undefined); choose(r); note(r.id, { version: r.version, said: t('settings.saved') }) }} />}
    </div>
  )
}

interface RowProps {
  r: Room
  edition: Edition
  chosen: boolean
  busy: boolean
  done: Done | undefined
  slowing: boolean
  onSlowing: (yes: boolean) => void
  onChoose: () => void
  onSlow: (n: number) => void
  onStand: (to: Room['state']) => void
  onChange: () => void
  onUnpin: () => void
  onUndo: () => void
}

function Row({ r, edition, chosen, busy, done, slowing, onSlowing, onChoose, onSlow, onStand, onChange, onUnpin, onUndo }: RowProps) {
  const zone = edition.timezone
  const words = { lang: edition.language, dir: direction(edition.language) }
  const over = r.gate === 'closed'
  const sections = useSections(r.section && !r.article ? edition.slug : '')
  const section = r.article ? undefined : sections.data?.find((s) => s.slug === r.section)?.name
  const steps = slows.includes(r.slow_mode_seconds) ? slows : [...slows, r.slow_mode_seconds].sort((a, b) => a - b)
  const fresh = done?.version === r.version ? done : undefined
  return (
    <li className="row room" data-room={r.id} tabIndex={-1} aria-label={r.name} {...(chosen ? { 'data-chosen': true } : {})} {...(over ? { 'data-over': true } : {})} onPointerDown={onChoose} onFocus={onChoose}>
      <span className={r.gate === 'open' || r.gate === 'premoderated' ? 'dot published' : 'dot draft'} aria-hidden="true" />
      <div className="what">
        <button type="button" className="head" onClick={onChange} {...words}>{r.name}</button>
        <div className="under">
          <span className={r.gate === 'open' || r.gate === 'premoderated' ? 'red' : ''}>{standing(r, zone)}</span>
          {r.gate !== 'closed' && r.closes_at && <span>{t('rooms.closes_at', { at: moment(r.closes_at, zone) })}</span>}
          {r.article && <span>{r.headline ? <>{t('rooms.beside')} <bdi lang={edition.language}>{r.headline}</bdi></> : t('rooms.beside.gone')}</span>}
          {section && <span><bdi lang={edition.language}>{section}</bdi></span>}
          <Link to="/community" search={{ queue: 'unmoderated', article: r.id }}>{t('rooms.messages', { n: r.messages })}</Link>
          {r.keep_days > 0 && <span>{t('rooms.kept', { n: r.keep_days })}</span>}
          <a href={r.url} target="_blank" rel="noopener">{t('rooms.page')}</a>
          {!over && <a href={`/comment/${r.id}`} target="_blank" rel="noopener">{t('rooms.write')}</a>}
        </div>
        {r.pinned && <Pinned id={r.pinned} edition={edition} busy={busy} onUnpin={onUnpin} />}
        <Group gap="xs" mt={6} className="acts">
          {r.state !== 'closed' && <Menu position="bottom-start" withinPortal opened={slowing} onChange={onSlowing}>
            <Menu.Target><Button size="compact-sm" variant="default" disabled={busy}>{t('rooms.slow_now', { time: slowly(r.slow_mode_seconds) })}{chosen && <Kbd ms={6} aria-hidden>s</Kbd>}</Button></Menu.Target>
            <Menu.Dropdown>{steps.map((n) => <Menu.Item key={n} {...(n === r.slow_mode_seconds ? { 'aria-current': true as const } : {})} onClick={() => onSlow(n)}>{slowly(n)}{n === r.slow_mode_seconds ? ' ✓' : ''}</Menu.Item>)}</Menu.Dropdown>
          </Menu>}
          {r.state === 'open' && <Button size="compact-sm" variant="default" disabled={busy} onClick={() => onStand('read-only')}>{t('rooms.read_only')}{chosen && <Kbd ms={6} aria-hidden>r</Kbd>}</Button>}
          {r.state !== 'open' && <Button size="compact-sm" variant="default" disabled={busy} onClick={() => onStand('open')}>{t('rooms.reopen')}{chosen && <Kbd ms={6} aria-hidden>r</Kbd>}</Button>}
          {r.state !== 'closed' && <Button size="compact-sm" variant="default" disabled={busy} onClick={() => onStand('closed')}>{t('rooms.close')}</Button>}
          <Button size="compact-sm" variant="subtle" color="gray" onClick={onChange}>{t('rooms.change')}{chosen && <Kbd ms={6} aria-hidden>e</Kbd>}</Button>
        </Group>
        {fresh?.said && <p className="room-done"><b>{fresh.said}</b>{fresh.back && <Button size="compact-sm" variant="default" disabled={busy} onClick={onUndo}>{t('community.undo')}{chosen && <Kbd ms={6} aria-hidden>u</Kbd>}</Button>}</p>}
        {fresh?.wrong && <p className="red small" role="alert" dir="auto">{fresh.wrong}</p>}
      </div>
    </li>
  )
}

/** What stands on top of a room. */
function Pinned({ id, edition, busy, onUnpin }: { id: string, edition: Edition, busy: boolean, onUnpin: () => void }) {
  const one = useQuery({ queryKey: ['community', 'one', id], queryFn: () => got(client.GET('/api/v1/moderation/{id}', { params: { path: { id } } })) })
  return (
    <p className="room-pin">
      <span className="quiet">{t('rooms.pinned')}</span> <bdi className="short" lang={edition.language}>{one.data?.body ?? '…'}</bdi>
      <Button size="compact-xs" variant="subtle" color="gray" disabled={busy} onClick={onUnpin}>{t('community.unpin')}</Button>
    </p>
  )
}
