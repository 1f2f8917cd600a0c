// How a story is read: now, today, in seven days. Numbers only, counted without knowing who read.
import { Skeleton, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { client, Failure, got } from '../api'
import { number, spoken, t } from '../words'

/** How often the numbers are read again while they are looked at. */
const every = 30_000

export function StoryReaders({ id }: { id: string }) {
  const read = useQuery({ queryKey: ['readership', id], refetchInterval: every, queryFn: () => got(client.GET('/api/v1/articles/{id}/readership', { params: { path: { id } } })) })
  if (read.isPending) return <Skeleton h={64} role="status" aria-label={t('app.loading')} />
  if (read.isError) return <Text size="sm" c="dimmed">{read.error instanceof Failure ? read.error.words : t('fault.unknown')}</Text>
  const { reading, today, week, days } = read.data
  return (
    <section className="readers" aria-label={t('readers.title')}>
      <dl>
        <div><dt>{t('readers.now')}</dt><dd>{number(reading)}</dd></div>
        <div><dt>{t('readers.today')}</dt><dd>{number(today)}</dd></div>
        <div><dt>{t('readers.week')}</dt><dd>{number(week)}</dd></div>
      </dl>
      <Days days={days} />
    </section>
  )
}

/** Seven days as bars; who listens gets them as a sentence. */
function Days({ days }: { days: { date: string, views: number }[] }) {
  const most = Math.max(1, ...days.map((d) => d.views))
  const name = (date: string) => new Date(`${date}T12:00:00Z`).toLocaleDateString(`${spoken()}-u-nu-latn`, { weekday: 'short', timeZone: 'UTC' })
  const label = days.map((d) => `${name(d.date)}: ${number(d.views)}`).join(t('list.comma'))
  return (
    <svg viewBox="0 0 140 40" className="days" role="img" aria-label={t('readers.days', { days: label })} preserveAspectRatio="none">
      {days.map((d, i) => { const high = d.views === 0 ? 1 : Math.max(2, Math.round(38 * d.views / most)); return <rect key={d.date} x={i * 20 + 2} y={40 - high} width={16} height={high}><title>{`${name(d.date)}: ${number(d.views)}`}</title></rect> })}
    </svg>
  )
}
