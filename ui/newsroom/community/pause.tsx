// Discussions that are paused, in an edition or everywhere: said clearly, begun and ended in one act.
import { Button, Menu } from '@mantine/core'
import { useMutation, useQueries, useQuery, useQueryClient } from '@tanstack/react-query'
import { client, got, tagged, type Edition } from '../api'
import { has, useSession } from '../session'
import { t } from '../words'
import { failed } from '../you/you'

/** onPaused is told the new version of an edition's settings, for who has the one of before in a form: what is typed there stays. */
export function Pause({ editions, onPaused }: { editions: Edition[], onPaused?: (slug: string, etag: string) => void }) {
  const { me } = useSession()
  const cache = useQueryClient()
  const site = useQuery({ queryKey: ['discussion', ''], queryFn: () => got(client.GET('/api/v1/discussion')) })
  const each = useQueries({ queries: editions.map((e) => ({ queryKey: ['discussion', e.slug], queryFn: () => got(client.GET('/api/v1/editions/{slug}/discussion', { params: { path: { slug: e.slug } } })) })) })
  const set = useMutation({
    mutationFn: async ({ slug, paused }: { slug: string, paused: boolean }) => {
      if (!slug) return void await got(client.PATCH('/api/v1/discussion', { body: { paused } }))
      const { etag } = await tagged(client.PATCH('/api/v1/editions/{slug}/discussion', { params: { path: { slug } }, body: { paused } }))
      onPaused?.(slug, etag)
    },
    onSettled: () => cache.invalidateQueries({ queryKey: ['discussion'], predicate: (q) => q.queryKey[2] !== 'tagged' }),
  })
  const admin = me.grants.some((g) => g.role === 'admin' && !g.edition)
  const everywhere = site.data?.paused ?? false
  const paused = editions.filter((_, i) => each[i]?.data?.paused)
  const going = editions.filter((e, i) => each[i]?.data && !each[i].data.paused && has(me, e.slug, 'admin', 'editor', 'moderator'))
  return (
    <>
      {everywhere && <div className="paused" role="status"><b>{t('pause.everywhere')}</b>{admin && <Button size="compact-sm" variant="default" loading={set.isPending} onClick={() => set.mutate({ slug: '', paused: false })}>{t('pause.go_on')}</Button>}</div>}
      {paused.map((e) => <div key={e.slug} className="paused" role="status"><b>{t('pause.edition', { name: e.name })}</b><Button size="compact-sm" variant="default" loading={set.isPending} onClick={() => set.mutate({ slug: e.slug, paused: false })}>{t('pause.go_on')}</Button></div>)}
      {set.isError && <p className="red pause-act" role="alert">{failed(set.error)}</p>}
      {(going.length > 0 || admin) && !everywhere && (
        <div className="pause-act">
          <Menu position="bottom-start" withinPortal>
            <Menu.Target><Button size="compact-sm" variant="subtle" color="gray">{t('pause.button')}</Button></Menu.Target>
            <Menu.Dropdown>
              <Menu.Label>{t('pause.what')}</Menu.Label>
              {going.map((e) => <Menu.Item key={e.slug} onClick={() => set.mutate({ slug: e.slug, paused: true })}><bdi>{e.name}</bdi></Menu.Item>)}
              {admin && <Menu.Item onClick={() => set.mutate({ slug: '', paused: true })}>{t('pause.site')}</Menu.Item>}
            </Menu.Dropdown>
          </Menu>
        </div>
      )}
    </>
  )
}
