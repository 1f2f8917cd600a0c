// One comment as a moderator sees it: who, where, what, why it waits, and what can be done.
import { Button, Checkbox, Group, Kbd, Loader, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { client, got, type Edition } from '../api'
import { IntoLive } from '../live/into'
import { moment, number, t, type Key } from '../words'
import { Pin } from './pin'
import { breaches, contested, decider, marked, type Breach, type Case } from './queue'

/** How long a decided card stays; milliseconds. One that asks why stays longer. */
const moment_ = 6000, asking = 15_000

export interface CardProps {
  c: Case
  edition: Edition | undefined
  me: string
  chosen: boolean
  first: boolean
  upholding: boolean
  saying: boolean
  selected: boolean
  busy: boolean
  stays: boolean
  note?: string | undefined
  /** Who has it in hand, if a colleague. */
  colleague?: string | undefined
  onChoose: () => void
  onSelect: () => void
  onApprove: () => void
  onReject: () => void
  /** Says why it was rejected. */
  onBecause: (breach: Breach | undefined, reason?: string) => void
  onSay: (on: boolean) => void
  /** Begins to uphold (undefined), or does it with a sentence; '' is none. */
  onUphold: (reason?: string) => void
  onNoUphold: () => void
  onUndo: () => void
  onFeature: () => void
  onBan: () => void
  onMember: () => void
  onLeave: () => void
}

/** Why it waits, in one line. */
export function why(c: Case): string {
  return c.holds.map((h) => t(c.chat && h.rule === 'flood' ? 'hold.flood.room' : h.rule === 'service' && h.reason ? 'hold.service.says' : `hold.${h.rule}` as Key, { words: (h.words ?? []).join(t('list.comma')), reason: `\u2068${h.reason ?? ''}\u2069` })).join(' · ')
}

/** Whether one's own rejection still lacks what it rests on. */
const asks = (c: Case, me: string) => c.state === 'rejected' && !c.appeal?.standing && decider(c) === me && !c.breach

export function Card(p: CardProps) {
  const { c, edition } = p
  const zone = edition?.timezone
  const leave = useRef(p.onLeave)
  leave.current = p.onLeave
  const ask = asks(c, p.me)
  useEffect(() => {
    if (p.stays || p.saying) return
    const timer = setTimeout(() => leave.current(), ask ? asking : moment_)
    return () => clearTimeout(timer)
  }, [p.stays, p.saying, ask, c.version])
  if (!p.stays) return <Fate {...p} />
  const words = c.holds.flatMap((h) => h.words ?? [])
  const text = { lang: edition?.language ?? '', dir: 'auto' as const }
  return (
    <article className="comment-card" data-card={c.id} tabIndex={-1} aria-label={t(c.chat ? 'community.card.message' : 'community.card', { name: c.author.name })} {...(p.chosen ? { 'data-chosen': true } : {})} {...(p.selected ? { 'data-selected': true } : {})} onPointerDown={p.onChoose} onFocus={p.onChoose}>
      <div className="under">
        <Checkbox size="xs" checked={p.selected} onChange={p.onSelect} aria-label={t(c.chat ? 'community.select.message' : 'community.select', { name: c.author.name })} />
        {c.author.id ? <button type="button" className="who" onClick={p.onMember}><bdi>{c.author.name}</bdi></button> : <b><bdi>{c.author.name}</bdi></b>}
        {c.author.badge && <span className="chip">{t(`speaker.${c.author.badge}` as Key)}</span>}
        <time dateTime={c.at}>{moment(c.at, zone)}</time>
        {c.edited_at && <span>{t('community.edited', { at: moment(c.edited_at, zone) })}</span>}
        {p.colleague && <span className="chip in-hand">{t('community.in_hand', { name: p.colleague })}</span>}
        {c.featured && <span className="chip">{t('community.featured')}</span>}
        {c.url ? <a className="about" href={c.url} target="_blank" rel="noopener"><bdi {...text}>{c.headline}</bdi></a> : <span>{t('reports.gone')}</span>}
        <Link to="/community" search={{ queue: 'pending', article: c.article }}>{t(c.chat ? 'community.this_room' : 'community.this_story')}</Link>
      </div>
      {c.reply_to && <Answers message={!!c.chat} id={c.reply_to} url={c.url?.replaceAll(c.id, c.reply_to)} />}
      {c.holds.length > 0 && c.state === 'held' && <p className="why">{why(c)}</p>}
      <p className="remark" {...text}>{marked(c.body, words).map((w, i) => w.mark ? <mark key={i}>{w.text}</mark> : w.text)}</p>
      {c.reports > 0 && (
        <ul className="complaints" aria-label={t('community.reports', { n: c.reports })}>
          {(c.reported ?? []).map((r, i) => <li key={i}><b>{t(`complaint.${r.reason}` as Key)}</b> <time dateTime={r.at}>{moment(r.at, zone)}</time>{r.note && <span dir="auto"> {r.note}</span>}</li>)}
        </ul>
      )}
      {(c.dealt?.length ?? 0) > 0 && (
        <ul className="complaints quiet" aria-label={t('community.dealt')}>
          <li><b>{t('community.dealt')}</b></li>
          {c.dealt!.map((r, i) => <li key={i}>{t(`complaint.${r.reason}` as Key)} <time dateTime={r.at}>{moment(r.at, zone)}</time>{r.note && <span dir="auto"> {r.note}</span>}</li>)}
        </ul>
      )}
      {c.state !== 'held' && c.decided_name && <p className="quiet small">{t(c.state === 'rejected' ? 'community.rejected_by' : 'community.approved_by', { name: c.decided_name, at: moment(c.decided_at ?? c.at, zone) })}{c.breach && <> · {t(`breach.${c.breach}` as Key)}</>}{c.reason && <> · <span dir="auto">{c.reason}</span></>}</p>}
      {c.appeal?.standing && c.appeal.verdict === 'upheld' && <p className="quiet small">{t('fate.upheld_by', { name: c.appeal.by_name ?? '' })}{c.appeal.told && <> · <span dir="auto">{c.appeal.told}</span></>}</p>}
      {contested(c) && (
        <section className="appeal" aria-label={t('appeal.says')}>
          <p className="why">{t('appeal.says')} <time dateTime={c.appeal!.at}>{moment(c.appeal!.at, zone)}</time></p>
          <p className="remark" dir="auto">{c.appeal!.text}</p>
          {c.appeal!.against === p.me && <p className="quiet small">{t('appeal.yours')}</p>}
        </section>
      )}
      {p.note && <p className="red" role="alert">{p.note}</p>}
      {p.upholding ? <Uphold {...p} /> : (
        <Group gap="xs" className="acts">
          <Button size="compact-sm" variant="default" disabled={p.busy} onClick={p.onApprove}>{t(contested(c) ? 'appeal.restore' : c.queue === 'unmoderated' ? 'community.seen' : c.reports > 0 ? 'community.keep' : 'community.approve')}{p.first && <Kbd ms={6} aria-hidden>f</Kbd>}</Button>
          {c.state !== 'rejected' && <Button size="compact-sm" variant="default" disabled={p.busy} onClick={() => p.onReject()}>{t('community.reject')}{p.first && <Kbd ms={6} aria-hidden>d</Kbd>}</Button>}
          {contested(c) && <Button size="compact-sm" variant="default" disabled={p.busy} onClick={() => p.onUphold()}>{t('appeal.uphold')}{p.first && <Kbd ms={6} aria-hidden>d</Kbd>}</Button>}
          {c.state === 'public' && <Button size="compact-sm" variant="subtle" color="gray" disabled={p.busy} onClick={p.onFeature}>{t(c.featured ? 'community.unfeature' : 'community.feature')}</Button>}
          {c.chat && c.state === 'public' && <Pin c={c} zone={zone} keyed={p.chosen} hint={p.first} />}
          {c.author.id && <Button size="compact-sm" variant="subtle" color="gray" onClick={p.onBan}>{t('community.ban')}{p.first && <Kbd ms={6} aria-hidden>b</Kbd>}</Button>}
          {c.state !== 'rejected' && <IntoLive small edition={c.edition} what={{ comment: c.id }} near={c.article} />}
          {p.busy && <Loader size="xs" />}
          {p.first && <span className="hints"><Kbd>j</Kbd> {t('keys.next_item')} · <Kbd>k</Kbd> {t('keys.previous_item')} · <Kbd>u</Kbd> {t('community.undo')} · <Kbd>?</Kbd> {t('keys.help')}</span>}
        </Group>
      )}
    </article>
  )
}

/** A sentence to who wrote it, sent with Enter; Escape leaves it. */
export function Sentence({ edition, label, button, none, onSend, onLeave }: { edition: Edition | undefined, label: string, button: string, none?: string, onSend: (words: string) => void, onLeave: () => void }) {
  const [own, setOwn] = useState('')
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => field.current?.focus(), [])
  return (
    <form className="rejecting" onSubmit={(e) => { e.preventDefault(); onSend(own.trim()) }} onKeyDown={(e) => { if (e.key === 'Escape') { e.stopPropagation(); onLeave() } }}>
      <Group gap="xs" align="end">
        <TextInput className="grow" size="xs" maxLength={500} ref={field} required={none === undefined} label={label} value={own} onChange={(e) => setOwn(e.currentTarget.value)} lang={edition?.language ?? ''} dir="auto" />
        <Button size="xs" type="submit">{own.trim() || none === undefined ? button : none}</Button>
        <Button size="xs" variant="subtle" color="gray" onClick={onLeave}>{t('app.cancel')}</Button>
      </Group>
    </form>
  )
}

/** Lets a decision stand to which somebody objects. */
const Uphold = (p: CardProps) => <Sentence edition={p.edition} label={t('appeal.uphold.why')} button={t('appeal.uphold')} none={t('appeal.uphold.none')} onSend={p.onUphold} onLeave={p.onNoUphold} />

/** What became of a decided card, for a moment; of one's own rejection also why, by its number. */
function Fate(p: CardProps) {
  const { c, me, busy, chosen, note, onUndo, onChoose, edition } = p
  const mine = decider(c) === me
  const upheld = c.appeal?.standing && c.appeal.verdict === 'upheld'
  const key: Key = c.state === 'removed' ? 'fate.removed' : !c.decided_by ? 'fate.back' : upheld ? mine ? 'fate.upheld' : 'fate.upheld_by' : c.state === 'rejected' ? mine ? 'fate.rejected' : 'fate.rejected_by' : mine ? 'fate.approved' : 'fate.approved_by'
  const why = c.state === 'rejected' && mine && !upheld
  return (
    <div className="comment-card fate" data-card={c.id} tabIndex={-1} onFocus={onChoose} {...(chosen ? { 'data-chosen': true } : {})}>
      <div className="fate-line">
        <span><b>{t(key, { name: (upheld ? c.appeal?.by_name : c.decided_name) ?? '' })}</b> <bdi className="quiet">{c.author.name}: </bdi><bdi className="quiet short" lang={edition?.language ?? ''}>{c.body.slice(0, 80)}</bdi>{c.reason && <span className="quiet"> · <bdi>{c.reason}</bdi></span>}{note && <span className="quiet"> · {note}</span>}</span>
        {mine && <Button size="compact-sm" variant="default" disabled={busy} onClick={onUndo}>{t('community.undo')}</Button>}
      </div>
      {why && <div role="group" className="because" aria-label={t('community.why')}>
        <span className="quiet">{t('community.why')}</span>
        {breaches.map((b, i) => <Button key={b} size="compact-sm" variant={c.breach === b ? 'filled' : 'default'} aria-pressed={c.breach === b} disabled={busy} onClick={() => p.onBecause(b)}><Kbd me={6} aria-hidden>{i + 1}</Kbd>{t(`breach.${b}` as Key)}</Button>)}
        {!p.saying && <Button size="compact-sm" variant="subtle" color="gray" disabled={busy} onClick={() => p.onSay(true)}><Kbd me={6} aria-hidden>9</Kbd>{t('community.reject.own')}</Button>}
      </div>}
      {why && p.saying && <Sentence edition={edition} label={t('community.reject.own')} button={t('settings.save')} onSend={(words) => p.onBecause(undefined, words)} onLeave={() => p.onSay(false)} />}
    </div>
  )
}

/** What a comment answers, read when it is asked for. */
function Answers({ id, message, url }: { id: string, message: boolean, url: string | undefined }) {
  const [open, setOpen] = useState(false)
  const one = useQuery({ queryKey: ['community', 'one', id], enabled: open, queryFn: () => got(client.GET('/api/v1/moderation/{id}', { params: { path: { id } } })) })
  return (
    <div className="answers">
      <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>{t(message ? 'community.answers.message' : 'community.answers')}</button>
      {open && one.isPending && <Loader size="xs" type="dots" />}
      {open && one.isError && <span className="quiet">{t('community.answers.gone')}</span>}
      {open && one.data && <blockquote dir="auto"><b><bdi>{one.data.author.name}</bdi></b> {one.data.body || t('community.answers.gone')} {url && <a href={url} target="_blank" rel="noopener">{t('community.answers.page')}</a>}</blockquote>}
    </div>
  )
}

/** How many, in small, after a name; nothing while it is not known. */
export const Count = ({ n }: { n: number | undefined }) => n === undefined ? null : <span className="n"> {n >= 1000 ? t('community.many') : number(n)}</span>
