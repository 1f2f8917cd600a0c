// A story in hand: the canvas, its fields, who has it, how it stands with what was typed, and the way out to the readers.
import { Alert, Button, Group, Stack, VisuallyHidden } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { client, Failure, got, onSignedIn, type Article } from '../api'
import { Waiting } from '../app'
import { useScrolls, useStays } from '../here'
import { useDeskEvents } from '../live'
import { Offer } from '../inbox/offer'
import { usePicker } from '../pictures/picker'
import { CheckPanel } from '../publish/checks'
import { Publish } from '../publish/sheet'
import { StoryReaders } from '../readers/story'
import { has, useSession } from '../session'
import { clock, moment, t } from '../words'
import { Asked, Others, Other } from './others'
import { BodyEditor } from './body'
import { Conflicts } from './conflicts'
import { characters, words, type Body, type FieldName, type Fields } from './document'
import { Details, Head, fieldKey } from './fields'
import { keyOf, openKeeper, orphaned, tabName, type Keeper } from './keep'
import { closed, Kept, KeptOf, NotTakenFields } from './kept'
import { useLock } from './lock'
import { PictureFields, Thumb } from './picture'
import { Saver, type State } from './save'
import { savedOf, serverOf } from './server'
import { Source, Stale, Translations } from './translations'
import { Versions } from './versions'

const Preview = lazy(async () => ({ default: (await import('./preview')).Preview }))

export function Story() {
  const { id } = useParams({ strict: false }) as { id: string }
  const story = useQuery({ queryKey: ['article', id], queryFn: () => got(client.GET('/api/v1/articles/{id}', { params: { path: { id } } })), staleTime: 0, gcTime: 0, refetchOnWindowFocus: false })
  const ready = useQuery({ queryKey: ['keeper'], staleTime: Infinity, queryFn: async () => ({ tab: await tabName(), keeper: await openKeeper().catch(() => undefined) }) })
  if (story.isError) {
    return (
      <Stack gap="md" p="md">
        <Alert color="red" title={<span role="heading" aria-level={1}>{t('editor.not_opened')}</span>}><Group><span>{(story.error as Failure).words}</span><Button size="xs" onClick={() => void story.refetch()}>{t('app.again')}</Button></Group></Alert>
        {closed(story.error) && ready.data?.keeper && <KeptOf article={id} tab={ready.data.tab} keeper={ready.data.keeper} />}
      </Stack>
    )
  }
  if (!story.data || !ready.data) return <Waiting />
  return <Opened key={id} first={story.data} tab={ready.data.tab} keeper={ready.data.keeper} />
}

type Panel = 'details' | 'picture' | 'versions' | 'translations' | 'checks' | undefined

function Opened({ first, tab, keeper }: { first: Article, tab: string, keeper: Keeper | undefined }) {
  const { me, editions } = useSession()
  const cache = useQueryClient()
  const [article, setArticle] = useState(first) // what the server had last
  const [fields, setFields] = useState<Fields>(() => savedOf(first).fields)
  const [panel, setPanel] = useState<Panel>(() => innerWidth > 1000 ? 'details' : undefined)
  const [sheet, setSheet] = useState(false)
  const [told, setTold] = useState<string>()
  const [watching, setWatching] = useState(false)
  const [preview, setPreview] = useState(false)
  const [beside, setBeside] = useState(() => !!first.translation_of && innerWidth > 1000)
  const [block, setBlock] = useState(0)
  const edition = editions.find((e) => e.slug === article.edition)
  const editor = has(me, article.edition, 'admin', 'editor')
  const own = article.created_by === me.id || article.assignee === me.id
  const may = article.state !== 'withdrawn' && (editor || (own && has(me, article.edition, 'reporter') && article.state !== 'scheduled'))
  const holding = useLock(article.id, article.edition, tab, may)
  const { hold } = holding
  const [given, setGiven] = useState<'giving' | 'given'>() // she let it go herself: nothing of hers is left behind

  const [state, setState] = useState<State>({ standing: 'saved', pending: 0, kept: keeper !== undefined, conflicts: [], version: first.version ?? 0 })
  const others = useRef<Body>(undefined) // the body that came from others last
  const [saver] = useState(() => new Saver({
    article: first.id, tab, account: me.id, edition: first.edition, kind: first.kind, saved: savedOf(first), keeper, server: serverOf(first.id, (a) => setArticle(a)), now: Date.now,
    later: (f, ms) => { const timer = setTimeout(f, ms); return () => clearTimeout(timer) }, onState: setState, onFields: (f) => { others.current = f.body; setFields(f) },
  }))
  const change = useCallback((changed: Partial<Fields>) => { setFields((old) => ({ ...old, ...changed })); saver.change(changed) }, [saver])

  // What is here is a version, or in a branch, before another takes its place.
  const restore = async (f: (now: Fields) => Partial<Fields>) => {
    await saver.flush()
    const out = (saver.standing.refused ?? []).map((r) => r.name) // stays as it is typed: nothing else has it
    if (saver.standing.pending > out.length) setTold(t('versions.not_saved'))
    else change(Object.fromEntries(Object.entries(f(saver.fields)).filter(([name]) => !out.includes(name as FieldName))))
  }

  // Words of pages that died before they could send them.
  useEffect(() => {
    void (async () => {
      for (const copy of await keeper?.of(first.id) ?? []) {
        if (copy.account !== me.id || (copy.tab !== tab && !await orphaned(copy))) continue
        try {
          const came = await saver.recover(copy)
          if (came !== 'known') setTold(t(came === 'story' ? 'editor.recovered' : 'editor.recovered.branch', { at: moment(new Date(copy.at), edition?.timezone) }))
        } catch { // the server is not reached, or does not take them: the copy stays, and is asked for again when the story is opened
          setTold(t('editor.recovered.kept', { at: moment(new Date(copy.at), edition?.timezone) }))
        }
      }
    })()
  }, [keeper, first.id, me.id, tab, saver, edition?.timezone])

  const reread = useCallback(async () => {
    const a = await got(client.GET('/api/v1/articles/{id}', { params: { path: { id: first.id } } }))
    setArticle(a)
    return a
  }, [first.id])

  // Who has the story decides where one's words go. Whom it was taken from goes on writing, without a moment in which keys fall beside the text.
  const was = useRef(hold.state)
  useEffect(() => {
    const before = was.current
    was.current = hold.state
    if (hold.state === 'other' && before === 'mine') saver.lost()
    if (hold.state === 'mine') setGiven(undefined)
    if (hold.state === 'mine' && before === 'other') void reread().then((a) => saver.regained(savedOf(a))).catch(() => saver.again())
  }, [hold.state, saver, reread])

  useDeskEvents(article.edition, useCallback((e) => {
    if (e.kind === 'open' || e.kind === 'reset' || e.item.id === first.id && e.item.version !== undefined && e.item.version > saver.standing.version && (e.item.by !== me.id || was.current !== 'mine')) void reread().then((a) => saver.heard(savedOf(a))).catch(() => undefined)
  }, [first.id, me.id, reread, saver]))

  useEffect(() => {
    const again = () => saver.again()
    const look = () => { if (document.visibilityState === 'hidden') void saver.flush(); else if (saver.standing.standing === 'offline') again() }
    const stay = (e: BeforeUnloadEvent) => { const { pending, kept } = saver.standing; if (pending > 0 && !kept) e.preventDefault() } // only this page has them
    const back = onSignedIn(again)
    const parting = () => saver.parting()
    addEventListener('pagehide', parting)
    addEventListener('online', again)
    addEventListener('beforeunload', stay)
    document.addEventListener('visibilitychange', look)
    return () => { back(); removeEventListener('pagehide', parting); removeEventListener('online', again); removeEventListener('beforeunload', stay); document.removeEventListener('visibilitychange', look); void saver.flush().finally(() => { void cache.invalidateQueries({ queryKey: ['desk'] }) }) }
  }, [saver, cache])

  useEffect(() => {
    const save = (e: KeyboardEvent) => {
      if ((e.ctrlKey || e.metaKey) && e.key === 's') { e.preventDefault(); void saver.flush() }
      if ((e.ctrlKey || e.metaKey) && e.key === 'Enter' && editor && was.current !== 'other') { e.preventDefault(); setSheet(true) }
    }
    addEventListener('keydown', save)
    return () => removeEventListener('keydown', save)
  }, [saver, editor])

  const before = document.title
  useEffect(() => { document.title = fields.headline || t('desk.untitled'); return () => { document.title = 'Dateline' } }, [fields.headline, before])

  const answer = async (give: boolean) => {
    try {
      if (give) {
        setGiven('giving') // nothing more is typed while what is there goes to the server
        await saver.flush()
        if (saver.standing.standing !== 'saved') throw new Failure(-1, { detail: t('ask.not_saved') })
      }
      await holding.answer(give)
      if (give) setGiven('given')
    } catch (e) {
      setGiven(undefined)
      setTold(e instanceof Failure ? e.words : t('fault.unknown'))
    }
  }

  const failed = (e: unknown) => setTold(e instanceof Failure ? e.words : t('fault.unknown'))
  const main = useBring((picture) => { change({ picture }); setPanel('picture') }, failed)
  const over = article.state === 'withdrawn' // takes its lock along: nobody took it over, and nothing goes into a branch
  const lost = hold.state === 'other' && (state.lost || was.current === 'mine') && !given && !over
  const writable = may && !given && (hold.state === 'mine' || hold.state === 'none' || lost)
  const apart = hold.state === 'other' // what is written is another's to publish; a withdrawal is an editor's whoever writes
  useEffect(() => { if (apart && !article.revision) setSheet(false) }, [apart, article.revision]) // it does not open again by itself over the text
  const language = fields.language || edition?.language || 'en'
  const strip = useScrolls<HTMLDivElement>()
  const stays = useStays<HTMLDivElement>()
  const toggle = (p: Panel) => setPanel((old) => old === p ? undefined : p)

  return (
    <div className="story">
      <VisuallyHidden component="h1">{fields.headline || t('desk.untitled')}</VisuallyHidden>
      <div ref={stays} className="strip of-story" role="toolbar" aria-label={t('editor.tools')}>
        <Standing zone={edition?.timezone} state={(given || over) && state.standing === 'branch' && state.pending === 0 ? { ...state, standing: 'saved' } : state} onAgain={() => saver.again()} />
        <Others article={article.id} edition={article.edition} tab={tab} />
        {article.state === 'scheduled' && article.scheduled_at && <span className="chip">{t('chip.scheduled', { at: moment(article.scheduled_at, edition?.timezone) })}</span>}
        <span className="quiet count">{t('editor.words', { n: words(fields.body) })} · {t('editor.characters', { n: characters(fields.body) })}</span>
        <div ref={strip} className="panels scrolls">
          {(['details', 'picture', 'versions', 'translations', 'checks'] as const).map((p) => <Button key={p} size="compact-sm" variant={panel === p ? 'light' : 'subtle'} color="gray" aria-expanded={panel === p} onClick={() => toggle(p)}>{t(`panel.${p}`)}</Button>)}
          <Button size="compact-sm" variant="subtle" color="gray" onClick={() => setPreview(true)}>{t('preview.button')}</Button>
          {article.kind === 'live' && (article.revision ?? 0) > 0 && !over && <Button size="compact-sm" variant="subtle" renderRoot={(props) => <Link to="/live/$id" params={{ id: article.id }} {...props} />}>{t('editor.box')}</Button>}
          {article.state === 'published' && article.url && <Button size="compact-sm" variant="subtle" component="a" href={article.url} target="_blank">{t('editor.live')}</Button>}
        </div>
        {editor && !over && <Button className="go" size="compact-sm" {...(apart && article.revision ? { color: 'red' } : {})} onClick={() => setSheet(true)} disabled={apart && !article.revision}>{t(apart && article.revision ? 'withdraw.title' : article.revision ? 'publish.update' : 'publish.button')}</Button>}
      </div>
      {!state.kept && <Alert color="red" title={t('editor.not_kept')}>{t('editor.not_kept.text')}</Alert>}
      {told && <Alert withCloseButton onClose={() => setTold(undefined)} closeButtonLabel={t('app.close')}>{told}</Alert>}
      {over && <Alert color="red">{t('editor.withdrawn')}{state.branched && <> {t('editor.withdrawn.branch')}</>}</Alert>}
      {state.refused && <NotTakenFields fields={state.refused} onGiveUp={() => change(saver.giveUp())} />}
      {state.standing === 'refused' && !state.refused && closed(state.why) && <Kept fields={fields} edition={article.edition} kind={article.kind} onBegun={() => { saver.end(); return keeper?.remove(keyOf(first.id, tab)) }} />}
      {hold.state === 'other' && !over && <Other lock={hold.lock} zone={edition?.timezone} lost={lost} may={may} holding={holding} watching={watching} onWatch={() => setWatching(!watching)} onFailed={setTold} />}
      {hold.state === 'mine' && holding.question && <Asked question={holding.question} busy={given === 'giving'} onAnswer={(give) => void answer(give)} />}
      <Offer article={article} editable={writable} before={() => saver.flush()} onTaken={() => void reread().then((a) => saver.heard(savedOf(a))).catch(() => undefined)} />
      {article.source_changed && <Stale article={article} editable={may} onDone={(a) => { setArticle(a); saver.heard(savedOf(a)) }} onFailed={setTold} />}
      {state.conflicts.length > 0 && !state.lost && <Conflicts conflicts={state.conflicts} onResolve={(mine) => saver.resolve(mine)} />}
      <div className="desk-of-one">
        {beside && article.translation_of && <Source id={article.translation_of} own={fields.body} at={block} />}
        <article className="sheet" onDragOver={(e) => { if (atHead(e)) e.preventDefault() }} onDrop={(e) => {
          if (!atHead(e)) return
          e.preventDefault()
          if (writable) void main.bring(Array.from(e.dataTransfer.files).find((f) => f.type.startsWith('image/')))
        }}>
          <Head fields={fields} article={article} language={language} editable={writable} onChange={change} />
          {fields.picture && <div className="lead-picture"><Thumb id={fields.picture} width={640} /></div>}
          {main.busy && <p role="status" className="quiet">{t('picture.uploading', { n: 1 })}</p>}
          <BodyEditor body={fields.body} others={others} language={language} editable={writable} watching={watching && !writable} onBlock={setBlock} onChange={(body) => change({ body })} onPasteFailed={() => setTold(t('paste.plain'))} onUploadFailed={failed} />
        </article>
        {panel && <aside className="panel" aria-label={t(`panel.${panel}`)}>
          {panel === 'details' && article.state === 'published' && <StoryReaders id={article.id} />}
          {panel === 'details' && article.state === 'published' && article.kind !== 'page' && has(me, article.edition, 'admin', 'editor', 'moderator') && <p><Link to="/community" search={{ queue: 'pending', article: article.id }}>{t('community.this_story')}</Link></p>}
          {panel === 'details' && <Details article={article.id} kind={article.kind} fields={fields} slug={article.slug} assignee={article.assignee_name ?? ''} edition={article.edition} editor={editor} editable={writable} onChange={change} />}
          {panel === 'picture' && <MainPicture main={main} fields={fields} editable={writable} onChange={change} />}
          {panel === 'translations' && <Translations article={article} beside={beside} onBeside={() => setBeside(!beside)} />}
          {panel === 'checks' && <CheckPanel id={article.id} version={state.version} />}
          {panel === 'versions' && <Versions article={article} editor={editor} may={may} editable={writable} onTake={(f) => change(f(saver.fields))} onRestore={(f) => void restore(f)} onErased={(a) => { setArticle(a); saver.heard(savedOf(a)) }} />}
        </aside>}
      </div>
      {preview && <Suspense fallback={null}><Preview article={article} saver={saver} onClose={() => setPreview(false)} /></Suspense>}
      {sheet && (!apart || !!article.revision) && <Publish apart={apart} article={article} saver={saver} fields={fields} editable={writable} onChange={change} onClose={() => setSheet(false)} onDone={(a) => { setArticle(a); saver.heard(savedOf(a)) }} />}
    </div>
  )
}

const unsaved = (why: unknown) => !(why instanceof Failure) || why.status < 500 ? 'save.offline' : why.status === 507 ? 'save.full' : 'save.failing'

/** How it stands with what was typed, in words. */
function Standing({ state, zone, onAgain }: { state: State, zone: string | undefined, onAgain: () => void }) {
  const at = state.at ? clock(new Date(state.at), zone) : ''
  switch (state.standing) {
    case 'saved': return <span className="standing" role="status">{at ? t('save.saved', { at }) : t('save.nothing')}</span>
    case 'saving': return <span className="standing" role="status">{t('save.saving')}</span>
    case 'offline': return <span className="standing red" role="status">{t(unsaved(state.why), { n: state.pending })} <button type="button" onClick={onAgain}>{t('app.again')}</button></span>
    case 'branch': return <span className="standing red" role="status">{state.pending > 0 ? t('save.branching') : t('save.branch')}</span>
    case 'conflict': return <span className="standing red" role="status">{t('save.conflict')}</span>
    case 'refused': return <span className="standing red" role="alert">{state.refused ? at === '' ? t('kept.part') : t('save.refused.part', { at, fields: state.refused.map(({ name }) => t(fieldKey(name))).join(t('list.comma')) }) : state.why instanceof Failure ? state.why.words : t('save.refused')} <button type="button" onClick={onAgain}>{t('app.again')}</button></span>
  }
}

// Files that fall on what stands above the text: the text has a place of its own for them, and so have dialogs, which stand elsewhere. What is dragged
// within a page has files, too, and more.
const atHead = (e: React.DragEvent): boolean => {
  const { types } = e.dataTransfer
  return types.includes('Files') && !types.includes('text/html') && !types.includes('text/uri-list') && e.currentTarget.contains(e.target as Node) && !(e.target as Element).closest('.canvas')
}

/** Brings in the main picture of a story from a file. */
function useBring(onPicture: (id: string) => void, onFailed: (e: unknown) => void) {
  const [busy, setBusy] = useState(false)
  const [fresh, setFresh] = useState('')
  const bring = async (file: File | undefined) => {
    if (!file) return
    setBusy(true)
    try {
      const { upload } = await import('../pictures')
      const p = await upload(file)
      setFresh(p.id)
      onPicture(p.id)
    } catch (e) { onFailed(e) } finally { setBusy(false) }
  }
  return { bring, busy, fresh }
}

function MainPicture({ main: { bring, busy, fresh }, fields, editable, onChange }: { main: ReturnType<typeof useBring>, fields: Fields, editable: boolean, onChange: (f: Partial<Fields>) => void }) {
  const label = useMemo(() => t(fields.picture ? 'picture.other' : 'picture.choose'), [fields.picture])
  const [choose, picker] = usePicker()
  const pick = async () => { const [id] = await choose() ?? []; if (id) onChange({ picture: id }) }
  return (
    <Stack gap="sm" onDragOver={(e) => e.preventDefault()} onDrop={(e) => { if (!e.currentTarget.contains(e.target as Node)) return; e.preventDefault(); if (editable) void bring(e.dataTransfer.files[0]) }}>
      {fields.picture ? <><Thumb id={fields.picture} width={320} /><PictureFields id={fields.picture} ask={fresh === fields.picture} /></> : <p className="quiet">{t('picture.none')}</p>}
      {editable && <Group gap="xs">
        <Button component="label" size="xs" variant="default" loading={busy}>{label}<input type="file" accept="image/*" hidden onChange={(e) => void bring(e.currentTarget.files?.[0])} /></Button>
        <Button size="xs" variant="default" onClick={() => void pick()}>{t('picker.open')}</Button>{picker}
        {fields.picture && <Button size="xs" variant="subtle" color="gray" onClick={() => onChange({ picture: '' })}>{t('picture.remove')}</Button>}
      </Group>}
    </Stack>
  )
}
