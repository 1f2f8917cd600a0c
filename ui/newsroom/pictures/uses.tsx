// The stories that a picture stands in.
import { Alert } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Failure } from '../api'
import { usesOf } from '../pictures'
import { useSession } from '../session'
import { direction, t, type Key } from '../words'

export const useUses = (id: string) => useQuery({ queryKey: ['picture', id, 'uses'], queryFn: () => usesOf(id) })

/** What a picture stands in besides stories. */
const elsewhere: Record<string, Key> = { sponsor: 'support.sponsor', front: 'picture.uses.front', author: 'picture.uses.author', topic: 'picture.uses.topic' }

export function Uses({ id, live }: { id: string, live?: boolean }) {
  const { editions } = useSession()
  const uses = useUses(id)
  if (uses.isError) return <Alert color="red">{(uses.error as Failure).words}</Alert>
  if (!uses.data) return <p className="quiet" role="status">{t('app.loading')}</p>
  const list = live ? uses.data.filter((u) => u.live) : uses.data
  if (list.length === 0) return <p className="quiet">{t('picture.uses.none')}</p>
  return (
    <ul className="uses">
      {list.map((u) => {
        const edition = editions.find((e) => e.slug === u.edition)
        return (
          <li key={u.id}>
            {u.draft ? <Link to="/stories/$id" params={{ id: u.id }} dir={direction(edition?.language ?? 'en')} lang={edition?.language}>{u.headline || t('desk.untitled')}</Link> : <a href={u.url} dir="auto">{u.headline}</a>}
            <span className="under"><span>{elsewhere[u.kind] ? t(elsewhere[u.kind]!) : t(`state.${u.state}` as Key)}</span><bdi>{edition?.name ?? u.edition}</bdi>{u.live && <span className="chip">{t('picture.uses.live')}</span>}{u.live && !u.draft && !elsewhere[u.kind] && <span>{t('picture.uses.only_live')}</span>}</span>
          </li>
        )
      })}
    </ul>
  )
}
