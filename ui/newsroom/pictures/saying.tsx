// The fields of what is said about a picture, wherever it is open: one state of them in the page, kept until the server has everything.
import { Button, Group, Text, Textarea, TextInput } from '@mantine/core'
import { useQueryClient, type QueryClient } from '@tanstack/react-query'
import { useEffect, useId, useMemo, useSyncExternalStore } from 'react'
import { client, Failure, got, onSignedIn, type Picture } from '../api'
import { orphaned, tabName } from '../editor/keep'
import { usesOf } from '../pictures'
import { useSession } from '../session'
import { moment, sayFault, t } from '../words'
import { openKeeper } from './keep'
import { names, Newer, Refused, Said, type Copy, type Keeper, type Name, type Saved, type Server, type State, type Words } from './said'

const savedOf = (p: Picture): Saved => ({ version: p.version ?? 0, words: Object.fromEntries(names.map((name) => [name, p[name]])) as Words })

const placesOf = (error: Failure): Partial<Words> => Object.fromEntries(names.flatMap((name) => {
  const at = error.problem.errors?.find((e) => e.location === `body.${name}`)
  return at ? [[name, sayFault(at.key ?? '', at.message ?? '')]] : []
}))

function serverOf(id: string, cache: QueryClient): Server {
  const send = (body: Partial<Words>, version: number, keepalive = false) => client.PATCH('/api/v1/pictures/{id}', { params: { path: { id }, header: { 'If-Match': `"${version}"` } }, body, ...(keepalive ? { keepalive } : {}) })
  const now = (p: Picture) => { cache.setQueryData(['picture', id], p); return savedOf(p) }
  return {
    save: async (changed, version) => {
      try {
        const saved = now(await got(send(changed, version)))
        for (const queryKey of [['checks'], ['pictures']]) void cache.invalidateQueries({ queryKey })
        return saved
      } catch (error) {
        if (!(error instanceof Failure)) throw error
        if (error.status === 412) throw new Newer(now(error.problem.current as Picture))
        if (error.passing || error.status === 401) throw error // a session that is over is opened again elsewhere
        throw new Refused(error, placesOf(error))
      }
    },
    parting: (changed, version) => { void send(changed, version, true).catch(() => undefined) },
    shown: async () => (await usesOf(id)).some((u) => u.live),
  }
}

interface Open { said: Said, hear: Set<() => void> }

const open = new Map<string, Open>()
let keeper: Promise<Keeper | undefined> | undefined

function begin(key: string, account: string, p: Picture, cache: QueryClient): Open {
  if (!keeper) {
    keeper = openKeeper().catch(() => undefined)
    const again = () => { for (const { said } of open.values()) if (said.state.standing === 'offline') said.again() }
    onSignedIn(again)
    addEventListener('online', again)
    addEventListener('pagehide', () => { for (const { said } of open.values()) said.parting() })
    addEventListener('beforeunload', (e) => { if ([...open.values()].some(({ said: { state } }) => state.typed.size > 0 && !state.kept)) e.preventDefault() }) // only this page has them
  }
  const hear = new Set<() => void>()
  const tell = () => { for (const f of hear) f(); if (hear.size === 0) drop(key) }
  const said = new Said({
    picture: p.id, account, tab: tabName(), keeper, saved: savedOf(p), server: serverOf(p.id, cache), now: Date.now,
    later: (f, ms) => { const timer = setTimeout(f, ms); return () => clearTimeout(timer) }, onState: tell,
  })
  void said.recover((async () => {
    const [device, tab] = [await keeper, await tabName()]
    const mine: Copy[] = []
    for (const c of await device?.of(p.id) ?? []) if (c.account === account && (c.tab === tab || await orphaned(c))) mine.push(c)
    return mine
  })())
  const one = { said, hear }
  open.set(key, one)
  return one
}

// What is on its way goes on without a field; what can go nowhere waits on the device.
function drop(key: string): void {
  const one = open.get(key)
  if (one?.hear.size === 0 && !one.said.due && (one.said.state.kept || one.said.state.typed.size === 0)) open.delete(key)
}

/** What is said about a picture, and how it stands with that. */
export function useSaid(p: Picture): [Said, State] {
  const { me } = useSession()
  const cache = useQueryClient()
  const key = `${me.id}/${p.id}`
  const { said, hear } = useMemo(() => open.get(key) ?? begin(key, me.id, p, cache), [key]) // eslint-disable-line
  const subscribe = useMemo(() => (f: () => void) => {
    hear.add(f)
    open.set(key, { said, hear })
    return () => {
      hear.delete(f)
      if (hear.size > 0) return
      said.left()
      drop(key)
    }
  }, [key, said, hear])
  useEffect(() => said.heard(savedOf(p)), [said, p])
  return [said, useSyncExternalStore(subscribe, () => said.state)]
}

/** A field that both changed: the other's words beside one's own, and the choice. */
export function Clash({ said, state, name, label, onDone }: { said: Said, state: State, name: Name, label: string, onDone: () => void }) {
  const theirs = state.clashes[name]
  if (theirs === undefined) return null
  const take = (whose: 'mine' | 'theirs') => { said.resolve(name, whose); onDone() }
  return (
    <div className="clash" role="group" aria-label={label}>
      <Text size="sm" role="alert">{t('conflict.title')}</Text>
      <p className="flush"><strong>{t('conflict.theirs')}</strong> <bdi className="words">{theirs || t('picture.clash.empty')}</bdi></p>
      <Group gap="xs"><Button size="compact-sm" variant="default" onClick={() => take('theirs')}>{t('picture.clash.theirs')}</Button><Button size="compact-sm" variant="default" onClick={() => take('mine')}>{t('picture.clash.mine')}</Button></Group>
    </div>
  )
}

/** One field. */
export function SaidField({ said, state, name, label, long, hint, error, autoFocus, rows = 8 }: { said: Said, state: State, name: Name, label: string, long?: boolean, hint?: string, error?: string | undefined, autoFocus?: boolean, rows?: number }) {
  const id = useId()
  useEffect(() => () => said.leave(name), [said, name]) // a field that goes while one is in it is not left by itself
  const all = {
    id, label, description: hint, error: state.refused[name] || error, value: state.words[name], dir: 'auto' as const, autoFocus: autoFocus ?? false,
    onFocus: () => said.enter(name), onBlur: () => said.leave(name), onChange: (e: { currentTarget: { value: string } }) => said.change(name, e.currentTarget.value),
  }
  return (
    <div>
      {long ? <Textarea {...all} autosize minRows={1} maxRows={rows} /> : <TextInput {...all} />}
      <Clash said={said} state={state} name={name} label={label} onDone={() => document.getElementById(id)?.focus()} />
    </div>
  )
}

const unsent = ({ why, typed, kept }: State): string => {
  if (!kept) return why instanceof Failure ? why.words : t('fault.unknown')
  return t(!(why instanceof Failure) || why.status < 500 ? 'save.offline' : why.status === 507 ? 'save.full' : 'save.failing', { n: typed.size })
}

/** How it stands, in words; empty when there is nothing to say. */
export function Saying({ said, state, saved = '' }: { said: Said, state: State, saved?: string }) {
  const again = <button type="button" onClick={() => said.again()}>{t('app.again')}</button>
  return (
    <>
      {state.recovered !== undefined && <p className="quiet flush" role="status">{t('picture.recovered', { at: moment(new Date(state.recovered)) })}</p>}
      {state.standing === 'refused' ? <p className="standing red flush" role="alert">{state.why instanceof Failure ? state.why.words : t('save.refused')} {again} <button type="button" onClick={() => said.giveUp()}>{t('kept.part.back')}</button></p>
        : <p className={state.standing === 'offline' ? 'standing red flush' : 'standing quiet flush'} role="status">{state.standing === 'offline' ? <>{unsent(state)} {again}</> : state.standing === 'saving' ? t('save.saving') : state.standing === 'typed' ? Object.keys(state.clashes).length === state.typed.size || !state.kept ? '' : t('picture.typed') : state.at === undefined ? saved : t('settings.saved')}</p>}
    </>
  )
}
