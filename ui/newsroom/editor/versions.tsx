// What the story was: every save, every publication, every branch that somebody's words went into; two beside each other, and what is wanted taken.
import { Alert, Button, Group, NativeSelect, Stack, Text } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { client, Failure, got, key, type Article } from '../api'
import { useDeskEvents } from '../live'
import type { components } from '../made/api'
import { useSession, useZone } from '../session'
import { moment, t } from '../words'
import { fieldNames, same, take, type FieldName, type Fields, type Run } from './document'
import { fieldKey } from './fields'
import { Marks } from './marks'
import { Published, revisionName, useRevisions } from './published'
import { savedOf } from './server'
import { apart, inOrder, type State } from './states'

type Branch = components['schemas']['Branch']

export function Versions({ article, editor, may, editable, onTake, onRestore, onErased }: { article: Article, editor: boolean, may: boolean, editable: boolean, onTake: (f: (now: Fields) => Partial<Fields>) => void, onRestore: (f: (now: Fields) => Partial<Fields>) => void, onErased: (a: Article) => void }) {
  const path = { id: article.id }
  const zone = useZone(article.edition)
  const versions = useInfiniteQuery({
    queryKey: ['versions', article.id], refetchOnMount: 'always', initialPageParam: '',
    queryFn: ({ pageParam }) => got(client.GET('/api/v1/articles/{id}/versions', { params: { path, query: { limit: 30, ...(pageParam ? { after: pageParam } : {}) } } })),
    getNextPageParam: (p) => p.next,
  })
  const { me } = useSession()
  const cache = useQueryClient()
  useDeskEvents(article.edition, (e) => { if (e.kind === 'open' || e.kind === 'reset' || e.kind === 'branched' && e.item.id === article.id) void cache.invalidateQueries({ queryKey: ['branches', article.id] }) })
  const branches = useQuery({ queryKey: ['branches', article.id], refetchOnMount: 'always', queryFn: async () => (await got(client.GET('/api/v1/articles/{id}/branches', { params: { path } }))).items })
  const read = useRef(article.version)
  useEffect(() => { // read anew in their places: a save takes nothing from under somebody who compares
    if (read.current === article.version) return
    read.current = article.version
    for (const list of ['versions', 'branches']) void cache.invalidateQueries({ queryKey: [list, article.id] })
  }, [article.id, article.version, cache])
  const [chosen, setChosen] = useState<State>()
  const all = versions.data?.pages.flatMap((p) => p.items) ?? []
  const open = branches.data?.filter((b) => !b.closed_at) ?? []
  const closed = branches.data?.filter((b) => b.closed_at) ?? []
  const out = useRevisions(article).data?.pages.flatMap((p) => p.items).filter((r) => !r.redacted_at && r.change !== 'withdrawn') ?? []
  const branched = (b: Branch): State => ({ ref: `b:${b.id}`, at: b.at, label: t('versions.branch', { name: b.by_name ?? '', at: moment(b.at, zone) }) })
  const saved = (v: { version: number, by_name?: string, at: string }): State => ({ ref: String(v.version), at: v.at, label: t('versions.one', { name: v.by_name ?? '', at: moment(v.at, zone) }) })
  const states = apart([...open, ...closed].map(branched).concat(out.map((r) => ({ ref: `r${r.number}`, at: r.at, label: revisionName(r, zone) })), all.map(saved)), zone)
  const shown = (b: Branch) => {
    const { ref, label } = branched(b)
    return <button type="button" key={b.id} className="version branch" aria-pressed={chosen?.ref === ref} onClick={() => setChosen(branched(b))}><strong><bdi>{label}</bdi></strong><span className="quiet">{t('desk.words', { n: b.words })}</span></button>
  }
  const branch = open.find((b) => `b:${b.id}` === chosen?.ref)
  return (
    <Stack gap="sm">
      {open.length > 0 && <>
        <Text fw={600} size="sm">{t('versions.branches')}</Text>
        {open.map(shown)}
      </>}
      {closed.length > 0 && <details><summary>{t('versions.closed')}</summary>{closed.map(shown)}</details>}
      {chosen && <Compare key={chosen.ref} article={article} chosen={states.find((s) => s.ref === chosen.ref) ?? chosen} others={states} editor={editor} editable={editable} onTake={onTake} onRestore={onRestore} onClose={() => setChosen(undefined)}>
        {branch && (may || branch.by === me.id) && <Close article={article.id} branch={branch.id} onDone={() => { setChosen(undefined); void cache.invalidateQueries({ queryKey: ['branches', article.id] }) }} />}</Compare>}
      <Text fw={600} size="sm">{t('versions.all')}</Text>
      {all.map((v) => <button type="button" key={v.version} className="version" aria-pressed={chosen?.ref === String(v.version)} onClick={() => setChosen(saved(v))}>
        <span>{moment(v.at, zone)} <bdi>{v.by_name}</bdi></span><span className="quiet">{v.revision ? t('versions.published', { n: v.revision }) : t('desk.words', { n: v.words })}</span></button>)}
      {versions.hasNextPage && <Button size="xs" variant="default" onClick={() => void versions.fetchNextPage()}>{t('desk.more')}</Button>}
      {!!article.revision && <Published article={article} editor={editor} onDone={(a) => { setChosen(undefined); onErased(a) }} />}
    </Stack>
  )
}

function Close({ article, branch, onDone }: { article: string, branch: string, onDone: () => void }) {
  const close = useMutation({ mutationFn: () => got(client.POST('/api/v1/articles/{id}/branches/{branch}/close', { params: { path: { id: article, branch }, header: { 'Idempotency-Key': key() } } })), onSuccess: onDone })
  return <>
    <Button size="xs" variant="default" loading={close.isPending} onClick={() => close.mutate()}>{t('versions.close')}</Button>
    {close.isError && <Alert color="red" role="alert">{close.error instanceof Failure ? close.error.words : t('fault.unknown')}</Alert>}
  </>
}

const named = (name: string) => t(fieldKey(name.replace('dateline.', '') as FieldName))

// What of a version one may take alone. A slug that is not of one's own follows the headline; an objection of the lawyers is an editor's to lift.
const takable = (name: string, editor: boolean) => fieldNames.includes(name.split('.')[0] as FieldName) && name !== 'slug' && (name !== 'legal' || editor)

const fieldOf = (name: string, old: Fields, now: Fields): Partial<Fields> => {
  const [field, part] = name.split('.') as [FieldName, 'place' | 'source' | undefined]
  return part ? { dateline: { ...now.dateline, [part]: old.dateline[part] } } : { [field]: old[field] }
}

function Compare({ article, chosen, others, editor, editable, onTake, onRestore, onClose, children }: { article: Article, chosen: State, others: State[], editor: boolean, editable: boolean, onTake: (f: (now: Fields) => Partial<Fields>) => void, onRestore: (f: (now: Fields) => Partial<Fields>) => void, onClose: () => void, children?: ReactNode }) {
  const [other, setOther] = useState('now')
  const states = [{ ref: 'now', at: '', label: t('versions.now') }, ...others.filter((o) => o.ref !== chosen.ref)]
  const to = states.find((o) => o.ref === other) ?? states[0]!
  const now = to.ref === 'now'
  const [from, until] = inOrder(chosen, to)
  const wide = useMediaQuery('(min-width: 1200px)')
  const compared = useQuery({ queryKey: ['compare', article.id, from.ref, until.ref, article.version], placeholderData: (old) => old, queryFn: () => got(client.GET('/api/v1/articles/{id}/compare', { params: { path: { id: article.id }, query: { from: from.ref, to: until.ref } } })) })
  const whole = useQuery({ queryKey: ['version', article.id, chosen.ref], queryFn: async (): Promise<Article> => chosen.ref.startsWith('b:')
    ? (await got(client.GET('/api/v1/articles/{id}/branches/{branch}', { params: { path: { id: article.id, branch: chosen.ref.slice(2) } } }))).article ?? article
    : await got(client.GET('/api/v1/articles/{id}/versions/{number}', { params: { path: { id: article.id, number: Number(chosen.ref) } } })) })
  const old = whole.data && savedOf(whole.data).fields
  const saved = savedOf(article).fields
  const changed = compared.data?.body.filter((b) => b.op !== 'same') ?? []
  const takes = editable && now
  const words = (runs: Run[]) => wide
    ? <div className="beside"><p dir="auto"><Marks runs={runs.filter((r) => r.op !== 'inserted')} /></p><p dir="auto"><Marks runs={runs.filter((r) => r.op !== 'deleted')} /></p></div>
    : <p dir="auto"><Marks runs={runs} /></p>
  return (
    <section className="compare" data-wide={wide || undefined} aria-label={chosen.label}>
      <Group justify="space-between"><Text fw={600} size="sm">{chosen.label}</Text><Button size="compact-xs" variant="subtle" color="gray" onClick={onClose}>{t('app.close')}</Button></Group>
      <NativeSelect size="xs" label={t('versions.with')} data={states.map((o) => ({ value: o.ref, label: o.label }))} value={to.ref} onChange={(e) => setOther(e.currentTarget.value)} />
      <Text size="xs" c="dimmed">{t(now ? 'versions.legend' : 'versions.legend.two', { first: from.label, second: until.label })}</Text>
      {wide && <div className="beside"><Text size="xs" fw={600}><bdi>{from.label}</bdi></Text><Text size="xs" fw={600}><bdi>{until.label}</bdi></Text></div>}
      {compared.isSuccess && compared.data.fields.length === 0 && changed.length === 0 && <Text size="sm">{t(now ? 'versions.same' : 'versions.same.two')}</Text>}
      {compared.data?.fields.map((f) => <div key={f.name} className="change"><Text size="xs" c="dimmed">{named(f.name)}</Text>{words(f.runs)}
        {takes && old && takable(f.name, editor) && <Button size="compact-xs" variant="default" disabled={compared.isPlaceholderData} aria-label={`${t('versions.take.field')}: ${named(f.name)}`} onClick={() => onRestore((now) => fieldOf(f.name, old, now))}>{t('versions.take.field')}</Button>}</div>)}
      {changed.map((b) => <div key={`${b.op}${b.index}/${b.old_index ?? ''}`} className="change">{words(b.runs)}
        {takes && old && (b.op === 'deleted' || b.op === 'changed' && !same(b.old, b.block)) && <Button size="compact-xs" variant="default" disabled={compared.isPlaceholderData} onClick={() => onTake((now) => ({ body: take(now.body, { all: compared.data!.body, older: old.body, compared: saved.body }, b) }))}>{t('versions.take')}</Button>}</div>)}
      <Group gap="xs">{takes && old && <Button size="xs" onClick={() => onRestore(() => old)}>{t('versions.restore')}</Button>}{children}</Group>
    </section>
  )
}
