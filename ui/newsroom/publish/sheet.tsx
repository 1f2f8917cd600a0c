// The way to the readers: one sentence that says what will happen, the checks, and what kind of change it is. At the side, not over the text.
import { Alert, Anchor, Button, CloseButton, Drawer, Group, Radio, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { client, Failure, got, key, type Article } from '../api'
import { Discussion, Embargo, Section } from '../editor/fields'
import type { Fields } from '../editor/document'
import type { Saver } from '../editor/save'
import { useSections } from '../sections'
import { useSession } from '../session'
import { clock, houseZone, instant, moment, t } from '../words'
import { Checks, Fault, useChecks } from './checks'

type Change = 'first' | 'minor' | 'update' | 'correction'

/** With `apart` another has the story in hand: it can only be withdrawn. */
export function Publish({ article, apart, saver, fields, editable, onChange, onClose, onDone }: { article: Article, apart: boolean, saver: Saver, fields: Fields, editable: boolean, onChange: (changed: Partial<Fields>) => void, onClose: () => void, onDone: (a: Article) => void }) {
  const { editions } = useSession()
  const edition = editions.find((e) => e.slug === article.edition)
  const zone = edition?.timezone ?? houseZone()
  const [change, setChange] = useState<Change>(article.revision ? 'update' : 'first')
  const [note, setNote] = useState('')
  const [reason, setReason] = useState('') // of a withdrawal; a note is for another act
  const [later, setLater] = useState('')
  const [over, setOver] = useState<ReadonlySet<string>>(new Set())
  const [done, setDone] = useState<Article>()
  const [saved, setSaved] = useState(false)
  const [chosen, setWay] = useState<'publish' | 'withdraw'>(apart ? 'withdraw' : 'publish')
  const way = apart ? 'withdraw' : chosen

  // What is judged and published is what is on the screen: it goes to the server first.
  useEffect(() => { void saver.flush().finally(() => setSaved(true)) }, [saver])
  const stamp = instant(later, zone)
  const at = stamp ? new Date(stamp) : undefined
  const checks = useChecks(article.id, saver.standing.version, saved && !apart, at?.toISOString())
  const embargo = fields.embargo_until ? new Date(fields.embargo_until) : undefined
  const held = embargo !== undefined && embargo > new Date()
  const when = [at, embargo].filter((d): d is Date => d !== undefined && d > new Date()).sort((a, b) => +b - +a)[0]
  const open = (checks.data ?? []).some((c) => c.level === 'stop' || c.level === 'override' && !over.has(c.key)) || later !== '' && !at
  const section = useSections(article.edition).data?.find((s) => s.slug === fields.section)?.name
  const name = edition?.name ?? article.edition
  const place = section && article.kind !== 'page' ? t('publish.place', { edition: name, section }) : name
  const decide = (changed: Partial<Fields>) => { onChange(changed); void saver.flush() }
  const sentence = when ? t(change === 'first' ? 'publish.sentence.later' : `publish.sentence.later.${change}`, { place, at: moment(when, zone), zone }) : t(`publish.sentence.${change}`, { place })

  const publish = useMutation({
    mutationFn: async () => {
      await saver.flush()
      if (saver.standing.standing !== 'saved') throw new Failure(0, { detail: t('publish.not_saved') })
      return got(client.POST('/api/v1/articles/{id}/publish', {
        params: { path: { id: article.id }, header: { 'If-Match': `"${saver.standing.version}"`, 'Idempotency-Key': key() } },
        body: { change, ...(note ? { note } : {}), ...(at ? { at: at.toISOString() } : {}), checked: true, ...(over.size > 0 ? { override: [...over] } : {}) },
      }))
    },
    onSuccess: (a) => { setDone(a); onDone(a) },
  })
  const withdraw = useMutation({
    mutationFn: () => got(client.POST('/api/v1/articles/{id}/withdraw', { params: { path: { id: article.id }, header: { 'If-Match': '*', 'Idempotency-Key': key() } }, body: { note: reason } })),
    onSuccess: (a) => { setDone(a); onDone(a) },
  })
  const failed = publish.error ?? withdraw.error
  const title = done ? t('publish.done') : way === 'withdraw' ? t('withdraw.title') : t(article.revision ? 'publish.update' : 'publish.button')

  return (
    <Drawer.Root opened onClose={onClose} position="right" size="md" lockScroll={false}>
      <Drawer.Content aria-label={title} className="publish"><Drawer.Body>
      <div className="sheethead"><h2>{title}</h2><CloseButton aria-label={t('app.close')} onClick={onClose} /></div>
      {done ? (
        <Stack role="status">
          <Text size="xl" fw={700}>{done.state === 'scheduled' ? t('publish.scheduled', { at: moment(done.scheduled_at ?? '', zone) }) : done.state === 'withdrawn' ? t('withdraw.done', { at: clock(new Date(), zone) }) : t('publish.live', { at: clock(new Date(done.updated_at ?? Date.now()), zone) })}</Text>
          {done.state !== 'withdrawn' && <Anchor href={done.url} target="_blank" dir="ltr">{done.url}</Anchor>}
          <Group>{done.kind === 'live' && done.state === 'published' && <Button renderRoot={(props) => <Link to="/live/$id" params={{ id: done.id }} {...props} />}>{t('editor.box')}</Button>}<Button variant="default" onClick={onClose} data-autofocus>{t('app.close')}</Button></Group>
        </Stack>
      ) : way === 'withdraw' ? (
        <Stack>
          <Text>{t('withdraw.text')}</Text>
          <Textarea label={t('withdraw.note')} value={reason} onChange={(e) => setReason(e.currentTarget.value)} autosize minRows={2} dir="auto" data-autofocus />
          {failed && <Fault error={failed} />}
          <Group justify="space-between"><Button variant="default" onClick={() => apart ? onClose() : setWay('publish')}>{t('app.back')}</Button><Button color="red" disabled={!reason.trim()} loading={withdraw.isPending} onClick={() => withdraw.mutate()}>{t('withdraw.button')}</Button></Group>
        </Stack>
      ) : (
        <Stack>
          {!!article.revision && (
            <Radio.Group label={t('publish.kind')} value={change} onChange={(v) => setChange(v as Change)}>
              <Stack gap={6} mt={6}>{(['minor', 'update', 'correction'] as const).map((c) => <Radio key={c} value={c} label={t(`publish.kind.${c}`)} description={t(`publish.kind.${c}.why`)} />)}</Stack>
            </Radio.Group>
          )}
          {(change === 'correction' || change === 'update') && <Textarea label={t(change === 'correction' ? 'publish.note.correction' : 'publish.note')} required={change === 'correction'} value={note} onChange={(e) => setNote(e.currentTarget.value)} autosize minRows={2} dir="auto" />}
          {article.kind !== 'page' && <Group grow align="start" wrap="nowrap"><Section fields={fields} edition={article.edition} editable={editable} onChange={decide} /><Discussion fields={fields} editable={editable} onChange={decide} /></Group>}
          <TextInput type="datetime-local" label={t('publish.later')} description={t('publish.later.why', { zone })} value={later} onChange={(e) => setLater(e.currentTarget.value)} />
          <Embargo fields={fields} zone={zone} editable={editable} onChange={onChange} />
          {held && +embargo === +(when ?? 0) && <Alert color="yellow" role="note" title={t('chip.embargo', { at: moment(embargo, zone) })}>{t('publish.embargo')}</Alert>}
          <Checks checks={checks} role="alert" over={over} onOver={setOver} />
          <Text fw={600} className="sentence">{sentence}</Text>
          {failed && <Fault error={failed} />}
          <Group justify="space-between">
            <Button data-autofocus onClick={() => publish.mutate()} loading={publish.isPending || !saved} disabled={open || (change === 'correction' && !note.trim())}>{t(when ? 'publish.schedule' : 'publish.now')}</Button>
            {!!article.revision && <Button variant="subtle" color="red" onClick={() => setWay('withdraw')}>{t('withdraw.title')}</Button>}
          </Group>
        </Stack>
      )}
      </Drawer.Body></Drawer.Content>
    </Drawer.Root>
  )
}
