// The story in other languages: which there are, beginning one, and the source beside it with what it told readers since.
import { Alert, Button, Group, Menu, Skeleton, Stack, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { client, Failure, got, key, type Article } from '../api'
import { has, useSession, useZone } from '../session'
import { direction, moment, t, type Key } from '../words'
import { align } from './align'
import { textOf, type Body } from './document'

const words = (e: unknown): string => e instanceof Failure ? e.words : t('fault.unknown')

/** Every story of the family, and a way to make one more. */
export function Translations({ article, beside, onBeside }: { article: Article, beside: boolean, onBeside: () => void }) {
  const { me, editions } = useSession()
  const go = useNavigate()
  const cache = useQueryClient()
  const family = useQuery({ queryKey: ['translations', article.id, article.version], queryFn: async () => (await got(client.GET('/api/v1/articles/{id}/translations', { params: { path: { id: article.id } } }))).items })
  const there = family.data ?? []
  const missing = editions.filter((e) => e.language !== article.language && has(me, e.slug, 'admin', 'editor', 'reporter') && !there.some((x) => x.edition === e.slug))
  const make = useMutation({
    mutationFn: (edition: string) => got(client.POST('/api/v1/articles', { params: { header: { 'Idempotency-Key': key() } }, body: {
      edition, translation_of: article.id, genre: article.genre, kind: article.kind, urgency: article.urgency, ...(article.picture ? { picture: article.picture } : {}), dateline: article.dateline, byline: article.byline,
    } })),
    onSuccess: (made) => { void cache.invalidateQueries({ queryKey: ['translations'] }); void cache.invalidateQueries({ queryKey: ['desk'] }); void go({ to: '/stories/$id', params: { id: made.id } }) },
  })
  return (
    <Stack gap="sm">
      {family.isPending && <Skeleton h={60} aria-label={t('app.loading')} />}
      {family.isError && <Alert color="red"><Group><span>{words(family.error)}</span><Button size="xs" onClick={() => void family.refetch()}>{t('app.again')}</Button></Group></Alert>}
      {family.isSuccess && <ul className="family" aria-label={t('panel.translations')}>{there.map((x) => (
        <li key={x.id} aria-current={x.id === article.id || undefined}>
          {x.id === article.id ? <strong lang={x.language} dir={direction(x.language)}>{x.headline || t('desk.untitled')}</strong> : <Link to="/stories/$id" params={{ id: x.id }} lang={x.language} dir={direction(x.language)}>{x.headline || t('desk.untitled')}</Link>}
          <span className="under"><span><bdi>{editions.find((e) => e.slug === x.edition)?.name ?? x.edition}</bdi></span><span>{t(`state.${x.state}` as Key)}</span>{x.source && there.length > 1 && <span>{t('translation.source')}</span>}
            {x.source_changed && <span className="chip red">{t(`translation.stale.${x.source_changed.change}` as Key, { at: moment(x.source_changed.at, editions.find((e) => e.slug === article.edition)?.timezone) })}</span>}</span>
        </li>))}</ul>}
      {article.translation_of && <Button size="xs" variant="default" aria-pressed={beside} onClick={onBeside}>{t(beside ? 'translation.alone' : 'translation.beside')}</Button>}
      {missing.length > 0 && <Menu position="bottom-start"><Menu.Target><Button size="xs" variant="default" loading={make.isPending}>{t('translation.make')}</Button></Menu.Target>
        <Menu.Dropdown>{missing.map((e) => <Menu.Item key={e.slug} lang={e.language} dir={direction(e.language)} onClick={() => make.mutate(e.slug)}>{e.name}</Menu.Item>)}</Menu.Dropdown></Menu>}
      {make.isError && <Alert color="red">{words(make.error)}</Alert>}
    </Stack>
  )
}

/** The source read beside the translation `own`; the block that says what one writes at `at` is marked and kept in view. */
export function Source({ id, own, at }: { id: string, own: Body, at: number }) {
  const source = useQuery({ queryKey: ['article', id, 'source'], staleTime: 30_000, queryFn: () => got(client.GET('/api/v1/articles/{id}', { params: { path: { id } } })) })
  const box = useRef<HTMLDivElement>(null)
  const a = source.data
  const blocks = (a?.body as Body | undefined)?.content ?? []
  const here = align(blocks, own.content ?? [], at)[at]
  useEffect(() => { box.current?.querySelector('[data-here]')?.scrollIntoView({ block: 'nearest' }) }, [here])
  return (
    <section className="translated" aria-label={t('translation.source')} ref={box} tabIndex={0}>
      {source.isPending && <Skeleton h={120} aria-label={t('app.loading')} />}
      {source.isError && <Alert color="red"><Group><span>{words(source.error)}</span><Button size="xs" onClick={() => void source.refetch()}>{t('app.again')}</Button></Group></Alert>}
      {a && <div lang={a.language} dir={direction(a.language)}><h2>{a.headline || t('desk.untitled')}</h2>{a.lead && <p className="lead">{a.lead}</p>}
        {blocks.map((n, i) => <div key={i} className="block" data-here={i === here || undefined}>{textOf(n) || <span className="quiet">{t('translation.block')}</span>}</div>)}</div>}
    </section>
  )
}

/** Says that the source told readers something since, shows what, and takes the mark away when the translation says it too. */
export function Stale({ article, editable, onDone, onFailed }: { article: Article, editable: boolean, onDone: (a: Article) => void, onFailed: (words: string) => void }) {
  const c = article.source_changed!
  const zone = useZone(article.edition)
  const [shown, setShown] = useState(false)
  const compared = useQuery({ queryKey: ['source', c.article, c.base, c.revision], enabled: shown, queryFn: () => got(client.GET('/api/v1/articles/{id}/compare', { params: { path: { id: c.article }, query: { from: `r${c.base || 1}`, to: `r${c.revision}` } } })) })
  const done = useMutation({ mutationFn: () => got(client.PATCH('/api/v1/articles/{id}', { params: { path: { id: article.id }, header: { 'If-Match': '*' } }, body: { source_revision: c.revision } })), onSuccess: onDone, onError: (e) => onFailed(words(e)) })
  const runs = (list: { op: string, text: string }[]) => list.map((r, i) => r.op === 'inserted' ? <ins key={i}>{r.text}</ins> : r.op === 'deleted' ? <del key={i}>{r.text}</del> : <span key={i}>{r.text}</span>)
  return (
    <Alert color="yellow" role="status" title={t(`translation.stale.${c.change}` as Key, { at: moment(c.at, zone) })}>
      <Stack align="start" gap="xs">
        <Group gap="xs">{c.change !== 'withdrawn' && <Button size="xs" variant="default" aria-expanded={shown} onClick={() => setShown(!shown)}>{t('translation.compare')}</Button>}
          {editable && <Button size="xs" variant="default" loading={done.isPending} onClick={() => done.mutate()}>{t('translation.done')}</Button>}</Group>
        {shown && compared.isError && <Text c="red">{words(compared.error)}</Text>}
        {shown && compared.data && <div className="compare">
          {compared.data.fields.filter((f) => f.name !== 'slug').map((f) => <div key={f.name} className="change"><p dir="auto">{runs(f.runs)}</p></div>)}
          {compared.data.body.filter((b) => b.op !== 'same').map((b, i) => <div key={i} className="change"><p dir="auto">{runs(b.runs)}</p></div>)}
        </div>}
      </Stack>
    </Alert>
  )
}
