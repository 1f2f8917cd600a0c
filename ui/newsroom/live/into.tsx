// Something on its way into a live coverage: it comes into the box there, and nothing goes out before somebody publishes it.
import { Button, Menu } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { client, got } from '../api'
import type { LiveSearch } from '../app'
import { t } from '../words'

/** Offers the live coverages of an edition that go on, first the one called `near`; nothing where there is none, or none that one sees. `what` names what comes into the box. */
export function IntoLive({ edition, what, near, small }: { edition: string, what: LiveSearch, near?: string, small?: boolean }) {
  const go = useNavigate()
  const open = useQuery({ queryKey: ['coverages', edition, 'open', 'some'], queryFn: async () => (await got(client.GET('/api/v1/coverages', { params: { query: { edition, state: 'open', limit: 30 } } }))).items })
  if (!open.data?.length) return null
  const list = [...open.data].sort((a, b) => Number(b.id === near) - Number(a.id === near))
  return (
    <Menu position="bottom-start" withinPortal>
      <Menu.Target>{small ? <Button size="compact-sm" variant="subtle" color="gray">{t('live.into')}</Button> : <Button size="sm" variant="default">{t('live.into')}</Button>}</Menu.Target>
      <Menu.Dropdown>{list.map((c) => <Menu.Item key={c.id} onClick={() => void go({ to: '/live/$id', params: { id: c.id }, search: what })}><bdi>{c.headline || t('desk.untitled')}</bdi></Menu.Item>)}</Menu.Dropdown>
    </Menu>
  )
}
