// The fronts of editions and sections: a lead and slots, some pinned by hand, the others by themselves. Nothing reaches readers before Publish.
import { Alert, Anchor, Button, Group, NativeSelect, Skeleton, Stack, Text, Title } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback, useEffect, useState } from 'react'
import { client, Failure, tagged } from '../api'
import type { FrontFilters } from '../app'
import { useDeskEvents } from '../live'
import { useSections } from '../sections'
import { has, useSession } from '../session'
import { clock, direction, sayFault, t } from '../words'
import { arranged, begun, differing, inAddress, place, redone, release, same, set, step, took, undone, type Front, type Pin } from './arrange'
import { Both } from './both'
import { History } from './history'
import { Slots } from './slots'
import { Stories, useLatest, useStories } from './stories'

export function Fronts() {
  const { me, editions } = useSession()
  const filters = useSearch({ strict: false }) as FrontFilters
  const go = useNavigate()
  const mine = editions.filter((e) => has(me, e.slug, 'admin', 'editor'))
  const edition = mine.find((e) => e.slug === filters.edition) ?? mine.find((e) => e.default) ?? mine[0]
  const slug = edition?.slug ?? ''
  const sections = useSections(slug)
  const section = filters.section ?? ''
  const front = useQuery({
    queryKey: ['front', slug, section], enabled: slug !== '', staleTime: Infinity,
    queryFn: () => tagged(client.GET('/api/v1/fronts/{edition}', { params: { path: { edition: slug }, query: section ? { section } : {} } })),
  })
  if (!edition) return <p className="empty">{t('settings.not_yours')}</p>
  const open = (next: FrontFilters) => void go({ to: '/fronts', search: { edition: slug, ...next }, replace: true })
  const choice = (
    <>
      <Title order={1} size="h4">{t('rail.fronts')}</Title>
      {mine.length > 1 && <NativeSelect size="sm" aria-label={t('desk.edition', { name: edition.name })} value={slug} onChange={(e) => open({ edition: e.currentTarget.value })} data={mine.map((e) => ({ value: e.slug, label: e.name }))} />}
      <NativeSelect size="sm" aria-label={t('fronts.which')} value={section} onChange={(e) => open(e.currentTarget.value ? { section: e.currentTarget.value } : {})}
        data={[{ value: '', label: t('fronts.of_edition') }, ...(sections.data ?? []).map((s) => ({ value: s.slug, label: s.name }))]} />
    </>
  )
  return (
    <div className="fronts">
      {front.isError && <><div className="strip">{choice}</div><Alert color="red" m="md" title={t('fronts.not_opened')}><Group><span>{front.error instanceof Failure ? front.error.words : t('fault.unknown')}</span><Button size="xs" onClick={() => void front.refetch()}>{t('app.again')}</Button></Group></Alert></>}
      {front.isPending && <><div className="strip">{choice}</div><Stack p="md" role="status" aria-label={t('app.loading')}>{Array.from({ length: 5 }, (_, i) => <Skeleton key={i} h={48} />)}</Stack></>}
      {front.data && <Opened key={front.data.value.id} front={front.data.value} language={edition.language} zone={edition.timezone} choice={choice} />}
    </div>
  )
}

/** What is arranged and not published, by account and front: it is there again after a way through the rest of the newsroom. */
const unpublished = new Map<string, { front: Front, steps: ReturnType<typeof begun> }>()
addEventListener('beforeunload', (e) => { if (unpublished.size > 0) e.preventDefault() })

function Opened({ front: loaded, language, zone, choice }: { front: Front, language: string, zone: string, choice: React.ReactNode }) {
  const cache = useQueryClient()
  const { edition, section = '' } = loaded
  const go = useNavigate()
  const { me } = useSession()
  const mine = `${me.id}/${loaded.id}`
  const [kept] = useState(() => unpublished.get(mine))
  const [front, setFront] = useState(kept?.front ?? loaded)
  const [steps, setSteps] = useState(() => kept?.steps ?? begun(loaded.pins))
  const [newer, setNewer] = useState(kept && loaded.version > kept.front.version ? loaded : undefined) // what another published meanwhile, while something is unpublished here
  const [out, setOut] = useState<{ at: Date, before: Pin[] }>()
  const [history, setHistory] = useState(false)
  const [said, say] = useState('')
  const pins = steps.now
  const dirty = !same(pins, front.pins)
  const change = useCallback((f: (pins: Pin[]) => Pin[]) => { setOut(undefined); setSteps((s) => took(s, f(s.now))) }, [])

  const take = useCallback((f: Front) => { setFront(f); setNewer(undefined); setSteps((s) => took(s, [...begun(f.pins).now])) }, [])
  const key = ['front', edition, section]
  const reread = useMutation({
    mutationFn: () => tagged(client.GET('/api/v1/fronts/{edition}', { params: { path: { edition }, query: section ? { section } : {} } })),
    onSuccess: (got) => {
      cache.setQueryData(key, got)
      if (got.value.version === front.version) setFront(got.value) // what comes by itself may be another now
      else if (dirty) setNewer(got.value)
      else take(got.value)
    },
  })
  useDeskEvents(edition, useCallback((e) => {
    const about = e.kind === 'arranged' ? e.item.id === front.id && (e.item.version ?? 0) > front.version : ['published', 'updated', 'withdrawn', 'corrected', 'minor'].includes(e.kind)
    if (!about) return
    reread.mutate()
    void cache.invalidateQueries({ queryKey: ['latest', edition] })
  }, [front.id, front.version, edition, cache, reread.mutate])) // eslint-disable-line

  const publish = useMutation({
    mutationFn: ({ pins, version }: { pins: Pin[], version: number }) => tagged(client.PUT('/api/v1/fronts/{edition}', { params: { path: { edition }, query: section ? { section } : {}, header: { 'If-Match': `"${version}"` } }, body: { pins } })),
    onSuccess: ({ value, etag }, { pins }) => {
      cache.setQueryData(key, { value, etag })
      void cache.invalidateQueries({ queryKey: ['front-versions', front.id] })
      setOut({ at: new Date(), before: front.pins })
      setFront(value)
      setNewer(undefined)
      setSteps((s) => took(s, begun(pins).now))
    },
    onError: (e) => { if (e instanceof Failure && e.status === 412 && e.problem.current) setNewer(e.problem.current as Front) },
  })
  const back = () => setSteps(undone)
  const again = () => setSteps(redone)
  useEffect(() => {
    if (dirty) unpublished.set(mine, { front, steps })
    else unpublished.delete(mine)
  }, [mine, dirty, front, steps])

  const latest = useLatest(edition, section)
  const stories = useStories(pins.map((p) => p.article), front, latest.data ?? [])
  const pool = [...front.shown.filter((s) => !s.pinned).map((s) => s.article), ...(latest.data ?? []).map((a) => a.id)].filter((id, i, all) => all.indexOf(id) === i)
  const unseen = new Set(pins.filter((p) => stories.get(p.article)?.state !== 'published').map((p) => p.article))
  const slots = arranged(pins, pool, unseen, section !== '', front.slots)
  const name = (slot: number) => slot === 0 ? t('fronts.lead') : t('fronts.slot', { n: slot + 1 })
  const move = (article: string, to: number) => {
    change((now) => place(now, article, to, front.slots))
    say(t('fronts.said', { story: stories.get(article)?.headline ?? '', slot: name(to) }))
  }
  const failure = publish.error instanceof Failure && publish.error.status !== 412 ? publish.error : undefined

  return (
    <div onKeyDown={(e) => {
      if (!(e.ctrlKey || e.metaKey) || e.key.toLowerCase() !== 'z' || e.target instanceof HTMLInputElement) return
      e.preventDefault()
      if (e.shiftKey) again()
      else back()
    }}>
      <div className="strip" role="toolbar" aria-label={t('rail.fronts')}>
        {choice}
        <span className="gap" />
        <span className={dirty ? 'standing' : 'standing quiet'} role="status">{dirty ? t('fronts.changed', { n: differing(front.pins, pins).length }) : out ? t('publish.live', { at: clock(out.at, zone) }) : t('fronts.as_published')}</span>
        <Button size="compact-sm" variant="default" onClick={() => void go({ to: '/alerts', search: { edition } })}>{t('palette.alert')}</Button>
        <Button size="compact-sm" variant="default" disabled={steps.past.length === 0} onClick={back}>{t('fronts.undo')}</Button>
        <Button size="compact-sm" variant="default" disabled={steps.future.length === 0} onClick={again}>{t('fronts.redo')}</Button>
        <Button size="compact-sm" variant="default" aria-expanded={history} onClick={() => setHistory(!history)}>{t('fronts.history')}</Button>
        <Button size="compact-sm" variant="default" component="a" target="_blank" href={`/api/v1/fronts/${edition}/preview?${new URLSearchParams({ ...(section ? { section } : {}), pins: inAddress(pins) })}`}>{t('fronts.preview')}</Button>
        <Button size="compact-sm" disabled={!dirty || newer !== undefined} loading={publish.isPending} onClick={() => publish.mutate({ pins, version: front.version })}>{t('fronts.publish')}</Button>
      </div>
      {out && !dirty && (
        <div className="out-now"><Text size="sm">{t('fronts.out')} <Anchor href={front.url} target="_blank" dir="ltr">{front.url}</Anchor></Text>
          <Button size="compact-sm" variant="default" onClick={() => publish.mutate({ pins: out.before, version: front.version })}>{t('fronts.take_back')}</Button></div>
      )}
      {failure && <Alert color="red" role="alert" m="md" title={t('fronts.refused')}>{failure.words}
        {failure.problem.errors?.map((e) => <div key={`${e.location}${e.message}`}>{e.key ? sayFault(e.key, e.message ?? '') : e.message}</div>)}</Alert>}
      {newer && <Both key={newer.version} theirs={newer.pins} mine={pins} title={(id) => stories.get(id)?.headline} name={name} language={language} zone={zone}
        onTheirs={() => take(newer)} onMerged={(merged) => { setFront(newer); setNewer(undefined); change(() => merged) }} />}
      <div className="front-desk">
        <Slots slots={slots} stories={stories} language={language} zone={zone} name={name}
          onMove={move} onStep={(article, by) => { const to = (pins.find((p) => p.article === article)?.slot ?? 0) + by; change((now) => step(now, article, by, front.slots)); if (to >= 0 && to < front.slots) say(t('fronts.said', { story: stories.get(article)?.headline ?? '', slot: name(to) })) }}
          onRelease={(article) => { change((now) => release(now, article)); say(t('fronts.released', { story: stories.get(article)?.headline ?? '' })) }}
          onSet={(article, changed) => change((now) => set(now, article, changed))} />
        {history
          ? <History front={front} now={pins} title={(id) => stories.get(id)?.headline} name={name} zone={zone} onTake={(old) => change(() => begun(old).now)} />
          : <Stories edition={edition} section={section} language={language} pinned={new Set(pins.map((p) => p.article))} slots={slots.map((s) => ({ slot: s.slot, name: name(s.slot) }))} onPin={move} dir={direction(language)} />}
      </div>
      <div className="spoken" role="status" aria-live="polite">{said}</div>
    </div>
  )
}
