// Much is rejected at once: what one author said, or a flood under a story or in an edition.
import { Alert, Button, Group, Modal, Stack, Text, Title } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { client, got, key } from '../api'
import { t, type Key } from '../words'
import { failed } from '../you/you'

const minute = 60_000
const spans = { minutes: 10 * minute, hour: 60 * minute, day: 24 * 60 * minute }
type Span = keyof typeof spans

/** What is swept: one of the three. */
export interface Swept { author?: string, article?: string, edition?: string }

/** Rejects everything since a time that waits or nobody has seen; without an author what those said of whom moderators approved nothing yet. */
export function Sweep({ of, onSwept }: { of: Swept, onSwept: () => void }) {
  const [asked, setAsked] = useState<Span>()
  const [done, setDone] = useState(0)
  const end = useRef<HTMLParagraphElement>(null)
  const sweep = useMutation({
    mutationFn: async (span: Span) => {
      const since = new Date(Date.now() - spans[span]).toISOString()
      let n = 0
      for (let left = true; left;) {
        const some = await got(client.POST('/api/v1/moderation/sweep', { params: { header: { 'Idempotency-Key': key() } }, body: { ...of, since } }))
        setDone(n += some.rejected)
        left = some.left && some.rejected > 0
      }
      return n
    },
    onSuccess: () => { setAsked(undefined); setTimeout(() => end.current?.focus()) },
    onSettled: onSwept,
  })
  return (
    <Stack gap="xs">
      {of.author && <Title order={3} size="h5">{t('sweep.title')}</Title>}
      <Text size="sm" c="dimmed">{t(of.author ? 'sweep.text' : 'sweep.text.flood')}</Text>
      {asked
        ? <Group gap="xs"><Button size="xs" color="red" autoFocus loading={sweep.isPending} onClick={() => { setDone(0); sweep.mutate(asked) }}>{t(`sweep.sure.${asked}` as Key)}</Button><Button size="xs" variant="default" disabled={sweep.isPending} onClick={() => setAsked(undefined)}>{t('app.cancel')}</Button></Group>
        : <Group gap="xs">{(Object.keys(spans) as Span[]).map((span) => <Button key={span} size="xs" variant="default" onClick={() => { sweep.reset(); setAsked(span) }}>{t(`sweep.${span}` as Key)}</Button>)}</Group>}
      {(sweep.isSuccess || sweep.isPending || sweep.isError) && <Text ref={end} tabIndex={-1} size="sm" role="status">{t('sweep.done', { n: done })}</Text>}
      {sweep.isError && <Alert color="red" role="alert">{failed(sweep.error)}</Alert>}
    </Stack>
  )
}

/** The same of a story or an edition, behind a button where there is something; what was done stays said when nothing is left. */
export function FloodAct({ of, offered, onSwept }: { of: Swept, offered: boolean, onSwept: () => void }) {
  const [open, setOpen] = useState(false)
  return (
    <div {...(offered ? { className: 'flood-act' } : {})}>
      {offered && <Button size="compact-sm" variant="subtle" color="gray" onClick={() => setOpen(true)}>{t('sweep.button')}</Button>}
      <Modal opened={open} onClose={() => setOpen(false)} title={t('sweep.title')} closeButtonProps={{ 'aria-label': t('app.close') }}>
        <Sweep of={of} onSwept={onSwept} />
      </Modal>
    </div>
  )
}
