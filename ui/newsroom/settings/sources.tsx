// Who sends items for an edition: feeds and watched folders, how they go, and new ones.
import { Alert, Button, Group, Modal, NativeSelect, NumberInput, Stack, Text, TextInput, Title } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useState } from 'react'
import { client, Failure, got, key, type WireSource } from '../api'
import { sourceLine } from '../inbox/state'
import { useInboxEvents } from '../live'
import { has, useSession } from '../session'
import { sayFault, t } from '../words'

export function Sources() {
  const { me, editions } = useSession()
  const cache = useQueryClient()
  const mine = editions.filter((e) => has(me, e.slug, 'admin', 'editor'))
  const [slug, setSlug] = useState(mine.find((e) => e.default)?.slug ?? mine[0]?.slug ?? '')
  const edition = mine.find((e) => e.slug === slug)
  const list = useQuery({ queryKey: ['sources', slug], enabled: slug !== '', queryFn: async () => (await got(client.GET('/api/v1/sources', { params: { query: { edition: slug } } }))).items })
  useInboxEvents(slug, useCallback((e) => { if (e.kind === 'sourced') void cache.invalidateQueries({ queryKey: ['sources'] }) }, [cache]))
  if (!edition) return <p className="empty">{t('settings.not_yours')}</p>
  return (
    <Stack className="settings" gap="md">
      <Title order={2} size="h3">{t('sources.title')}</Title>
      <Text c="dimmed">{t('sources.text')}</Text>
      {mine.length > 1 && <NativeSelect w={280} maw="100%" aria-label={t('desk.edition', { name: edition.name })} value={slug} onChange={(e) => setSlug(e.currentTarget.value)} data={mine.map((e) => ({ value: e.slug, label: e.name }))} />}
      {list.isError && <Alert color="red">{list.error instanceof Failure ? list.error.words : t('fault.unknown')}</Alert>}
      {list.data?.length === 0 && <Text>{t('sources.none')}</Text>}
      {list.data?.map((s) => <One key={`${s.id}${s.name}${s.address}${s.minutes}${s.keep_days}${s.urgency}`} source={s} />)}
      <Title order={3} size="h4" mt="md">{t('sources.new')}</Title>
      <One key={`new${list.data?.length ?? 0}${slug}`} edition={slug} />
    </Stack>
  )
}

function One({ source: s, edition }: { source?: WireSource, edition?: string }) {
  const cache = useQueryClient()
  const again = () => cache.invalidateQueries({ queryKey: ['sources'] })
  const [typed, setTyped] = useState({ kind: s?.kind ?? 'feed' as 'feed' | 'folder', name: s?.name ?? '', address: s?.address ?? '', minutes: s?.minutes ?? 5, keep_days: s?.keep_days ?? 7, urgency: s?.urgency ?? 5 })
  const [ending, setEnding] = useState(false)
  const { kind, ...rest } = typed
  const save = useMutation({
    mutationFn: () => s
      ? got(client.PATCH('/api/v1/sources/{id}', { params: { path: { id: s.id }, header: {} }, body: rest }))
      : got(client.POST('/api/v1/sources', { params: { header: { 'Idempotency-Key': key() } }, body: { edition: edition!, kind, ...rest } })),
    onSuccess: again,
  })
  const pause = useMutation({ mutationFn: () => got(client.PATCH('/api/v1/sources/{id}', { params: { path: { id: s!.id }, header: {} }, body: { paused: !s!.paused } })), onSuccess: again })
  const read = useMutation({ mutationFn: () => got(client.POST('/api/v1/sources/{id}/refresh', { params: { path: { id: s!.id }, header: { 'Idempotency-Key': key() } } })), onSuccess: again })
  const end = useMutation({ mutationFn: () => got(client.DELETE('/api/v1/sources/{id}', { params: { path: { id: s!.id }, header: {} } })), onSuccess: () => { setEnding(false); void again(); void cache.invalidateQueries({ queryKey: ['inbox'] }) } })
  const failed = [save, pause, read, end].find((m) => m.isError)
  const places = save.error instanceof Failure ? save.error.problem.errors ?? [] : []
  const wrong = (name: string) => { const p = places.find((e) => e.location === `body.${name}`); return p && (p.key ? sayFault(p.key, p.message ?? '') : p.message) }
  const set = (name: 'name' | 'address') => (e: { currentTarget: { value: string } }) => { const { value } = e.currentTarget; setTyped((old) => ({ ...old, [name]: value })) }
  const number = (name: 'minutes' | 'keep_days' | 'urgency') => (v: string | number) => { if (typeof v === 'number') setTyped((old) => ({ ...old, [name]: v })) }
  return (
    <form className="section" onSubmit={(e) => { e.preventDefault(); save.mutate() }} aria-label={s ? s.name : t('sources.new')}>
      {s && <p className="source-state"><strong><bdi>{s.name}</bdi></strong> <span className={s.reading.failures > 0 ? 'red' : 'quiet'} role="status">{sourceLine(s)}</span></p>}
      <Group align="flex-start" gap="sm">
        {!s && <NativeSelect label={t('source.kind')} value={typed.kind} onChange={(e) => { const v = e.currentTarget.value as 'feed' | 'folder'; setTyped((old) => ({ ...old, kind: v })) }} data={[{ value: 'feed', label: t('source.kind.feed') }, { value: 'folder', label: t('source.kind.folder') }]} />}
        <TextInput label={t('settings.name')} required value={typed.name} onChange={set('name')} error={wrong('name')} />
        <TextInput className="grow" label={t(typed.kind === 'feed' ? 'source.address' : 'source.folder')} required value={typed.address} onChange={set('address')} error={wrong('address')} dir="ltr" inputMode={typed.kind === 'feed' ? 'url' : 'text'} />
        <NumberInput w={110} label={t('source.minutes')} min={1} max={1440} value={typed.minutes} onChange={number('minutes')} error={wrong('minutes')} hideControls />
        <NumberInput w={110} label={t('source.keep_days')} min={1} max={90} value={typed.keep_days} onChange={number('keep_days')} error={wrong('keep_days')} hideControls />
        <NumberInput w={110} label={t('field.urgency')} min={1} max={9} value={typed.urgency} onChange={number('urgency')} error={wrong('urgency')} hideControls />
      </Group>
      <Group mt="sm" gap="xs">
        <Button type="submit" size="sm" variant={s ? 'default' : 'filled'} loading={save.isPending}>{t(s ? 'settings.save' : 'sources.add')}</Button>
        {s && !s.paused && <Button size="sm" variant="default" loading={read.isPending} onClick={() => read.mutate()}>{t('source.read_now')}</Button>}
        {s && <Button size="sm" variant="subtle" color="gray" loading={pause.isPending} onClick={() => pause.mutate()}>{t(s.paused ? 'source.go_on' : 'source.pause')}</Button>}
        {s && <Button size="sm" variant="subtle" color="red" onClick={() => setEnding(true)}>{t('source.end')}</Button>}
      </Group>
      {failed && !(failed === save && places.length > 0) && <Alert color="red" mt="xs" role="alert">{failed.error instanceof Failure ? failed.error.words : t('fault.unknown')}</Alert>}
      {s && <Modal opened={ending} onClose={() => setEnding(false)} title={t('source.end.title', { name: s.name })} closeButtonProps={{ 'aria-label': t('app.close') }}>
        <Stack><Text>{t('source.end.text')}</Text><Group><Button color="red" loading={end.isPending} onClick={() => end.mutate()}>{t('source.end')}</Button><Button variant="default" onClick={() => setEnding(false)}>{t('app.back')}</Button></Group></Stack>
      </Modal>}
    </form>
  )
}
