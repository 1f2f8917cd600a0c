// Proving oneself again before what is dangerous: the API says 403 with fault.prove, a dialog asks, and the act is done after all.
import { Alert, Button, Modal, PasswordInput, Stack, Text, TextInput } from '@mantine/core'
import { useEffect, useState } from 'react'
import { client, Failure, got, key } from './api'
import { askDevice, havePasskeys } from './passkey'
import { sayFault, t } from './words'

type Ask = (done: (proven: boolean) => void) => void

let ask: Ask | undefined

const unproven = (e: unknown): boolean => e instanceof Failure && e.status === 403 && e.problem.type === '/api/docs#fault.prove'

/** Does an act; when the server wants to know again who acts, asks and does it once more. Somebody who closes the dialog gets the failure. */
export async function proving<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (e) {
    if (!unproven(e) || !ask) throw e
    const show = ask
    if (!await new Promise<boolean>(show)) throw e
    return act()
  }
}

interface Ways { password: boolean, code: boolean, passkey?: { ticket: string, options: unknown } }

/** The dialog; there is one, in the shell. */
export function ProofDialog() {
  const [done, setDone] = useState<{ tell: (proven: boolean) => void }>()
  const [ways, setWays] = useState<Ways>()
  const [typed, setTyped] = useState('')
  const [byCode, setByCode] = useState(false)
  const [wrong, setWrong] = useState('')
  const [busy, setBusy] = useState(false)
  const read = async () => {
    setWays(undefined)
    try {
      const w = await got(client.POST('/api/v1/me/proof/ways', { params: { header: { 'Idempotency-Key': key() } } })) as Ways
      setWays(w)
      setByCode(!w.password && w.code)
    } catch (e) {
      setWrong(e instanceof Failure ? e.words : t('fault.unknown'))
    }
  }
  useEffect(() => {
    ask = (tell) => { setDone({ tell }); setTyped(''); setWrong(''); setBusy(false); void read() }
    return () => { ask = undefined }
  }, [])
  const end = (proven: boolean) => { done?.tell(proven); setDone(undefined) }
  const prove = async (body: { password?: string, code?: string, passkey?: { ticket: string, credential: Record<string, unknown> } }) => {
    setBusy(true)
    setWrong('')
    try {
      await got(client.POST('/api/v1/me/proof', { params: { header: { 'Idempotency-Key': key() } }, body }))
      end(true)
    } catch (e) {
      const place = e instanceof Failure ? e.problem.errors?.[0] : undefined
      setWrong(place?.key ? sayFault(place.key, place.message ?? '') : e instanceof Failure ? e.words : t('proof.not'))
      setTyped('')
      setBusy(false)
      if (body.passkey) void read() // a challenge counts once
    }
  }
  const withPasskey = async () => {
    if (!ways?.passkey) return
    try {
      setBusy(true)
      await prove({ passkey: { ticket: ways.passkey.ticket, credential: await askDevice(ways.passkey.options) } })
    } catch {
      setWrong(t('proof.not'))
      setBusy(false)
    }
  }
  return (
    <Modal opened={!!done} onClose={() => end(false)} title={t('proof.title')} closeButtonProps={{ 'aria-label': t('app.close') }}>
      <form onSubmit={(e) => { e.preventDefault(); void prove(byCode ? { code: typed } : { password: typed }) }}>
        <Stack gap="sm">
          <Text size="sm">{t('proof.text')}</Text>
          {wrong && <Alert color="red" role="alert">{wrong}</Alert>}
          {ways?.password && !byCode && <PasswordInput data-autofocus label={t('proof.password')} autoComplete="current-password" value={typed} onChange={(e) => setTyped(e.currentTarget.value)} visibilityToggleButtonProps={{ 'aria-label': t('proof.show') }} />}
          {ways?.code && byCode && <TextInput data-autofocus label={t('proof.code')} description={t('proof.code.why')} autoComplete="one-time-code" dir="ltr" value={typed} onChange={(e) => setTyped(e.currentTarget.value)} />}
          {ways && (ways.password || ways.code) && <Button type="submit" loading={busy} disabled={typed === ''}>{t('proof.go')}</Button>}
          {ways?.passkey && havePasskeys() && <Button variant="default" loading={busy} onClick={() => void withPasskey()}>{t('proof.passkey')}</Button>}
          {ways?.password && ways.code && <Button variant="subtle" color="gray" onClick={() => { setByCode(!byCode); setTyped('') }}>{t(byCode ? 'proof.by_password' : 'proof.by_code')}</Button>}
        </Stack>
      </form>
    </Modal>
  )
}
