// The fields of a story: those at its head, in the order of the page, and those that only the desk sees.
import { NativeSelect, Select, Stack, Textarea, TextInput } from '@mantine/core'
import { useEffect, useRef } from 'react'
import type { Article } from '../api'
import { useColleagues } from '../people'
import { useSections } from '../sections'
import { useSession } from '../session'
import { direction, elsewhere, houseZone, instant, localMinute, t, type Key } from '../words'
import type { FieldName, Fields } from './document'
import { BylineField, TagsField } from './known'
import { RelatedList } from './related'

/** The name of a field in the catalogue. */
export const fieldKey = (name: FieldName): Key => `field.${name === 'desk_note' ? 'note' : name === 'embargo_until' ? 'embargo' : name}` as Key

type Change = (changed: Partial<Fields>) => void

/** A line that grows with its text and takes no line ends. */
function Line({ value, label, className, language, editable, focus, onChange, onEnter }: { value: string, label: string, className: string, language: string, editable: boolean, focus?: boolean, onChange: (v: string) => void, onEnter?: () => void }) {
  const ref = useRef<HTMLTextAreaElement>(null)
  useEffect(() => { if (focus && editable && ref.current && document.activeElement === document.body) ref.current.focus() }, [focus, editable])
  useEffect(() => { const e = ref.current; if (e) { e.style.height = 'auto'; e.style.height = `${e.scrollHeight}px` } }, [value])
  return <textarea ref={ref} className={`line ${className}`} rows={1} value={value} placeholder={label} aria-label={label} lang={language} dir={value ? 'auto' : direction(language)} readOnly={!editable}
    onChange={(e) => onChange(e.currentTarget.value.replace(/[\r\n]+/g, ' '))} onKeyDown={(e) => { if (e.key === 'Enter' && !e.ctrlKey && !e.metaKey) { e.preventDefault(); onEnter?.() } }} />
}

export function Head({ fields, article, language, editable, onChange }: { fields: Fields, article: Article, language: string, editable: boolean, onChange: Change }) {
  const box = useRef<HTMLDivElement>(null)
  const next = (from: string) => () => {
    const all = Array.from(box.current?.querySelectorAll<HTMLElement>('textarea, input') ?? [])
    const to = all[all.findIndex((e) => e.classList.contains(from)) + 1]
    if (to) to.focus()
    else box.current?.parentElement?.querySelector<HTMLElement>('.body')?.focus()
  }
  const enter = (from: string) => (e: React.KeyboardEvent) => { if (e.key === 'Enter' && !e.ctrlKey && !e.metaKey && !e.defaultPrevented && !e.nativeEvent.isComposing) { e.preventDefault(); next(from)() } }
  const long = fields.headline.length > 110
  return (
    <div className="headfields" ref={box}>
      <Line value={fields.headline} label={t('field.headline')} className="headline" language={language} editable={editable} focus onChange={(headline) => onChange({ headline })} onEnter={next('headline')} />
      {fields.headline.length > 70 && <span className={long ? 'counter red' : 'counter'} role="status">{t('field.headline.count', { n: [...fields.headline].length })}</span>}
      {article.kind !== 'page' && <>
        <Line value={fields.lead} label={t('field.lead')} className="lead" language={language} editable={editable} onChange={(lead) => onChange({ lead })} onEnter={next('lead')} />
        <div className="dateline">
          <input className="plain place" value={fields.dateline.place ?? ''} placeholder={t('field.place')} aria-label={t('field.place')} readOnly={!editable} dir="auto" onKeyDown={enter('place')} onChange={(e) => onChange({ dateline: { ...fields.dateline, place: e.currentTarget.value } })} />
          <input className="plain source" value={fields.dateline.source ?? ''} placeholder={t('field.source')} aria-label={t('field.source')} readOnly={!editable} dir="auto" onKeyDown={enter('source')} onChange={(e) => onChange({ dateline: { ...fields.dateline, source: e.currentTarget.value } })} />
          <BylineField byline={fields.byline} editable={editable} onChange={(byline) => onChange({ byline })} onKeyDown={enter('by')} />
        </div>
      </>}
    </div>
  )
}

const genres = ['news', 'feature', 'analysis', 'opinion', 'off-beat']
const list = (prefix: string, values: string[]) => values.map((value) => ({ value, label: t(`${prefix}.${value}` as Key) }))

/** The section of a story, and whether its readers may discuss it: what is decided with the story, and again when it goes out. */
export function Section({ fields, edition, editable, onChange }: { fields: Fields, edition: string, editable: boolean, onChange: Change }) {
  const sections = useSections(edition)
  return <Select label={t('field.section')} data={(sections.data ?? []).map((s) => ({ value: s.slug, label: s.name }))} value={fields.section || null} onChange={(v) => onChange({ section: v ?? '' })} error={fields.section ? undefined : t('field.section.none')} disabled={!editable} />
}

export function Discussion({ fields, editable, onChange }: { fields: Fields, editable: boolean, onChange: Change }) {
  return <NativeSelect label={t('field.discussion')} data={list('discussion', ['open', 'premoderated', 'closed'])} value={fields.discussion} onChange={(e) => onChange({ discussion: e.currentTarget.value })} disabled={!editable} />
}

/** Until when a story may not go out, whatever is chosen. */
export function Embargo({ fields, zone, editable, onChange }: { fields: Fields, zone: string, editable: boolean, onChange: Change }) {
  return <TextInput type="datetime-local" label={t('field.embargo')} {...(elsewhere(zone) ? { description: t('publish.later.why', { zone }) } : {})} value={localMinute(fields.embargo_until, zone)} onChange={(e) => onChange({ embargo_until: instant(e.currentTarget.value, zone) })} disabled={!editable} />
}

export function Details({ article, kind, fields, slug, assignee, edition, editor, editable, onChange }: { article: string, kind: string, fields: Fields, slug: string, assignee: string, edition: string, editor: boolean, editable: boolean, onChange: Change }) {
  const people = useColleagues(edition)
  const off = { disabled: !editable }
  const zone = useSession().editions.find((e) => e.slug === edition)?.timezone ?? houseZone()
  const clock = elsewhere(zone) ? { description: t('publish.later.why', { zone }) } : {}
  return (
    <Stack gap="sm">
      {kind !== 'page' && <Section fields={fields} edition={edition} editable={editable} onChange={onChange} />}
      <NativeSelect label={t('field.genre')} data={list('genre', genres)} value={fields.genre} onChange={(e) => onChange({ genre: e.currentTarget.value })} {...off} />
      <TextInput label={t('field.short_headline')} value={fields.short_headline} onChange={(e) => onChange({ short_headline: e.currentTarget.value })} dir="auto" {...off} />
      <TagsField tags={fields.tags} edition={edition} editable={editable} onChange={(tags) => onChange({ tags })} />
      <RelatedList article={article} related={fields.related} editable={editable} onChange={(related) => onChange({ related })} />
      <TextInput label={t('field.slug')} value={fields.slug} onChange={(e) => onChange({ slug: e.currentTarget.value.toLowerCase().replace(/[^a-z0-9-]+/g, '-') })} placeholder={slug} dir="ltr" description={t('field.slug.why')} {...off} />
      <NativeSelect label={t('field.urgency')} data={Array.from({ length: 9 }, (_, i) => ({ value: String(i + 1), label: i === 0 ? t('field.urgency.first') : i === 4 ? t('field.urgency.usual') : String(i + 1) }))} value={String(fields.urgency)} onChange={(e) => onChange({ urgency: Number(e.currentTarget.value) })} {...off} />
      <Discussion fields={fields} editable={editable} onChange={onChange} />
      <Embargo fields={fields} zone={zone} editable={editable} onChange={onChange} />
      <Select label={t('field.assignee')} placeholder={t('field.assignee.nobody')} clearable clearButtonProps={{ 'aria-label': t('field.assignee.nobody') }} searchable value={fields.assignee || null} onChange={(v) => onChange({ assignee: v ?? '' })}
        data={[...(people.data ?? []).map((p) => ({ value: p.id, label: p.name })), ...(fields.assignee && !people.data?.some((p) => p.id === fields.assignee) ? [{ value: fields.assignee, label: assignee || fields.assignee }] : [])]} nothingFoundMessage={t('palette.none')} {...off} />
      <TextInput type="datetime-local" label={t('field.deadline')} {...clock} value={localMinute(fields.deadline, zone)} onChange={(e) => onChange({ deadline: instant(e.currentTarget.value, zone) })} {...off} />
      <Textarea label={t('field.note')} description={t('field.note.why')} value={fields.desk_note} onChange={(e) => onChange({ desk_note: e.currentTarget.value })} autosize minRows={2} dir="auto" {...off} />
      <NativeSelect label={t('field.legal')} data={list('legal', ['none', 'check', 'approved'])} value={fields.legal} onChange={(e) => onChange({ legal: e.currentTarget.value })} disabled={!editable || (!editor && fields.legal === 'check')} />
    </Stack>
  )
}
