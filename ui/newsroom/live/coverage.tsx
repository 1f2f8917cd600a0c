// A live coverage in hand: the box, and beside it what readers have and what waits.
import { Alert, Button, Group, Skeleton, Stack, Title } from '@mantine/core'
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { client, Failure, got, key } from '../api'
import { Waiting, type LiveSearch } from '../app'
import { useCoverageEvents, useLiveEvents, type DeskEvent } from '../live'
import { coverageOf, evenOffline, knownCoverages, leaves, rememberCoverage, type KnownCoverage } from '../offline/known'
import { has, useSession } from '../session'
import { direction, moment, number, t, type Key } from '../words'
import { Box, type BoxProps } from './box'
import { useEdits, type Edits, type Held } from './edits'
import { Item } from './item'
import { writtenOfComment, writtenOfItem, type Post } from './post'
import { outgoingOf } from './sending'
import { KeptWords } from './waiting'

const panels = ['published', 'contribution', 'scheduled', 'draft', 'withdrawn'] as const
type Panel = typeof panels[number]

/**
 * How often it is asked who reads while the coverage is looked at, besides after each post; milliseconds. No event tells it: it changes whenever a
 * reader comes or goes, and told each time it would be more events than the posts themselves. A hidden page does not ask.
 */
const every = 60_000

export function LiveCoverage() {
  const { id } = useParams({ strict: false }) as { id: string }
  const { me, editions } = useSession()
  const cache = useQueryClient()
  const story = useQuery({ queryKey: ['article', id, 'live'], queryFn: () => got(client.GET('/api/v1/articles/{id}', { params: { path: { id } } })), ...evenOffline })
  const coverage = useQuery({ queryKey: ['live', id, 'coverage'], queryFn: () => got(client.GET('/api/v1/articles/{id}/coverage', { params: { path: { id } } })), ...evenOffline })
  const [panel, setPanel] = useState<Panel>('published')
  const lists = useRef<HTMLDivElement>(null)
  const again = useCallback(() => { void cache.invalidateQueries({ queryKey: ['live', id] }) }, [cache, id])
  const c = coverage.data
  const before = useMemo(() => knownCoverages(me.id).find((k) => k.id === id), [me.id, id])
  const read = useMemo(() => story.data && c ? coverageOf(story.data, c) : undefined, [story.data, c])
  const a: KnownCoverage | undefined = read ?? before
  useEffect(() => { if (read) rememberCoverage(me.id, read) }, [me.id, read])
  const desk = a ? has(me, a.edition, 'admin', 'editor', 'reporter', 'picture-editor') : false
  const out = !!a?.out
  const hear = useCallback((e: DeskEvent) => { if (e.kind === 'open' || e.kind === 'reset' || e.item.id === id) again() }, [again, id])
  useCoverageEvents(desk ? a!.edition : '', hear)
  useLiveEvents(out && !a?.withdrawn ? id : '', again) // votes, and all there is for those who do not hear the desk
  const readers = useQuery({ queryKey: ['readership', id], enabled: out, refetchInterval: every, queryFn: () => got(client.GET('/api/v1/articles/{id}/readership', { params: { path: { id } } })), networkMode: 'always', retry: false })
  const { refetch } = readers
  const reading = useCallback(async () => (await refetch()).data?.reading, [refetch])
  const { item, comment, post } = useSearch({ strict: false }) as LiveSearch
  const place = useQuery({ queryKey: ['live', id, 'post', post], enabled: !!post, queryFn: () => got(client.GET('/api/v1/articles/{id}/posts/{pid}', { params: { path: { id, pid: post! } } })) })
  const stands = place.data?.state
  useEffect(() => { if (stands) setPanel(stands) }, [stands])
  const go = useNavigate()
  const wire = useQuery({ queryKey: ['item', item], enabled: !!item, queryFn: () => got(client.GET('/api/v1/inbox/{id}', { params: { path: { id: item! } } })) })
  const said = useQuery({ queryKey: ['community', 'one', comment], enabled: !!comment, queryFn: () => got(client.GET('/api/v1/moderation/{id}', { params: { path: { id: comment! } } })) })
  const offered = useMemo(() => item && wire.data ? writtenOfItem(wire.data) : comment && said.data ? writtenOfComment(said.data) : undefined, [item, wire.data, comment, said.data])
  const unread = wire.error ?? said.error
  const taken = useCallback(() => { void go({ to: '/live/$id', params: { id }, search: {}, replace: true }) }, [go, id])
  const waits = a?.publishes ? c?.posts?.contribution ?? 0 : 0
  const end = useMutation({
    mutationFn: (over: boolean) => got(client.POST(over ? '/api/v1/articles/{id}/close' : '/api/v1/articles/{id}/reopen', { params: { path: { id }, header: { 'Idempotency-Key': key() } } })),
    onSuccess: again,
  })
  const [asks, setAsks] = useState(false)
  useEffect(() => { if (a) document.title = `${waits > 0 ? `(${number(waits)}) ` : ''}${a.headline || t('desk.untitled')}`; return () => { document.title = 'Dateline' } }, [a, waits])
  const failed = story.error ?? coverage.error
  const { edits, hand, left } = useEdits(id, me.id)
  const box = { coverage: id, account: me.id, outgoing: outgoingOf(me.id), reading, onTaken: taken, onMoved: again } satisfies Partial<BoxProps>
  if (failed && !read && !(a && leaves(failed))) {
    return <>
      <Alert color="red" m="md" title={t('live.not_opened')}><Group><span>{failed instanceof Failure ? failed.words : t('fault.unknown')}</span><Button size="xs" onClick={() => { void story.refetch(); void coverage.refetch() }}>{t('app.again')}</Button></Group></Alert>
      <div className="live-box">
        <Box key={id} {...box} zone={undefined} language="en" publishes={false} live={false} closed offered={undefined} />
        {[...hand, ...left].map((h) => <KeptWords key={h.post.id} title={t('live.edit.left')} written={h.written} onDrop={() => edits.end(h.post.id)} />)}
      </div>
    </>
  }
  if (!a) return <Waiting />
  const edition = editions.find((e) => e.slug === a.edition)
  const language = a.language || edition?.language || 'en'
  const zone = edition?.timezone ?? 'UTC'
  const closed = a.closed !== undefined
  const shown = panels.filter((p) => p !== 'withdrawn' || (c?.posts?.withdrawn ?? 0) > 0)
  return (
    <div className="live">
      <div className="live-head">
        <Title order={1} size="h4"><bdi lang={language} dir={direction(language)}>{a.headline || t('desk.untitled')}</bdi></Title>
        <span className="under">
          <span className={closed ? '' : 'red'}>{closed ? t('live.closed_at', { at: moment(a.closed!, zone) }) : t(out ? 'live.open' : 'live.unpublished')}</span>
          {out && !!readers.data?.reading && <span>{t('live.reading', { n: readers.data.reading })}</span>}
          {out && a.url && <a href={a.url} target="_blank">{t('editor.live')}</a>}
          {desk && <Link to="/stories/$id" params={{ id }}>{t('live.article')}</Link>}
          {a.publishes && (closed
            ? <button type="button" className="textbutton" disabled={end.isPending} onClick={() => end.mutate(false)}>{t('live.reopen')}</button>
            : asks
              ? <span className="asked-line"><span>{t('live.close.ask')}</span> <Button size="compact-xs" color="red" autoFocus loading={end.isPending} onClick={() => end.mutate(true, { onSettled: () => setAsks(false) })}>{t('live.close.sure')}</Button><Button size="compact-xs" variant="default" onClick={() => setAsks(false)}>{t('app.cancel')}</Button></span>
              : <button type="button" className="textbutton" onClick={() => setAsks(true)}>{t('live.close')}</button>)}
        </span>
        {end.isError && <Alert color="red" role="alert">{end.error instanceof Failure ? end.error.words : t('fault.unknown')}</Alert>}
      </div>
      <div className="live-room">
        <div className="live-box">
          <p className="live-waits" role="status">{waits > 0 && panel !== 'contribution' && <button type="button" className="textbutton" onClick={() => { setPanel('contribution'); lists.current?.scrollIntoView({ block: 'start' }) }}>{t('live.waiting', { n: waits })}</button>}</p>
          {unread && <Alert color="red" role="alert">{unread instanceof Failure ? unread.words : t('fault.unknown')}</Alert>}
          {closed && <p className="live-note">{t('live.closed.text')}</p>}
          {!closed && !out && a.publishes && <p className="live-note">{t('live.unpublished.text')} <Link to="/stories/$id" params={{ id }}>{t('live.article')}</Link></p>}
          {!closed && !a.publishes && <p className="live-note">{t('live.contribute.text')}</p>}
          <Box key={id} {...box} zone={edition?.timezone} language={language} publishes={a.publishes} live={out} closed={closed} offered={offered} />
        </div>
        <div className="live-lists" ref={lists}>
          <nav className="states" aria-label={t('live.panels')}>
            {shown.map((p) => <button type="button" key={p} aria-pressed={panel === p} onClick={() => setPanel(p)}>{t(`live.panel.${p}` as Key)}{!!c?.posts?.[p] && <span className={p === 'contribution' ? 'badge' : 'n'}> {number(c.posts[p])}</span>}</button>)}
          </nav>
          {left.map((h) => <KeptWords key={h.post.id} title={t('live.edit.left')} written={h.written} onDrop={() => edits.end(h.post.id)}><Button size="compact-xs" onClick={() => edits.begin(h.post, h.correction)}>{t('live.edit.go_on')}</Button></KeptWords>)}
          <Posts id={id} panel={panel} edits={edits} hand={hand} language={language} zone={zone} publishes={a.publishes} me={me.id} live={out && !closed} onChanged={again} sought={post} />
        </div>
      </div>
    </div>
  )
}

function Posts({ id, panel, me, hand, onChanged, sought, ...shown }: { id: string, panel: Panel, edits: Edits, hand: readonly Held[], language: string, zone: string, publishes: boolean, me: string, live: boolean, onChanged: () => void, sought: string | undefined }) {
  const list = useInfiniteQuery({
    queryKey: ['live', id, 'posts', panel], initialPageParam: '',
    queryFn: ({ pageParam }) => got(client.GET('/api/v1/articles/{id}/posts', { params: { path: { id }, query: { state: panel, limit: 30, ...(pageParam ? { after: pageParam } : {}) } } })),
    getNextPageParam: (page) => page.next, ...evenOffline,
  })
  const all = list.data?.pages.flatMap((p) => p.items) ?? []
  // The post that a link leads to: older ones are read until it is there.
  const found = !!sought && all.some((p) => p.id === sought)
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list
  useEffect(() => { if (sought && !found && hasNextPage && !isFetchingNextPage) void fetchNextPage() }, [sought, found, hasNextPage, isFetchingNextPage, fetchNextPage])
  const posted = useRef<HTMLOListElement>(null)
  useEffect(() => {
    const row = found && posted.current?.querySelector<HTMLElement>(`[data-post="${sought}"]`)
    if (!row) return
    row.tabIndex = -1
    row.focus({ preventScroll: true })
    row.scrollIntoView({ block: 'center' })
  }, [found, sought])
  const pinned = panel === 'published' ? all.find((p) => p.pinned) : undefined
  // What is in hand stays in hand, wherever its post went: above a list that it is not in.
  const apart = hand.filter((h) => !all.some((p) => p.id === h.post.id)).map((h) => h.post)
  const posts: Post[] = [...apart, ...(pinned ? [pinned, ...all.filter((p) => p.id !== pinned.id)] : all)]
  const none = all.length > 0 ? null
    : leaves(list.error ?? list.failureReason) ? <p className="empty" role="status">{t('live.posts.offline')}</p>
    : list.isError ? <Alert color="red" m="md" title={t('live.posts.failed')}><Group><span>{list.error instanceof Failure ? list.error.words : t('fault.unknown')}</span><Button size="xs" onClick={() => void list.refetch()}>{t('app.again')}</Button></Group></Alert>
    : list.isPending ? <Stack p="md" role="status" aria-label={t('app.loading')}>{Array.from({ length: 4 }, (_, i) => <Skeleton key={i} h={72} />)}</Stack>
    : <p className="empty">{t(`live.none.${panel}` as Key)}</p>
  return <>
    <ol className="posts" ref={posted} aria-label={t(`live.panel.${panel}` as Key)}>{posts.map((p) => <Item key={p.id} post={p} mine={p.created_by === me} held={hand.find((h) => h.post.id === p.id)} apart={list.isSuccess && apart.includes(p)} onChanged={onChanged} {...shown} />)}</ol>
    {none}
    {list.hasNextPage && <Group justify="center" p="md"><Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t('desk.more')}</Button></Group>}
  </>
}
