// The sections of an edition: what they are called, where they stand, and new ones.
import { Alert, Button, Group, NativeSelect, NumberInput, Stack, Text, TextInput, Title } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { client, Failure, got, key, type Section } from '../api'
import { useSections } from '../sections'
import { has, useSession } from '../session'
import { direction, sayFault, t } from '../words'
import { slugOf } from './slug'

export function Sections() {
  const { me, editions } = useSession()
  const mine = editions.filter((e) => has(me, e.slug, 'admin', 'editor'))
  const [slug, setSlug] = useState(mine.find((e) => e.default)?.slug ?? mine[0]?.slug ?? '')
  const edition = mine.find((e) => e.slug === slug)
  const list = useSections(slug)
  if (!edition) return <p className="empty">{t('settings.not_yours')}</p>
  return (
    <Stack gap="md">
      <Title order={2} size="h3">{t('settings.title')}</Title>
      <Text c="dimmed">{t('settings.text')}</Text>
      {mine.length > 1 && <NativeSelect w={280} aria-label={t('desk.edition', { name: edition.name })} value={slug} onChange={(e) => setSlug(e.currentTarget.value)} data={mine.map((e) => ({ value: e.slug, label: e.name }))} />}
      {list.isError && <Alert color="red">{list.error instanceof Failure ? list.error.words : t('fault.unknown')}</Alert>}
      {list.data?.length === 0 && <Text>{t('settings.none')}</Text>}
      {list.data?.map((s) => <One key={s.id} section={s} language={edition.language} />)}
      <Title order={3} size="h4" mt="md">{t('settings.added')}</Title>
      <One key={`new ${slug}`} edition={slug} language={edition.language} />
    </Stack>
  )
}

function One({ section, edition, language }: { section?: Section, edition?: string, language: string }) {
  const cache = useQueryClient()
  const [changed, setTyped] = useState<Partial<{ name: string, slug: string, description: string, position: number | undefined }>>({})
  const first = useRef<HTMLInputElement>(null)
  const was = { name: section?.name ?? '', slug: section?.slug ?? '', description: section?.description ?? '', position: section?.position }
  const typed = { ...was, ...(section ? {} : { slug: slugOf(changed.name ?? '') }), ...changed }
  const save = useMutation({
    mutationFn: () => section
      ? got(client.PATCH('/api/v1/sections/{id}', { params: { path: { id: section.id }, header: { 'If-Match': '*' } }, body: { name: typed.name, slug: typed.slug, description: typed.description, ...(typed.position ? { position: typed.position } : {}) } }))
      : got(client.POST('/api/v1/sections', { params: { header: { 'Idempotency-Key': key() } }, body: { edition: edition!, name: typed.name, slug: typed.slug, description: typed.description } })),
    onSuccess: async () => {
      await cache.invalidateQueries({ queryKey: ['sections'] })
      setTyped({})
      if (!section) first.current?.focus()
    },
  })
  const set = (name: 'name' | 'slug' | 'description') => (e: { currentTarget: { value: string } }) => { const { value } = e.currentTarget; save.reset(); setTyped((old) => ({ ...old, [name]: value })) }
  const places = save.error instanceof Failure ? save.error.problem.errors ?? [] : []
  const wrong = (name: string) => { const p = places.find((e) => e.location === `body.${name}`); return p && (p.key ? sayFault(p.key, p.message ?? '') : p.message) }
  const words = { lang: language, dir: direction(language) }
  return (
    <form className="section" onSubmit={(e) => { e.preventDefault(); save.mutate() }}>
      <Group align="flex-start" gap="sm">
        <TextInput ref={first} label={t('settings.name')} required value={typed.name} onChange={set('name')} error={wrong('name')} {...words} />
        <TextInput label={t('settings.slug')} required value={typed.slug} onChange={set('slug')} error={wrong('slug')} dir="ltr" />
        <TextInput className="grow" label={t('settings.description')} value={typed.description} onChange={set('description')} error={wrong('description')} {...words} />
        {section && <NumberInput w={90} label={t('settings.position')} min={1} max={1000} value={typed.position ?? ''} onChange={(v) => setTyped((old) => ({ ...old, position: typeof v === 'number' ? v : undefined }))} hideControls />}
        <Button type="submit" mt={25} variant={section ? 'default' : 'filled'} loading={save.isPending}>{t(section ? 'settings.save' : 'settings.add')}</Button>
      </Group>
      {save.isError && places.length === 0 && <Alert color="red" mt="xs" role="alert">{save.error instanceof Failure ? save.error.words : t('fault.unknown')}</Alert>}
      {save.isSuccess && <Text size="sm" c="dimmed" role="status">{t('settings.saved')}</Text>}
    </form>
  )
}
