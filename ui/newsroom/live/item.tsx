// A post in the timeline, as readers see it, with what one may do to it.
import { ActionIcon, Alert, Button, Group, Menu, Stack, Textarea } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useCallback, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { client, Failure, got, key } from '../api'
import { textOf } from '../editor/document'
import { direction, localMinute, moment, t, type Key } from '../words'
import { PictureButton, useAttaching } from './attach'
import { Drawn } from './drawn'
import { touched, type Edits, type Held } from './edits'
import { Headline, Parts, Pictures, Time, type Optional } from './parts'
import { bodyOf, changeOf, nameOf, onto, scored, tenMinutes, writtenOf, type Part, type Post, type PostFields, type Written } from './post'
import { carry } from './sending'
import { PostText } from './text'

export interface ItemProps {
  post: Post
  language: string
  zone: string
  publishes: boolean
  mine: boolean
  /** The coverage goes on and readers have it. */
  live: boolean
  edits: Edits
  /** What is made of it here, while somebody has it in hand. */
  held: Held | undefined
  /** It stands above a list that it is not in. */
  apart: boolean
  onChanged: () => void
}

type Doing = 'withdraw' | 'throw' | 'schedule' | undefined

export function Item({ post, language, zone, publishes, mine, live, edits, held, apart, onChanged }: ItemProps) {
  const cache = useQueryClient()
  const [doing, setDoing] = useState<Doing>()
  const [note, setNote] = useState('')
  const [due, setDue] = useState('')
  const [copied, setCopied] = useState(false)
  const path = { id: post.coverage, pid: post.id }
  const match = { 'If-Match': `"${post.version}"` }
  const act = useMutation({
    mutationFn: (f: () => Promise<unknown>) => f(),
    onSuccess: () => { setDoing(undefined); setNote(''); onChanged(); void cache.invalidateQueries({ queryKey: ['desk'] }) },
    onError: (e) => { if (e instanceof Failure && e.status === 412) onChanged() },
  })
  const save = (body: PostFields) => act.mutate(() => got(client.PATCH('/api/v1/articles/{id}/posts/{pid}', { params: { path, header: match }, body })))
  const withdraw = () => act.mutate(() => got(client.POST('/api/v1/articles/{id}/posts/{pid}/withdraw', { params: { path, header: { ...match, 'Idempotency-Key': key() } }, body: note.trim() ? { note: note.trim() } : {} })))
  const remove = () => act.mutate(() => got(client.DELETE('/api/v1/articles/{id}/posts/{pid}', { params: { path, header: match } })))
  const story = () => act.mutate(() => got(client.POST('/api/v1/articles/{id}/posts/{pid}/article', { params: { path, header: { ...match, 'Idempotency-Key': key() } } })))
  const copy = async () => { try { await navigator.clipboard.writeText(post.url); setCopied(true) } catch { setCopied(false) } }
  const out = post.state === 'published'
  const changes = post.state !== 'withdrawn' && (publishes || (mine && post.state === 'contribution'))
  const consent = post.contributor && !post.contributor.consent
  const agreed = consent ? { contributor: { name: post.contributor!.name, consent: true } } : {}
  const name = nameOf(post) || t('live.picture.alone')
  if (held) return <li className="post" data-state={post.state}>{apart && <p className="live-note">{t('live.edit.apart')}</p>}<Edit held={held} edits={edits} language={language} zone={zone} onDone={() => { edits.end(post.id); onChanged() }} onCancel={() => edits.end(post.id)} /></li>
  return (
    <li className="post" data-state={post.state} data-pinned={(out && post.pinned) || undefined} data-post={post.id}>
      <div className="post-head">
        <span className="under">
          <time dateTime={post.at}>{moment(post.at, zone)}</time>
          {post.byline && (post.state === 'contribution' ? <span>{t('live.contributor', { name: post.byline })}</span> : <bdi>{post.byline}</bdi>)}
          {post.contributor && <span>{t('live.contributor', { name: post.contributor.name })}</span>}
          {post.pinned && <span className="chip">{t('live.pinned')}</span>}
          {post.key_event && <span className="chip">{t('live.key_event')}</span>}
          {post.newsfeed && <span className="chip">{t('live.newsfeed')}</span>}
          {post.edited_at && <span>{t('live.edited', { at: moment(post.edited_at, zone) })}</span>}
          {post.state === 'withdrawn' && <span className="red">{t(post.retracted ? 'live.retracted' : 'live.withdrawn', { at: moment(post.withdrawn_at!, zone) })}</span>}
        </span>
        <Menu position="bottom-end" withinPortal>
          <Menu.Target><ActionIcon variant="subtle" color="gray" aria-label={t('live.acts', { post: name })}><span aria-hidden="true">⋯</span></ActionIcon></Menu.Target>
          <Menu.Dropdown>
            {changes && <Menu.Item onClick={() => edits.begin(post, false)}>{t('live.edit')}</Menu.Item>}
            {publishes && post.state !== 'withdrawn' && <>
              <Menu.Item onClick={() => save({ pinned: !post.pinned })}>{t(post.pinned ? 'live.unpin' : 'live.pin')}</Menu.Item>
              <Menu.Item onClick={() => save({ key_event: !post.key_event })}>{t(post.key_event ? 'live.key_event.not' : 'live.key_event')}</Menu.Item>
              <Menu.Item onClick={() => save({ newsfeed: !post.newsfeed })}>{t(post.newsfeed ? 'live.newsfeed.not' : 'live.newsfeed')}</Menu.Item>
            </>}
            {publishes && live && (post.state === 'draft' || post.state === 'contribution') && <Menu.Item onClick={() => { setDue(tenMinutes()); setDoing('schedule') }}>{t('live.schedule')}</Menu.Item>}
            {publishes && out && <>
              <Menu.Item onClick={() => edits.begin(post, true)}>{t('live.correct')}</Menu.Item>
              {!post.article && <Menu.Item onClick={story}>{t('live.story')}</Menu.Item>}
            </>}
            {post.url && <Menu.Item onClick={() => void copy()}>{t('live.copy')}</Menu.Item>}
            {publishes && out && <><Menu.Divider /><Menu.Item color="red" onClick={() => setDoing('withdraw')}>{t('live.withdraw')}</Menu.Item></>}
            {changes && !out && !post.revision && <><Menu.Divider /><Menu.Item color="red" onClick={() => setDoing('throw')}>{t('live.throw')}</Menu.Item></>}
          </Menu.Dropdown>
        </Menu>
      </div>
      <div lang={language} dir={direction(language)}>
        {post.headline && <h2 dir="auto">{post.headline}</h2>}
        <Drawn post={post} />
        {post.tags.length > 0 && <p className="under">{post.tags.map((tag) => <bdi key={tag}>{tag}</bdi>)}</p>}
      </div>
      {post.corrections?.map((c) => <p key={c.at} className="flimsy"><strong>{t('live.correction', { at: moment(c.at, zone) })}</strong> <bdi>{c.note}</bdi></p>)}
      {post.note && <p className="quiet"><bdi>{post.note}</bdi></p>}
      {post.article && <p><Link to="/stories/$id" params={{ id: post.article }}>{t('live.story.open')}</Link></p>}
      {consent && <p className="red">{t('live.consent.none')}</p>}
      {publishes && !out && doing === undefined && (
        <Group gap={6} mt={6}>
          {live && <Button size="compact-sm" disabled={act.isPending} onClick={() => save({ state: 'published', ...agreed })}>{t(consent ? 'live.publish.consented' : post.state === 'withdrawn' ? 'live.publish.again' : post.state === 'scheduled' ? 'live.publish.now' : 'live.publish')}</Button>}
          {post.state === 'scheduled' && <Button size="compact-sm" variant="default" disabled={act.isPending} onClick={() => save({ state: 'draft' })}>{t('live.unschedule')}</Button>}
        </Group>
      )}
      {doing === 'withdraw' && <Asked text={t('live.withdraw.ask')} act={t('live.withdraw.sure')} busy={act.isPending} onAct={withdraw} onCancel={() => setDoing(undefined)}>
        <Textarea size="sm" label={t('live.withdraw.note')} value={note} onChange={(e) => setNote(e.currentTarget.value)} maxLength={500} autosize minRows={1} dir="auto" data-autofocus autoFocus />
      </Asked>}
      {doing === 'schedule' && <Asked text={t('live.schedule')} act={t(consent ? 'live.schedule.consented' : 'live.schedule.go')} colour="" busy={act.isPending} onAct={() => { if (Date.parse(due) > Date.now()) save({ state: 'scheduled', at: due, ...agreed }) }} onCancel={() => setDoing(undefined)}>
        <Time label={t('live.schedule.at')} value={due} zone={zone} autoFocus error={Date.parse(due) > Date.now() ? undefined : t('live.schedule.past')} onChange={setDue} />
      </Asked>}
      {doing === 'throw' && <Asked text={t('live.throw.ask')} act={t('live.throw.sure')} busy={act.isPending} onAct={remove} onCancel={() => setDoing(undefined)} />}
      {copied && <p className="quiet" role="status">{t('live.copied')}</p>}
      {act.isError && <Alert color="red" role="alert" mt="xs" withCloseButton onClose={() => act.reset()} closeButtonLabel={t('app.close')}>{act.error instanceof Failure ? act.error.status === 412 ? t('live.changed') : saying(act.error) : t('fault.unknown')}</Alert>}
    </li>
  )
}

/** What to say of a failure: what is wrong with which field, else what went wrong. */
const saying = (e: Failure): string => e.problem.errors?.map((x) => x.message).filter(Boolean).join(' ') || e.words

function Asked({ text, act, colour = 'red', busy, onAct, onCancel, children }: { text: string, act: string, colour?: string, busy: boolean, onAct: () => void, onCancel: () => void, children?: React.ReactNode }) {
  return <Stack gap={6} className="asked" role="group" aria-label={text} onKeyDown={(e) => { if (e.key === 'Escape') onCancel() }}>
    <span>{text}</span>{children}
    <Group gap={6}><Button size="compact-sm" {...(colour ? { color: colour } : {})} loading={busy} autoFocus={!children} onClick={onAct}>{act}</Button><Button size="compact-sm" variant="default" onClick={onCancel}>{t('app.cancel')}</Button></Group>
  </Stack>
}

/** A post in hand where it stands. What another made of it meanwhile is brought together with it, and where both wrote, one chooses. */
function Edit({ held, edits, language, zone, onDone, onCancel }: { held: Held, edits: Edits, language: string, zone: string, onDone: () => void, onCancel: () => void }) {
  const { post, correction } = held
  const [was, setWas] = useState(held.was)
  const [written, setWritten] = useState<Written>(held.written)
  const [note, setNote] = useState(held.note)
  useLayoutEffect(() => edits.change(post.id, { was, written, note }), [edits, post.id, was, written, note])
  const [told, setTold] = useState<string[]>([])
  const [busy, setBusy] = useState(false)
  const [both, setBoth] = useState<{ theirs: Post, parts: Part[] }>()
  const open = useMemo(() => new Set<Optional>(['time', 'tags']), [])
  const now = useRef(written)
  now.current = written
  const change = (changed: Partial<Written>) => setWritten((old) => ({ ...old, ...changed }))
  const bring = useAttaching(setWritten, useCallback((words: string) => setTold([words]), []))
  const path = { id: post.coverage, pid: post.id }

  const send = async (from: { version: number, written: Written }, what: Written): Promise<void> => {
    const header = { 'If-Match': `"${from.version}"` }
    const body = changeOf(from.written, what)
    try {
      if (correction) await got(client.POST('/api/v1/articles/{id}/posts/{pid}/correct', { params: { path, header: { ...header, 'Idempotency-Key': key() } }, body: { ...body, note: note.trim() } }))
      else if (Object.keys(body).length > 0) await got(client.PATCH('/api/v1/articles/{id}/posts/{pid}', { params: { path, header }, body }))
      onDone()
    } catch (e) {
      if (!(e instanceof Failure) || e.status !== 412 || !e.problem.current) throw e
      const theirs = e.problem.current as Post
      const next = { version: theirs.version!, written: writtenOf(theirs) }
      const together = onto(from.written, what, next.written)
      setWas(next)
      setWritten(together.written)
      if (together.both.length === 0) return send(next, together.written) // they changed other parts
      setBoth({ theirs, parts: together.both })
    }
  }
  // settled puts new pictures after the text, as they come out of the box.
  const settled = async (w: Written): Promise<Written> => {
    if (w.pictures.length === 0) return w
    const ids = new Map<string, string>()
    for (const p of w.pictures) if (p.file) ids.set(p.key, await carry({ ...p, file: p.file }))
    const out = { ...w, body: bodyOf(w, ids), pictures: [] }
    setWritten(out)
    return out
  }
  const save = async () => {
    if (correction && note.trim() === '') { setTold([t('live.correct.note.none')]); return }
    setBusy(true)
    setTold([])
    try { await send(was, await settled(now.current)) } catch (e) { setTold([e instanceof Failure ? saying(e) : t('fault.unknown')]) } finally { setBusy(false) }
  }
  const take = (theirs: boolean, part: Part) => {
    if (theirs) change({ [part]: was.written[part] })
    setBoth((old) => { const parts = old!.parts.filter((p) => p !== part); return parts.length > 0 ? { ...old!, parts } : undefined })
  }
  return (
    <div className="post-edit" onKeyDown={(e) => { if (e.key === 'Escape' && !touched({ ...held, was, written, note })) onCancel() }}>
      <Headline written={written} language={language} onChange={change} onEnter={() => undefined} />
      <PostText body={written.body} label={t('live.text')} language={language} commands={[]} focus={1} onChange={(b) => change({ body: b })} onFiles={(files) => void bring(files)} onSend={() => void save()} onPasteFailed={() => setTold([t('paste.plain')])} />
      <Pictures pictures={written.pictures} onChange={(pictures) => change({ pictures })} />
      <Parts written={written} zone={zone} open={open} fixed={!!post.revision} scheduled={post.state === 'scheduled'} onChange={change} />
      <Group gap={6}><PictureButton onFiles={(files) => void bring(files)} /></Group>
      {correction && <Textarea size="sm" label={t('live.correct.note')} description={t('live.correct.note.why')} value={note} onChange={(e) => setNote(e.currentTarget.value)} maxLength={500} autosize minRows={2} dir="auto" required />}
      {both && <section className="conflicts" role="alert" aria-label={t('conflict.title')}>
        <strong>{t('conflict.title')}</strong>
        {both.parts.map((part) => <div key={part} className="conflict-part">
          <div className="side"><span><strong>{t('conflict.theirs')}</strong><bdi className="words">{show(was.written, part, zone)}</bdi></span></div>
          <div className="side"><span><strong>{t('conflict.mine')}</strong><bdi className="words">{show(written, part, zone)}</bdi></span></div>
          <Group gap={6}><Button size="compact-sm" variant="default" onClick={() => take(false, part)}>{t('live.both.mine', { part: t(partWords[part]) })}</Button><Button size="compact-sm" variant="default" onClick={() => take(true, part)}>{t('live.both.theirs', { part: t(partWords[part]) })}</Button></Group>
        </div>)}
      </section>}
      {told.map((line) => <Alert key={line} color="red" role="alert">{line}</Alert>)}
      <Group gap={6}><Button size="sm" loading={busy} disabled={both !== undefined} onClick={() => void save()}>{t(correction ? 'live.correct.go' : 'live.save')}</Button><Button size="sm" variant="default" onClick={onCancel}>{t('app.cancel')}</Button></Group>
    </div>
  )
}

const partWords: Record<Part, Key> = { headline: 'live.headline', body: 'live.text', tags: 'field.tags', score: 'live.score', poll: 'live.poll', contributor: 'live.from', at: 'live.at' }

function show(w: Written, part: Part, zone: string): string {
  switch (part) {
    case 'headline': return w.headline
    case 'body': return textOf(w.body)
    case 'tags': return w.tags.join(t('list.comma'))
    case 'contributor': return w.contributor?.name ?? ''
    case 'at': return localMinute(w.at, zone).replace('T', ' ')
    case 'score': return w.score ? scored(w.score) : ''
    case 'poll': return w.poll ? [w.poll.question, ...w.poll.options].join(' / ') : ''
  }
}
