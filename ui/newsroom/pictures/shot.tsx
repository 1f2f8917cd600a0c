// A picture as it lies on the table: small, with what it shows, who made it and what is wrong with it.
import { useEffect, useState } from 'react'
import type { Picture } from '../api'
import { isOver, onSite, rendition } from '../pictures'
import { moment, t, type Key } from '../words'

/** What the desk should see of a picture at a glance. */
export function chips(p: Picture): { key: Key, red?: boolean, values?: Record<string, string> }[] {
  const out: ReturnType<typeof chips> = []
  if (p.killed_at) out.push({ key: 'picture.chip.killed', red: true })
  else if (isOver(p)) out.push({ key: 'picture.chip.over', red: true })
  else if (p.ends_soon) out.push({ key: 'picture.chip.soon', values: { at: moment(p.expires_at!) } })
  if (!p.credit.trim() && !p.creator.trim()) out.push({ key: 'picture.chip.credit', red: true })
  if (!p.alt.trim()) out.push({ key: 'picture.chip.alt' })
  if (p.outputs.length > 0) out.push({ key: 'picture.chip.outputs' })
  if (p.kind !== 'photo') out.push({ key: `picture.kind.${p.kind}` as Key })
  return out
}

export function Shot({ picture: p, pressed, mark, onClick, onFocus }: { picture: Picture, pressed: boolean, mark?: number, onClick: () => void, onFocus?: () => void }) {
  const r = rendition(p, 320)
  const said = p.caption || p.alt || p.headline || t('picture.no_words')
  return (
    <button type="button" className="shot" aria-pressed={pressed} onClick={onClick} onFocus={onFocus}>
      <span className="frame">{r ? <img src={onSite(r.url)} alt="" loading="lazy" decoding="async" width={r.width} height={r.height} /> : <span className="none" aria-hidden="true">{isOver(p) && <span>{t('picture.chip.over')}</span>}</span>}{mark !== undefined && <span className="mark-of">{mark}</span>}</span>
      <span className="says" dir="auto">{said}</span>
      <span className="by" dir="auto">{[p.credit, p.creator].filter(Boolean).join(' / ')}</span>
      <span className="chips">{chips(p).map((c) => <span key={c.key} className={c.red ? 'chip red' : 'chip'}>{t(c.key, c.values)}</span>)}</span>
    </button>
  )
}

/** A field that is searched by when one pauses; the value that counts, and what the field gets. */
export function useTyped(first: string, onSettled?: (value: string) => void): [string, { value: string, onChange: (e: { currentTarget: { value: string } }) => void, onKeyDown: (e: React.KeyboardEvent) => void }] {
  const [value, setValue] = useState(first)
  const [settled, setSettled] = useState(first)
  useEffect(() => { setValue(first); setSettled(first) }, [first])
  const settle = (v: string) => { setSettled(v); onSettled?.(v) }
  useEffect(() => {
    if (value.trim() === settled) return
    const timer = setTimeout(() => settle(value.trim()), 300)
    return () => clearTimeout(timer)
  })
  return [settled, { value, onChange: (e) => setValue(e.currentTarget.value), onKeyDown: (e) => { if (e.key === 'Enter') settle(value.trim()) } }]
}
