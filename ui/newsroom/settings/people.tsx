// Who works here: the list, invitations, roles by edition, suspending, links to hand over, and which roles need a second factor.
import { ActionIcon, Alert, Badge, Button, Checkbox, Code, Group, Modal, NativeSelect, Skeleton, Stack, Text, TextInput, Title } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { client, Failure, got, key, type Edition } from '../api'
import type { components } from '../made/api'
import { proving } from '../proof'
import { useSession } from '../session'
import { moment, sayFault, t, type Key } from '../words'
import { failed } from '../you/you'

type Person = components['schemas']['Person']
type Grant = { role: string, edition?: string }

/** The roles of the newsroom, in the order in which they are offered. */
export const roles = ['admin', 'editor', 'reporter', 'picture-editor', 'moderator', 'audience'] as const

const once = () => ({ header: { 'Idempotency-Key': key() } })

export function People() {
  const { me, editions } = useSession()
  const list = useQuery({ queryKey: ['accounts'], queryFn: everybody })
  const [inviting, setInviting] = useState(false)
  const [open, setOpen] = useState<string>()
  const chosen = list.data?.find((p) => p.id === open)
  if (!me.grants.some((g) => g.role === 'admin' && !g.edition)) return <p className="empty">{t('people.not_yours')}</p>
  return (
    <Stack gap="md">
      <Group justify="space-between"><Title order={2} size="h3">{t('people.title')}</Title><Button onClick={() => setInviting(true)}>{t('people.invite')}</Button></Group>
      {list.isError && <Alert color="red" role="alert">{failed(list.error)}</Alert>}
      {list.isPending && <Stack gap="xs" aria-label={t('app.loading')}>{[0, 1, 2].map((n) => <Skeleton key={n} h={44} />)}</Stack>}
      {list.data && (
        <ul className="plain-list people">
          {list.data.map((p) => (
            <li key={p.id} className="line-item">
              <span className="grow"><button type="button" className="name" onClick={() => setOpen(p.id)} dir="auto">{p.name}</button>
                {p.id === me.id && <Badge variant="light" color="gray">{t('people.you')}</Badge>}
                {p.suspended_at && <Badge variant="light" color="red">{t('people.suspended')}</Badge>}
                {!p.seen_at && !p.suspended_at && <Badge variant="light" color="gray">{t('people.never')}</Badge>}
                <br /><Text span size="sm" c="dimmed"><span dir="ltr">{p.email}</span> · {p.grants.length > 0 ? p.grants.map((g) => <span key={`${g.role}${g.edition}`} className="grant">{saysGrant(g, editions)}</span>) : t('people.no_role')}</Text></span>
              <Text span size="sm" c="dimmed" className="when">{[p.passkeys > 0 && t('people.passkey'), p.codes && t('people.codes'), p.seen_at && t('people.seen', { at: moment(p.seen_at) })].filter(Boolean).join(' · ')}</Text>
            </li>
          ))}
        </ul>
      )}
      <Security />
      {inviting && <Invite done={() => setInviting(false)} />}
      {chosen && <One key={chosen.id} person={chosen} done={() => setOpen(undefined)} />}
    </Stack>
  )
}

async function everybody(): Promise<Person[]> {
  const out: Person[] = []
  for (let after: string | undefined = undefined; ;) {
    const page: { items: Person[], next?: string } = await got(client.GET('/api/v1/accounts', { params: { query: { limit: 100, ...(after ? { after } : {}) } } }))
    out.push(...page.items)
    if (!page.next) return out
    after = page.next
  }
}

export const saysRole = (role: string): string => t(`role.${role}` as Key)

const saysGrant = (g: Grant, editions: Edition[]): string => g.edition ? t('people.grant', { role: saysRole(g.role), edition: editions.find((e) => e.slug === g.edition)?.name ?? g.edition }) : saysRole(g.role)

/** Roles with their editions, as rows that come and go. */
function Grants({ value, onChange, error }: { value: Grant[], onChange: (v: Grant[]) => void, error: string | undefined }) {
  const { editions } = useSession()
  const set = (i: number, g: Grant) => onChange(value.map((old, n) => n === i ? g : old))
  return (
    <fieldset className="grants">
      <legend>{t('people.roles')}</legend>
      {value.map((g, i) => (
        <Group key={i} gap="xs" wrap="nowrap" align="flex-end">
          <NativeSelect className="grow" aria-label={t('people.role', { n: i + 1 })} value={g.role} onChange={(e) => set(i, { ...g, role: e.currentTarget.value })} data={[...roles, ...(roles.some((r) => r === g.role) ? [] : [g.role])].map((r) => ({ value: r, label: saysRole(r) }))} />
          <NativeSelect className="grow" aria-label={t('people.edition', { n: i + 1 })} value={g.edition ?? ''} onChange={(e) => set(i, { role: g.role, ...(e.currentTarget.value ? { edition: e.currentTarget.value } : {}) })} data={[{ value: '', label: t('people.everywhere') }, ...editions.map((e) => ({ value: e.slug, label: e.name }))]} />
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('people.role.remove', { n: i + 1 })} onClick={() => onChange(value.filter((_, n) => n !== i))}>×</ActionIcon>
        </Group>
      ))}
      {error && <Text size="sm" c="red" role="alert">{error}</Text>}
      <Group><Button size="xs" variant="default" onClick={() => onChange([...value, { role: 'reporter', ...(editions.length > 1 ? { edition: editions.find((e) => e.default)?.slug ?? editions[0]!.slug } : {}) }])}>{t('people.role.add')}</Button></Group>
    </fieldset>
  )
}

const wrongAt = (e: unknown, name: string): string | undefined => {
  const p = e instanceof Failure ? e.problem.errors?.find((x) => x.location === `body.${name}` || x.location?.startsWith(`body.${name}[`) || x.location === name) : undefined
  return p && (p.key ? sayFault(p.key, p.message ?? '') : p.message)
}

function Invite({ done }: { done: () => void }) {
  const cache = useQueryClient()
  const [email, setEmail] = useState('')
  const [name, setName] = useState('')
  const [grants, setGrants] = useState<Grant[]>([{ role: 'reporter' }])
  const invite = useMutation({
    mutationFn: () => proving(() => got(client.POST('/api/v1/accounts', { params: once(), body: { email: email.trim(), name: name.trim(), grants } }))),
    onSuccess: () => cache.invalidateQueries({ queryKey: ['accounts'] }),
  })
  const places = wrongAt(invite.error, 'email') ?? wrongAt(invite.error, 'name') ?? wrongAt(invite.error, 'grants')
  return (
    <Modal opened onClose={done} size="lg" title={t(invite.data ? 'people.invited' : 'people.invite')} closeButtonProps={{ 'aria-label': t('app.close') }}>
      {invite.data
        ? <Stack><LinkToCopy name={invite.data.name} link={invite.data.link} /><Group><Button onClick={done}>{t('publish.done')}</Button></Group></Stack>
        : (
          <form onSubmit={(e) => { e.preventDefault(); invite.mutate() }}>
            <Stack gap="sm">
              <TextInput data-autofocus label={t('people.email')} type="email" required dir="ltr" autoComplete="off" value={email} onChange={(e) => setEmail(e.currentTarget.value)} error={wrongAt(invite.error, 'email')} />
              <TextInput label={t('people.name')} required dir="auto" maxLength={200} autoComplete="off" value={name} onChange={(e) => setName(e.currentTarget.value)} error={wrongAt(invite.error, 'name')} />
              <Grants value={grants} onChange={setGrants} error={wrongAt(invite.error, 'grants')} />
              <Text size="sm" c="dimmed">{t('people.invite.why')}</Text>
              {invite.isError && !places && <Alert color="red" role="alert">{failed(invite.error)}</Alert>}
              <Group><Button type="submit" loading={invite.isPending}>{t('people.invite.go')}</Button><Button variant="default" onClick={done}>{t('app.cancel')}</Button></Group>
            </Stack>
          </form>
        )}
    </Modal>
  )
}

function LinkToCopy({ name, link }: { name: string, link: { url: string, expires_at: string } | undefined }) {
  const [copied, setCopied] = useState(false)
  if (!link) return <Text>{t('people.link.told')}</Text>
  return (
    <Stack gap="xs" role="status">
      <Text size="sm">{t('people.link.text', { name, at: moment(link.expires_at) })}</Text>
      <Code block className="secret" dir="ltr">{link.url}</Code>
      <Group><Button variant="default" onClick={() => void navigator.clipboard.writeText(link.url).then(() => setCopied(true))}>{t(copied ? 'copy.done' : 'people.link.copy')}</Button></Group>
    </Stack>
  )
}

function One({ person, done }: { person: Person, done: () => void }) {
  const { me } = useSession()
  const cache = useQueryClient()
  const [name, setName] = useState(person.name)
  const [grants, setGrants] = useState<Grant[]>(person.grants)
  const [sure, setSure] = useState<'suspend' | 'sign_out' | 'factors'>()
  const path = { id: person.id }
  const fresh = () => { setSure(undefined); void cache.invalidateQueries({ queryKey: ['accounts'] }); if (person.id === me.id) void cache.invalidateQueries({ queryKey: ['me'] }) }
  const change = useMutation({
    mutationFn: (body: { name?: string, grants?: Grant[], suspended?: boolean }) => proving(() => got(client.PATCH('/api/v1/accounts/{id}', { params: { path }, body }))),
    onSuccess: (_, body) => { fresh(); if (body.suspended === undefined) done() },
  })
  const link = useMutation({ mutationFn: () => proving(() => got(client.POST('/api/v1/accounts/{id}/link', { params: { path, ...once() } }))) })
  const signOut = useMutation({ mutationFn: () => proving(() => got(client.POST('/api/v1/accounts/{id}/sign-out', { params: { path, ...once() } }))), onSuccess: fresh })
  const forget = useMutation({ mutationFn: () => proving(() => got(client.DELETE('/api/v1/accounts/{id}/factors', { params: { path } }))), onSuccess: fresh })
  const acts = { suspend: () => change.mutate({ suspended: !person.suspended_at }), sign_out: () => signOut.mutate(), factors: () => forget.mutate() }
  const error = change.error ?? link.error ?? signOut.error ?? forget.error
  const busy = change.isPending || signOut.isPending || forget.isPending
  const atPlace = wrongAt(change.error, 'name') ?? wrongAt(change.error, 'grants')
  return (
    <Modal opened onClose={done} size="lg" title={<span dir="auto">{person.name}</span>} closeButtonProps={{ 'aria-label': t('app.close') }}>
      <Stack gap="md">
        <form onSubmit={(e) => { e.preventDefault(); change.mutate({ ...(name !== person.name ? { name } : {}), grants }) }}>
          <Stack gap="sm">
            <Text size="sm" c="dimmed" dir="ltr">{person.email}</Text>
            <TextInput label={t('people.name')} required dir="auto" maxLength={200} value={name} onChange={(e) => setName(e.currentTarget.value)} error={wrongAt(change.error, 'name')} />
            <Grants value={grants} onChange={setGrants} error={wrongAt(change.error, 'grants')} />
            <Group><Button type="submit" loading={change.isPending}>{t('settings.save')}</Button></Group>
          </Stack>
        </form>
        {error && !atPlace && <Alert color="red" role="alert">{failed(error)}</Alert>}
        {link.data && <LinkToCopy name={person.name} link={link.data} />}
        {sure
          ? (
            <Group gap="xs" role="alertdialog" aria-label={t(`people.${sure}` as Key)} className="sure">
              <Text size="sm">{t(sure === 'suspend' ? 'people.suspend.sure' : sure === 'factors' ? 'people.factors.sure' : 'people.sign_out.sure', { name: person.name })}</Text>
              <Button size="xs" color="red" autoFocus loading={busy} onClick={acts[sure]}>{t(`people.${sure}` as Key)}</Button>
              <Button size="xs" variant="default" onClick={() => setSure(undefined)}>{t('app.cancel')}</Button>
            </Group>
          )
          : (
            <Group gap="xs">
              {!person.suspended_at && <Button size="xs" variant="default" loading={link.isPending} onClick={() => link.mutate()}>{t('people.link')}</Button>}
              {(person.passkeys > 0 || person.codes) && <Button size="xs" variant="default" onClick={() => setSure('factors')}>{t('people.factors')}</Button>}
              <Button size="xs" variant="default" onClick={() => setSure('sign_out')}>{t('people.sign_out')}</Button>
              {person.suspended_at
                ? <Button size="xs" variant="default" loading={busy} onClick={acts.suspend}>{t('people.restore')}</Button>
                : <Button size="xs" variant="default" color="red" onClick={() => setSure('suspend')}>{t('people.suspend')}</Button>}
            </Group>
          )}
        {signOut.isSuccess && <Text size="sm" c="dimmed" role="status">{t('people.signed_out')}</Text>}
      </Stack>
    </Modal>
  )
}

/** Which roles need a passkey or codes. */
function Security() {
  const cache = useQueryClient()
  const now = useQuery({ queryKey: ['security'], queryFn: () => got(client.GET('/api/v1/security')) })
  const [chosen, setChosen] = useState<string[]>()
  const save = useMutation({
    mutationFn: () => proving(() => got(client.PATCH('/api/v1/security', { body: { factor: chosen! } }))),
    onSuccess: () => { setChosen(undefined); void cache.invalidateQueries({ queryKey: ['security'] }); void cache.invalidateQueries({ queryKey: ['me'] }) },
  })
  if (!now.data) return now.isError ? <Alert color="red" role="alert">{failed(now.error)}</Alert> : null
  const on = chosen ?? now.data.factor
  return (
    <form className="security" onSubmit={(e) => { e.preventDefault(); save.mutate() }}>
      <fieldset className="grants">
        <legend>{t('security.title')}</legend>
        <Text size="sm" c="dimmed">{t('security.text')}</Text>
        {roles.map((r) => <Checkbox key={r} label={saysRole(r)} checked={on.includes(r)} onChange={(e) => setChosen(e.currentTarget.checked ? [...on, r] : on.filter((x) => x !== r))} />)}
        <Group><Button type="submit" variant="default" loading={save.isPending} disabled={!chosen}>{t('settings.save')}</Button>
          {save.isSuccess && !chosen && <Text size="sm" c="dimmed" role="status">{t('settings.saved')}</Text>}</Group>
        {save.isError && <Alert color="red" role="alert">{failed(save.error)}</Alert>}
      </fieldset>
    </form>
  )
}
