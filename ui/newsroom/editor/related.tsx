// A story of our own inside another: its headline and state, never a copy of its text.
import { useQuery } from '@tanstack/react-query'
import { client, got } from '../api'
import { t, type Key } from '../words'

export function RelatedCard({ id }: { id: string }) {
  const story = useQuery({ queryKey: ['article', id, 'card'], queryFn: () => got(client.GET('/api/v1/articles/{id}', { params: { path: { id } } })), staleTime: 60_000 })
  if (story.isError) return <span>{t('related.gone')}</span>
  return <span><strong>{t('related.one')}</strong> <bdi>{story.data?.headline ?? ''}</bdi>{story.data && story.data.state !== 'published' && <em> {t(`state.${story.data.state}` as Key)}</em>}</span>
}
