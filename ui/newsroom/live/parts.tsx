// The parts of a post besides its text: each is there when it is wanted, in the box as in an edit.
import { ActionIcon, Button, Checkbox, Group, NumberInput, TagsInput, Textarea, TextInput } from '@mantine/core'
import { useEffect, useMemo } from 'react'
import { Thumb } from '../editor/picture'
import { elsewhere, houseZone, instant, localMinute, t } from '../words'
import type { Attached, Contributor, Poll, Score, Written } from './post'

/** Changes what is written. */
export type Change = (changed: Partial<Written>) => void

/** The parts that are opened when they are wanted. */
export type Optional = 'headline' | 'time' | 'tags' | 'score' | 'poll'


export const emptyScore = (): Score => ({ home: '', away: '', home_points: 0, away_points: 0 })
export const emptySender = (): Contributor => ({ name: '', consent: false })
export const emptyPoll = (): Poll => ({ question: '', options: ['', ''], closes_at: '' })

/** The headline, above the text. */
export function Headline({ written, language, onChange, onEnter }: { written: Written, language: string, onChange: Change, onEnter: () => void }) {
  return <input className="plain post-headline" value={written.headline} placeholder={t('live.headline')} aria-label={t('live.headline')} lang={language} dir="auto" maxLength={300}
    onChange={(e) => onChange({ headline: e.currentTarget.value })} onKeyDown={(e) => { if (e.key === 'Enter' && !e.ctrlKey && !e.metaKey) { e.preventDefault(); onEnter() } }} />
}

/** A time, by the clock of the edition that the coverage is in; says whose clock that is where one's own is another. */
export function Time({ label, why, error, value, zone = houseZone(), max, autoFocus, onChange }: { label: string, why?: string, error?: string | undefined, value: string, zone: string | undefined, max?: string, autoFocus?: boolean, onChange: (at: string) => void }) {
  const said = [why, elsewhere(zone) && t('publish.later.why', { zone })].filter(Boolean).join(' ')
  return <TextInput size="sm" type="datetime-local" label={label} {...(said ? { description: said } : {})} error={error} value={localMinute(value, zone)} {...(max ? { max: localMinute(max, zone) } : {})} {...(autoFocus ? { 'data-autofocus': true, autoFocus } : {})}
    onChange={(e) => onChange(instant(e.currentTarget.value, zone))} />
}

/** The parts below the text that are open. `fixed` keeps the number of answers of a poll that readers have; of a post that is scheduled the time is the one at which it goes out. */
export function Parts({ written, zone, open, fixed = false, scheduled = false, onChange }: { written: Written, zone: string | undefined, open: ReadonlySet<Optional>, fixed?: boolean, scheduled?: boolean, onChange: Change }) {
  const ahead = written.at !== '' && Date.parse(written.at) > Date.now()
  return <>
    {written.score && <ScoreFields score={written.score} onChange={(score) => onChange({ score })} />}
    {written.poll && <PollFields poll={written.poll} zone={zone} fixed={fixed} onChange={(poll) => onChange({ poll })} />}
    {written.contributor && <SenderFields sender={written.contributor} onChange={(contributor) => onChange({ contributor })} />}
    {open.has('time') && (scheduled
      ? <Time label={t('live.schedule.at')} value={written.at} zone={zone} error={ahead ? undefined : t('live.schedule.past')} onChange={(at) => onChange({ at })} />
      : <Time label={t('live.at')} why={t('live.at.why')} value={written.at} zone={zone} max={new Date().toISOString()} error={ahead ? t('live.at.future') : undefined} onChange={(at) => onChange({ at })} />)}
    {open.has('tags') && <TagsInput size="sm" label={t('field.tags')} value={written.tags} onChange={(tags) => onChange({ tags })} maxTags={20} />}
  </>
}

function ScoreFields({ score, onChange }: { score: Score, onChange: (s: Score | undefined) => void }) {
  const set = (changed: Partial<Score>) => onChange({ ...score, ...changed })
  const points = (v: string | number) => Math.max(0, Math.min(9999, Number(v) || 0))
  return (
    <fieldset className="post-part">
      <legend>{t('live.score')}</legend>
      <div className="post-sides">
        <TextInput size="sm" label={t('live.score.home')} value={score.home} onChange={(e) => set({ home: e.currentTarget.value })} dir="auto" />
        <NumberInput size="sm" label={t('live.score.home_points')} value={score.home_points} min={0} max={9999} allowDecimal={false} onChange={(v) => set({ home_points: points(v) })} />
        <TextInput size="sm" label={t('live.score.away')} value={score.away} onChange={(e) => set({ away: e.currentTarget.value })} dir="auto" />
        <NumberInput size="sm" label={t('live.score.away_points')} value={score.away_points} min={0} max={9999} allowDecimal={false} onChange={(v) => set({ away_points: points(v) })} />
      </div>
      <TextInput size="sm" label={t('live.score.note')} placeholder={t('live.score.note.such')} value={score.note ?? ''} onChange={(e) => { const note = e.currentTarget.value; const { note: _, ...rest } = score; onChange(note ? { ...rest, note } : rest) }} dir="auto" />
      <Group><Button size="compact-xs" variant="subtle" color="gray" onClick={() => onChange(undefined)}>{t('live.score.remove')}</Button></Group>
    </fieldset>
  )
}

function SenderFields({ sender, onChange }: { sender: Contributor, onChange: (c: Contributor | undefined) => void }) {
  return (
    <fieldset className="post-part">
      <legend>{t('live.from')}</legend>
      <TextInput size="sm" label={t('live.from.name')} description={t('live.from.why')} value={sender.name} maxLength={300} onChange={(e) => onChange({ ...sender, name: e.currentTarget.value })} dir="auto" />
      <Checkbox size="sm" label={t('live.from.consent')} checked={sender.consent} onChange={(e) => onChange({ ...sender, consent: e.currentTarget.checked })} />
      <Group><Button size="compact-xs" variant="subtle" color="gray" onClick={() => onChange(undefined)}>{t('live.from.remove')}</Button></Group>
    </fieldset>
  )
}

function PollFields({ poll, zone, fixed, onChange }: { poll: Poll, zone: string | undefined, fixed: boolean, onChange: (p: Poll | undefined) => void }) {
  const option = (i: number, text: string) => onChange({ ...poll, options: poll.options.map((o, n) => n === i ? text : o) })
  return (
    <fieldset className="post-part">
      <legend>{t('live.poll')}</legend>
      <TextInput size="sm" label={t('live.poll.question')} value={poll.question} onChange={(e) => onChange({ ...poll, question: e.currentTarget.value })} dir="auto" />
      {poll.options.map((o, i) => <Group key={i} gap={4} align="end" wrap="nowrap">
        <TextInput size="sm" className="grow" label={t('live.poll.option', { n: i + 1 })} value={o} onChange={(e) => option(i, e.currentTarget.value)} dir="auto" />
        {!fixed && poll.options.length > 2 && <ActionIcon size="lg" variant="subtle" color="gray" aria-label={t('live.poll.option.remove', { n: i + 1 })} onClick={() => onChange({ ...poll, options: poll.options.filter((_, n) => n !== i) })}><span aria-hidden="true">×</span></ActionIcon>}
      </Group>)}
      <Time label={t('live.poll.closes')} why={t('live.poll.closes.why')} value={poll.closes_at} zone={zone} onChange={(closes_at) => onChange({ ...poll, closes_at })} />
      {!fixed && <Group>{poll.options.length < 10 && <Button size="compact-xs" variant="default" onClick={() => onChange({ ...poll, options: [...poll.options, ''] })}>{t('live.poll.more')}</Button>}
        <Button size="compact-xs" variant="subtle" color="gray" onClick={() => onChange(undefined)}>{t('live.poll.remove')}</Button></Group>}
    </fieldset>
  )
}

/** The pictures that go with the post, each with its words. */
export function Pictures({ pictures, onChange }: { pictures: Attached[], onChange: (p: Attached[]) => void }) {
  if (pictures.length === 0) return null
  const set = (key: string, changed: Partial<Attached>) => onChange(pictures.map((p) => p.key === key ? { ...p, ...changed } : p))
  return (
    <ul className="post-pictures" aria-label={t('live.pictures')}>
      {pictures.map((p) => (
        <li key={p.key}>
          {p.file ? <Local file={p.file} name={p.alt || p.name} /> : <Thumb id={p.id!} />}
          <div className="post-picture-words">
            <TextInput size="xs" label={t('picture.credit')} value={p.credit} onChange={(e) => set(p.key, { credit: e.currentTarget.value })} dir="auto" />
            <TextInput size="xs" label={t('picture.caption')} value={p.caption} onChange={(e) => set(p.key, { caption: e.currentTarget.value })} dir="auto" />
            <Textarea size="xs" label={t('picture.alt')} value={p.alt} onChange={(e) => set(p.key, { alt: e.currentTarget.value })} autosize minRows={1} dir="auto" error={p.alt !== '' && p.alt === p.caption ? t('picture.alt.same') : undefined} />
            <Group><Button size="compact-xs" variant="subtle" color="gray" onClick={() => onChange(pictures.filter((x) => x.key !== p.key))}>{t('live.picture.remove')}</Button></Group>
          </div>
        </li>
      ))}
    </ul>
  )
}

/** A picture that only this browser has. */
export function Local({ file, name }: { file: Blob, name: string }) {
  const url = useMemo(() => URL.createObjectURL(file), [file])
  useEffect(() => () => { setTimeout(() => URL.revokeObjectURL(url), 1000) }, [url])
  return <img className="thumb" src={url} alt={name} />
}
