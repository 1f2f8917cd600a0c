// What the sender of a story's item sent since: shown, compared, and taken only by whoever has the story.
import { Alert, Button, Checkbox, Group, Stack, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useState } from 'react'
import { client, Failure, got, key, type Article, type InboxItem } from '../api'
import { useInboxEvents } from '../live'
import { useZone } from '../session'
import { moment, t, type Key } from '../words'

const takeable = ['headline', 'short_headline', 'lead', 'dateline', 'byline', 'body', 'tags', 'picture'] as const
type Takeable = typeof takeable[number]

interface Run { op: string, text: string }
const runs = (list: Run[]) => list.map((r, n) => r.op === 'inserted' ? <ins key={n}>{r.text}</ins> : r.op === 'deleted' ? <del key={n}>{r.text}</del> : <span key={n}>{r.text}</span>)

const embargoed = (i: InboxItem) => !!i.embargo_until && new Date(i.embargo_until) > new Date()

/** onTaken is called when the story was changed; before is what has to be saved first. */
export function Offer({ article, editable, before, onTaken }: { article: Article, editable: boolean, before: () => Promise<unknown>, onTaken: () => void }) {
  const cache = useQueryClient()
  const zone = useZone(article.edition)
  const items = useQuery({ queryKey: ['offer', article.id], queryFn: async () => (await got(client.GET('/api/v1/inbox', { params: { query: { article: article.id, limit: 1 } } }))).items })
  useInboxEvents(article.edition, useCallback((e) => { if (e.kind === 'offered' && e.item.id === article.id) void cache.invalidateQueries({ queryKey: ['offer', article.id] }) }, [cache, article.id]))
  const item = items.data?.[0]
  const [comparing, setComparing] = useState(false)
  const decline = useMutation({
    mutationFn: (i: InboxItem) => got(client.POST('/api/v1/inbox/{id}/dismiss', { params: { path: { id: i.id }, header: { 'Idempotency-Key': key() } } })),
    onSuccess: () => cache.invalidateQueries({ queryKey: ['offer', article.id] }),
  })
  if (!item?.offers) return null
  return (
    <Alert color={item.status === 'usable' ? 'teal' : 'red'} role="status" title={t(item.status === 'canceled' ? 'offer.canceled' : 'offer.title', { name: item.name, n: item.number, at: moment(item.at, zone) })}>
      <Stack gap="xs" align="start">
        {(embargoed(item) || item.status !== 'usable') && <Group gap="xs">
          {embargoed(item) && <span className="chip red">{t('chip.embargo', { at: moment(item.embargo_until!, zone) })}</span>}
          {item.status !== 'usable' && <span className="chip red">{t(`inbox.status.${item.status}` as Key)}</span>}
        </Group>}
        <Group gap="xs">
          <Button size="xs" variant="default" aria-expanded={comparing} onClick={() => setComparing((old) => !old)}>{t('offer.compare')}</Button>
          {editable && <Button size="xs" variant="subtle" color="gray" onClick={() => decline.mutate(item)} loading={decline.isPending}>{t('offer.decline')}</Button>}
        </Group>
        {decline.isError && <Text size="sm" className="red" role="alert">{decline.error instanceof Failure ? decline.error.words : t('fault.unknown')}</Text>}
        {comparing && <Compare key={item.number} article={article} item={item} editable={editable} before={before} onTaken={() => { setComparing(false); void cache.invalidateQueries({ queryKey: ['offer', article.id] }); onTaken() }} />}
      </Stack>
    </Alert>
  )
}

function Compare({ article, item, editable, before, onTaken }: { article: Article, item: InboxItem, editable: boolean, before: () => Promise<unknown>, onTaken: () => void }) {
  const compared = useQuery({ queryKey: ['compare-item', item.id, item.number, article.version], queryFn: () => got(client.GET('/api/v1/inbox/{id}/compare', { params: { path: { id: item.id } } })) })
  const [left, setLeft] = useState<ReadonlySet<Takeable>>(new Set(['picture'])) // what is not to be taken; whether the picture is another is not compared
  const blocks = compared.data?.body.filter((b) => b.op !== 'same') ?? []
  const differ = takeable.filter((f) => f === 'picture' ? item.pictures > 0 : f === 'body' ? blocks.length > 0 : compared.data?.fields.some((c) => c.name === f || c.name.startsWith(`${f}.`)))
  const chosen = differ.filter((f) => !left.has(f))
  const same = !differ.some((f) => f !== 'picture')
  const take = useMutation({
    mutationFn: async () => {
      await before()
      return got(client.POST('/api/v1/inbox/{id}/take', { params: { path: { id: item.id }, header: { 'Idempotency-Key': key(), 'If-Match': '*' } }, body: { fields: chosen.length > 0 ? chosen : ['headline'] } })) // which is the same: what is not left to a choice comes along
    },
    onSuccess: onTaken,
  })
  const bound = embargoed(item) && new Date(item.embargo_until!) > new Date(article.embargo_until ?? 0) || item.status !== 'usable' // comes with whatever is taken, also with nothing else
  if (compared.isError) return <Text size="sm" className="red" role="alert">{compared.error instanceof Failure ? compared.error.words : t('fault.unknown')}</Text>
  if (!compared.data) return <Text size="sm">{t('app.loading')}</Text>
  return (
    <section className="compare" aria-label={t('offer.compare')}>
      <Text size="xs" c="dimmed">{t('offer.legend')}</Text>
      {same && <Text size="sm">{t('versions.same')}</Text>}
      {differ.map((f) => (
        <div key={f} className="change">
          {editable ? <Checkbox size="xs" checked={!left.has(f)} label={t(f === 'picture' ? 'offer.picture' : `field.${f}` as Key)} onChange={(e) => { const yes = e.currentTarget.checked; setLeft((old) => { const next = new Set(old); if (yes) next.delete(f); else next.add(f); return next }) }} /> : f !== 'picture' && <Text size="xs" c="dimmed">{t(`field.${f}` as Key)}</Text>}
          {f === 'body' ? blocks.map((b, n) => <p key={n} dir="auto">{runs(b.runs)}</p>) : compared.data.fields.filter((c) => c.name === f || c.name.startsWith(`${f}.`)).map((c) => <p key={c.name} dir="auto">{runs(c.runs)}</p>)}
        </div>
      ))}
      {editable && (differ.length > 0 || bound) && <Group><Button size="xs" onClick={() => take.mutate()} loading={take.isPending} disabled={chosen.length === 0 && !(same && bound)}>{t('offer.take')}</Button><Text size="xs" c="dimmed">{t('offer.kept')}</Text></Group>}
      {take.isError && <Text size="sm" className="red" role="alert">{take.error instanceof Failure ? take.error.words : t('fault.unknown')}</Text>}
    </section>
  )
}
