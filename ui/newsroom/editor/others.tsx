// The others in a story: who has it, who looks on, who asks for it.
import { Alert, Button, Group, Stack } from '@mantine/core'
import { useState } from 'react'
import { Failure } from '../api'
import { useHere } from '../live'
import { initials } from '../people'
import { useSession } from '../session'
import { moment, t, type Key } from '../words'
import type { Holding, Lock, Question } from './lock'

/** Another has the story: ask for it, watch, or take it. Oneself in another window is not asked. */
export function Other({ lock, zone, lost, may, holding, watching, onWatch, onFailed }: { lock: Lock, zone: string | undefined, lost: boolean, may: boolean, holding: Holding, watching: boolean, onWatch: () => void, onFailed: (words: string) => void }) {
  const [busy, setBusy] = useState(false)
  const act = async (f: () => Promise<void>) => {
    setBusy(true)
    try { await f() } catch (e) { onFailed(e instanceof Failure ? e.words : t('fault.unknown')) } finally { setBusy(false) }
  }
  const { asking } = holding
  const own = lock.account === useSession().me.id
  const said: Key = lost ? own ? 'lock.own.taken' : 'lock.taken' : own ? 'lock.own' : 'lock.other'
  return (
    <Alert color={lost ? 'red' : 'teal'} title={t(said, { name: lock.name, at: moment(lock.since, zone) })} role={lost ? 'alert' : 'status'}>
      <Stack align="start" gap="xs">
        <span>{t(lost ? 'lock.taken.text' : watching ? 'lock.watching' : own ? 'lock.own.text' : 'lock.other.text')}</span>
        {asking !== 'no' && <span role="status"><strong>{t(asking === 'asked' ? 'ask.asked' : 'ask.declined', { name: lock.name })}</strong></span>}
        <Group gap="xs">
          {may && !lost && !own && asking !== 'asked' && <Button size="xs" loading={busy} onClick={() => void act(holding.ask)}>{t(asking === 'declined' ? 'ask.again' : 'ask.ask')}</Button>}
          {!lost && <Button size="xs" variant="default" aria-pressed={watching} onClick={onWatch}>{t(watching ? 'lock.unwatch' : 'lock.watch')}</Button>}
          {may && <Button size="xs" variant={own && !lost ? 'filled' : 'default'} disabled={busy} onClick={() => void act(holding.takeOver)}>{t(own ? 'lock.own.take' : lost ? 'lock.back' : 'lock.take')}</Button>}
        </Group>
      </Stack>
    </Alert>
  )
}

/** Somebody asks for the story one has in hand. */
export function Asked({ question, busy, onAnswer }: { question: Question, busy: boolean, onAnswer: (give: boolean) => void }) {
  return (
    <Alert color="teal" role="alert" title={t('ask.question', { name: question.name })}>
      <Stack align="start" gap="xs"><span>{t('ask.question.text')}</span>
        <Group gap="xs"><Button size="xs" loading={busy} onClick={() => onAnswer(true)}>{t('ask.give')}</Button><Button size="xs" variant="default" disabled={busy} onClick={() => onAnswer(false)}>{t('ask.keep')}</Button></Group></Stack>
    </Alert>
  )
}

/** Who else has the story open. */
export function Others({ article, edition, tab }: { article: string, edition: string, tab: string }) {
  const { me } = useSession()
  const here = useHere(edition).filter((h) => h.article === article && !(h.account === me.id && h.tab === tab))
  const names = new Map(here.map((h) => [h.account === me.id ? t('here.you') : h.name, h.name]))
  if (names.size === 0) return null
  return <ul className="others" aria-label={t('here.label')}>{[...names].map(([said, name]) => <li key={said} title={said}><span className="initials" aria-hidden="true">{initials(name)}</span><span className="sr">{said}</span></li>)}</ul>
}
