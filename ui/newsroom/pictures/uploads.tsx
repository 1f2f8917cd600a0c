// Files on their way in: two at a time, each with how far it is, and what was wrong with it.
import { Button } from '@mantine/core'
import { useCallback, useEffect, useRef, useState } from 'react'
import { Failure, type Picture } from '../api'
import { uploading } from '../pictures'
import { number, t } from '../words'

interface Coming { n: number, file: File, part: number, state: 'waiting' | 'sending' | 'failed', why?: string, again?: boolean }

export interface UploadQueue { coming: Coming[], add: (files: FileList | File[] | null) => void, retry: (n: number) => void, drop: (n: number) => void }

const atOnce = 2

/** A queue of uploads; onDone hears of each picture that is there, and which of the files it was. */
export function useUploads(onDone: (p: Picture, n: number) => void): UploadQueue {
  const [coming, setComing] = useState<Coming[]>([])
  const next = useRef(0)
  const going = useRef(new Set<number>())
  const hear = useRef(onDone)
  hear.current = onDone
  const change = useCallback((n: number, to: Partial<Coming>) => setComing((old) => old.map((c) => c.n === n ? { ...c, ...to } : c)), [])
  const drop = useCallback((n: number) => setComing((old) => old.filter((c) => c.n !== n)), [])
  useEffect(() => {
    for (const c of coming) {
      if (c.state !== 'waiting' || going.current.size >= atOnce || going.current.has(c.n)) continue
      going.current.add(c.n)
      change(c.n, { state: 'sending', part: 0 })
      void uploading(c.file, (part) => change(c.n, { part }))
        .then((p) => { going.current.delete(c.n); drop(c.n); hear.current(p, c.n) })
        .catch((e: unknown) => { going.current.delete(c.n); change(c.n, { state: 'failed', why: e instanceof Failure ? e.words : t('fault.unknown'), again: e instanceof Failure && e.passing }) })
    }
  }, [coming, change, drop])
  const add = useCallback((files: FileList | File[] | null) => {
    const fresh = Array.from(files ?? []).map((file): Coming => ({ n: next.current++, file, part: 0, state: 'waiting' }))
    setComing((old) => [...old, ...fresh])
  }, [])
  return { coming, add, drop, retry: (n) => change(n, { state: 'waiting' }) }
}

export function Uploads({ of: q }: { of: UploadQueue }) {
  if (q.coming.length === 0) return null
  return (
    <ul className="uploads" aria-label={t('uploads.label')}>
      {q.coming.map((c) => (
        <li key={c.n}>
          <bdi className="name">{c.file.name}</bdi>
          {c.state === 'failed'
            ? <span className="why" role="alert">{c.why}</span>
            : <><progress max={1} value={c.state === 'waiting' ? 0 : c.part} aria-label={c.file.name} /><span className="quiet">{t(c.state === 'waiting' ? 'uploads.waiting' : c.part < 1 ? 'uploads.sending' : 'uploads.working', { part: `${number(Math.round(c.part * 100))}` })}</span></>}
          {c.state === 'failed' && c.again && <Button size="compact-xs" variant="default" onClick={() => q.retry(c.n)}>{t('app.again')}</Button>}
          {c.state === 'failed' && <Button size="compact-xs" variant="subtle" color="gray" onClick={() => q.drop(c.n)}>{t('uploads.dismiss')}</Button>}
        </li>
      ))}
    </ul>
  )
}
