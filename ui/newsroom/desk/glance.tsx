// A story beside the list: enough of it to know it, without taking it in hand.
import { Alert, Button, CloseButton, Group, Skeleton, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { client, Failure, got } from '../api'
import { textOf, type Body } from '../editor/document'
import { useZone } from '../session'
import { direction, moment, t, type Key } from '../words'
import { chipsOf } from './row'

/** The text a person reads before deciding: the first blocks, not all of a long story. */
const beginning = (body: Body | undefined): string[] => (body?.content ?? []).map((n) => textOf(n).trim()).filter(Boolean).slice(0, 12)

export function Glance({ id, onOpen, onClose }: { id: string, onOpen: () => void, onClose: () => void }) {
  const story = useQuery({ queryKey: ['article', id, 'glance'], queryFn: () => got(client.GET('/api/v1/articles/{id}', { params: { path: { id } } })), staleTime: 0 })
  const a = story.data
  const zone = useZone(a?.edition ?? '')
  return (
    <aside className="glance" aria-label={t('glance.label')}>
      <Group justify="space-between" wrap="nowrap"><Button size="xs" variant="default" onClick={onOpen}>{t('keys.open')}</Button><CloseButton aria-label={t('glance.close')} onClick={onClose} /></Group>
      {story.isError && <Alert color="red" mt="sm"><Group><span>{story.error instanceof Failure ? story.error.words : t('fault.unknown')}</span><Button size="xs" onClick={() => void story.refetch()}>{t('app.again')}</Button></Group></Alert>}
      {story.isPending && <Stack mt="md" role="status" aria-label={t('app.loading')}><Skeleton h={28} /><Skeleton h={60} /><Skeleton h={120} /></Stack>}
      {a && <div lang={a.language} dir={direction(a.language)} className="glancetext">
        <h2 dir="auto">{a.headline || t('desk.untitled')}</h2>
        <p className="under" lang={document.documentElement.lang} dir={document.documentElement.dir}>
          <span className="state">{t(`state.${a.state}` as Key)}</span>{a.updated_at && <span>{moment(a.updated_at, zone)} {a.updated_by_name && <bdi>{a.updated_by_name}</bdi>}</span>}{a.kind !== 'live' && <span>{t('desk.words', { n: a.words })}</span>}
          {chipsOf(a, zone).map((c) => <span key={c.key} className={c.red ? 'chip red' : 'chip'}>{t(c.key, c.values)}</span>)}
        </p>
        {a.desk_note && <p className="box" lang={document.documentElement.lang} dir="auto">{a.desk_note}</p>}
        {a.lead && <p className="lead" dir="auto">{a.lead}</p>}
        {beginning(a.body as Body | undefined).map((text, i) => <p key={i} dir="auto">{text}</p>)}
        {a.words === 0 && !a.lead && <Text c="dimmed" lang={document.documentElement.lang}>{t('glance.empty')}</Text>}
      </div>}
    </aside>
  )
}
