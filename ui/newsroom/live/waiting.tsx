// Posts that wait on this device, and words that can go nowhere now: each can be read, taken elsewhere, mended where it can be, and thrown away.
import { Button, Group } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { textOf } from '../editor/document'
import { clock, t } from '../words'
import { wordsOf, type Written } from './post'
import type { Kept } from './queue'
import { reasons } from './sending'

/** What one may do to a post that waits; where the coverage takes nothing it can only be copied and thrown away. */
export interface WaitingProps {
  posts: readonly Kept[]
  zone: string | undefined
  onMend: ((p: Kept) => void) | undefined
  onDrop: (p: Kept) => void
  onAgain: ((p: Kept) => void) | undefined
}

/** What waits, each with its time; what was refused with the reason. */
export function Waiting({ posts, zone, onMend, onDrop, onAgain }: WaitingProps) {
  if (posts.length === 0) return null
  return (
    <ul className="queue" aria-label={t('live.queue')}>
      {posts.map((p) => (
        <li key={p.key} data-refused={p.why !== undefined || undefined}>
          <time dateTime={p.at}>{clock(new Date(p.at), zone)}</time> <bdi className={onMend ? undefined : 'queue-words'}>{onMend ? beginning(p.written) : wordsOf(p.written)}</bdi>
          {p.why !== undefined && <div className="queue-why" role="alert">{reasons(p.why).map((line) => <p key={line}>{line}</p>)}</div>}
          <Group gap={4}>
            {onMend ? (p.why !== undefined || !p.tried) && <Button size="compact-xs" variant="default" onClick={() => onMend(p)}>{t('live.edit')}</Button> : <Copy text={wordsOf(p.written)} />}
            {onAgain && p.why !== undefined && <Button size="compact-xs" variant="default" onClick={() => onAgain(p)}>{t('app.again')}</Button>}
            {p.why !== undefined && <Drop onDrop={() => onDrop(p)} />}
          </Group>
        </li>
      ))}
    </ul>
  )
}

/** Words that are kept here and that nobody sends by itself; `children` says what else may be done with them. */
export function KeptWords({ title, written, onDrop, children }: { title: string, written: Written, onDrop: () => void, children?: ReactNode }) {
  return (
    <section className="queue" aria-label={title}>
      <p><strong>{title}</strong></p>
      <p className="queue-words" dir="auto">{wordsOf(written)}</p>
      <Group gap={4}>{children}<Copy text={wordsOf(written)} /><Drop onDrop={onDrop} /></Group>
    </section>
  )
}

function Copy({ text }: { text: string }) {
  const [copied, setCopied] = useState(false)
  return <Button size="compact-xs" variant="default" onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(true), () => setCopied(false))}>{t(copied ? 'copy.done' : 'copy')}</Button>
}

function Drop({ onDrop }: { onDrop: () => void }) {
  const [asks, setAsks] = useState(false)
  return asks
    ? <><Button size="compact-xs" color="red" autoFocus onClick={onDrop}>{t('live.throw.sure')}</Button><Button size="compact-xs" variant="subtle" color="gray" onClick={() => setAsks(false)}>{t('app.cancel')}</Button></>
    : <Button size="compact-xs" variant="subtle" color="red" onClick={() => setAsks(true)}>{t('live.throw')}</Button>
}

/** The first words of what is written. */
export const beginning = (w: Written): string => (w.headline || textOf(w.body) || w.score?.home || w.poll?.question || t('live.picture.alone')).slice(0, 80)
