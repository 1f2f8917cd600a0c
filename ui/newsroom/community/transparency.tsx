// What was decided, month by month: notices of illegal content, decisions by ground and by rule, objections and how long they took.
import { Alert, Skeleton, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { client, got } from '../api'
import type { RoomFilters } from '../app'
import type { components } from '../made/api'
import { monthOf, number, t, type Key } from '../words'
import { failed } from '../you/you'
import { useModerated } from './counts'
import { Head, lastEdition } from './head'

type Tally = components['schemas']['Tally']

export function Transparency() {
  const mine = useModerated()
  const filters = useSearch({ strict: false }) as RoomFilters
  const go = useNavigate()
  const edition = mine.find((e) => e.slug === (filters.edition ?? lastEdition(mine)))?.slug
  const list = useQuery({ queryKey: ['community', 'transparency', edition ?? ''], enabled: mine.length > 0, queryFn: async () => (await got(client.GET('/api/v1/transparency', { params: { query: edition ? { edition } : {} } }))).items })
  if (mine.length === 0) return <p className="empty">{t('community.not_yours')}</p>
  const name = (slug: string | undefined) => slug ? mine.find((e) => e.slug === slug)?.name ?? slug : t('transparency.site')
  return (
    <div className="community transparency">
      <Head mine={mine} edition={edition} onEdition={(to) => void go({ to: '/community/transparency', search: to ? { edition: to } : {}, replace: true })}>
        <span className="grow" />
        <a className="csv" href={`/api/v1/transparency.csv${edition ? `?edition=${edition}` : ''}`} download>{t('transparency.csv')}</a>
      </Head>
      <p className="quiet intro">{t('transparency.text')}</p>
      {list.isError && <Alert color="red" m="md" role="alert">{failed(list.error)}</Alert>}
      {list.isPending && <Stack p="md" role="status" aria-label={t('app.loading')}>{[0, 1].map((i) => <Skeleton key={i} h={140} />)}</Stack>}
      {list.data?.length === 0 && <p className="empty">{t('transparency.none')}</p>}
      {list.data?.map((m) => <Month key={`${m.month}/${m.edition ?? ''}`} m={m} name={name(m.edition)} />)}
    </div>
  )
}

const one = new Intl.NumberFormat('en', { maximumFractionDigits: 1 })

function Month({ m, name }: { m: Tally, name: string }) {
  const decided = m.approved + m.rejected
  const parts = (of: Record<string, number>, say: (key: string) => string) => Object.entries(of).sort((a, b) => b[1] - a[1]).map(([key, n]) => `${say(key)} ${number(n)}`).join(' · ')
  const breaches = parts(m.breaches, (b) => t(b === 'none' ? 'transparency.unsaid' : `breach.${b}` as Key))
  const rules = parts(m.rules, (r) => t((['banned', 'suspect', 'name', 'learned'].includes(r) ? `transparency.${r}` : `hold.${r}`) as Key)) // what these say on a card names words
  return (
    <section>
      <h2><bdi>{monthOf(m.month)}</bdi> <bdi className="quiet">{name}</bdi></h2>
      <dl>
        {m.notices > 0 && <><dt>{t('transparency.notices')}</dt><dd><b>{number(m.notices)}</b> {t('transparency.notices.of', { removed: m.notices_removed, kept: m.notices_kept, hours: one.format(m.notice_hours) })}</dd></>}
        {decided > 0 && <><dt>{t('transparency.decisions')}</dt><dd><b>{number(decided)}</b> {t('transparency.decisions.of', { approved: m.approved, rejected: m.rejected, share: Math.round(100 * m.by_rule / decided) })}</dd></>}
        {breaches && <><dt>{t('transparency.breaches')}</dt><dd>{breaches}</dd></>}
        {rules && <><dt>{t('transparency.rules')}</dt><dd>{rules}</dd></>}
        {m.restricted > 0 && <><dt>{t('transparency.restricted')}</dt><dd><b>{number(m.restricted)}</b></dd></>}
        {m.appeals > 0 && <><dt>{t('transparency.appeals')}</dt><dd><b>{number(m.appeals)}</b> {t('transparency.appeals.of', { upheld: m.upheld, restored: m.restored, hours: one.format(m.appeal_hours) })}</dd></>}
      </dl>
    </section>
  )
}
