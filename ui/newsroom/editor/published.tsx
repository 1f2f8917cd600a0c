// What readers had of a story, publication by publication, and the way to erase the text of one that must not be kept.
import { Alert, Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core'
import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { client, Failure, got, key, type Article } from '../api'
import { useZone } from '../session'
import { moment, number, t, type Key } from '../words'

/** What went out of a story, the last first, page by page. */
export const useRevisions = (article: Article) => useInfiniteQuery({
  queryKey: ['revisions', article.id, article.version], initialPageParam: '', enabled: !!article.revision, placeholderData: keepPreviousData,
  queryFn: ({ pageParam }) => got(client.GET('/api/v1/articles/{id}/revisions', { params: { path: { id: article.id }, query: { limit: 30, ...(pageParam ? { after: pageParam } : {}) } } })),
  getNextPageParam: (p) => p.next,
})

/** How a publication is called. */
export const revisionName = (r: { number: number, at: string }, zone: string | undefined): string => t('published.one', { n: number(r.number), at: moment(r.at, zone) })

export function Published({ article, editor, onDone }: { article: Article, editor: boolean, onDone: (a: Article) => void }) {
  const [asked, setAsked] = useState<number>()
  const zone = useZone(article.edition)
  const list = useRevisions(article)
  const all = list.data?.pages.flatMap((p) => p.items) ?? []
  if (all.length === 0) return null
  return <>
    <Text fw={600} size="sm">{t('published.all')}</Text>
    <ul className="revisions" aria-label={t('published.all')}>{all.map((r) => (
      <li key={r.number}>
        <span>{revisionName(r, zone)}</span>
        <span className="under"><span>{t(`published.change.${r.change}` as Key)}</span>{(r.redaction_note || r.note) && <bdi>{r.redaction_note || r.note}</bdi>}
          {r.redacted_at && <span className="chip">{t('published.erased', { at: moment(r.redacted_at, zone) })}</span>}</span>
        {editor && !r.redacted_at && (r.number !== article.revision || article.state === 'withdrawn') && <Button size="compact-xs" variant="subtle" color="red" aria-label={t('redact.of', { n: number(r.number) })} onClick={() => setAsked(r.number)}>{t('redact.button')}</Button>}
      </li>))}</ul>
    {list.hasNextPage && <Button size="xs" variant="default" onClick={() => void list.fetchNextPage()}>{t('desk.more')}</Button>}
    <Modal opened={asked !== undefined} onClose={() => setAsked(undefined)} title={t('redact.of', { n: number(asked ?? 0) })} closeButtonProps={{ 'aria-label': t('app.close') }}>
      {asked !== undefined && <Redact article={article} revision={asked} onClose={() => setAsked(undefined)} onDone={onDone} />}
    </Modal>
  </>
}

function Redact({ article, revision, onClose, onDone }: { article: Article, revision: number, onClose: () => void, onDone: (a: Article) => void }) {
  const cache = useQueryClient()
  const [note, setNote] = useState('')
  const branches = useQuery({ queryKey: ['branches', article.id, 'all'], staleTime: 0, queryFn: async () => {
    const all = []
    for (let after = ''; ;) {
      const { items, next } = await got(client.GET('/api/v1/articles/{id}/branches', { params: { path: { id: article.id }, query: after ? { after } : {} } }))
      all.push(...items)
      if (!next) return all
      after = next
    }
  } })
  const going = branches.data ?? []
  const redact = useMutation({
    mutationFn: () => got(client.POST('/api/v1/articles/{id}/revisions/{number}/redact', { params: { path: { id: article.id, number: revision }, header: { 'If-Match': '*', 'Idempotency-Key': key() } }, body: { note: note.trim() } })),
    onSuccess: (a) => { cache.removeQueries({ queryKey: ['version', article.id] }); void cache.invalidateQueries({ queryKey: ['branches', article.id] }); onDone(a); onClose() },
  })
  return (
    <Stack gap="sm">
      <Text>{t('redact.text')}</Text>
      {going.length > 0 && <Alert color="red" role="status">{t('redact.branches', { n: going.length, names: [...new Set(going.map((b) => b.by_name ?? ''))].filter(Boolean).join(t('list.comma')) })}</Alert>}
      {branches.isError && <Alert color="red" role="alert">{branches.error instanceof Failure ? branches.error.words : t('fault.unknown')}</Alert>}
      <Textarea label={t('redact.note')} value={note} onChange={(e) => setNote(e.currentTarget.value)} maxLength={2000} autosize minRows={2} dir="auto" data-autofocus />
      {redact.isError && <Alert color="red" role="alert">{redact.error instanceof Failure ? redact.error.words : t('fault.unknown')}</Alert>}
      <Group justify="flex-end"><Button variant="default" onClick={onClose}>{t('app.back')}</Button><Button color="red" disabled={note.trim() === '' || !branches.isSuccess} loading={redact.isPending} onClick={() => redact.mutate()}>{t('redact.yes')}</Button></Group>
    </Stack>
  )
}
