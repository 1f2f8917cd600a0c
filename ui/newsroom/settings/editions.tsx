// The editions: what each is called, its language, time and address, which comes first, and new ones.
import { Button, Checkbox, Group, NativeSelect, Stack, Text, TextInput, Title } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { client, got, key, type Edition } from '../api'
import { useSession } from '../session'
import { autonyms, direction, languages, t } from '../words'
import { Outcome, useChosen, useSaved, wrongIn } from './chosen'

export function Editions() {
  const { me } = useSession()
  const { edition, choice } = useChosen()
  const all = me.grants.some((g) => ['admin', 'editor'].includes(g.role) && !g.edition)
  return (
    <Stack className="settings" gap="md">
      <Title order={2} size="h3">{t('settings.place.editions')}</Title>
      {choice}
      {edition && <One key={edition.slug} edition={edition} all={all} />}
      {all && <><Title order={3} size="h4" mt="md">{t('edition.new')}</Title><Fresh /></>}
    </Stack>
  )
}

const zones = (): string[] => (Intl as unknown as { supportedValuesOf?: (what: string) => string[] }).supportedValuesOf?.('timeZone') ?? []

function Zone({ value, error, onChange }: { value: string, error: string | undefined, onChange: (v: string) => void }) {
  return <><TextInput label={t('edition.timezone')} value={value} error={error} onChange={(e) => onChange(e.currentTarget.value)} list="zones" dir="ltr" required /><datalist id="zones">{zones().map((z) => <option key={z} value={z} />)}</datalist></>
}

const tongues = languages.map((l) => ({ value: l, label: autonyms[l] }))

function One({ edition: e, all }: { edition: Edition, all: boolean }) {
  const save = useSaved(e.slug)
  const wrong = wrongIn(save.error)
  const [typed, setTyped] = useState({ name: e.name, language: e.language, timezone: e.timezone, host: e.host ?? '', digits: e.digits })
  const set = (name: keyof typeof typed) => (value: string) => setTyped((old) => ({ ...old, [name]: value }))
  return (
    <form onSubmit={(ev) => { ev.preventDefault(); save.mutate(typed) }}>
      <Stack gap="sm" maw={520}>
        <TextInput label={t('edition.name')} description={t('edition.name.why')} required value={typed.name} error={wrong('name')} onChange={(ev) => set('name')(ev.currentTarget.value)} lang={e.language} dir={direction(e.language)} />
        <NativeSelect label={t('you.language')} value={typed.language} error={wrong('language')} onChange={(ev) => set('language')(ev.currentTarget.value)} data={tongues} />
        <Zone value={typed.timezone} error={wrong('timezone')} onChange={set('timezone')} />
        <TextInput label={t('edition.host')} description={t('edition.host.why')} value={typed.host} error={wrong('host')} onChange={(ev) => set('host')(ev.currentTarget.value)} dir="ltr" />
        <NativeSelect label={t('edition.digits')} value={typed.digits} error={wrong('digits')} onChange={(ev) => set('digits')(ev.currentTarget.value)} data={(['western', 'native'] as const).map((d) => ({ value: d, label: t(`edition.digits.${d}`) }))} />
        {all && <Checkbox label={t('edition.default')} description={t('edition.default.why')} checked={e.default} disabled={e.default} onChange={(ev) => { if (ev.currentTarget.checked) save.mutate({ default: true }) }} />}
        <Text size="sm" c="dimmed"><bdi dir="ltr">{e.url}</bdi></Text>
        <Group><Button type="submit" loading={save.isPending}>{t('settings.save')}</Button></Group>
        <Outcome of={save} />
      </Stack>
    </form>
  )
}

function Fresh() {
  const cache = useQueryClient()
  const empty = { slug: '', name: '', language: 'en', timezone: Intl.DateTimeFormat().resolvedOptions().timeZone }
  const [typed, setTyped] = useState(empty)
  const make = useMutation({
    mutationFn: () => got(client.POST('/api/v1/editions', { params: { header: { 'Idempotency-Key': key() } }, body: typed })),
    onSuccess: () => { setTyped(empty); void cache.invalidateQueries({ queryKey: ['editions'] }) },
  })
  const wrong = wrongIn(make.error)
  const set = (name: keyof typeof typed) => (value: string) => setTyped((old) => ({ ...old, [name]: value }))
  return (
    <form onSubmit={(ev) => { ev.preventDefault(); make.mutate() }}>
      <Stack gap="sm" maw={520}>
        <TextInput label={t('edition.name')} required value={typed.name} error={wrong('name')} onChange={(ev) => set('name')(ev.currentTarget.value)} dir="auto" />
        <TextInput label={t('settings.slug')} description={t('edition.slug.why')} required value={typed.slug} error={wrong('slug')} onChange={(ev) => set('slug')(ev.currentTarget.value)} dir="ltr" />
        <NativeSelect label={t('you.language')} value={typed.language} error={wrong('language')} onChange={(ev) => set('language')(ev.currentTarget.value)} data={tongues} />
        <Zone value={typed.timezone} error={wrong('timezone')} onChange={set('timezone')} />
        <Group><Button type="submit" loading={make.isPending}>{t('edition.make')}</Button></Group>
        <Outcome of={make} />
      </Stack>
    </form>
  )
}
