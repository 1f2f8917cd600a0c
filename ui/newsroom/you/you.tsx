// One's own page: name, language, what one proves oneself with, and where one is signed in.
import { Alert, Badge, Button, Group, NativeSelect, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { client, Failure, got, key } from '../api'
import { choose } from '../language'
import { proving } from '../proof'
import { useSession } from '../session'
import { autonyms, languages, moment, sayFault, spoken, t, type Language } from '../words'
import { Codes } from './codes'
import { Passkeys } from './passkeys'

/** What somebody proves himself with, as the API says. */
export function useFactors() {
  return useQuery({ queryKey: ['factors'], queryFn: () => got(client.GET('/api/v1/me/factors')) })
}

/** What to say of a failure: the words of its first place, else its own. */
export function failed(e: unknown): string {
  if (!(e instanceof Failure)) return t('fault.unknown')
  const place = e.problem.errors?.[0]
  return place?.key ? sayFault(place.key, place.message ?? '') : e.words
}

export function Part({ title, children }: { title: string, children: ReactNode }) {
  return <section className="you-part"><Title order={2} size="h4" mb="xs">{title}</Title>{children}</section>
}

export function You() {
  const { me } = useSession()
  return (
    <div className="you">
      <Title order={1} size="h3">{t('you.title')}</Title>
      <Text c="dimmed">{me.email}</Text>
      <Part title={t('you.name')}><Name /></Part>
      <Part title={t('you.language')}><Tongue /></Part>
      <Part title={t('you.password')}><Password asked={location.hash === '#password'} /></Part>
      <Part title={t('passkeys.title')}><Passkeys /></Part>
      <Part title={t('codes.title')}><Codes /></Part>
      <Part title={t('sessions.title')}><Sessions /></Part>
    </div>
  )
}

/** What stands in place of everything else until somebody whose role needs a second factor has one. */
export function Enrol() {
  const cache = useQueryClient()
  const factors = useFactors()
  const ready = (factors.data?.passkeys.length ?? 0) > 0 || !!factors.data?.codes
  return (
    <div className="you">
      <Title order={1} size="h3">{t('enrol.title')}</Title>
      <Text>{t('enrol.text')}</Text>
      <Part title={t('passkeys.title')}><Passkeys /></Part>
      <Part title={t('codes.title')}><Codes /></Part>
      <Group mt="md">
        <Button disabled={!ready} onClick={() => void cache.invalidateQueries()}>{t('enrol.on')}</Button>
        <form method="post" action="/newsroom/sign-out"><Button type="submit" variant="default">{t('you.sign_out')}</Button></form>
      </Group>
    </div>
  )
}

function Name() {
  const { me } = useSession()
  const cache = useQueryClient()
  const [name, setName] = useState(me.name)
  const save = useMutation({ mutationFn: () => got(client.PATCH('/api/v1/me', { body: { name } })), onSuccess: () => cache.invalidateQueries({ queryKey: ['me'] }) })
  return (
    <form onSubmit={(e) => { e.preventDefault(); save.mutate() }}>
      <Group align="flex-end" gap="sm">
        <TextInput className="grow" label={t('you.name.label')} description={t('you.name.why')} required maxLength={200} dir="auto" autoComplete="name" value={name} onChange={(e) => setName(e.currentTarget.value)} error={save.isError ? failed(save.error) : undefined} />
        <Button type="submit" variant="default" loading={save.isPending} disabled={name.trim() === '' || name === me.name}>{t('settings.save')}</Button>
      </Group>
      {save.isSuccess && <Text size="sm" c="dimmed" role="status">{t('settings.saved')}</Text>}
    </form>
  )
}

function Tongue() {
  return <NativeSelect maw={280} aria-label={t('you.language')} value={spoken()} onChange={(e) => void choose(e.currentTarget.value as Language)} data={languages.map((l) => ({ value: l, label: autonyms[l] }))} />
}

function Password({ asked }: { asked: boolean }) {
  const factors = useFactors()
  const cache = useQueryClient()
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => { if (asked && factors.data) field.current?.focus() }, [asked, factors.data !== undefined])
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState('')
  const save = useMutation({
    mutationFn: () => proving(() => got(client.POST('/api/v1/me/password', { params: { header: { 'Idempotency-Key': key() } }, body: { ...(factors.data?.password ? { current } : {}), password: next } }))),
    onSuccess: () => { setCurrent(''); setNext(''); void cache.invalidateQueries({ queryKey: ['factors'] }); void cache.invalidateQueries({ queryKey: ['me'] }); void cache.invalidateQueries({ queryKey: ['my-sessions'] }) },
  })
  const at = (name: string) => save.error instanceof Failure && save.error.problem.errors?.some((p) => p.location === `body.${name}`) ? failed(save.error) : undefined
  const show = { visibilityToggleButtonProps: { 'aria-label': t('proof.show') } }
  return (
    <form onSubmit={(e) => { e.preventDefault(); save.mutate() }}>
      <Stack gap="sm" maw={400}>
        <Text size="sm" c="dimmed">{t(factors.data?.password === false ? 'you.password.none' : 'you.password.why')}</Text>
        {factors.data?.password && <PasswordInput label={t('you.password.current')} autoComplete="current-password" value={current} onChange={(e) => setCurrent(e.currentTarget.value)} error={at('current')} {...show} />}
        <PasswordInput ref={field} label={t('you.password.new')} description={t('you.password.rule')} autoComplete="new-password" value={next} onChange={(e) => setNext(e.currentTarget.value)} error={at('password')} {...show} />
        {save.isError && !at('current') && !at('password') && <Alert color="red" role="alert">{failed(save.error)}</Alert>}
        <Group><Button type="submit" variant="default" loading={save.isPending} disabled={next === ''}>{t('you.password.save')}</Button>
          {save.isSuccess && <Text size="sm" c="dimmed" role="status">{t('you.password.saved')}</Text>}</Group>
      </Stack>
    </form>
  )
}

function Sessions() {
  const cache = useQueryClient()
  const list = useQuery({ queryKey: ['my-sessions'], queryFn: async () => (await got(client.GET('/api/v1/me/sessions', { params: { query: { limit: 100 } } }))).items })
  const end = useMutation({ mutationFn: (id: string) => got(client.DELETE('/api/v1/me/sessions/{id}', { params: { path: { id } } })), onSuccess: () => cache.invalidateQueries({ queryKey: ['my-sessions'] }) })
  const all = useMutation({ mutationFn: () => got(client.POST('/api/v1/me/sign-out-everywhere', { params: { header: { 'Idempotency-Key': key() } } })), onSuccess: () => location.assign('/newsroom/sign-in') })
  const [sure, setSure] = useState(false)
  return (
    <Stack gap="xs">
      {list.isError && <Alert color="red" role="alert">{failed(list.error)}</Alert>}
      <ul className="plain-list">
        {list.data?.map((s) => (
          <li key={s.id} className="line-item">
            <span><b>{[s.browser, s.system].filter(Boolean).join(t('list.comma')) || t('sessions.unknown')}</b> {s.current && <Badge variant="light" color="gray">{t('sessions.this')}</Badge>}<br />
              <Text span size="sm" c="dimmed">{t('sessions.seen', { at: moment(s.seen_at) })}</Text></span>
            {!s.current && <Button size="xs" variant="default" loading={end.isPending && end.variables === s.id} onClick={() => end.mutate(s.id)} aria-label={t('sessions.end.name', { name: s.browser ?? t('sessions.unknown') })}>{t('sessions.end')}</Button>}
          </li>
        ))}
      </ul>
      {(end.isError || all.isError) && <Alert color="red" role="alert">{failed(end.error ?? all.error)}</Alert>}
      {sure
        ? <Group role="alertdialog" aria-label={t('sessions.all')}><Text size="sm">{t('sessions.all.sure')}</Text><Button size="xs" color="red" autoFocus loading={all.isPending} onClick={() => all.mutate()}>{t('sessions.all')}</Button><Button size="xs" variant="default" onClick={() => setSure(false)}>{t('app.cancel')}</Button></Group>
        : <Group><Button size="xs" variant="default" onClick={() => setSure(true)}>{t('sessions.all')}</Button></Group>}
    </Stack>
  )
}
