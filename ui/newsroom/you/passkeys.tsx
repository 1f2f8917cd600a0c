// One's passkeys: the list, a new one, another name, away with one.
import { Alert, Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { client, Failure, got, key } from '../api'
import { havePasskeys, makeOnDevice } from '../passkey'
import { proving } from '../proof'
import { useSession } from '../session'
import { moment, t } from '../words'
import { failed, useFactors } from './you'

export function Passkeys() {
  const factors = useFactors()
  const cache = useQueryClient()
  const { me } = useSession()
  // Who has to have one before anything else goes on when he says so.
  const fresh = () => { if (!me.enrol) void cache.invalidateQueries({ queryKey: ['me'] }); void cache.invalidateQueries({ queryKey: ['factors'] }); void cache.invalidateQueries({ queryKey: ['my-sessions'] }) }
  const [name, setName] = useState('')
  const add = useMutation({
    mutationFn: async () => {
      const asked = await proving(() => got(client.POST('/api/v1/me/passkeys/challenge', { params: { header: { 'Idempotency-Key': key() } } })))
      const credential = await makeOnDevice(asked.options)
      return got(client.POST('/api/v1/me/passkeys', { params: { header: { 'Idempotency-Key': key() } }, body: { name: name.trim() || t('passkeys.unnamed'), passkey: { ticket: asked.ticket, credential } } }))
    },
    onSuccess: () => { setName(''); fresh() },
  })
  if (factors.isError) return <Alert color="red" role="alert">{failed(factors.error)}</Alert>
  const host = factors.data?.passkey_host
  const here = havePasskeys() && host === location.hostname
  return (
    <Stack gap="xs">
      <Text size="sm" c="dimmed">{t('passkeys.why')}</Text>
      {factors.data && factors.data.passkeys.length > 0 && (
        <ul className="plain-list" aria-label={t('passkeys.title')}>{factors.data.passkeys.map((k) => <One key={k.id} id={k.id} name={k.name} used={k.used_at ?? k.created_at} fresh={fresh} />)}</ul>
      )}
      {here && (
        <form onSubmit={(e) => { e.preventDefault(); add.mutate() }}>
          <Group align="flex-end" gap="sm">
            <TextInput label={t('passkeys.name')} placeholder={t('passkeys.name.like')} maxLength={100} dir="auto" value={name} onChange={(e) => setName(e.currentTarget.value)} />
            <Button type="submit" variant="default" loading={add.isPending}>{t('passkeys.add')}</Button>
          </Group>
        </form>
      )}
      {factors.data && !here && <Text size="sm">{!host ? t('passkeys.no_host') : !havePasskeys() ? t('passkeys.no_browser') : t('passkeys.elsewhere', { host })}</Text>}
      {add.isError && <Alert color="red" role="alert">{add.error instanceof Failure ? failed(add.error) : t('passkeys.not_made')}</Alert>}
    </Stack>
  )
}

function One({ id, name, used, fresh }: { id: string, name: string, used: string, fresh: () => void }) {
  const [typed, setTyped] = useState<string>()
  const [sure, setSure] = useState(false)
  const rename = useMutation({ mutationFn: () => got(client.PATCH('/api/v1/me/passkeys/{id}', { params: { path: { id } }, body: { name: typed! } })), onSuccess: () => { setTyped(undefined); fresh() } })
  const remove = useMutation({ mutationFn: () => proving(() => got(client.DELETE('/api/v1/me/passkeys/{id}', { params: { path: { id } } }))), onSuccess: fresh })
  return (
    <li className="line-item">
      {typed === undefined
        ? <span><b dir="auto">{name}</b><br /><Text span size="sm" c="dimmed">{t('passkeys.used', { at: moment(used) })}</Text></span>
        : <form className="grow" onSubmit={(e) => { e.preventDefault(); rename.mutate() }}><Group gap="xs"><TextInput className="grow" aria-label={t('passkeys.name')} autoFocus maxLength={100} dir="auto" value={typed} onChange={(e) => setTyped(e.currentTarget.value)} /><Button size="xs" type="submit" loading={rename.isPending} disabled={typed.trim() === ''}>{t('settings.save')}</Button></Group></form>}
      {typed === undefined && !sure && (
        <Group gap="xs">
          <Button size="xs" variant="default" onClick={() => setTyped(name)} aria-label={t('passkeys.rename.name', { name })}>{t('passkeys.rename')}</Button>
          <Button size="xs" variant="default" onClick={() => setSure(true)} aria-label={t('passkeys.remove.name', { name })}>{t('passkeys.remove')}</Button>
        </Group>
      )}
      {sure && (
        <Group gap="xs" role="alertdialog" aria-label={t('passkeys.remove.name', { name })}>
          <Text size="sm">{t('passkeys.remove.sure')}</Text>
          <Button size="xs" color="red" autoFocus loading={remove.isPending} onClick={() => remove.mutate()}>{t('passkeys.remove')}</Button>
          <Button size="xs" variant="default" onClick={() => setSure(false)}>{t('app.cancel')}</Button>
        </Group>
      )}
      {(rename.isError || remove.isError) && <Alert color="red" role="alert">{failed(rename.error ?? remove.error)}</Alert>}
    </li>
  )
}
