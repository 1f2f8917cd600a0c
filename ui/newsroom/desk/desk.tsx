// The list of stories: what is in hand, what is out, and what moved while one was looking.
import { Alert, Button, Group, Menu, Select, Skeleton, Stack, TextInput, VisuallyHidden } from '@mantine/core'
import { useInfiniteQuery, useMutation, useQueries, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useMemo, useReducer, useRef, useState } from 'react'
import { client, Failure, got, key, type Article } from '../api'
import type { DeskFilters } from '../app'
import { useScrolls } from '../here'
import { useKeys } from '../keys'
import { ContributionsWait } from '../live/waits'
import { changes, useDeskEvents, useHere } from '../live'
import { useOpenReports } from '../reports/count'
import { useSections } from '../sections'
import { has, useSession } from '../session'
import { direction, number, t, type Key } from '../words'
import { Bulk } from './bulk'
import { nextDue } from './due'
import { keepFilters, keptFilters } from './filters'
import { Glance } from './glance'
import { Row } from './row'
import { unheard } from './unheard'
import { Waiting } from './waiting'

const KeptHere = lazy(() => import('./kept').catch(() => ({ default: () => null }))) // without it the desk is whole

const states = ['draft', 'in_review', 'ready', 'scheduled', 'published', 'withdrawn'] as const
type State = typeof states[number]

/** In which order the groups stand: what waits for somebody first. */
const groups: readonly State[] = ['in_review', 'ready', 'draft', 'scheduled', 'published', 'withdrawn']
const inGroup = 15

const wide = () => matchMedia('(min-width: 1001px)').matches

export function Desk() {
  const { me, editions } = useSession()
  const asked = useSearch({ strict: false }) as DeskFilters
  const go = useNavigate()
  const cache = useQueryClient()
  const mine = editions.filter((e) => has(me, e.slug, 'admin', 'editor', 'reporter', 'picture-editor'))
  const [back, setBack] = useState(() => Object.keys(asked).length === 0 ? keptFilters(me.id, mine.map((e) => e.slug)) : undefined)
  const filters = back ?? asked
  useEffect(() => { if (back) void go({ to: '/', search: back, replace: true }).then(() => setBack(undefined)) }, []) // eslint-disable-line
  useEffect(() => { if (!back) keepFilters(me.id, asked) }, [back, me.id, asked.edition, asked.section, asked.state, asked.mine]) // eslint-disable-line
  const edition = filters.edition ?? mine.find((e) => e.default)?.slug ?? mine[0]?.slug ?? ''
  const set = (next: Partial<DeskFilters>) => void go({ to: '/', search: Object.fromEntries(Object.entries({ ...filters, ...next }).filter(([, v]) => v !== undefined && v !== '' && v !== false)) as DeskFilters, replace: true })

  const grouped = !filters.state && !filters.mine && !filters.q
  const query = { edition, ...(filters.section ? { section: filters.section } : {}), ...(filters.q ? { q: filters.q } : {}) }
  const counts = useQuery({ queryKey: ['desk', 'counts', edition, filters.section, filters.q], enabled: edition !== '', refetchOnMount: 'always', queryFn: () => got(client.GET('/api/v1/desk/counts', { params: { query } })) })
  const listKey = ['desk', 'list', edition, filters.section, filters.state, filters.q, filters.mine]
  const page = (after = '') => got(client.GET('/api/v1/articles', { params: { query: { ...query, limit: 50, ...(filters.state ? { state: filters.state as State } : {}), ...(filters.mine ? { mine: true } : {}), ...(after ? { after } : {}) } } }))
  const groupKey = (state: State) => ['desk', 'group', edition, filters.section, state]
  const group = (state: State) => got(client.GET('/api/v1/articles', { params: { query: { ...query, state, limit: inGroup } } }))
  const list = useInfiniteQuery({
    queryKey: listKey,
    initialPageParam: '',
    queryFn: ({ pageParam }) => page(pageParam),
    getNextPageParam: (page) => page.next,
    enabled: edition !== '' && !grouped,
    staleTime: Infinity, // rows never move by themselves: what is new waits until it is asked for
    refetchOnMount: 'always', // but who comes back sees it
  })
  // Which groups there are stands as long as the rows do: one that comes or goes would move them.
  const groupsOf = grouped ? `${edition} ${filters.section ?? ''}` : ''
  const stands = useRef<{ of: string, asked: number, at: number, groups: State[] }>({ of: '', asked: 0, at: 0, groups: [] })
  const now = stands.current
  if (now.of !== groupsOf && counts.data) stands.current = { of: groupsOf, asked: counts.isFetching ? Date.now() : 0, at: counts.dataUpdatedAt, groups: groups.filter((s) => counts.data[s] > 0) }
  else if (counts.data && now.at < now.asked && counts.dataUpdatedAt >= now.asked) stands.current = { ...now, at: counts.dataUpdatedAt, groups: groups.filter((s) => counts.data[s] > 0) }
  const there = grouped && stands.current.of === groupsOf ? stands.current.groups : []
  const inGroups = useQueries({ queries: there.map((state) => ({
    queryKey: groupKey(state), staleTime: Infinity, refetchOnMount: 'always' as const, queryFn: () => group(state),
  })) })
  const sections = useSections(edition)

  const [moved, setMoved] = useState<ReadonlySet<string>>(new Set())
  const [hands, setHands] = useState<ReadonlyMap<string, string>>(new Map()) // what the desk heard since the list was read: "" nobody
  const here = useHere(edition)
  // What was missed is told as what is heard would have been: the rows stay.
  const missed = async () => {
    const was = hands
    void cache.invalidateQueries({ queryKey: ['desk'], predicate: (q) => q.queryKey[1] === 'counts' || q.queryKey[1] === 'kept' || q.state.data === undefined || q.state.fetchStatus === 'fetching' || !q.isActive() })
    const lists = grouped ? groups.map((s) => ({ of: groupKey(s), state: s, read: () => group(s) })) : [{ of: listKey, state: undefined, read: () => page() }]
    for (const { of, state, read } of lists.filter((l) => !cache.isFetching({ queryKey: l.of }))) {
      if (state && stands.current.of !== groupsOf) continue // which groups there are is not read yet
      const { items, next } = await read()
      const shown = cache.getQueryData<{ items: Article[] } | { pages: { items: Article[] }[] }>(of)
      if (!shown && (!state || stands.current.of !== groupsOf || stands.current.groups.includes(state))) continue // it is read, or was not yet
      const rows = !shown ? [] : 'pages' in shown ? shown.pages.flatMap((p) => p.items) : shown.items
      const other = unheard(rows, items, next !== undefined)
      if (other.length > 0) setMoved((old) => new Set([...old, ...other]))
      setHands((old) => new Map([...old, ...items.filter((a) => old.get(a.id) === was.get(a.id)).map((a) => [a.id, a.in_hand?.name ?? ''] as const)]))
    }
  }
  useDeskEvents(edition, ({ kind, item }) => {
    if (kind === 'reported') void cache.invalidateQueries({ queryKey: ['reports'] })
    if (changes.includes(kind)) setMoved((old) => new Set(old).add(item.id))
    if (kind === 'locked' || kind === 'taken') setHands((old) => new Map(old).set(item.id, item.name ?? ''))
    if (kind === 'unlocked') setHands((old) => new Map(old).set(item.id, ''))
    if (kind === 'reset' || kind === 'open') void missed().catch(() => { stands.current.asked = Date.now(); void cache.invalidateQueries({ queryKey: ['desk'] }) })
    else if (changes.includes(kind) && kind !== 'branched') void cache.invalidateQueries({ queryKey: ['desk', 'counts'] })
  })
  const reports = useOpenReports(edition)
  const show = () => { stands.current.asked = Date.now(); setMoved(new Set()); setHands(new Map()); void cache.invalidateQueries({ queryKey: ['desk'] }) }

  const create = useMutation({
    mutationFn: () => got(client.POST('/api/v1/articles', { params: { header: { 'Idempotency-Key': key() } }, body: { edition, ...(filters.section ? { section: filters.section } : sections.data?.length === 1 ? { section: sections.data[0]!.slug } : {}) } })),
    onSuccess: (a) => { void cache.invalidateQueries({ queryKey: ['desk'] }); void go({ to: '/stories/$id', params: { id: a.id } }) },
  })
  const mayCreate = has(me, edition, 'admin', 'editor', 'reporter')

  const rows = grouped ? inGroups.flatMap((g) => g.data?.items ?? []) : list.data?.pages.flatMap((p) => p.items) ?? []
  const [look, lookAnew] = useReducer((n: number) => n + 1, 0)
  const due = nextDue(rows, Date.now())
  useEffect(() => {
    if (due === undefined) return
    const timer = setTimeout(lookAnew, Math.min(due - Date.now() + 10, 24 * 3600 * 1000))
    return () => clearTimeout(timer)
  }, [due, look])
  const [at, setAt] = useState(0)
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const [glance, setGlance] = useState<string>()
  const search = useRef<HTMLInputElement>(null)
  const table = useRef<HTMLDivElement>(null)
  const narrowed = !!(filters.section || filters.state || filters.mine || filters.q)
  const cleared = useRef(false)
  useEffect(() => { // its button goes with what it cleared
    if (!narrowed && cleared.current) search.current?.focus()
    if (!narrowed) cleared.current = false
  }, [narrowed])
  const openRow = (a: Article | undefined) => { if (a) void go({ to: '/stories/$id', params: { id: a.id } }) }
  const select = (a: Article | undefined) => { if (a) setSelected((old) => { const next = new Set(old); if (!next.delete(a.id)) next.add(a.id); return next }) }
  const step = (by: number) => {
    const to = Math.max(0, Math.min(rows.length - 1, at + by))
    setAt(to)
    if (glance && rows[to]) setGlance(rows[to].id)
  }
  useEffect(() => { table.current?.querySelector<HTMLElement>(`[data-row="${at}"]`)?.scrollIntoView({ block: 'nearest' }) }, [at])
  useEffect(() => { setSelected(new Set()); setGlance(undefined); setAt(0) }, [edition, filters.section, filters.state, filters.q, filters.mine])
  useKeys({
    'j': ['keys.next', () => step(1)], 'k': ['keys.previous', () => step(-1)], 'Enter': ['keys.open', () => openRow(rows[at])],
    'p': ['keys.glance', () => setGlance((old) => old === rows[at]?.id ? undefined : rows[at]?.id)], 'x': ['keys.select', () => select(rows[at])],
    'c': ['keys.create', () => { if (mayCreate && !create.isPending) create.mutate() }], '/': ['keys.search', () => search.current?.focus()], 'r': ['keys.refresh', show],
  })
  const chosen = useMemo(() => rows.filter((a) => selected.has(a.id)), [rows, selected])

  const strip = useScrolls<HTMLElement>()
  let index = 0
  const row = (a: Article) => {
    const i = index++
    const of = editions.find((e) => e.slug === a.edition)
    const hand = hands.get(a.id) ?? a.in_hand?.name
    const others = [...new Set(here.filter((h) => h.article === a.id && h.account !== me.id && h.name !== hand).map((h) => h.name))]
    return <Row key={a.id} story={a} index={i} chosen={i === at} selected={selected.has(a.id)} moved={moved.has(a.id)} language={of?.language ?? ''} zone={of?.timezone} section={sections.data?.find((s) => s.slug === a.section)?.name ?? ''}
      hand={hand || undefined} here={others} onChoose={() => setAt(i)} onSelect={() => select(a)} onOpen={() => openRow(a)} onPreview={() => { if (!wide()) return false; setGlance(a.id); return true }} />
  }
  const count = (n: number | undefined) => n === undefined ? null : <span className="n"> {number(n)}</span>
  const error = counts.error ?? list.error ?? inGroups.find((g) => g.isError)?.error
  const pending = edition !== '' && !error && (grouped ? counts.isPending || inGroups.some((g) => g.isPending) : list.isPending)
  const again = () => { void counts.refetch(); void list.refetch(); for (const g of inGroups) void g.refetch() }

  return (
    <Stack gap={0} className="desk">
      <VisuallyHidden component="h1">{t('rail.desk')}</VisuallyHidden>
      <div className="tools">
        {mine.length > 1 && (
          <Menu position="bottom-start">
            <Menu.Target><Button variant="default" size="sm" aria-label={t('desk.edition', { name: mine.find((e) => e.slug === edition)?.name ?? '' })}><bdi>{mine.find((e) => e.slug === edition)?.name ?? edition}</bdi></Button></Menu.Target>
            <Menu.Dropdown>{mine.map((e) => <Menu.Item key={e.slug} lang={e.language} dir={direction(e.language)} onClick={() => set({ edition: e.slug, section: '' })}>{e.name}</Menu.Item>)}</Menu.Dropdown>
          </Menu>
        )}
        <TextInput ref={search} size="sm" type="search" className="grow" aria-label={t('desk.search')} placeholder={t('desk.search')} defaultValue={filters.q ?? ''} key={filters.q ?? ''}
          onKeyDown={(e) => { if (e.key === 'Enter') set({ q: e.currentTarget.value.trim() }); if (e.key === 'Escape') e.currentTarget.blur() }} />
        <Select size="sm" w={170} aria-label={t('desk.section')} placeholder={t('desk.section.all')} clearable value={filters.section ?? null} onChange={(v) => set({ section: v ?? '' })} data={(sections.data ?? []).map((s) => ({ value: s.slug, label: s.name }))} clearButtonProps={{ 'aria-label': t('desk.section.all') }} />
        {narrowed && <Button size="sm" variant="subtle" color="gray" onClick={() => { cleared.current = true; set({ section: '', state: '', mine: false, q: '' }) }}>{t('desk.clear')}</Button>}
        {!!reports.data?.size && <Link to="/reports" search={{ edition }} className="chip red report-chip">{t('reports.count', { n: [...reports.data.values()].reduce((a, b) => a + b, 0) })}</Link>}
        <ContributionsWait edition={edition} on={mayCreate} />
        <Link to="/readership" search={{ edition }} className="chip report-chip">{t('readers.title')}</Link>
        {mayCreate && <Button size="sm" onClick={() => create.mutate()} loading={create.isPending}>{t('desk.create')}</Button>}
      </div>
      <nav ref={strip} className="states scrolls" aria-label={t('desk.states')}>
        <button type="button" aria-pressed={!filters.state && !filters.mine} onClick={() => set({ state: '', mine: false })}>{t('desk.all')}{count(counts.data?.all)}</button>
        <button type="button" aria-pressed={!!filters.mine} onClick={() => set({ mine: !filters.mine, state: '' })}>{t('desk.mine')}{count(counts.data?.mine)}</button>
        {states.map((s) => <button type="button" key={s} aria-pressed={filters.state === s} onClick={() => set({ state: filters.state === s ? '' : s, mine: false })}>{t(`state.${s}` as Key)}{count(counts.data?.[s])}</button>)}
      </nav>
      {grouped && <Waiting />}
      <Suspense fallback={null}><KeptHere /></Suspense>
      <div className="waiting" aria-live="polite">{moved.size > 0 && <Button variant="light" size="compact-sm" onClick={show}>{t('desk.moved', { n: moved.size })}</Button>}</div>
      <Bulk stories={chosen} sections={sections.data ?? []} edition={edition} editor={has(me, edition, 'admin', 'editor')} onClear={() => setSelected(new Set())} onDone={show} />
      {create.isError && <Alert color="red" m="md" withCloseButton onClose={() => create.reset()} closeButtonLabel={t('app.close')}>{(create.error as Failure).words}</Alert>}
      {error && <Alert color="red" m="md" title={t('desk.failed')}><Group><span>{error instanceof Failure ? error.words : t('fault.unknown')}</span><Button size="xs" onClick={again}>{t('app.again')}</Button></Group></Alert>}
      {pending && rows.length === 0 && <Stack p="md" aria-label={t('app.loading')} role="status">{Array.from({ length: 6 }, (_, i) => <Skeleton key={i} h={36} />)}</Stack>}
      {edition === '' && <p className="empty">{t('desk.no_edition')}</p>}
      <div className="listandglance">
        <div className="rows" ref={table} aria-busy={list.isFetching || inGroups.some((g) => g.isFetching)}>
          {grouped ? there.map((state, n) => {
            const items = inGroups[n]?.data?.items ?? []
            return items.length === 0 ? null : (
              <section key={state} aria-label={t(`state.${state}` as Key)}>
                <h2 className="grouphead">{t(`state.${state}` as Key)}{count(counts.data?.[state])}</h2>
                <div role="list">{items.map(row)}</div>
                {inGroups[n]?.data?.next && <button type="button" className="all" onClick={() => set({ state })}>{t('desk.group.all', { n: counts.data?.[state] ?? 0 })}</button>}
              </section>)
          }) : <div role="list">{rows.map(row)}</div>}
          {!pending && !error && edition !== '' && rows.length === 0 && (
            <p className="empty">{narrowed ? t('desk.none_here') : t('desk.none')}</p>
          )}
          {list.hasNextPage && <Group justify="center" p="md"><Button variant="default" onClick={() => void list.fetchNextPage()} loading={list.isFetchingNextPage}>{t('desk.more')}</Button></Group>}
        </div>
        {glance && <Glance key={glance} id={glance} onOpen={() => void go({ to: '/stories/$id', params: { id: glance } })} onClose={() => setGlance(undefined)} />}
      </div>
    </Stack>
  )
}
