// Words that their story does not take any more: it was deleted, or is not this person's to work on now. They may begin another.
import { Alert, Button, Group } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { client, Failure, got, key } from '../api'
import { has, useSession } from '../session'
import { moment, sayFault, t } from '../words'
import { textOf, type Fields } from './document'
import { fieldKey } from './fields'
import { orphaned, type Copy, type Keeper } from './keep'
import type { NotTaken } from './port'

/** Whether the server will take nothing for this story from who asks, now or later. */
export const closed = (why: unknown): boolean => why instanceof Failure && (why.status === 403 || why.status === 404)

/** Says which fields the server does not take, and why; all else of the story is saved. */
export function NotTakenFields({ fields, onGiveUp }: { fields: readonly NotTaken[], onGiveUp: () => void }) {
  const why = ({ name, why }: NotTaken): string => {
    if (!(why instanceof Failure)) return t('save.refused')
    const own = (why.problem.errors ?? []).filter((e) => new RegExp(`^body\\.${name}($|[.[])`).test(e.location ?? ''))
    return own.map((e) => e.key ? sayFault(e.key, e.message ?? '') : e.message).join(' ') || why.words
  }
  return (
    <Alert color="red" role="status" title={t('kept.part')}>
      {fields.map((one) => <p key={one.name} className="flush">{t('kept.part.field', { field: t(fieldKey(one.name)), why: why(one) })}</p>)}
      <Group><Button size="xs" variant="default" onClick={onGiveUp}>{t('kept.part.back')}</Button></Group>
    </Alert>
  )
}

/** Says so, and offers to begin a new story with the words. */
export function Kept({ fields, edition, kind, onBegun }: { fields: Fields, edition: string, kind: string, onBegun: () => Promise<void> | undefined }) {
  const { me } = useSession()
  const go = useNavigate()
  const begin = useMutation({
    mutationFn: async () => {
      const { assignee: _, related: __, ...words } = fields
      const typed = Object.fromEntries(Object.entries(words).filter(([, v]) => v !== '' && !(Array.isArray(v) && v.length === 0)))
      const a = await got(client.POST('/api/v1/articles', { params: { header: { 'Idempotency-Key': key() } }, body: { ...typed, edition, kind: kind as 'story' } }))
      await onBegun()
      return a
    },
    onSuccess: (a) => void go({ to: '/stories/$id', params: { id: a.id } }),
  })
  return (
    <Alert color="red" title={t('kept.title')}>
      <p className="flush">{t('kept.text')}</p>
      {has(me, edition, 'admin', 'editor', 'reporter') && <Group><Button size="xs" loading={begin.isPending} onClick={() => begin.mutate()}>{t('kept.begin')}</Button></Group>}
      {begin.isError && <p className="red" role="alert">{begin.error instanceof Failure ? begin.error.words : t('fault.unknown')}</p>}
    </Alert>
  )
}

/** What this browser still has of a story that cannot be opened. */
export function KeptOf({ article, tab, keeper }: { article: string, tab: string, keeper: Keeper }) {
  const { me, editions } = useSession()
  const copies = useQuery({
    queryKey: ['kept', article], gcTime: 0, queryFn: async () => {
      const mine: Copy[] = []
      for (const c of await keeper.of(article)) if (c.account === me.id && (c.tab === tab || await orphaned(c))) mine.push(c)
      return mine
    },
  })
  const first = editions.find((e) => e.default)?.slug ?? ''
  return copies.data?.map((c) => (
    <section key={c.key} className="kept">
      <Kept fields={c.local} edition={c.edition ?? first} kind={c.kind ?? 'story'} onBegun={() => keeper.remove(c.key)} />
      <p className="quiet">{moment(new Date(c.at))}</p>
      <h2 dir="auto">{c.local.headline || t('desk.untitled')}</h2>
      {c.local.lead && <p dir="auto"><b>{c.local.lead}</b></p>}
      <div className="text" dir="auto">{textOf(c.local.body)}</div>
    </section>
  ))
}
