// Standing pages: what an edition has, and the usual ones to begin with. Each is written in the editor like a story.
import { Alert, Button, Group, Stack, Text, Title } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { client, Failure, got, key } from '../api'
import { direction, sayIn, t, type Key } from '../words'
import { useChosen } from './chosen'
import { usePages } from './navigation'

const usual = ['about', 'imprint', 'privacy', 'contact'] as const

export function Pages() {
  const { edition, choice } = useChosen()
  const go = useNavigate()
  const pages = usePages(edition?.slug ?? '')
  const make = useMutation({
    mutationFn: async (slug: typeof usual[number] | '') => got(client.POST('/api/v1/articles', { params: { header: { 'Idempotency-Key': key() } }, body: { edition: edition!.slug, kind: 'page', ...(slug ? { slug, headline: await sayIn(edition!.language, `pages.${slug}`) } : {}) } })),
    onSuccess: (a) => void go({ to: '/stories/$id', params: { id: a.id } }),
  })
  const there = new Set(pages.data?.map((p) => p.slug))
  return (
    <Stack className="settings" gap="md">
      <Title order={2} size="h3">{t('settings.place.pages')}</Title>
      <Text c="dimmed">{t('pages.text')}</Text>
      {choice}
      {pages.isError && <Alert color="red"><Group><span>{(pages.error as Failure).words}</span><Button size="xs" onClick={() => void pages.refetch()}>{t('app.again')}</Button></Group></Alert>}
      {pages.data?.length === 0 && <Text>{t('pages.none')}</Text>}
      <ul className="uses">
        {pages.data?.map((p) => (
          <li key={p.id}><Link to="/stories/$id" params={{ id: p.id }} lang={p.language} dir={direction(p.language)}>{p.headline || p.slug || t('desk.untitled')}</Link>
            <span className="under"><span>{t(`state.${p.state}` as Key)}</span>{p.url && <bdi dir="ltr">{new URL(p.url).pathname}</bdi>}</span></li>
        ))}
      </ul>
      <Title order={3} size="h4">{t('pages.begin')}</Title>
      <Group gap="xs">
        {usual.filter((s) => !there.has(s)).map((s) => <Button key={s} variant="default" disabled={make.isPending || !pages.isSuccess} onClick={() => make.mutate(s)}>{t(`pages.${s}`)}</Button>)}
        <Button variant="default" disabled={make.isPending || !pages.isSuccess} onClick={() => make.mutate('')}>{t('pages.other')}</Button>
      </Group>
      {make.isError && <Alert color="red" role="alert">{make.error instanceof Failure ? make.error.words : t('fault.unknown')}</Alert>}
    </Stack>
  )
}
