// A site that moves in from WordPress: the file is handed in and checked whole, then brought in while one watches or not, and what is left to be done is listed.
import { Alert, Button, FileButton, Group, NativeSelect, Progress, Stack, Text, Title } from '@mantine/core'
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useCallback, useState } from 'react'
import { client, Failure, got, key, type Move, type ProblemBody } from '../api'
import { useInboxEvents } from '../live'
import { has, useSession } from '../session'
import { moment, number, sayFault, t, type Key } from '../words'

const kinds = ['failed', 'media', 'credit', 'alt', 'shortcode', 'note'] as const
const open = (m: Move | undefined) => !!m && ['checking', 'checked', 'moving'].includes(m.stage)
/** Faults whose own line says where: it comes from the reader of the file, in English. */
const detailed = new Set(['fault.wire.stream', 'fault.move_failed'])

/** Sends a file as it is and tells how much of it is over; fetch cannot tell. */
function send(edition: string, file: File, tell: (part: number) => void): Promise<Move> {
  return new Promise((done, fail) => {
    const r = new XMLHttpRequest()
    r.open('POST', `/api/v1/moves?${new URLSearchParams({ edition, name: file.name })}`)
    r.setRequestHeader('Content-Type', 'application/xml')
    r.setRequestHeader('Idempotency-Key', key())
    r.upload.onprogress = (e) => { if (e.lengthComputable) tell(e.loaded / e.total) }
    r.onerror = () => fail(new Failure(0))
    r.onload = () => {
      let body: unknown = {}
      try { body = JSON.parse(r.responseText) } catch { /* a proxy's own words */ }
      if (r.status === 201) done(body as Move)
      else fail(new Failure(r.status, body as ProblemBody))
    }
    r.send(file)
  })
}

export function MoveIn() {
  const { me, editions } = useSession()
  const cache = useQueryClient()
  const mine = editions.filter((e) => has(me, e.slug, 'admin', 'editor'))
  const [slug, setSlug] = useState(mine.find((e) => e.default)?.slug ?? mine[0]?.slug ?? '')
  const [part, setPart] = useState<number>()
  const list = useQuery({ queryKey: ['moves'], queryFn: async () => (await got(client.GET('/api/v1/moves', {}))).items })
  useInboxEvents(mine.map((e) => e.slug), useCallback((e) => { if (e.kind === 'carried' || e.kind === 'open' || e.kind === 'reset') void cache.invalidateQueries({ queryKey: ['moves'] }) }, [cache]))
  const hand = useMutation({
    mutationFn: (file: File) => { setPart(0); return send(slug, file, setPart) },
    onSettled: () => { setPart(undefined); void cache.invalidateQueries({ queryKey: ['moves'] }) },
  })
  if (mine.length === 0) return <p className="empty">{t('settings.not_yours')}</p>
  const moves = list.data ?? []
  const busy = moves.some((m) => m.edition === slug && open(m))
  return (
    <Stack className="settings" gap="md">
      <Title order={2} size="h3">{t('move.title')}</Title>
      <Text c="dimmed">{t('move.text')}</Text>
      {!busy && <Group align="end">
        {mine.length > 1 && <NativeSelect label={t('move.into')} value={slug} onChange={(e) => setSlug(e.currentTarget.value)} data={mine.map((e) => ({ value: e.slug, label: e.name }))} />}
        <FileButton accept=".xml,application/xml,text/xml" onChange={(f) => { if (f) hand.mutate(f) }}>{(props) => <Button {...props} loading={hand.isPending}>{t('move.choose')}</Button>}</FileButton>
      </Group>}
      {part !== undefined && <div role="status"><Text size="sm">{t('move.sending', { part: `${number(Math.floor(part * 100))}%` })}</Text><Progress value={part * 100} aria-label={t('move.sending', { part: '' })} /></div>}
      {hand.isError && <Alert color="red" role="alert" title={t('move.not_taken')}>{hand.error instanceof Failure ? hand.error.words : t('fault.unknown')}</Alert>}
      {list.isError && <Alert color="red">{list.error instanceof Failure ? list.error.words : t('fault.unknown')}</Alert>}
      {moves.map((m) => <One key={m.id} move={m} edition={editions.find((e) => e.slug === m.edition)?.name ?? m.edition} />)}
    </Stack>
  )
}

function One({ move: m, edition }: { move: Move, edition: string }) {
  const cache = useQueryClient()
  const params = { path: { id: m.id }, header: { 'Idempotency-Key': key() } }
  const again = () => cache.invalidateQueries({ queryKey: ['moves'] })
  const start = useMutation({ mutationFn: () => got(client.POST('/api/v1/moves/{id}/start', { params })), onSuccess: again })
  const stop = useMutation({ mutationFn: () => got(client.POST('/api/v1/moves/{id}/stop', { params })), onSuccess: again })
  const [sure, setSure] = useState(false)
  const failed = [start, stop].find((x) => x.isError)
  const counts = m.stage === 'checking' || m.stage === 'checked' ? m.found : m.brought
  const part = m.total > 0 ? m.done / m.total : 0
  return (
    <section className="move" aria-label={m.name || m.site}>
      <p className="move-head"><strong dir="auto">{m.site || m.name}</strong> <span className="quiet"><bdi>{m.name}</bdi> · <bdi>{edition}</bdi> · {moment(m.at)}</span></p>
      <p role="status" className={m.stage === 'failed' ? 'red' : undefined}>{m.stage === 'moving' ? t('move.stage.moving', { n: m.done, total: m.total }) : m.stage === 'failed' ? t('move.stage.failed', { why: sayFault(m.fault ?? '', m.why ?? '') }) : t(`move.stage.${m.stage}` as Key)}</p>
      {m.stage === 'failed' && detailed.has(m.fault ?? '') && m.why && <p className="quiet" lang="en" dir="ltr">{m.why}</p>}
      {m.stage === 'moving' && <Progress value={part * 100} aria-label={t('move.stage.moving', { n: m.done, total: m.total })} />}
      {m.stage !== 'checking' && (m.stage !== 'failed' || Object.values(counts).some((n) => n > 0)) && <ul className="move-counts">
        {(['posts', 'pages', 'pictures', 'comments'] as const).map((c) => <li key={c}>{t(`move.count.${c}` as Key, { n: counts[c] })}{m.stage === 'moving' || m.stage === 'done' ? ` ${t('move.of', { total: m.found[c] })}` : ''}</li>)}
        {m.stage === 'done' && counts.redirects > 0 && <li>{t('move.count.redirects', { n: counts.redirects })}</li>}
        {m.stage === 'done' && counts.unchanged > 0 && <li>{t('move.count.unchanged', { n: counts.unchanged })}</li>}
      </ul>}
      {m.notes.length > 0 && <details><summary>{t('move.left_out')}</summary><ul>{m.notes.map((n) => <li key={n} lang="en" dir="ltr">{n}</li>)}</ul></details>}
      {m.stage === 'checked' && <Text size="sm">{t('move.start.text', { edition })}</Text>}
      <Group gap="xs">
        {m.stage === 'checked' && <Button size="sm" onClick={() => start.mutate()} loading={start.isPending}>{t('move.start')}</Button>}
        {open(m) && !sure && <Button size="sm" variant="subtle" color="gray" onClick={() => setSure(true)}>{t('move.stop')}</Button>}
        {open(m) && sure && <><Text size="sm">{t('move.stop.sure')}</Text><Button size="sm" color="red" onClick={() => stop.mutate()} loading={stop.isPending}>{t('move.stop')}</Button><Button size="sm" variant="default" onClick={() => setSure(false)}>{t('app.back')}</Button></>}
      </Group>
      {failed && <Alert color="red" role="alert">{failed.error instanceof Failure ? failed.error.words : t('fault.unknown')}</Alert>}
      {m.stage !== 'checking' && m.stage !== 'checked' && <Debts move={m} />}
    </section>
  )
}

function Debts({ move: m }: { move: Move }) {
  const whole = useQuery({ queryKey: ['moves', m.id, m.stage], queryFn: () => got(client.GET('/api/v1/moves/{id}', { params: { path: { id: m.id } } })) })
  const [kind, setKind] = useState<typeof kinds[number]>()
  const debts = whole.data?.debts ?? {}
  const there = kinds.filter((k) => (debts[k] ?? 0) > 0)
  if (!whole.data) return null
  if (there.length === 0) return m.stage === 'done' ? <p className="quiet">{t('debt.none')}</p> : null
  return (
    <div>
      <Title order={3} size="h5">{t('debt.title')}</Title>
      <ul className="debts">{there.map((k) => <li key={k}>
        <button type="button" aria-expanded={kind === k} onClick={() => setKind((old) => old === k ? undefined : k)}>{t(`debt.${k}` as Key, { n: debts[k]! })}</button>
        {kind === k && <DebtList move={m} kind={k} />}
      </li>)}</ul>
    </div>
  )
}

function DebtList({ move: m, kind }: { move: Move, kind: typeof kinds[number] }) {
  const list = useInfiniteQuery({
    queryKey: ['debts', m.id, kind], initialPageParam: '',
    queryFn: ({ pageParam }) => got(client.GET('/api/v1/moves/{id}/debts', { params: { path: { id: m.id }, query: { kind, limit: 30, ...(pageParam ? { after: pageParam } : {}) } } })),
    getNextPageParam: (p) => p.next,
  })
  if (list.isPending) return <p className="quiet" role="status">{t('app.loading')}</p>
  if (list.isError) return <Text className="red" role="alert">{list.error instanceof Failure ? list.error.words : t('fault.unknown')}</Text>
  return (
    <>
      <ul className="debt-list">{list.data.pages.flatMap((p) => p.items).map((d, n) => (
        <li key={n} data-paid={d.paid || undefined}>
          {d.article && <Link to="/stories/$id" params={{ id: d.article }} dir="auto">{d.headline || t('desk.untitled')}</Link>}
          {d.what && <span className="quiet" lang="en" dir="ltr">{d.what}</span>}
          {d.paid && <span className="chip">{t('debt.paid')}</span>}
        </li>
      ))}</ul>
      {list.hasNextPage && <Button size="xs" variant="default" onClick={() => void list.fetchNextPage()} loading={list.isFetchingNextPage}>{t('desk.more')}</Button>}
    </>
  )
}
