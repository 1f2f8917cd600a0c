// API tokens: one's own, and everybody's for whoever runs the newsroom.
import { Alert, Button, Code, Group, NativeSelect, Skeleton, Stack, Switch, Text, TextInput, Title } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { client, got, key } from '../api'
import { proving } from '../proof'
import { useSession } from '../session'
import { moment, t } from '../words'
import { failed } from '../you/you'

const lives = [30, 90, 365, 0] as const

export function Tokens() {
  const { me } = useSession()
  const cache = useQueryClient()
  const runs = me.grants.some((g) => g.role === 'admin' && !g.edition)
  const [all, setAll] = useState(false)
  const [name, setName] = useState('')
  const [days, setDays] = useState(90)
  const [copied, setCopied] = useState(false)
  const list = useQuery({ queryKey: ['tokens', all], queryFn: async () => (await got(client.GET('/api/v1/tokens', { params: { query: { limit: 100, all } } }))).items })
  const make = useMutation({
    mutationFn: () => proving(() => got(client.POST('/api/v1/tokens', { params: { header: { 'Idempotency-Key': key() } }, body: { name: name.trim(), ...(days ? { days } : {}) } }))),
    onSuccess: () => { setName(''); setCopied(false); void cache.invalidateQueries({ queryKey: ['tokens'] }) },
  })
  return (
    <Stack gap="md">
      <Title order={2} size="h3">{t('tokens.title')}</Title>
      <Text c="dimmed">{t('tokens.text')}</Text>
      <form onSubmit={(e) => { e.preventDefault(); make.mutate() }}>
        <Group align="flex-end" gap="sm">
          <TextInput className="grow" label={t('tokens.name')} required maxLength={200} dir="auto" value={name} onChange={(e) => setName(e.currentTarget.value)} />
          <NativeSelect label={t('tokens.life')} value={String(days)} onChange={(e) => setDays(Number(e.currentTarget.value))} data={lives.map((d) => ({ value: String(d), label: d ? t('tokens.days', { n: d }) : t('tokens.for_ever') }))} />
          <Button type="submit" loading={make.isPending} disabled={name.trim() === ''}>{t('tokens.make')}</Button>
        </Group>
      </form>
      {make.isError && <Alert color="red" role="alert">{failed(make.error)}</Alert>}
      {make.data?.token && (
        <Alert color="yellow" title={t('tokens.made', { name: make.data.name })} role="status">
          <Stack gap="xs"><Text size="sm">{t('tokens.made.text')}</Text><Code block className="secret" dir="ltr">{make.data.token}</Code>
            <Group gap="xs"><Button size="xs" variant="default" onClick={() => void navigator.clipboard.writeText(make.data!.token!).then(() => setCopied(true))}>{t(copied ? 'copy.done' : 'copy')}</Button><Button size="xs" variant="default" onClick={() => make.reset()}>{t('publish.done')}</Button></Group></Stack>
        </Alert>
      )}
      {runs && <Switch label={t('tokens.all')} checked={all} onChange={(e) => setAll(e.currentTarget.checked)} />}
      {list.isError && <Alert color="red" role="alert">{failed(list.error)}</Alert>}
      {list.isPending && <Skeleton h={44} aria-label={t('app.loading')} />}
      {list.data?.length === 0 && <Text>{t('tokens.none')}</Text>}
      <ul className="plain-list">{list.data?.map((k) => <One key={k.id} id={k.id} name={k.name} owner={all ? k.owner : ''} made={k.created_at} until={k.expires_at} />)}</ul>
    </Stack>
  )
}

function One({ id, name, owner, made, until }: { id: string, name: string, owner: string, made: string, until: string | undefined }) {
  const cache = useQueryClient()
  const [sure, setSure] = useState(false)
  const end = useMutation({ mutationFn: () => proving(() => got(client.DELETE('/api/v1/tokens/{id}', { params: { path: { id } } }))), onSuccess: () => cache.invalidateQueries({ queryKey: ['tokens'] }) })
  const called = name || t('tokens.unnamed')
  return (
    <li className="line-item">
      <span><b dir="auto">{called}</b>{owner && <> · <span dir="auto">{owner}</span></>}<br />
        <Text span size="sm" c="dimmed">{t('tokens.since', { at: moment(made) })} · {until ? t(new Date(until) < new Date() ? 'tokens.ended' : 'tokens.until', { at: moment(until) }) : t('tokens.for_ever')}</Text></span>
      {sure
        ? <Group gap="xs" role="alertdialog" aria-label={t('tokens.end.name', { name: called })}><Text size="sm">{t('tokens.end.sure')}</Text><Button size="xs" color="red" autoFocus loading={end.isPending} onClick={() => end.mutate()}>{t('tokens.end')}</Button><Button size="xs" variant="default" onClick={() => setSure(false)}>{t('app.cancel')}</Button></Group>
        : <Button size="xs" variant="default" onClick={() => setSure(true)} aria-label={t('tokens.end.name', { name: called })}>{t('tokens.end')}</Button>}
      {end.isError && <Alert color="red" role="alert">{failed(end.error)}</Alert>}
    </li>
  )
}
