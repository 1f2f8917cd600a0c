// Somebody who speaks, as moderators know him: what he said, what was decided on it, and what is put on him.
import { Alert, Button, CloseButton, Drawer, Group, Loader, Modal, NativeSelect, Stack, Text, Textarea, TextInput, Title } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { client, Failure, got, key } from '../api'
import { instant, localMinute, moment, t, type Key } from '../words'
import { failed } from '../you/you'
import { holding } from './objecting'
import { breaches, type Breach, type Case } from './queue'
import { Sweep } from './sweep'

const restrictions = ['', 'warned', 'suspended', 'banned', 'premoderated', 'trusted'] as const
const hour = 3_600_000

/** Puts a restriction on somebody as he was looked at; what a colleague put on him meanwhile is shown and nothing is overwritten. */
function useRestrict(id: string, version?: number) {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (body: { restricted: string, until?: string, breach?: Breach, reason?: string }) => got(client.POST('/api/v1/members/{id}/restrict', { params: { path: { id }, header: { 'Idempotency-Key': key(), ...(version ? { 'If-Match': `"${version}"` } : {}) } }, body })),
    onSuccess: (now) => cache.setQueryData(['member', id], now),
    onError: (e) => { if (e instanceof Failure && e.status === 412 && e.problem.current) cache.setQueryData(['member', id], e.problem.current) },
  })
}

/** What it rests on; the reader is told in his language. */
function Because({ value, onChange, ...more }: { value: Breach | '', onChange: (to: Breach | '') => void, 'data-autofocus'?: true }) {
  return <NativeSelect {...more} label={t('member.breach')} value={value} onChange={(e) => onChange(e.currentTarget.value as Breach | '')} data={[{ value: '', label: t('member.breach.none') }, ...breaches.map((b) => ({ value: b, label: t(`breach.${b}` as Key) }))]} />
}

/** Asks before somebody is banned. */
export function Ban({ of, onClose }: { of: Case, onClose: () => void }) {
  const [reason, setReason] = useState('')
  const [breach, setBreach] = useState<Breach | ''>('')
  const ban = useRestrict(of.author.id!)
  return (
    <Modal opened onClose={onClose} title={t('ban.title', { name: of.author.name })} closeButtonProps={{ 'aria-label': t('app.close') }}>
      <form onSubmit={(e) => { e.preventDefault(); ban.mutate({ restricted: 'banned', ...(breach ? { breach } : {}), ...(reason ? { reason } : {}) }, { onSuccess: onClose }) }}>
        <Stack gap="sm">
          <Text size="sm">{t('ban.text')}</Text>
          <Because data-autofocus value={breach} onChange={setBreach} />
          <TextInput required={!breach} maxLength={500} label={t('member.reason')} description={t('member.reason.why')} value={reason} onChange={(e) => setReason(e.currentTarget.value)} dir="auto" />
          {ban.isError && <Alert color="red" role="alert">{failed(ban.error)}</Alert>}
          <Group gap="xs"><Button type="submit" color="red" loading={ban.isPending}>{t('community.ban')}</Button><Button variant="default" onClick={onClose}>{t('app.cancel')}</Button></Group>
        </Stack>
      </form>
    </Modal>
  )
}

export function MemberDrawer({ of, onClose, onSwept }: { of: Case, onClose: () => void, onSwept: () => void }) {
  const id = of.author.id!
  const member = useQuery({ queryKey: ['member', id], queryFn: () => got(client.GET('/api/v1/members/{id}', { params: { path: { id } } })) })
  const m = member.data
  return (
    <Drawer.Root opened onClose={onClose} position="right"><Drawer.Overlay /><Drawer.Content aria-label={t('community.member')}><Drawer.Body pt="md">
      <div className="sheethead"><h2 dir="auto">{m?.name || of.author.name}</h2><CloseButton aria-label={t('app.close')} onClick={onClose} /></div>
      {member.isPending && <Loader type="dots" aria-label={t('app.loading')} />}
      {member.isError && <Alert color="red" role="alert">{failed(member.error)}</Alert>}
      {m && (
        <Stack gap="lg">
          <div>
            <Text>{t('member.counts', { approved: m.approved, rejected: m.rejected })}</Text>
            {m.restricted && <Text c="red">{holding(m)}</Text>}
          </div>
          <Restrict key={id} id={id} version={m.version} now={m.restricted ?? ''} until={m.until} breach={m.breach} reason={m.reason} />
          <Sweep of={{ author: id }} onSwept={onSwept} />
          <Notes id={id} notes={m.notes} />
          <History id={id} onClose={onClose} />
        </Stack>
      )}
    </Drawer.Body></Drawer.Content></Drawer.Root>
  )
}

function Restrict({ id, version, now, until, breach, reason }: { id: string, version: number, now: string, until: string | undefined, breach: Breach | undefined, reason: string | undefined }) {
  const [typed, setTyped] = useState({ to: now, until: until ? localMinute(until) : '', breach: breach ?? '' as Breach | '', reason: reason ?? '' })
  const set = (to: Partial<typeof typed>) => setTyped((old) => ({ ...old, ...to }))
  const save = useRestrict(id, version)
  const ends = typed.to === 'suspended', told = typed.to !== '' && typed.to !== 'trusted'
  const choose = (to: string) => set({ to, until: until ? localMinute(until) : to === 'suspended' ? localMinute(new Date(Date.now() + 7 * 24 * hour).toISOString()) : '' })
  return (
    <form onSubmit={(e) => { e.preventDefault(); save.mutate({ restricted: typed.to, ...(told && typed.until ? { until: instant(typed.until) } : {}), ...(told && typed.breach ? { breach: typed.breach } : {}), ...(told && typed.reason ? { reason: typed.reason } : {}) }) }}>
      <Stack gap="xs">
        <NativeSelect label={t('member.restrict')} value={typed.to} onChange={(e) => choose(e.currentTarget.value)} data={restrictions.map((r) => ({ value: r, label: t(r ? `member.is.${r}` as Key : 'member.free') }))} />
        {told && <TextInput type="datetime-local" required={ends} label={t('member.until.label')} description={ends ? undefined : t('member.until.none')} value={typed.until} onChange={(e) => set({ until: e.currentTarget.value })} />}
        {told && <Because value={typed.breach} onChange={(to) => set({ breach: to })} />}
        {told && <TextInput required={!typed.breach && typed.to !== 'premoderated'} maxLength={500} label={t('member.reason')} description={t('member.reason.why')} value={typed.reason} onChange={(e) => set({ reason: e.currentTarget.value })} dir="auto" />}
        {save.isError && <Alert color="red" role="alert">{failed(save.error)}</Alert>}
        <Group><Button type="submit" variant="default" size="xs" loading={save.isPending} disabled={typed.to === now && !told}>{t('settings.save')}</Button></Group>
      </Stack>
    </form>
  )
}

function Notes({ id, notes }: { id: string, notes: { at: string, name?: string, text: string }[] }) {
  const cache = useQueryClient()
  const [text, setText] = useState('')
  const add = useMutation({
    mutationFn: () => got(client.POST('/api/v1/members/{id}/notes', { params: { path: { id }, header: { 'Idempotency-Key': key() } }, body: { text } })),
    onSuccess: (now) => { setText(''); cache.setQueryData(['member', id], now) },
  })
  return (
    <Stack gap="xs">
      <Title order={3} size="h5">{t('member.notes')}</Title>
      {notes.map((n, i) => <p key={i} className="member-note"><span dir="auto">{n.text}</span> <span className="quiet small"><bdi>{n.name}</bdi> {moment(n.at)}</span></p>)}
      <form onSubmit={(e) => { e.preventDefault(); add.mutate() }}>
        <Textarea autosize minRows={2} required maxLength={2000} label={t('member.note')} value={text} onChange={(e) => setText(e.currentTarget.value)} dir="auto" />
        {add.isError && <Alert color="red" mt="xs" role="alert">{failed(add.error)}</Alert>}
        <Button mt="xs" size="xs" variant="default" type="submit" loading={add.isPending}>{t('member.note.add')}</Button>
      </form>
    </Stack>
  )
}

function History({ id, onClose }: { id: string, onClose: () => void }) {
  const list = useQuery({ queryKey: ['community', 'history', id], queryFn: async () => (await got(client.GET('/api/v1/moderation', { params: { query: { author: id, limit: 20 } } }))).items })
  return (
    <Stack gap="xs">
      <Title order={3} size="h5">{t('member.history')}</Title>
      {list.isError && <Alert color="red" role="alert">{failed(list.error)}</Alert>}
      <ul className="plain-list">{(list.data ?? []).map((c) => <li key={c.id} className="member-said"><span className="quiet small">{moment(c.at)} · {t(c.queue ? `queue.${c.queue}` as Key : 'fate.removed')}</span><p dir="auto">{c.body}</p></li>)}</ul>
      <Link to="/community" search={{ queue: 'pending', author: id }} onClick={onClose}>{t('member.queue')}</Link>
    </Stack>
  )
}
