// How an edition is read: pages open now, views today and in seven days, and the stories that are read most.
import { Alert, Button, Group, NativeSelect, Skeleton, Stack, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { client, Failure, got } from '../api'
import type { ReaderFilters } from '../app'
import { has, useSession } from '../session'
import { direction, number, t } from '../words'

/** How often the numbers are read again while they are looked at. */
const every = 15_000

export function Readers() {
  const { me, editions } = useSession()
  const filters = useSearch({ strict: false }) as ReaderFilters
  const go = useNavigate()
  const mine = editions.filter((e) => has(me, e.slug, 'admin', 'editor', 'reporter', 'picture-editor', 'moderator', 'audience'))
  const edition = mine.find((e) => e.slug === filters.edition) ?? mine.find((e) => e.default) ?? mine[0]
  const slug = edition?.slug ?? ''
  const read = useQuery({ queryKey: ['readership', 'edition', slug], enabled: slug !== '', refetchInterval: every, queryFn: () => got(client.GET('/api/v1/editions/{slug}/readership', { params: { path: { slug }, query: { limit: 30 } } })) })
  if (!edition) return <p className="empty">{t('desk.no_edition')}</p>
  const words = { lang: edition.language, dir: direction(edition.language) }
  return (
    <div className="readership">
      <div className="tools">
        <Title order={1} size="h4">{t('readers.title')}</Title>
        {mine.length > 1 && <NativeSelect size="sm" aria-label={t('desk.edition', { name: edition.name })} value={slug} onChange={(e) => void go({ to: '/readership', search: { edition: e.currentTarget.value }, replace: true })} data={mine.map((e) => ({ value: e.slug, label: e.name }))} />}
      </div>
      {read.isError && <Alert color="red" m="md" title={t('desk.failed')}><Group><span>{read.error instanceof Failure ? read.error.words : t('fault.unknown')}</span><Button size="xs" onClick={() => void read.refetch()}>{t('app.again')}</Button></Group></Alert>}
      {read.isPending && <Stack p="md" role="status" aria-label={t('app.loading')}>{Array.from({ length: 4 }, (_, i) => <Skeleton key={i} h={40} />)}</Stack>}
      {read.data && <>
        <dl className="readers">
          <div><dt>{t('readers.now')}</dt><dd>{number(read.data.reading)}</dd></div>
          <div><dt>{t('readers.today')}</dt><dd>{number(read.data.today)}</dd></div>
          <div><dt>{t('readers.week')}</dt><dd>{number(read.data.week)}</dd></div>
        </dl>
        <h2>{t('readers.most')}</h2>
        {read.data.most_read.length === 0 ? <p className="empty">{t('readers.none')}</p> : (
          <table>
            <thead><tr><th scope="col">{t('readers.story')}</th><th scope="col">{t('readers.now')}</th><th scope="col">{t('readers.today')}</th><th scope="col">{t('readers.week')}</th></tr></thead>
            <tbody>{read.data.most_read.map((s) => (
              <tr key={s.id}><th scope="row"><Link to="/stories/$id" params={{ id: s.id }}><bdi {...words}>{s.headline}</bdi></Link></th><td>{number(s.reading)}</td><td>{number(s.today)}</td><td>{number(s.week)}</td></tr>))}</tbody>
          </table>)}
        <p className="quiet">{t('readers.how')}</p>
      </>}
    </div>
  )
}
