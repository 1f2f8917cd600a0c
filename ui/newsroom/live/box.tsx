// The box: one place to type in, one button, and the cursor is back in it. What was typed is kept by the browser before it goes anywhere.
import { Alert, Button, Switch } from '@mantine/core'
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { client, Failure, got } from '../api'
import type { Block } from '../editor/slash'
import { orphaned, tabName } from '../editor/keep'
import { clock, t } from '../words'
import { accepted, PictureButton, useAttaching } from './attach'
import { openBoxes, Saving, type Boxes } from './keep'
import { emptyPoll, emptyScore, emptySender, Headline, Parts, Pictures, Time, type Optional } from './parts'
import { isEmpty, nameOf, nothing, tenMinutes, type Post, type Written } from './post'
import { refusedFor, serverNow, useSending, type Outgoing } from './sending'
import type { Act, Kept } from './queue'
import { PostText } from './text'
import { KeptWords, Waiting } from './waiting'

/** How long after its publication a post may be undone, less what the way there takes; milliseconds. */
const undoable = 9500

/** A post that came to the server; `past` once another follows it, which is then what is told of. */
interface Out { post: Post, kept: Kept, until: number, reading?: number | undefined, gone?: boolean, past?: boolean }

const stillUndoable = (all: Out[]): Out[] => all.filter((o) => o.until > Date.now()).map((o) => ({ ...o, past: true }))

export interface BoxProps {
  coverage: string
  /** The clock of its edition. */
  zone: string | undefined
  account: string
  language: string
  publishes: boolean
  /** Readers have the coverage, so that posts can go out. */
  live: boolean
  /** Nothing can go into the coverage: what waits and what stood in the box can be read and taken elsewhere. */
  closed: boolean
  outgoing: Outgoing
  /** Asks how many have the coverage open. */
  reading: () => Promise<number | undefined>
  /** What comes into the box from the inbox, and that it is there. */
  offered: Written | undefined
  onTaken: () => void
  /** The server has another post, or has it no more. */
  onMoved: () => void
}

export function Box({ coverage, zone, account, language, publishes, live, closed, outgoing, reading, offered, onTaken, onMoved }: BoxProps) {
  const [written, setWritten] = useState<Written>(nothing)
  const [opened, setOpened] = useState<ReadonlySet<Optional>>(new Set())
  const [focus, setFocus] = useState(0)
  const [told, setTold] = useState<string>()
  const [over, setOver] = useState(false)
  const [busy, setBusy] = useState(false)
  const [outs, setOuts] = useState<Out[]>([])
  const { waiting, offline, kept } = useSending(account)
  const here = waiting.filter((p) => p.coverage === coverage)
  const going = here.filter((p) => p.why === undefined).length
  const now = useRef(written)
  now.current = written
  const boxes = useBox(coverage, account, written, useCallback((w: Written) => flushSync(() => setWritten((old) => isEmpty(old) ? w : old)), []))

  const change = useCallback((changed: Partial<Written>) => setWritten((old) => {
    const next = { ...old, ...changed }
    return isEmpty(next) ? { ...next, item: undefined } : next // what is written into an empty box is of nobody else
  }), [])
  const toggle = (part: Optional) => setOpened((old) => { const next = new Set(old); if (!next.delete(part)) next.add(part); return next })
  const empty = isEmpty(written)

  const became = (id: string, changed: Partial<Out>) => setOuts((old) => old.map((o) => o.post.id === id ? { ...o, ...changed } : o))
  useEffect(() => outgoing.onSent((post, one) => {
    if (one.coverage !== coverage) return
    const left = post.undo_until ? Math.min(undoable, Date.parse(post.undo_until) - serverNow()) : 0
    setOuts((old) => [...stillUndoable(old), { post, kept: one, until: left > 0 ? Date.now() + left : 0 }])
    onMoved()
    if (post.state === 'published') void reading().then((n) => became(post.id, { reading: n }))
  }), [outgoing, coverage, reading, onMoved])

  const bring = useAttaching(setWritten, setTold)

  const send = async (act: Act) => {
    const w = now.current
    if (isEmpty(w) || busy) return
    if (act === 'schedule' && !(Date.parse(w.schedule) > Date.now())) { setTold(t('live.schedule.past')); return }
    if (act !== 'draft' && publishes && w.contributor?.name.trim() && !w.contributor.consent) { setTold(t('live.consent.none')); return }
    if (act === 'publish' && w.at && Date.parse(w.at) > Date.now()) { setTold(t('live.at.future')); return }
    setBusy(true)
    try {
      const queue = await outgoing.queue
      setOuts(stillUndoable)
      await queue.add(coverage, act, w, boxes.leave())
      setWritten(nothing())
      setOpened(new Set())
      setTold(undefined)
      setFocus((n) => n + 1)
    } catch {
      setTold(t('live.not_kept')) // the device is full: the words stay where they are
    } finally {
      setBusy(false)
    }
  }
  const schedules = written.schedule !== ''
  const said = outs.filter((o) => !o.past).pop()
  const undos = outs.filter((o) => o.until > 0)
  const main = () => void send(!publishes ? 'publish' : !live ? 'draft' : schedules ? 'schedule' : 'publish')

  const undo = async (out: Out) => {
    try {
      await got(client.DELETE('/api/v1/articles/{id}/posts/{pid}', { params: { path: { id: coverage, pid: out.post.id }, header: { 'If-Match': `"${out.post.version}"` } } }))
      setOuts((old) => [...old.filter((o) => o.post.id !== out.post.id), { ...out, until: 0, gone: true, past: false }])
      setWritten((old) => isEmpty(old) ? { ...out.kept.written, pictures: out.kept.written.pictures.map((p) => ({ ...p, ...(out.kept.uploaded[p.key] ? { id: out.kept.uploaded[p.key]! } : {}) })) } : old)
      setFocus((n) => n + 1)
      onMoved()
    } catch (e) {
      setTold(e instanceof Failure ? e.words : t('fault.unknown'))
    }
  }

  // What comes into the box from elsewhere makes a draft of what stood there, so that neither is lost.
  const clear = async () => {
    await boxes.found
    if (isEmpty(now.current)) return
    await (await outgoing.queue).add(coverage, 'draft', now.current, boxes.leave())
    setWritten(nothing())
  }
  const mend = async (one: Kept) => {
    const queue = await outgoing.queue
    await clear()
    const w = await queue.take(one.key)
    if (!w) { setTold(t('live.queue.on_its_way')); return }
    setWritten(one.why !== undefined && refusedFor(one.why, 'body.item') ? { ...w, item: undefined } : w)
    setFocus((n) => n + 1)
  }
  const clearNow = useRef(clear)
  clearNow.current = clear
  useEffect(() => {
    if (!offered || closed) return
    onTaken()
    void clearNow.current().then(() => { setWritten(offered); setFocus((n) => n + 1) }, () => setTold(t('live.not_kept')))
  }, [offered, onTaken, closed])
  const drop = async (one: Kept) => { await (await outgoing.queue).take(one.key) }

  const commands = useMemo((): Block[] => {
    const open = (part: Optional) => () => setOpened((old) => new Set(old).add(part))
    const flip = (name: 'pinned' | 'key_event' | 'newsfeed') => () => setWritten((old) => ({ ...old, [name]: !old[name] }))
    return [
      { key: 'live.headline', run: open('headline') },
      { key: 'block.quote', run: (e) => e.chain().focus().toggleBlockquote().run() },
      { key: 'block.list', run: (e) => e.chain().focus().toggleBulletList().run() },
      { key: 'block.picture', file: true, run: () => undefined },
      { key: 'live.score', run: () => setWritten((old) => ({ ...old, score: old.score ?? emptyScore() })) },
      { key: 'live.poll', run: () => setWritten((old) => ({ ...old, poll: old.poll ?? emptyPoll() })) },
      { key: 'live.from', run: () => setWritten((old) => ({ ...old, contributor: old.contributor ?? emptySender() })) },
      { key: 'live.at', run: open('time') }, { key: 'field.tags', run: open('tags') },
      { key: 'live.key_event', run: flip('key_event') },
      ...(publishes ? [{ key: 'live.pin' as const, run: flip('pinned') }, { key: 'live.newsfeed' as const, run: flip('newsfeed') }] : []),
    ]
  }, [publishes])

  if (closed) {
    if (here.length === 0 && empty) return null
    return (
      <section className="livebox" aria-label={t('live.box')}>
        <Waiting posts={here} zone={zone} onMend={undefined} onDrop={(one) => void drop(one)} onAgain={undefined} />
        {!empty && <KeptWords title={t('live.box.kept')} written={written} onDrop={() => setWritten(nothing())} />}
      </section>
    )
  }

  const shownHeadline = opened.has('headline') || written.headline !== ''
  return (
    <section className="livebox" aria-label={t('live.box')} data-over={over || undefined}
      onDragOver={(e) => { e.preventDefault(); setOver(true) }} onDragLeave={() => setOver(false)} onDrop={(e) => { setOver(false); const files = accepted(e.dataTransfer.files); if (files.length > 0 && !e.defaultPrevented) { e.preventDefault(); void bring(files) } }}>
      {!kept && <Alert color="red" title={t('live.keeps_nothing')}>{t('live.keeps_nothing.text')}</Alert>}
      {shownHeadline && <Headline written={written} language={language} onChange={change} onEnter={() => setFocus((n) => n + 1)} />}
      <PostText body={written.body} label={t('live.text')} language={language} commands={commands} focus={focus} onChange={(body) => change({ body })} onFiles={(files) => void bring(files)} onSend={main} onPasteFailed={() => setTold(t('paste.plain'))} />
      <Pictures pictures={written.pictures} onChange={(pictures) => change({ pictures })} />
      <Parts zone={zone} written={written} open={opened} onChange={change} />
      <div className="box-tools" role="toolbar" aria-label={t('live.add')}>
        <Tool on={shownHeadline} label={t('live.headline')} onClick={() => toggle('headline')} />
        <PictureButton onFiles={(files) => void bring(files)} />
        <Tool on={opened.has('time')} label={t('live.at')} onClick={() => toggle('time')} />
        <Tool on={opened.has('tags')} label={t('field.tags')} onClick={() => toggle('tags')} />
        <Tool on={written.score !== undefined} label={t('live.score')} onClick={() => change({ score: written.score ? undefined : emptyScore() })} />
        <Tool on={written.poll !== undefined} label={t('live.poll')} onClick={() => change({ poll: written.poll ? undefined : emptyPoll() })} />
        <Tool on={written.contributor !== undefined} label={t('live.from')} onClick={() => change({ contributor: written.contributor ? undefined : emptySender() })} />
      </div>
      <div className="box-switches">
        {publishes && <Switch size="sm" label={t('live.pin')} checked={written.pinned} onChange={(e) => change({ pinned: e.currentTarget.checked })} />}
        <Switch size="sm" label={t('live.key_event')} checked={written.key_event} onChange={(e) => change({ key_event: e.currentTarget.checked })} />
        {publishes && <Switch size="sm" label={t('live.newsfeed')} checked={written.newsfeed} onChange={(e) => change({ newsfeed: e.currentTarget.checked })} />}
        {publishes && live && <Switch size="sm" label={t('live.schedule')} checked={schedules} onChange={(e) => change({ schedule: e.currentTarget.checked ? tenMinutes() : '' })} />}
      </div>
      {schedules && <Time label={t('live.schedule.at')} value={written.schedule} zone={zone} onChange={(at) => { if (at) change({ schedule: at }) }} />}
      <div className="box-end">
        <Button onClick={main} disabled={empty} loading={busy} aria-keyshortcuts="Control+Enter">{t(!publishes ? 'live.contribute' : !live ? 'live.draft' : schedules ? 'live.schedule.go' : 'live.publish')}</Button>
        {publishes && live && !schedules && <Button variant="default" disabled={empty || busy} onClick={() => void send('draft')}>{t('live.draft')}</Button>}
        <p className="box-says" role="status">{going > 0 ? <span className={offline ? 'red' : ''}>{t(offline ? 'live.queue.kept' : 'live.queue.sending', { n: going })}</span> : here.length > 0 ? <span className="red">{t('live.queue.refused', { n: here.length })}</span> : said && <Said out={said} zone={zone} />}</p>
        {here.length === 0 && undos.map((o) => <Undo key={o.post.id} until={o.until} of={undos.length > 1 || o.past ? nameOf(o.post) || t('live.picture.alone') : ''} onUndo={() => undo(o)} onOver={() => became(o.post.id, { until: 0 })} />)}
      </div>
      {told && <Alert color="red" role="alert" withCloseButton onClose={() => setTold(undefined)} closeButtonLabel={t('app.close')}>{told}</Alert>}
      <Waiting posts={here} zone={zone} onMend={(one) => void mend(one)} onDrop={(one) => void drop(one)} onAgain={(one) => void outgoing.queue.then((q) => q.retry(one.key))} />
    </section>
  )
}

const Tool = ({ on, label, onClick }: { on: boolean, label: string, onClick: () => void }) => <Button size="compact-sm" variant={on ? 'light' : 'default'} color="gray" aria-pressed={on} onClick={onClick}>{label}</Button>

/** What became of the last post. */
function Said({ out, zone }: { out: Out, zone: string | undefined }) {
  const { post, gone, reading } = out
  if (gone) return t('live.undone')
  switch (post.state) {
    case 'published': {
      const at = clock(new Date(post.published_at ?? post.at), zone)
      return reading ? t('live.out.reading', { at, n: reading }) : t('live.out', { at })
    }
    case 'scheduled': return t('live.scheduled', { at: clock(new Date(post.at), zone) })
    case 'contribution': return t('live.contributed')
    default: return t('live.draft.saved')
  }
}

function Undo({ until, of, onUndo, onOver }: { until: number, of: string, onUndo: () => Promise<void>, onOver: () => void }) {
  const [left, setLeft] = useState(() => Math.ceil((until - Date.now()) / 1000))
  const [busy, setBusy] = useState(false)
  const over = useRef(onOver)
  over.current = onOver
  useEffect(() => {
    const timer = setInterval(() => {
      const s = Math.ceil((until - Date.now()) / 1000)
      if (s <= 0) over.current()
      else setLeft(s)
    }, 250)
    return () => clearInterval(timer)
  }, [until])
  return <Button className="undo" variant="default" size="sm" loading={busy} onClick={() => { setBusy(true); void onUndo().finally(() => setBusy(false)) }}>{t('live.undo')} {of && <bdi className="undo-of">{of}</bdi>} <span className="undo-left" aria-hidden="true">{Math.max(1, left)}</span></Button>
}

function later() {
  let resolve = () => undefined as void
  const promise = new Promise<void>((done) => { resolve = done })
  return { promise, resolve }
}

/** Keeps what stands in the box, and brings back what a page that died had in it. */
function useBox(coverage: string, account: string, written: Written, onFound: (w: Written) => void): { found: Promise<void>, leave: () => string | undefined } {
  const [{ promise: found, resolve: done }] = useState(later)
  const store = useRef<{ boxes: Boxes, tab: string, holds: boolean } | undefined>(undefined)
  const now = useRef(written)
  now.current = written
  const saving = useMemo(() => new Saving((w: Written) => {
    const s = store.current
    if (!s || (isEmpty(w) && !s.holds)) return
    const key = `${coverage}/${account}/${s.tab}`
    s.holds = !isEmpty(w)
    void (s.holds ? s.boxes.put({ key, coverage, account, tab: s.tab, at: Date.now(), written: w }) : s.boxes.remove(key)).catch(() => undefined)
  }), [coverage, account])
  useEffect(() => {
    let over = false
    void (async () => {
      try {
        const tab = await tabName()
        const boxes = await openBoxes()
        if (over) return
        store.current = { boxes, tab, holds: false }
        for (const box of (await boxes.all()).sort((a, b) => b.at - a.at)) {
          if (box.coverage !== coverage || box.account !== account || (box.tab !== tab && !await orphaned(box))) continue
          if (box.tab !== tab) { await boxes.put({ ...box, key: `${coverage}/${account}/${tab}`, tab }); await boxes.remove(box.key) }
          if (over) return
          store.current.holds = true
          onFound(box.written)
          break
        }
        saving.put(now.current) // what was typed before it was known where to keep it
      } catch { /* the browser keeps nothing: it says so at the queue */ }
      done()
    })()
    return () => { over = true }
  }, [coverage, account, saving, onFound, done])
  useLayoutEffect(() => saving.put(written), [saving, written])
  useEffect(() => { // the page may be gone, or another in its place
    const leave = () => saving.flush()
    addEventListener('pagehide', leave)
    return () => { removeEventListener('pagehide', leave); leave() }
  }, [saving])
  // What goes out leaves its box in the same moment: nothing that is still on its way there may come back.
  return { found, leave: () => { saving.drop(); return store.current && `${coverage}/${account}/${store.current.tab}` } }
}
