// The form of an alert: a sentence, where it leads, how loud it is, where it stands and for how long. What will happen is said before it does.
import { ActionIcon, Alert, Button, NativeSelect, Radio, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { client, Failure, got, key, type Edition } from '../api'
import { StorySearch } from '../editor/stories'
import { clock, direction, instant, localMinute, moment, sayFault, t, type Key } from '../words'

type Level = 'breaking' | 'notice'
type Where = 'both' | 'banner' | 'newsfeed'

/** For how many hours a banner may be told to stay; '' asks for a time. */
const lasts = [1, 3, 6, 12, 24, 72]

/** How many characters an alert has at most, as the server counts them. */
const most = 200

/** A path where the address is of this site, which then outlives the site's name. */
export function shortest(address: string, edition: string): string {
  try {
    const to = new URL(address, edition)
    return to.origin === new URL(edition).origin ? to.pathname + to.search + to.hash : to.href
  } catch {
    return address
  }
}

export function Send({ edition }: { edition: Edition }) {
  const cache = useQueryClient()
  const [text, setText] = useState('')
  const [link, setLink] = useState<{ url: string, name: string }>()
  const [address, setAddress] = useState('') // typed and not taken yet
  const [level, setLevel] = useState<Level>('breaking')
  const [where, setWhere] = useState<Where>('both')
  const [hours, setHours] = useState('3')
  const [until, setUntil] = useState('')
  const [repeat, setRepeat] = useState(key)
  const words = { lang: edition.language, dir: direction(edition.language) }
  const banner = where !== 'newsfeed'
  const ends = (): Date => hours === '' ? new Date(instant(until, edition.timezone)) : new Date(Date.now() + Number(hours) * 3_600_000)
  const end = ends()
  const complete = text.trim() !== '' && (!banner || !Number.isNaN(+end))
  const length = [...text.trim()].length

  const send = useMutation({
    mutationFn: () => {
      const url = link?.url ?? address.trim()
      return got(client.POST('/api/v1/alerts', {
        params: { header: { 'Idempotency-Key': repeat } },
        body: { edition: edition.slug, text: text.trim(), level, banner, newsfeed: where !== 'banner', ...(url ? { url: shortest(url, edition.url) } : {}), ...(banner ? { expires_at: ends().toISOString() } : {}) },
      }))
    },
    onSuccess: () => {
      setText('')
      setLink(undefined)
      setAddress('')
      void cache.invalidateQueries({ queryKey: ['alerts', edition.slug] })
    },
    onSettled: (_, error) => { if (!(error instanceof Failure && error.passing)) setRepeat(key()) }, // what may have arrived is sent again under its own key
  })
  const places = send.error instanceof Failure ? send.error.problem.errors ?? [] : []
  const wrong = (name: string) => { const p = places.find((e) => e.location === `body.${name}`); return p && (p.key ? sayFault(p.key, p.message ?? '') : p.message) }
  const sentence = t(`alerts.sentence.${where}` as Key, { edition: edition.name, ...(banner && !Number.isNaN(+end) ? { at: moment(end, edition.timezone) } : { at: '…' }) })
  return (
    <form className="alert-form" aria-label={t('alerts.new')} onSubmit={(e) => { e.preventDefault(); if (complete && !send.isPending) send.mutate() }}>
      <Stack gap="md">
        <Textarea label={t('alerts.text')} description={t('alerts.text.why', { n: length, most })} required autosize minRows={2} maxRows={5} value={text} error={wrong('text') ?? (length > most ? t('alerts.text.long') : undefined)} {...words}
          onChange={(e) => { setText(e.currentTarget.value.replace(/\s*\n\s*/g, ' ')); send.reset() }}
          onKeyDown={(e) => { if (e.key === 'Enter' && !e.nativeEvent.isComposing) { e.preventDefault(); if (e.ctrlKey || e.metaKey) e.currentTarget.form?.requestSubmit() } }} />
        {link
          ? <div className="alert-link"><Text size="sm" fw={500}>{t('alerts.link')}</Text><div><bdi className="grow" {...words}>{link.name}</bdi><ActionIcon size="sm" variant="subtle" color="gray" aria-label={t('alerts.link.remove')} onClick={() => setLink(undefined)}><span aria-hidden="true">×</span></ActionIcon></div></div>
          : <div><StorySearch label={t('alerts.link.choose')} without={[]} onTyped={setAddress} onEnter={(typed) => { if (typed) { setLink({ url: typed, name: typed }); setAddress('') } }} onChoose={(a) => { setLink({ url: a.url, name: a.headline }); setAddress('') }} /></div>}
        {wrong('url') && <Text size="sm" c="red" role="alert">{wrong('url')}</Text>}
        <Radio.Group label={t('alerts.where')} value={where} onChange={(v) => setWhere(v as Where)} error={wrong('banner')}>
          <Stack gap={6} mt={6}>{(['both', 'banner', 'newsfeed'] as const).map((w) => <Radio key={w} value={w} label={t(`alerts.where.${w}`)} />)}</Stack>
        </Radio.Group>
        <Radio.Group label={t('alerts.level')} value={level} onChange={(v) => setLevel(v as Level)} error={wrong('level')}>
          <Stack gap={6} mt={6}>{(['breaking', 'notice'] as const).map((l) => <Radio key={l} value={l} label={t(`alerts.level.${l}`)} description={t(`alerts.level.${l}.why`)} />)}</Stack>
        </Radio.Group>
        {banner && <NativeSelect maw={260} label={t('alerts.lasts')} value={hours} onChange={(e) => { setHours(e.currentTarget.value); if (e.currentTarget.value === '') setUntil(localMinute(end.toISOString(), edition.timezone)) }} error={hours === '' ? undefined : wrong('expires_at')}
          data={[...lasts.map((n) => ({ value: String(n), label: n < 48 ? t('alerts.hours', { n }) : t('alerts.days', { n: n / 24 }) })), { value: '', label: t('alerts.lasts.until') }]} />}
        {banner && hours === '' && <TextInput maw={260} type="datetime-local" label={t('alerts.lasts.at')} description={t('publish.later.why', { zone: edition.timezone })} value={until} error={wrong('expires_at')} onChange={(e) => setUntil(e.currentTarget.value)} />}
        <p className="sentence" aria-live="polite">{sentence}</p>
        {send.isError && places.length === 0 && <Alert color="red" role="alert">{send.error instanceof Failure ? send.error.words : t('fault.unknown')}</Alert>}
        {send.isError && wrong('edition') && <Alert color="red" role="alert">{wrong('edition')}</Alert>}
        <div className="alert-send"><Button type="submit" color="red" disabled={!complete || length > most} loading={send.isPending}>{t(where === 'newsfeed' ? 'alerts.send.flash' : 'alerts.send')}</Button>
          <span role="status">{send.isSuccess ? t('alerts.out', { at: clock(new Date(send.data.at), edition.timezone) }) : ''}</span></div>
      </Stack>
    </form>
  )
}
