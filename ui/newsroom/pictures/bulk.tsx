// What several pictures get at once: who is to be named, and the notice.
import { Alert, Button, Group, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { client, Failure, got } from '../api'
import { t } from '../words'

export function Together({ ids, onDone }: { ids: string[], onDone: () => void }) {
  const cache = useQueryClient()
  const [credit, setCredit] = useState('')
  const [copyright, setCopyright] = useState('')
  const [left, setLeft] = useState<number>()
  const [failed, setFailed] = useState<{ n: number, why: string }>()
  const save = async () => {
    const body = { ...(credit.trim() ? { credit: credit.trim() } : {}), ...(copyright.trim() ? { copyright: copyright.trim() } : {}) }
    let bad = 0
    let why = ''
    setFailed(undefined)
    for (const [i, id] of ids.entries()) {
      setLeft(ids.length - i)
      try {
        cache.setQueryData(['picture', id], await got(client.PATCH('/api/v1/pictures/{id}', { params: { path: { id }, header: { 'If-Match': '*' } }, body })))
      } catch (e) {
        bad++
        why = e instanceof Failure ? e.words : t('fault.unknown')
      }
    }
    setLeft(undefined)
    void cache.invalidateQueries({ queryKey: ['pictures'] })
    if (bad > 0) setFailed({ n: bad, why })
    else onDone()
  }
  return (
    <form className="together" onSubmit={(e) => { e.preventDefault(); void save() }} aria-label={t('together.label')}>
      <Group gap="sm" align="end">
        <strong role="status">{t('together.n', { n: ids.length })}</strong>
        <TextInput size="sm" label={t('picture.credit')} value={credit} onChange={(e) => setCredit(e.currentTarget.value)} maxLength={250} dir="auto" />
        <TextInput size="sm" label={t('picture.copyright')} value={copyright} onChange={(e) => setCopyright(e.currentTarget.value)} maxLength={500} dir="auto" />
        <Button type="submit" size="sm" disabled={!credit.trim() && !copyright.trim()} loading={left !== undefined}>{t('together.save')}</Button>
        <Button size="sm" variant="subtle" color="gray" onClick={onDone}>{t('together.none')}</Button>
      </Group>
      {failed && <Alert color="red" mt="xs" role="alert">{t('together.failed', { n: failed.n, why: failed.why })}</Alert>}
    </form>
  )
}
