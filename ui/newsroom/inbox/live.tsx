// A wire item on its way into a live coverage: it comes into the box there, and nothing goes out before somebody publishes it.
import { Button, Menu } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { client, got, type InboxItem } from '../api'
import { t } from '../words'

/** Offers the live coverages of the item's edition that go on; nothing where there is none. */
export function IntoLive({ item }: { item: InboxItem }) {
  const go = useNavigate()
  const open = useQuery({ queryKey: ['coverages', item.edition, 'open', 'some'], queryFn: async () => (await got(client.GET('/api/v1/coverages', { params: { query: { edition: item.edition, state: 'open', limit: 30 } } }))).items })
  if (!open.data?.length) return null
  return (
    <Menu position="bottom-start" withinPortal>
      <Menu.Target><Button size="sm" variant="default">{t('inbox.live')}</Button></Menu.Target>
      <Menu.Dropdown>{open.data.map((c) => <Menu.Item key={c.id} onClick={() => void go({ to: '/live/$id', params: { id: c.id }, search: { item: item.id } })}><bdi>{c.headline || t('desk.untitled')}</bdi></Menu.Item>)}</Menu.Dropdown>
    </Menu>
  )
}
