// What keeps an edition going: one labelled place for a sponsor, and a link to where readers may give.
import { Button, Group, NativeSelect, Stack, Text, TextInput, Title } from '@mantine/core'
import { useState } from 'react'
import type { Edition } from '../api'
import { Thumb } from '../editor/picture'
import { usePicker } from '../pictures/picker'
import { direction, instant, localMinute, t } from '../words'
import { Outcome, useChosen, useSaved, wrongIn } from './chosen'

export function Support() {
  const { edition, choice } = useChosen()
  return (
    <Stack className="settings" gap="md">
      <Title order={2} size="h3">{t('settings.place.support')}</Title>
      <Text c="dimmed">{t('support.text')}</Text>
      {choice}
      {edition && <SponsorOf key={`s${edition.slug}`} edition={edition} />}
      {edition && <DonationOf key={`d${edition.slug}`} edition={edition} />}
    </Stack>
  )
}

function SponsorOf({ edition: e }: { edition: Edition }) {
  const now = e.sponsors[0]
  const save = useSaved(e.slug)
  const wrong = (name: string) => wrongIn(save.error)(`sponsors[0].${name}`)
  const [choose, picker] = usePicker()
  const [typed, setTyped] = useState({ kind: now?.kind ?? 'sponsor', text: now?.text ?? '', url: now?.url ?? '', picture: now?.picture ?? '', ends: localMinute(now?.ends_at, e.timezone) })
  const set = (to: Partial<typeof typed>) => setTyped((old) => ({ ...old, ...to }))
  const pick = async () => { const [id] = await choose() ?? []; if (id) set({ picture: id }) }
  return (
    <form onSubmit={(ev) => { ev.preventDefault(); save.mutate({ sponsors: [{ kind: typed.kind as 'sponsor', text: typed.text, url: typed.url, ...(typed.picture ? { picture: typed.picture } : {}), ...(typed.ends ? { ends_at: instant(typed.ends, e.timezone) } : {}) }] }) }}>
      <Stack gap="sm" maw={520}>
        <Title order={3} size="h4">{t('support.sponsor')}</Title>
        <NativeSelect label={t('support.kind')} description={t('support.kind.why')} value={typed.kind} onChange={(ev) => set({ kind: ev.currentTarget.value as 'sponsor' })} data={(['sponsor', 'advertisement'] as const).map((k) => ({ value: k, label: t(`support.kind.${k}`) }))} />
        <TextInput label={t('support.sentence')} required maxLength={300} value={typed.text} error={wrong('text')} onChange={(ev) => set({ text: ev.currentTarget.value })} lang={e.language} dir={direction(e.language)} />
        <TextInput label={t('support.address')} required value={typed.url} error={wrong('url')} onChange={(ev) => set({ url: ev.currentTarget.value })} dir="ltr" placeholder="https://" />
        <TextInput type="datetime-local" label={t('support.ends')} description={t('publish.later.why', { zone: e.timezone })} value={typed.ends} error={wrong('ends_at')} onChange={(ev) => set({ ends: ev.currentTarget.value })} />
        {typed.picture && <Thumb id={typed.picture} width={320} />}
        <Group gap="xs"><Button variant="default" onClick={() => void pick()}>{t('picker.open')}</Button>{typed.picture && <Button variant="subtle" color="gray" onClick={() => set({ picture: '' })}>{t('support.no_picture')}</Button>}{picker}</Group>
        <Group gap="xs"><Button type="submit" loading={save.isPending}>{t('settings.save')}</Button>
          {now && <Button variant="subtle" color="red" onClick={() => save.mutate({ sponsors: [] }, { onSuccess: () => setTyped({ kind: 'sponsor', text: '', url: '', picture: '', ends: '' }) })}>{t('support.remove')}</Button>}</Group>
        <Outcome of={save} />
      </Stack>
    </form>
  )
}

function DonationOf({ edition: e }: { edition: Edition }) {
  const now = e.donations[0]
  const save = useSaved(e.slug)
  const wrong = (name: string) => wrongIn(save.error)(`donations[0].${name}`)
  const [typed, setTyped] = useState({ name: now?.name ?? '', url: now?.url ?? '' })
  return (
    <form onSubmit={(ev) => { ev.preventDefault(); save.mutate({ donations: [typed] }) }}>
      <Stack gap="sm" maw={520}>
        <Title order={3} size="h4">{t('support.donation')}</Title>
        <TextInput label={t('support.donation.words')} required value={typed.name} error={wrong('name')} onChange={(ev) => { const { value } = ev.currentTarget; setTyped((old) => ({ ...old, name: value })) }} lang={e.language} dir={direction(e.language)} />
        <TextInput label={t('support.address')} required value={typed.url} error={wrong('url')} onChange={(ev) => { const { value } = ev.currentTarget; setTyped((old) => ({ ...old, url: value })) }} dir="ltr" placeholder="https://" />
        <Group gap="xs"><Button type="submit" loading={save.isPending}>{t('settings.save')}</Button>
          {now && <Button variant="subtle" color="red" onClick={() => save.mutate({ donations: [] }, { onSuccess: () => setTyped({ name: '', url: '' }) })}>{t('support.remove')}</Button>}</Group>
        <Outcome of={save} />
      </Stack>
    </form>
  )
}
