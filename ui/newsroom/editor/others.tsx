// The others in a story: who has it, who looks on, who asks for it.
import { Alert, Button, Group, Stack } from '@mantine/core'
import { useState } from 'react'
import { Failure } from '../api'
import { useHere } from '../live'
import { initials } from '../people'
import { useSession } from '../session'
import { moment, t } from '../words'
import type { Holding, Lock, Question } from './lock'

/** Another has the story: ask for it, watch, or take it. */
export function Other({ lock, lost, may, holding, watching, onWatch, onFailed }: { lock: Lock, lost: boolean, may: boolean, holding: Holding, watching: boolean, onWatch: () => void, onFailed: (words: string) => void }) {
  const [busy, setBusy] = useState(false)
  const act = async (f: () => Promise<void>) => {
    setBusy(true)
    try { await f() } catch (e) { onFailed(e instanceof Failure ? e.words : t('fault.unknown')) } finally { setBusy(false) }
  }
  const { asking } = holding
  return (
    <Alert color={lost ? 'red' : 'teal'} title={t(lost ? 'lock.taken' : 'lock.other', { name: lock.name, at: moment(lock.since) })} role={lost ? 'alert' : 'status'}>
      <Stack align="start" gap="xs">
        <span>{t(lost ? 'lock.taken.text' : watching ? 'lock.watching' : 'lock.other.text')}</span>
        {asking !== 'no' && <span role="status"><strong>{t(asking === 'asked' ? 'ask.asked' : 'ask.declined', { name: lock.name })}</strong></span>}
        <Group gap="xs">
          {may && !lost && asking !== 'asked' && <Button size="xs" loading={busy} onClick={() => void act(holding.ask)}>{t(asking === 'declined' ? 'ask.again' : 'ask.ask')}</Button>}
          {!lost && <Button size="xs" variant="default" aria-pressed={watching} onClick={onWatch}>{t(watching ? 'lock.unwatch' : 'lock.watch')}</Button>}
          {may && <Button size="xs" variant="default" disabled={busy} onClick={() => void act(holding.takeOver)}>{t(lost ? 'lock.back' : 'lock.take')}</Button>}
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
  const names = [...new Set(here.map((h) => h.account === me.id ? t('here.you') : h.name))]
  if (names.length === 0) return null
  return <ul className="others" aria-label={t('here.label')}>{names.map((name) => <li key={name} title={name}><span className="initials" aria-hidden="true">{initials(name)}</span><span className="sr">{name}</span></li>)}</ul>
}
