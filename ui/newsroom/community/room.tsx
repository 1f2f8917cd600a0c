// The sheet of a room: what it is made of, and what of it is changed later.
import { ActionIcon, Alert, Button, CloseButton, Drawer, NativeSelect, NumberInput, Stack, Text, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { client, Failure, got, key, type Edition } from '../api'
import { StorySearch } from '../editor/stories'
import { wrongIn } from '../settings/chosen'
import { slugOf } from '../settings/slug'
import { useSections } from '../sections'
import { direction, instant, localMinute, moment, t } from '../words'
import { asItIs, change, newerOf, put, slowly, slows, type Room, type RoomChange } from './chats'

interface Typed { name: string, slug: string, opens: string, closes: string, slow: number, keep: number, section: string }


export function RoomSheet({ mine, room, onClose, onDone }: { mine: Edition[], room?: Room, onClose: () => void, onDone: (r: Room) => void }) {
  const cache = useQueryClient()
  const [slug, setSlug] = useState(room?.edition ?? (mine.find((e) => e.default) ?? mine[0])!.slug)
  const edition = mine.find((e) => e.slug === slug) ?? mine[0]!
  const words = { lang: edition.language, dir: direction(edition.language) }
  const [story, setStory] = useState<{ id: string, headline: string }>()
  // Only what was typed is one's own: what a colleague changes meanwhile shows in the other fields.
  const [own, setOwn] = useState<Partial<Typed>>({})
  const was: Typed = { name: room?.name ?? '', slug: slugOf(own.name ?? ''), opens: localMinute(room?.opens_at, edition.timezone), closes: localMinute(room?.closes_at, edition.timezone), slow: room?.slow_mode_seconds ?? 0, keep: room?.keep_days ?? 0, section: '' }
  const typed = { ...was, ...own }
  const set = (to: Partial<Typed>) => { save.reset(); setOwn((old) => ({ ...old, ...to })) }
  const [repeat, setRepeat] = useState(key)
  const sections = useSections(room ? '' : slug)

  const save = useMutation({
    mutationFn: () => {
      if (!room) {
        return got(client.POST('/api/v1/chats', { params: { header: { 'Idempotency-Key': repeat } }, body: {
          edition: slug, name: typed.name.trim(), slug: typed.slug.trim(), slow_mode_seconds: typed.slow, keep_days: typed.keep, ...(typed.opens ? { opens_at: instant(typed.opens, edition.timezone) } : {}), ...(typed.closes ? { closes_at: instant(typed.closes, edition.timezone) } : {}),
          ...(story ? { article: story.id } : typed.section ? { section: typed.section } : {}),
        } }))
      }
      const to: RoomChange = {
        ...(own.name !== undefined ? { name: own.name } : {}), ...(own.slow !== undefined ? { slow_mode_seconds: own.slow } : {}), ...(own.keep !== undefined ? { keep_days: own.keep } : {}),
        ...(own.opens !== undefined ? { opens_at: instant(own.opens, edition.timezone) } : {}), ...(own.closes !== undefined ? { closes_at: instant(own.closes, edition.timezone) } : {}),
      }
      return change(room, to)
    },
    onSuccess: onDone,
    onError: (error) => { const newer = newerOf(error); if (newer) put(cache, newer) },
    onSettled: (_, error) => { if (!(error instanceof Failure && error.passing)) setRepeat(key()) },
  })
  const newer = newerOf(save.error)
  const taken = save.error instanceof Failure && save.error.status === 409
  const at = wrongIn(save.error)
  const wrong = (name: string) => at(name) ?? (taken && name === 'slug' && save.error instanceof Failure && save.error.problem.type?.endsWith('chat_taken') ? save.error.words : undefined)
  const placed = ['name', 'slug', 'opens_at', 'closes_at', 'slow_mode_seconds', 'keep_days', 'section', 'article', 'edition'].some(wrong)
  const steps = slows.includes(typed.slow) ? slows : [...slows, typed.slow].sort((a, b) => a - b)
  const hours = [typed.opens && t('rooms.opens_at', { at: moment(instant(typed.opens, edition.timezone), edition.timezone) }), typed.closes && t('rooms.closes_at', { at: moment(instant(typed.closes, edition.timezone), edition.timezone) })].filter(Boolean)
  const title = t(room ? 'rooms.change.title' : 'rooms.open')
  return (
    <Drawer.Root opened onClose={onClose} position="right"><Drawer.Overlay /><Drawer.Content aria-label={title}><Drawer.Body pt="md">
      <div className="sheethead"><h2>{title}</h2><CloseButton aria-label={t('app.close')} onClick={onClose} /></div>
      <form onSubmit={(e) => { e.preventDefault(); if (!save.isPending) save.mutate() }}>
        <Stack gap="md">
          <TextInput data-autofocus required maxLength={80} label={t('rooms.name')} value={typed.name} error={wrong('name')} onChange={(e) => set({ name: e.currentTarget.value })} {...words} />
          {!room && <>
            {mine.length > 1 && <NativeSelect label={t('community.edition')} value={slug} error={wrong('edition')} onChange={(e) => { setSlug(e.currentTarget.value); setStory(undefined); set({ section: '' }) }} data={mine.map((e) => ({ value: e.slug, label: e.name }))} />}
            <TextInput required maxLength={60} label={t('rooms.slug')} description={<>{t('rooms.slug.why')} <bdi dir="ltr">/chats/{typed.slug}</bdi></>} value={typed.slug} error={wrong('slug')} onChange={(e) => set({ slug: e.currentTarget.value })} dir="ltr" />
            {story
              ? <div className="alert-link"><Text size="sm" fw={500}>{t('rooms.story')}</Text><div><bdi className="grow" {...words}>{story.headline}</bdi><ActionIcon size="sm" variant="subtle" color="gray" aria-label={t('rooms.story.remove')} onClick={() => setStory(undefined)}><span aria-hidden="true">×</span></ActionIcon></div></div>
              : <StorySearch label={t('rooms.story.choose')} edition={slug} without={[]} onChoose={(a) => setStory({ id: a.id, headline: a.headline })} />}
            {wrong('article') && <Text size="sm" c="red" role="alert">{wrong('article')}</Text>}
            {!story && !!sections.data?.length && <NativeSelect label={t('rooms.section')} value={typed.section} error={wrong('section')} onChange={(e) => set({ section: e.currentTarget.value })} data={[{ value: '', label: t('rooms.section.none') }, ...sections.data.map((s) => ({ value: s.slug, label: s.name }))]} />}
          </>}
          <TextInput type="datetime-local" label={t('rooms.opens')} description={t('rooms.opens.why', { zone: edition.timezone })} value={typed.opens} error={wrong('opens_at')} onChange={(e) => set({ opens: e.currentTarget.value })} />
          <TextInput type="datetime-local" label={t('rooms.closes')} description={t('rooms.closes.why', { zone: edition.timezone })} value={typed.closes} error={wrong('closes_at')} onChange={(e) => set({ closes: e.currentTarget.value })} />
          {hours.length > 0 && <p className="sentence small">{hours.join(' · ')} ({edition.timezone})</p>}
          <NativeSelect label={t('rooms.slow')} description={t('rooms.slow.why')} value={String(typed.slow)} error={wrong('slow_mode_seconds')} onChange={(e) => set({ slow: Number(e.currentTarget.value) })} data={steps.map((n) => ({ value: String(n), label: slowly(n) }))} />
          <NumberInput label={t('rooms.keep')} description={t('rooms.keep.why')} min={0} max={3650} allowDecimal={false} hideControls value={typed.keep} error={wrong('keep_days')} onChange={(v) => { const keep = Number(v) || 0; if (keep !== typed.keep) set({ keep }) }} />
          {newer && <Alert color="red" role="alert">{t('rooms.changed.form', { now: asItIs(newer, edition.timezone) })}</Alert>}
          {save.isError && !newer && !placed && <Alert color="red" role="alert">{save.error instanceof Failure ? save.error.words : t('fault.unknown')}</Alert>}
          <div><Button type="submit" loading={save.isPending}>{t(room ? 'settings.save' : 'rooms.open')}</Button></div>
        </Stack>
      </form>
    </Drawer.Body></Drawer.Content></Drawer.Root>
  )
}
