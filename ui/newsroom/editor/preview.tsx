// What readers and other sites would have of the story as it stands: the page itself, made by what makes theirs, and its cards.
import { Alert, Button, Group, Loader, Modal, SegmentedControl, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { client, Failure, got, type Article } from '../api'
import { direction, t, type Key } from '../words'
import type { Saver } from './save'

const ways = ['desktop', 'phone', 'social', 'search'] as const
type Way = typeof ways[number]

export function Preview({ article, saver, onClose }: { article: Article, saver: Saver, onClose: () => void }) {
  const [way, setWay] = useState<Way>('desktop')
  const [saved, setSaved] = useState(false)
  // What is shown is what the server has: what was typed goes there first.
  useEffect(() => { void saver.flush().finally(() => setSaved(true)) }, [saver])
  const { version } = saver.standing
  const card = useQuery({ queryKey: ['card', article.id, version], enabled: saved && (way === 'social' || way === 'search'), gcTime: 0, queryFn: () => got(client.GET('/api/v1/articles/{id}/card', { params: { path: { id: article.id } } })) })
  const at = `/api/v1/articles/${article.id}/preview?version=${version}`
  const behind = saved && !['saved', 'saving'].includes(saver.standing.standing)
  const tongue = { lang: article.language, dir: direction(article.language) }
  return (
    <Modal.Root opened onClose={onClose} fullScreen transitionProps={{ duration: 0 }}>
      <Modal.Content aria-label={t('preview.label')} className="preview">
        <Modal.Body>
          <Group justify="space-between" className="previewtools">
            <SegmentedControl size="xs" aria-label={t('preview.label')} value={way} onChange={(v) => setWay(v as Way)} data={ways.map((w) => ({ value: w, label: t(`preview.${w}` as Key) }))} />
            <Group gap="xs"><Button size="xs" variant="default" component="a" href={at} target="_blank">{t('preview.window')}</Button><Button size="xs" onClick={onClose} data-autofocus>{t('app.close')}</Button></Group>
          </Group>
          {behind && <Alert color="red" m="sm">{t('preview.behind')}</Alert>}
          {!saved ? <Stack align="center" p="xl"><Loader type="dots" aria-label={t('app.loading')} /></Stack>
            : way === 'desktop' || way === 'phone' ? <iframe key={version} className={`previewpage ${way}`} src={at} title={t('preview.page')} sandbox="allow-same-origin allow-popups" />
            : card.isError ? <Alert color="red" m="md"><Group><span>{card.error instanceof Failure ? card.error.words : t('fault.unknown')}</span><Button size="xs" onClick={() => void card.refetch()}>{t('app.again')}</Button></Group></Alert>
            : !card.data ? <Stack align="center" p="xl"><Loader type="dots" aria-label={t('app.loading')} /></Stack>
            : way === 'social' ? (
              <Stack align="center" p="md"><div className="socialcard" {...tongue}>
                {card.data.image && <img src={new URL(card.data.image.url).pathname} width={card.data.image.width} height={card.data.image.height} alt={card.data.image.alt ?? ''} />}
                <div><span className="quiet">{new URL(card.data.url).host}</span><strong>{card.data.headline || t('desk.untitled')}</strong><p>{card.data.description}</p></div></div>
                {!card.data.image?.own && <Text size="sm" c="dimmed">{t('preview.social.no_picture')}</Text>}</Stack>)
            : <Stack align="center" p="md"><div className="searchline" {...tongue}><span className="quiet" dir="ltr">{card.data.url.replace(/^https?:\/\//, '').replaceAll('/', ' › ')}</span><strong>{card.data.title}</strong><p>{card.data.description}</p></div>
                {[...card.data.title].length > 70 && <Text size="sm" c="dimmed">{t('preview.search.long')}</Text>}</Stack>}
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  )
}
