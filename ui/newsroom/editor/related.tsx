// Stories of our own beside or inside another: their headlines and states, never a copy of their text.
import { ActionIcon, Group, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { client, got } from '../api'
import { direction, t, type Key } from '../words'
import { StorySearch } from './stories'

const useStory = (id: string) => useQuery({ queryKey: ['article', id, 'card'], queryFn: () => got(client.GET('/api/v1/articles/{id}', { params: { path: { id } } })), staleTime: 60_000 })

export function RelatedCard({ id }: { id: string }) {
  const story = useStory(id)
  if (story.isError) return <span>{t('related.gone')}</span>
  return <span><strong>{t('related.one')}</strong> <bdi>{story.data?.headline ?? ''}</bdi>{story.data && story.data.state !== 'published' && <em className="chip red"> {t(`state.${story.data.state}` as Key)}</em>}</span>
}

function Line({ id, first, last, editable, onMove, onRemove }: { id: string, first: boolean, last: boolean, editable: boolean, onMove: (by: number) => void, onRemove: () => void }) {
  const story = useStory(id)
  const name = story.data?.headline || t(story.isError ? 'related.gone' : 'desk.untitled')
  return (
    <li><span className="grow" lang={story.data?.language} dir={direction(story.data?.language ?? 'en')}>{name}{story.data && story.data.state !== 'published' && <span className="chip red">{t(`state.${story.data.state}` as Key)}</span>}</span>
      {editable && <Group gap={2} wrap="nowrap">
        <ActionIcon size="sm" variant="subtle" color="gray" disabled={first} aria-label={t('related.up', { headline: name })} onClick={() => onMove(-1)}><span aria-hidden="true">↑</span></ActionIcon>
        <ActionIcon size="sm" variant="subtle" color="gray" disabled={last} aria-label={t('related.down', { headline: name })} onClick={() => onMove(1)}><span aria-hidden="true">↓</span></ActionIcon>
        <ActionIcon size="sm" variant="subtle" color="gray" aria-label={t('related.remove', { headline: name })} onClick={onRemove}><span aria-hidden="true">×</span></ActionIcon>
      </Group>}</li>
  )
}

/** The stories that stand below another: searched, put in order, taken away. Readers see the published ones only. */
export function RelatedList({ article, related, editable, onChange }: { article: string, related: string[], editable: boolean, onChange: (ids: string[]) => void }) {
  const move = (i: number, by: number) => { const next = [...related]; const [one] = next.splice(i, 1); next.splice(i + by, 0, one!); onChange(next) }
  return (
    <Stack gap={4}>
      <Text size="sm" fw={500}>{t('field.related')}</Text>
      {related.length > 0 && <ol className="relatedlist" aria-label={t('field.related')}>{related.map((id, i) => <Line key={id} id={id} first={i === 0} last={i === related.length - 1} editable={editable} onMove={(by) => move(i, by)} onRemove={() => onChange(related.filter((r) => r !== id))} />)}</ol>}
      {editable && related.length < 50 && <StorySearch label={t('related.search')} without={[...related, article]} onChoose={(a) => onChange([...related, a.id])} />}
    </Stack>
  )
}
