// One story in the list of the desk.
import { Link } from '@tanstack/react-router'
import type { Article } from '../api'
import { direction, moment, t, type Key } from '../words'

/** Whether a deadline has passed and the story is not out. */
const late = (a: Article): boolean => !!a.deadline && new Date(a.deadline) < new Date() && !['published', 'withdrawn'].includes(a.state)

export function Row({ story: a, index, chosen, moved, language, section, onChoose }: { story: Article, index: number, chosen: boolean, moved: boolean, language: string, section: string, onChoose: () => void }) {
  const foreign = a.language !== '' && a.language !== language
  const chips: { key: Key, red?: boolean, values?: Record<string, string> }[] = []
  if (a.legal === 'check') chips.push({ key: 'chip.legal', red: true })
  if (a.embargo_until && new Date(a.embargo_until) > new Date()) chips.push({ key: 'chip.embargo', values: { at: moment(a.embargo_until) } })
  if (a.scheduled_at) chips.push({ key: 'chip.scheduled', values: { at: moment(a.scheduled_at) } })
  if (a.changed) chips.push({ key: 'chip.changed' })
  if (a.deadline && !['published', 'withdrawn'].includes(a.state)) chips.push({ key: late(a) ? 'chip.late' : 'chip.deadline', red: late(a), values: { at: moment(a.deadline) } })
  return (
    <div className="row" role="listitem" data-row={index} data-chosen={chosen || undefined} data-moved={moved || undefined} onMouseDown={onChoose}>
      <span className={`dot ${a.state}`} aria-hidden="true" />
      <div className="what">
        <Link to="/stories/$id" params={{ id: a.id }} className="head" lang={a.language} dir={direction(a.language)} onFocus={onChoose}>{a.headline || t('desk.untitled')}</Link>
        <div className="under">
          <span className="state">{t(`state.${a.state}` as Key)}</span>
          {a.genre !== 'news' && <span>{t(`genre.${a.genre}` as Key)}</span>}
          {a.kind !== 'story' && <span>{t(`kind.${a.kind}` as Key)}</span>}
          {section && <span lang={language}><bdi>{section}</bdi></span>}
          {foreign && <span>{a.language}</span>}
          <span>{t('desk.words', { n: a.words })}</span>
          {chips.map((c) => <span key={c.key} className={c.red ? 'chip red' : 'chip'}>{t(c.key, c.values)}</span>)}
          {a.desk_note && <span className="note" title={a.desk_note}>{a.desk_note}</span>}
        </div>
      </div>
      <time className="when" dateTime={a.updated_at ?? ''}>{a.updated_at ? moment(a.updated_at) : ''}</time>
    </div>
  )
}
