// Codes of an app as a second factor: a picture to scan, the first code, recovery codes to keep.
import { Alert, Button, Code, Group, Stack, Text, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { client, got, key } from '../api'
import { proving } from '../proof'
import { moment, t } from '../words'
import { failed, useFactors } from './you'

const once = () => ({ params: { header: { 'Idempotency-Key': key() } } })

export function Codes() {
  const factors = useFactors()
  const cache = useQueryClient()
  const fresh = () => { void cache.invalidateQueries({ queryKey: ['factors'] }); void cache.invalidateQueries({ queryKey: ['my-sessions'] }) }
  const [code, setCode] = useState('')
  const [shown, setShown] = useState<string[]>()
  const [sure, setSure] = useState(false)
  const begin = useMutation({ mutationFn: () => proving(() => got(client.POST('/api/v1/me/codes', once()))) })
  const confirm = useMutation({
    mutationFn: () => proving(() => got(client.POST('/api/v1/me/codes/confirm', { ...once(), body: { code } }))),
    onSuccess: (r) => { setShown(r.codes); setCode(''); begin.reset(); fresh() },
  })
  const renew = useMutation({ mutationFn: () => proving(() => got(client.POST('/api/v1/me/codes/recovery', once()))), onSuccess: (r) => { setShown(r.codes); fresh() } })
  const remove = useMutation({ mutationFn: () => proving(() => got(client.DELETE('/api/v1/me/codes'))), onSuccess: () => { setSure(false); setShown(undefined); fresh() } })
  const wrong = begin.error ?? renew.error ?? remove.error
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">{t('codes.why')}</Text>
      {shown && <RecoveryCodes codes={shown} done={() => setShown(undefined)} />}
      {factors.data?.codes && (
        <>
          <Text size="sm">{t('codes.on', { at: moment(factors.data.codes) })} {t('codes.left', { n: factors.data.recovery })}</Text>
          {sure
            ? <Group gap="xs" role="alertdialog" aria-label={t('codes.remove')}><Text size="sm">{t('codes.remove.sure')}</Text><Button size="xs" color="red" autoFocus loading={remove.isPending} onClick={() => remove.mutate()}>{t('codes.remove')}</Button><Button size="xs" variant="default" onClick={() => setSure(false)}>{t('app.cancel')}</Button></Group>
            : <Group gap="xs"><Button size="xs" variant="default" loading={renew.isPending} onClick={() => renew.mutate()}>{t('codes.renew')}</Button><Button size="xs" variant="default" onClick={() => setSure(true)}>{t('codes.remove')}</Button></Group>}
        </>
      )}
      {factors.data && !factors.data.codes && !begin.data && <Group><Button variant="default" loading={begin.isPending} onClick={() => begin.mutate()}>{t('codes.begin')}</Button></Group>}
      {begin.data && !factors.data?.codes && (
        <form onSubmit={(e) => { e.preventDefault(); confirm.mutate() }}>
          <Stack gap="sm">
            <Text size="sm">{t('codes.scan')}</Text>
            <Picture size={begin.data.qr.size} path={begin.data.qr.path} />
            <Text size="sm">{t('codes.type')} <Code className="secret" dir="ltr">{begin.data.secret.replace(/(.{4})(?=.)/g, '$1 ')}</Code></Text>
            <Group align="flex-end" gap="sm">
              <TextInput label={t('codes.first')} autoComplete="one-time-code" dir="ltr" required value={code} onChange={(e) => setCode(e.currentTarget.value)} error={confirm.isError ? failed(confirm.error) : undefined} />
              <Button type="submit" loading={confirm.isPending} disabled={code === ''}>{t('codes.confirm')}</Button>
              <Button variant="default" onClick={() => { begin.reset(); confirm.reset(); setCode('') }}>{t('app.cancel')}</Button>
            </Group>
          </Stack>
        </form>
      )}
      {wrong && <Alert color="red" role="alert">{failed(wrong)}</Alert>}
    </Stack>
  )
}

/** The code as a picture: dark on white in both schemes, with the quiet zone of four modules that readers need. */
function Picture({ size, path }: { size: number, path: string }) {
  return (
    <svg className="qr" role="img" aria-label={t('codes.picture')} viewBox={`-4 -4 ${size + 8} ${size + 8}`} width={208} height={208} shapeRendering="crispEdges">
      <rect x={-4} y={-4} width={size + 8} height={size + 8} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  )
}

function RecoveryCodes({ codes, done }: { codes: string[], done: () => void }) {
  const [copied, setCopied] = useState(false)
  return (
    <Alert color="yellow" title={t('codes.recovery')} role="status">
      <Stack gap="sm">
        <Text size="sm">{t('codes.recovery.text')}</Text>
        <ol className="recovery" dir="ltr">{codes.map((c) => <li key={c}><Code>{c}</Code></li>)}</ol>
        <Group gap="xs">
          <Button size="xs" variant="default" onClick={() => void navigator.clipboard.writeText(codes.join('\n')).then(() => setCopied(true))}>{t(copied ? 'copy.done' : 'copy')}</Button>
          <Button size="xs" variant="default" onClick={done}>{t('codes.recovery.kept')}</Button>
        </Group>
      </Stack>
    </Alert>
  )
}
