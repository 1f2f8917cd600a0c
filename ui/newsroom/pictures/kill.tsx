// Taking a picture out of everything, at once and for good. It is asked once, with what it will touch.
import { Alert, Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { client, Failure, got, key, type Picture } from '../api'
import { t } from '../words'
import { Uses, useUses } from './uses'

export function Kill({ picture: p }: { picture: Picture }) {
  const cache = useQueryClient()
  const [asked, setAsked] = useState(false)
  const [note, setNote] = useState('')
  const uses = useUses(p.id)
  const kill = useMutation({
    mutationFn: () => got(client.POST('/api/v1/pictures/{id}/kill', { params: { path: { id: p.id }, header: { 'Idempotency-Key': key() } }, body: { note: note.trim() } })),
    onSuccess: (now) => { cache.setQueryData(['picture', p.id], now); void cache.invalidateQueries({ queryKey: ['pictures'] }); setAsked(false) },
  })
  const live = uses.data?.filter((u) => u.live).length ?? 0
  return (
    <div className="danger">
      <Button color="red" variant="outline" onClick={() => { setAsked(true); void uses.refetch() }}>{t('kill.button')}</Button>
      <Modal opened={asked} onClose={() => setAsked(false)} title={t('kill.title')} closeButtonProps={{ 'aria-label': t('app.close') }}>
        <Stack gap="sm">
          <Text>{t('kill.text')}</Text>
          <Text fw={600}>{t('kill.touches', { n: live })}</Text>
          <Uses id={p.id} />
          <Textarea label={t('kill.note')} value={note} onChange={(e) => setNote(e.currentTarget.value)} maxLength={500} autosize minRows={2} dir="auto" data-autofocus />
          {kill.isError && <Alert color="red" role="alert">{kill.error instanceof Failure ? kill.error.words : t('fault.unknown')}</Alert>}
          <Group justify="flex-end"><Button variant="default" onClick={() => setAsked(false)}>{t('kill.no')}</Button><Button color="red" disabled={note.trim() === ''} loading={kill.isPending} onClick={() => kill.mutate()}>{t('kill.yes')}</Button></Group>
        </Stack>
      </Modal>
    </div>
  )
}
