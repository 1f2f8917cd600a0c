// What a front was: who changed what when, compared with what stands here, and the way back.
import { Alert, Button, Skeleton, Stack, Text } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { client, Failure, got } from '../api'
import { moment, t } from '../words'
import { differing, type Front, type Pin } from './arrange'
import { InWords } from './both'
import { useStories } from './stories'

export function History({ front, now, title, name, zone, onTake }: { front: Front, now: Pin[], title: (id: string) => string | undefined, name: (slot: number) => string, zone: string, onTake: (pins: Pin[]) => void }) {
  const { edition, section } = front
  const [chosen, setChosen] = useState<number>()
  const list = useInfiniteQuery({
    queryKey: ['front-versions', front.id, front.version], initialPageParam: '',
    queryFn: ({ pageParam }) => got(client.GET('/api/v1/fronts/{edition}/versions', { params: { path: { edition }, query: { limit: 20, ...(section ? { section } : {}), ...(pageParam ? { after: pageParam } : {}) } } })),
    getNextPageParam: (page) => page.next,
  })
  const versions = list.data?.pages.flatMap((p) => p.items) ?? []
  const one = versions.find((v) => v.version === chosen)
  const older = useStories(one?.pins.map((p) => p.article) ?? [], front, [])
  const of = (id: string) => title(id) ?? older.get(id)?.headline
  const slots = one ? differing(one.pins, now) : []
  return (
    <aside className="front-stories" aria-label={t('fronts.history')}>
      <h2>{t('fronts.history')}</h2>
      {list.isPending && <Skeleton h={36} />}
      {list.isError && <Alert color="red">{list.error instanceof Failure ? list.error.words : t('fault.unknown')}</Alert>}
      {list.isSuccess && versions.length === 0 && <p className="empty">{t('fronts.history.none')}</p>}
      <Stack gap={0}>
        {versions.map((v) => (
          <div key={v.version}>
            <button type="button" className="version" aria-pressed={v.version === chosen} onClick={() => setChosen(v.version === chosen ? undefined : v.version)}>
              <span>{v.why === 'expired' ? t('fronts.history.expired') : <bdi>{v.name ?? ''}</bdi>}{v.version === front.version && <span className="quiet"> {t('fronts.history.now')}</span>}</span><span className="quiet">{moment(v.changed_at, zone)}</span>
            </button>
            {v.version === chosen && (
              <div className="compare">
                {slots.length === 0 && <Text size="sm">{t('fronts.history.same')}</Text>}
                {slots.map((s) => (
                  <div key={s} className="change"><strong>{name(s)}</strong>
                    <p><del><InWords pin={now.find((p) => p.slot === s)} title={of} zone={zone} /></del></p>
                    <p><ins><InWords pin={v.pins.find((p) => p.slot === s)} title={of} zone={zone} /></ins></p></div>
                ))}
                {slots.length > 0 && <Button size="compact-sm" variant="default" onClick={() => onTake(v.pins)}>{t('fronts.history.take')}</Button>}
              </div>
            )}
          </div>
        ))}
      </Stack>
      {list.hasNextPage && <Button mt="sm" size="compact-sm" variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t('desk.more')}</Button>}
    </aside>
  )
}
