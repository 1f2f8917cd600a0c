// How an edition talks with its readers: what waits, what closes, and which words are looked at.
import { Alert, Button, Checkbox, Group, NumberInput, Skeleton, Stack, Switch, Text, Textarea, TextInput, Title } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { client, Failure, tagged, type Edition } from '../api'
import { Pause } from '../community/pause'
import type { components } from '../made/api'
import { useSections } from '../sections'
import { direction, t } from '../words'
import { Advisers } from './advice'
import { Outcome, useChosen, wrongIn } from './chosen'

type Manner = components['schemas']['Manner']

export function Discussion() {
  const { edition, choice } = useChosen()
  const [paused, setPaused] = useState({ slug: '', etag: '' })
  return (
    <Stack className="settings" gap="md">
      <Title order={2} size="h3">{t('settings.place.discussion')}</Title>
      <Text c="dimmed">{t('talk.text')}</Text>
      {choice}
      {edition && <Pause key={edition.slug} editions={[edition]} onPaused={(slug, etag) => setPaused({ slug, etag })} />}
      {edition && <Of key={`of ${edition.slug}`} edition={edition} paused={paused.slug === edition.slug ? paused.etag : ''} />}
    </Stack>
  )
}

function Of({ edition, paused }: { edition: Edition, paused: string }) {
  const { slug } = edition
  // It stands still while somebody fills it in, and is read anew by who comes back: what was saved in between is not in it.
  const now = useQuery({ queryKey: ['discussion', slug, 'tagged'], staleTime: Infinity, gcTime: 0, queryFn: () => tagged(client.GET('/api/v1/editions/{slug}/discussion', { params: { path: { slug } } })) })
  const cache = useQueryClient()
  useEffect(() => () => cache.removeQueries({ queryKey: ['discussion', slug, 'tagged'], exact: true }), [cache, slug]) // before who comes back at once can read it
  const [secret, setSecret] = useState<string>() // it is told once, so it outlives the form, which begins anew with each version
  if (now.isError) return <Alert color="red" role="alert">{now.error instanceof Failure ? now.error.words : t('fault.unknown')}</Alert>
  if (!now.data) return <Stack role="status" aria-label={t('app.loading')}>{[0, 1, 2].map((n) => <Skeleton key={n} h={48} />)}</Stack>
  return <Form key={now.data.etag} edition={edition} manner={now.data.value} etag={now.data.etag} paused={paused} secret={secret} onSecret={setSecret} />
}

const lines = (words: string[]) => words.join('\n')
const version = (etag: string) => Number(etag.replace(/\D/g, ''))
const words = (text: string) => text.split('\n').map((w) => w.trim()).filter(Boolean)

function Form({ edition, manner, etag, paused, secret, onSecret }: { edition: Edition, manner: Manner, etag: string, paused: string, secret: string | undefined, onSecret: (secret: string | undefined) => void }) {
  const { slug } = edition
  const cache = useQueryClient()
  const sections = useSections(slug)
  const [typed, setTyped] = useState({ premoderated: manner.premoderated, new_for: manner.new_for, links: manner.links, trusted_after: manner.trusted_after, close_after: manner.close_after, banned: lines(manner.banned), suspect: lines(manner.suspect), closed: manner.closed, reaction: manner.reaction ?? '', learned: manner.learned, service: manner.service })
  const set = (to: Partial<typeof typed>) => setTyped((old) => ({ ...old, ...to }))
  const [saved, setSaved] = useState({ value: manner, etag })
  // A secret is made, and discussions are paused, whatever version there is. When somebody saved in between, Save still has to meet that.
  const follow = (now: string) => setSaved((old) => version(now) === version(old.etag) + 1 ? { ...old, etag: now } : old)
  useEffect(() => { if (paused) follow(paused) }, [paused])
  const save = useMutation({
    mutationFn: () => tagged(client.PATCH('/api/v1/editions/{slug}/discussion', { params: { path: { slug }, header: { 'If-Match': saved.etag } }, body: { ...typed, banned: words(typed.banned), suspect: words(typed.suspect) } })),
    onSuccess: (now) => { setSaved(now); set({ banned: lines(now.value.banned), suspect: lines(now.value.suspect), reaction: now.value.reaction ?? '', service: now.value.service }); void cache.invalidateQueries({ queryKey: ['discussion', slug], exact: true }) },
  })
  const stale = save.error instanceof Failure && save.error.status === 412
  const wrong = wrongIn(save.error)
  const number = (name: 'new_for' | 'links' | 'trusted_after' | 'close_after', max: number) => (
    <NumberInput maw={320} label={t(`talk.${name}`)} description={t(`talk.${name}.why`)} min={0} max={max} allowDecimal={false} hideControls value={typed[name]} onChange={(v) => set({ [name]: Number(v) || 0 })} error={wrong(name)} />
  )
  const text = { lang: edition.language, dir: direction(edition.language) }
  return (
    <form onSubmit={(e) => { e.preventDefault(); save.mutate() }}>
      <Stack gap="md" maw={560}>
        <Switch label={t('talk.premoderated')} checked={typed.premoderated} onChange={(e) => set({ premoderated: e.currentTarget.checked })} />
        {number('new_for', 20)}
        {number('links', 50)}
        {number('trusted_after', 1000)}
        {number('close_after', 3650)}
        {(['banned', 'suspect'] as const).map((name) => <Textarea key={name} autosize minRows={3} maxRows={14} label={t(`talk.${name}`)} description={t('talk.words.why')} value={typed[name]} onChange={(e) => set({ [name]: e.currentTarget.value })} error={wrong(name)} {...text} />)}
        {!!sections.data?.length && (
          <Checkbox.Group label={t('talk.closed')} value={typed.closed} onChange={(closed) => set({ closed })} error={wrong('closed')}>
            <Stack gap={6} mt={6}>{sections.data.map((s) => <Checkbox key={s.id} value={s.id} label={<bdi {...text}>{s.name}</bdi>} />)}</Stack>
          </Checkbox.Group>
        )}
        <TextInput maw={320} label={t('talk.reaction')} description={t('talk.reaction.why')} maxLength={30} value={typed.reaction} onChange={(e) => set({ reaction: e.currentTarget.value })} error={wrong('reaction')} {...text} />
        <Advisers edition={edition} typed={typed} saved={saved.value} set={set} wrong={wrong} secret={secret} onSecret={onSecret} onVersion={follow} />
        <Group><Button type="submit" loading={save.isPending}>{t('settings.save')}</Button></Group>
        {stale
          ? <Alert color="red" role="alert"><Stack align="start" gap="xs"><span>{t('talk.changed')}</span><Button size="xs" variant="default" onClick={() => void cache.invalidateQueries({ queryKey: ['discussion', slug, 'tagged'] })}>{t('app.again')}</Button></Stack></Alert>
          : <Outcome of={save} />}
      </Stack>
    </form>
  )
}
