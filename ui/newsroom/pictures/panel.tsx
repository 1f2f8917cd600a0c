// One picture with everything said about it: words, rights, where it stands, and the way to take it out of everything.
import { Alert, Button, Checkbox, CloseButton, Group, NativeSelect, Stack, Text, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { client, Failure, got, type Picture } from '../api'
import type { components } from '../made/api'
import { isOver, onSite, rendition, usePicture } from '../pictures'
import { maySay, useSession } from '../session'
import { houseZone, instant, localMinute, moment, sayFault, t, type Key } from '../words'
import { Crops } from './crops'
import { Kill } from './kill'
import { SaidField, Saying, useSaid } from './saying'
import { chips } from './shot'
import { Uses } from './uses'

type Patch = components['schemas']['PictureFields']

export function PicturePanel({ id, desk, onClose }: { id: string, desk: boolean, onClose: () => void }) {
  const picture = usePicture(id)
  const panel = useRef<HTMLElement>(null)
  useEffect(() => { if (innerWidth <= 1000) panel.current?.scrollIntoView({ block: 'start' }) }, [])
  return (
    <aside className="panel picture-panel" ref={panel} aria-label={t('picture.panel')} onKeyDown={(e) => {
      if (e.key !== 'Escape' || e.defaultPrevented) return
      (document.activeElement as HTMLElement | null)?.blur() // a field is saved when it is left
      onClose()
    }}>
      <Group justify="flex-end"><CloseButton onClick={onClose} aria-label={t('app.close')} /></Group>
      {picture.isError && <Alert color="red"><Group><span>{(picture.error as Failure).words}</span><Button size="xs" onClick={() => void picture.refetch()}>{t('app.again')}</Button></Group></Alert>}
      {picture.data && <Open picture={picture.data} desk={desk} />}
    </aside>
  )
}

const lines = ['credit', 'pool', 'creator', 'source', 'copyright'] as const
const places = ['city', 'country'] as const
const outputs = ['site', 'feed', 'newsletter', 'push', 'mirror', 'api'] as const

function Open({ picture: p, desk }: { picture: Picture, desk: boolean }) {
  const cache = useQueryClient()
  const save = useMutation({
    mutationFn: (body: Patch) => got(client.PATCH('/api/v1/pictures/{id}', { params: { path: { id: p.id }, header: { 'If-Match': '*' } }, body })),
    onSuccess: (now) => { cache.setQueryData(['picture', p.id], now); void cache.invalidateQueries({ queryKey: ['pictures'] }) },
  })
  const wrong = (name: string) => {
    const at = save.error instanceof Failure ? save.error.problem.errors?.find((e) => e.location === `body.${name}`) : undefined
    return at && sayFault(at.key ?? '', at.message ?? '')
  }
  const [said, state] = useSaid(p)
  const { words } = state
  const of = { said, state }
  const { me } = useSession()
  const shown = rendition(p, 640)
  const dead = !!p.killed_at
  const may = maySay(me, p)
  return (
    <Stack gap="sm">
      {shown && <img className="thumb" src={onSite(shown.url)} width={shown.width} height={shown.height} alt={p.alt || t('picture.no_alt')} />}
      {isOver(p) && <p className="thumb none">{t('picture.over')}</p>}
      {dead && <Alert color="red" title={t('picture.killed', { at: moment(p.killed_at!) })}>{p.kill_note}</Alert>}
      <div className="chips">{chips(p).map((c) => <span key={c.key} className={c.red ? 'chip red' : 'chip'}>{t(c.key, c.values)}</span>)}</div>
      <fieldset className="said" disabled={!may}>
        <SaidField {...of} name="caption" label={t('picture.caption')} long />
        <SaidField {...of} name="alt" label={t('picture.alt')} long hint={t('picture.alt.why')} error={words.alt !== '' && words.alt === words.caption ? t('picture.alt.same') : undefined} />
        {lines.map((name) => <SaidField {...of} key={name} name={name} label={t(`picture.${name}` as Key)} error={name === 'credit' && !words.credit.trim() && !words.creator.trim() ? t('picture.credit.none') : undefined} />)}
        <Group grow gap="sm" align="start">{places.map((name) => <SaidField {...of} key={name} name={name} label={t(`picture.${name}` as Key)} />)}</Group>
        <NativeSelect label={t('pictures.by.kind')} value={p.kind} onChange={(e) => save.mutate({ kind: e.currentTarget.value as 'photo' })} data={(['photo', 'illustration', 'graphic'] as const).map((k) => ({ value: k, label: t(`picture.kind.${k}`) }))} />
        {p.taken_at && <Text size="sm" c="dimmed">{t('picture.taken', { at: moment(p.taken_at) })}</Text>}
        <Text size="sm" c="dimmed">{t('picture.size', { width: p.width, height: p.height })}</Text>

        {!dead && !isOver(p) && may && <><h2 className="part">{t('crop.title')}</h2><Crops picture={p} /></>}

        <h2 className="part">{t('picture.rights')}</h2>
        <SaidField {...of} name="usage_terms" label={t('picture.terms')} long />
        <Ends picture={p} onSave={(expires_at) => save.mutate({ expires_at })} error={wrong('expires_at')} />
        <Outputs of={p.outputs} onSave={(list) => save.mutate({ outputs: list })} />
      </fieldset>
      {save.isError && <Alert color="red" role="alert">{save.error instanceof Failure ? save.error.words : t('fault.unknown')}</Alert>}
      <Saying {...of} saved={save.isPending ? t('save.saving') : save.isSuccess ? t('settings.saved') : ''} />

      <h2 className="part">{t('picture.uses')}</h2>
      <Uses id={p.id} />
      {desk && !dead && <Kill picture={p} />}
    </Stack>
  )
}

function Ends({ picture: p, error, onSave }: { picture: Picture, error: string | undefined, onSave: (v: string | null) => void }) {
  const [typed, setTyped] = useState(localMinute(p.expires_at))
  useEffect(() => setTyped(localMinute(p.expires_at)), [p.expires_at])
  return (
    <Group align="end" gap="xs">
      <TextInput className="grow" type="datetime-local" label={t('picture.ends')} description={t('picture.ends.why', { zone: houseZone() })} error={error} value={typed} onChange={(e) => setTyped(e.currentTarget.value)}
        onBlur={() => { if (typed !== localMinute(p.expires_at)) onSave(instant(typed) || null) }} />
      {p.expires_at && <Button variant="default" onClick={() => onSave(null)}>{t('picture.ends.never')}</Button>}
    </Group>
  )
}

/** Where it may be shown: all boxes ticked is everywhere, and one stays. */
function Outputs({ of: list, onSave }: { of: string[], onSave: (list: string[]) => void }) {
  const on = list.length === 0 ? [...outputs] as string[] : list
  return (
    <Checkbox.Group label={t('picture.outputs')} value={on} onChange={(now) => { if (now.length > 0) onSave(now.length === outputs.length ? [] : outputs.filter((o) => now.includes(o))) }}>
      <Group gap="sm" mt={4}>{outputs.map((o) => <Checkbox key={o} value={o} label={t(`output.${o}`)} />)}</Group>
    </Checkbox.Group>
  )
}
