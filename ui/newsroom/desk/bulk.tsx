// One act on many stories. Each is done by itself, on the version that stands in the list, and what became of each is said.
import { Alert, Button, CloseButton, Group, Menu, Modal, Popover, Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { client, Failure, got, key, type Article, type ArticleFields, type Section } from '../api'
import { useColleagues } from '../people'
import { useSession } from '../session'
import { instant, moment, sayCheck, sayFault, t, type Key } from '../words'

interface Act { said: string, run: (a: Article) => Promise<unknown> }
interface Result { id: string, headline: string, failed?: string }

/** What went wrong with one story, in words with the places of fault. */
function why(error: unknown): string {
  if (!(error instanceof Failure)) return t('fault.unknown')
  if (error.status === 412) return t('bulk.newer')
  const places = (error.problem.errors ?? []).map((e) => e.key ? sayCheck(e.key, sayFault(e.key, e.message ?? '')) : e.message ?? '').filter(Boolean)
  return places.length > 0 ? [...new Set(places)].join(' ') : error.words
}

export function Bulk({ stories, sections, edition, editor, onClear, onDone }: { stories: Article[], sections: Section[], edition: string, editor: boolean, onClear: () => void, onDone: () => void }) {
  const [done, setDone] = useState<{ said: string, results: Result[], of: number }>()
  const [asking, setAsking] = useState(false)
  const [when, setWhen] = useState('')
  const [topic, setTopic] = useState('')
  const people = useColleagues(edition, stories.length > 0)
  const zone = useSession().editions.find((e) => e.slug === edition)?.timezone
  const busy = done !== undefined && done.results.length < done.of

  const act = async ({ said, run }: Act) => {
    const results: Result[] = []
    const of = stories.length
    setDone({ said, results, of })
    for (const a of stories) {
      const one: Result = { id: a.id, headline: a.headline || t('desk.untitled') }
      try { await run(a) } catch (error) { one.failed = why(error) }
      results.push(one)
      setDone({ said, results: [...results], of })
    }
    onDone()
  }
  const change = (said: string, body: (a: Article) => ArticleFields): Act => ({ said, run: (a) => got(client.PATCH('/api/v1/articles/{id}', { params: { path: { id: a.id }, header: { 'If-Match': `"${a.version}"` } }, body: body(a) })) })
  const publish: Act = { said: t('bulk.published'), run: (a) => got(client.POST('/api/v1/articles/{id}/publish', { params: { path: { id: a.id }, header: { 'If-Match': `"${a.version}"`, 'Idempotency-Key': key() } }, body: { change: a.revision ? 'update' : 'first', checked: true } })) }
  const failed = done?.results.filter((r) => r.failed) ?? []

  return (
    <section className="bulk" aria-label={t('bulk.label')}>
      {stories.length > 0 && <div className="bulktools" role="toolbar" aria-label={t('bulk.label')}>
        <strong>{t('bulk.selected', { n: stories.length })}</strong>
        <Menu position="bottom-start"><Menu.Target><Button size="compact-sm" variant="default" disabled={busy}>{t('bulk.state')}</Button></Menu.Target>
          <Menu.Dropdown>{(['draft', 'in_review', 'ready'] as const).map((s) => <Menu.Item key={s} onClick={() => void act(change(t('bulk.moved', { state: t(`state.${s}` as Key) }), () => ({ state: s })))}>{t(`state.${s}` as Key)}</Menu.Item>)}</Menu.Dropdown></Menu>
        <Menu position="bottom-start"><Menu.Target><Button size="compact-sm" variant="default" disabled={busy}>{t('field.section')}</Button></Menu.Target>
          <Menu.Dropdown mah={320} className="longmenu">{sections.map((s) => <Menu.Item key={s.id} onClick={() => void act(change(t('bulk.sectioned', { name: s.name }), () => ({ section: s.slug })))}><bdi>{s.name}</bdi></Menu.Item>)}</Menu.Dropdown></Menu>
        <Menu position="bottom-start"><Menu.Target><Button size="compact-sm" variant="default" disabled={busy}>{t('bulk.assign')}</Button></Menu.Target>
          <Menu.Dropdown mah={320} className="longmenu">
            <Menu.Item onClick={() => void act(change(t('bulk.unassigned'), () => ({ assignee: null })))}>{t('field.assignee.nobody')}</Menu.Item>
            {(people.data ?? []).map((p) => <Menu.Item key={p.id} onClick={() => void act(change(t('bulk.assigned', { name: p.name }), () => ({ assignee: p.id })))}><bdi>{p.name}</bdi></Menu.Item>)}
          </Menu.Dropdown></Menu>
        <Popover position="bottom-start" trapFocus withinPortal><Popover.Target><Button size="compact-sm" variant="default" disabled={busy}>{t('field.deadline')}</Button></Popover.Target>
          <Popover.Dropdown><form onSubmit={(e) => { e.preventDefault(); const at = instant(when, zone) || null; void act(change(at ? t('bulk.due', { at: moment(at, zone) }) : t('bulk.undue'), () => ({ deadline: at }))) }}>
            <Stack gap="xs"><TextInput type="datetime-local" label={t('field.deadline')} description={t('bulk.deadline.empty')} value={when} onChange={(e) => setWhen(e.currentTarget.value)} /><Button type="submit" size="xs">{t('bulk.set')}</Button></Stack></form></Popover.Dropdown></Popover>
        <Popover position="bottom-start" trapFocus withinPortal><Popover.Target><Button size="compact-sm" variant="default" disabled={busy}>{t('bulk.topic')}</Button></Popover.Target>
          <Popover.Dropdown><form onSubmit={(e) => { e.preventDefault(); const word = topic.trim(); if (word) void act(change(t('bulk.tagged', { topic: word }), (a) => ({ tags: [...a.tags.filter((x) => x !== word), word] }))) }}>
            <Stack gap="xs"><TextInput label={t('bulk.topic')} value={topic} onChange={(e) => setTopic(e.currentTarget.value)} dir="auto" /><Button type="submit" size="xs" disabled={!topic.trim()}>{t('bulk.set')}</Button></Stack></form></Popover.Dropdown></Popover>
        {editor && <Button size="compact-sm" disabled={busy} onClick={() => setAsking(true)}>{t('publish.button')}</Button>}
        <Button size="compact-sm" variant="subtle" color="gray" disabled={busy} onClick={onClear}>{t('bulk.clear')}</Button>
      </div>}
      {done && <Alert className="results" color={failed.length > 0 && !busy ? 'red' : 'teal'} role="status" title={busy ? t('bulk.busy', { n: done.results.length, of: String(done.of) }) : failed.length > 0 ? t('bulk.failed', { n: failed.length }) : done.said}>
        <Stack gap={4}>
          {!busy && <Text size="sm">{t('bulk.right', { n: done.results.length - failed.length })}</Text>}
          {failed.length > 0 && <ul className="failures">{failed.map((r) => <li key={r.id}><bdi>{r.headline}</bdi>: {r.failed}</li>)}</ul>}
          {!busy && <details><summary>{t('bulk.each')}</summary><ul className="failures">{done.results.map((r) => <li key={r.id}><bdi>{r.headline}</bdi>: {r.failed ?? done.said}</li>)}</ul></details>}
        </Stack>
        {!busy && <CloseButton className="away" aria-label={t('app.close')} onClick={() => setDone(undefined)} />}
      </Alert>}
      <Modal opened={asking} onClose={() => setAsking(false)} title={t('bulk.publish.title', { n: stories.length })} closeButtonProps={{ 'aria-label': t('app.close') }}>
        <Stack><Text>{t('bulk.publish.text')}</Text>
          <ul className="failures">{stories.slice(0, 20).map((a) => <li key={a.id}><bdi>{a.headline || t('desk.untitled')}</bdi></li>)}</ul>
          <Group justify="flex-end"><Button variant="default" onClick={() => setAsking(false)}>{t('app.back')}</Button><Button data-autofocus onClick={() => { setAsking(false); void act(publish) }}>{t('publish.now')}</Button></Group></Stack>
      </Modal>
    </section>
  )
}
