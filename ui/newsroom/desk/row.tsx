// One story in the list of the desk.
import { Checkbox } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { MouseEvent } from 'react'
import type { Article } from '../api'
import { initials } from '../people'
import { useOpenReports } from '../reports/count'
import { direction, moment, t, type Key } from '../words'
import { late } from './due'

interface Chip { key: Key, red?: boolean, values?: Record<string, string> }

/** What the desk must know of a story at a glance. */
export function chipsOf(a: Article, zone?: string): Chip[] {
  const chips: Chip[] = []
  if (a.legal === 'check') chips.push({ key: 'chip.legal', red: true })
  if (a.legal === 'approved' && a.state !== 'published') chips.push({ key: 'chip.legal.approved' })
  if (a.embargo_until && new Date(a.embargo_until) > new Date()) chips.push({ key: 'chip.embargo', values: { at: moment(a.embargo_until, zone) } })
  if (a.scheduled_at) chips.push({ key: 'chip.scheduled', values: { at: moment(a.scheduled_at, zone) } })
  if (a.source_changed) chips.push({ key: `translation.stale.${a.source_changed.change}`, red: true, values: { at: moment(a.source_changed.at, zone) } })
  if (a.offered) chips.push(a.offered === 'usable' ? { key: 'chip.offered' } : { key: `inbox.status.${a.offered}`, red: true })
  if (a.changed) chips.push({ key: 'chip.changed' })
  if (a.chips?.includes('no_alt')) chips.push({ key: 'chip.no_alt' })
  if (a.thumb?.uncredited) chips.push({ key: 'picture.chip.credit', red: true })
  if (a.deadline && !['published', 'withdrawn'].includes(a.state)) chips.push({ key: late(a) ? 'chip.late' : 'chip.deadline', red: late(a), values: { at: moment(a.deadline, zone) } })
  return chips
}

export interface RowProps {
  story: Article
  index: number
  chosen: boolean
  selected: boolean
  moved: boolean
  language: string // of the edition
  zone: string | undefined // of the edition
  section: string
  hand: string | undefined // who has it in hand
  here: string[] // who else has it open
  onChoose: () => void
  onSelect: () => void
  /** A click of a mouse on a wide screen; false lets it open the story. */
  onPreview: () => boolean
  onOpen: () => void
}

export function Row({ story: a, index, chosen, selected, moved, language, zone, section, hand, here, onChoose, onSelect, onPreview, onOpen }: RowProps) {
  const reports = useOpenReports(a.edition).data?.get(a.id)
  const foreign = a.language !== '' && a.language !== language
  const headline = a.headline || t('desk.untitled')
  const click = (e: MouseEvent) => {
    if (e.detail === 0 || e.ctrlKey || e.metaKey || e.shiftKey || e.altKey) return // by keyboard, or into another tab
    if (onPreview()) e.preventDefault()
  }
  return (
    <div className="row" role="listitem" data-row={index} data-chosen={chosen || undefined} data-moved={moved || undefined} data-selected={selected || undefined} onMouseDown={onChoose} onDoubleClick={onOpen}
      onClick={(e) => { if (!(e.target as HTMLElement).closest('a, input, label, button')) onPreview() }}>
      <span className="tick" onDoubleClick={(e) => e.stopPropagation()}><Checkbox size="xs" checked={selected} onChange={onSelect} aria-label={t('desk.select', { headline })} /></span>
      <span className={`dot ${a.state}`} aria-hidden="true" />
      <div className="what">
        <Link to="/stories/$id" params={{ id: a.id }} className="head" lang={a.language} dir={direction(a.language)} onFocus={onChoose} onClick={click}>{headline}</Link>
        <div className="under">
          <span className="state">{t(`state.${a.state}` as Key)}</span>
          {a.genre !== 'news' && <span>{t(`genre.${a.genre}` as Key)}</span>}
          {a.kind !== 'story' && <span>{t(`kind.${a.kind}` as Key)}</span>}
          {section && <span lang={language}><bdi>{section}</bdi></span>}
          {foreign && <span>{a.language}</span>}
          {a.kind !== 'live' && <span>{t('desk.words', { n: a.words })}</span>}
          {hand && <span className="hand"><span className="initials" aria-hidden="true">{initials(hand)}</span> {t('desk.hand', { name: hand })}</span>}
          {here.length > 0 && <span className="hand">{here.map((name) => <span key={name} className="initials" title={name} aria-hidden="true">{initials(name)}</span>)} <span className="sr">{t('here.reading', { names: here.join(t('list.comma')) })}</span></span>}
          {a.assignee_name && <span>{t('desk.assigned', { name: a.assignee_name })}</span>}
          {chipsOf(a, zone).map((c) => <span key={c.key} className={c.red ? 'chip red' : 'chip'}>{t(c.key, c.values)}</span>)}
          {!!reports && <Link to="/reports" search={{ edition: a.edition, article: a.id }} className="chip red report-chip">{t('reports.count', { n: reports })}</Link>}
          {a.desk_note && <span className="note" title={a.desk_note} dir="auto">{a.desk_note}</span>}
        </div>
      </div>
      {a.thumb && <img className="rowthumb" src={new URL(a.thumb.url).pathname} width={a.thumb.width} height={a.thumb.height} alt="" loading="lazy" />}
      <span className="when"><time dateTime={a.updated_at ?? ''}>{a.updated_at ? moment(a.updated_at, zone) : ''}</time>{a.updated_by_name && <bdi>{a.updated_by_name}</bdi>}</span>
    </div>
  )
}
