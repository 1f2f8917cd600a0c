// The desk of moderators: what readers said, in queues, one card after the other.
import { Alert, Button, Group, Skeleton, Stack, VisuallyHidden } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import { Failure } from '../api'
import type { CommunityFilters } from '../app'
import { useScrolls } from '../here'
import { useKeys, type Keys } from '../keys'
import { useSession } from '../session'
import { number, sayIn, t, type Key } from '../words'
import { Card, Count, readyReason, reasons } from './card'
import { useModerated, useWaiting } from './counts'
import { Head, lastEdition } from './head'
import { Ban, MemberDrawer } from './member'
import { Pause } from './pause'
import { queues, stands, type Case, type Narrowed } from './queue'
import { useQueue } from './use'

export function Community() {
  const mine = useModerated()
  const filters = useSearch({ strict: false }) as CommunityFilters
  const go = useNavigate()
  const strip = useScrolls<HTMLElement>()
  // The edition stays for the next time; in an address that was sent it is the address's.
  const edition = filters.edition ?? (filters.article || filters.author ? undefined : lastEdition(mine))
  const queue = filters.queue ?? 'pending'
  const counts = useWaiting(edition, mine.length > 0)
  const set = (next: CommunityFilters) => void go({ to: '/community', search: Object.fromEntries(Object.entries({ ...filters, queue, ...next }).filter(([, v]) => v)) as CommunityFilters, replace: true })
  if (mine.length === 0) return <p className="empty">{t('community.not_yours')}</p>
  const narrowed: Narrowed = { queue, ...(edition ? { edition } : {}), ...(filters.article ? { article: filters.article } : {}), ...(filters.author ? { author: filters.author } : {}) }
  const n = counts.data as Record<string, number> | undefined
  return (
    <div className="community">
      <Head mine={mine} edition={edition} onEdition={(to) => set({ edition: to })}>
        {filters.article && <Button size="compact-sm" variant="default" onClick={() => set({ article: '' })}>{t('community.all_stories')}</Button>}
        {filters.author && <Button size="compact-sm" variant="default" onClick={() => set({ author: '' })}>{t('community.all_authors')}</Button>}
      </Head>
      <Pause editions={mine.filter((e) => !edition || e.slug === edition)} />
      <nav ref={strip} className="states scrolls" aria-label={t('community.queues')}>
        {queues.map((q, i) => <button key={q} type="button" aria-pressed={q === queue} aria-keyshortcuts={String(i + 1)} onClick={() => set({ queue: q })}>{t(`queue.${q}` as Key)}<Count n={n?.[q]} /></button>)}
      </nav>
      <Queue key={JSON.stringify(narrowed)} narrowed={narrowed} onQueue={(q) => set({ queue: q })} />
    </div>
  )
}

function Queue({ narrowed, onQueue }: { narrowed: Narrowed, onQueue: (q: Narrowed['queue']) => void }) {
  const { me, editions } = useSession()
  const q = useQueue(narrowed)
  const { list, cards } = q
  const [current, setCurrent] = useState<string>()
  const [rejecting, setRejecting] = useState<string>()
  const [single, setSingle] = useState(false)
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const [member, setMember] = useState<Case>()
  const [banning, setBanning] = useState<Case>()
  const [said, setSaid] = useState('')
  const done = useRef<string[]>([])
  const box = useRef<HTMLDivElement>(null)
  // Where one stands. After one's own decision that is what comes next, also when it comes later; what a colleague decided stays under
  // one's hand until it leaves, so that no key meets a card that one has not seen.
  const here = Math.max(0, cards.findIndex((c) => c.id === current))
  const past = cards[here] && !stands(narrowed, cards[here]) && cards[here].decided_by === me.id
  const beyond = past ? cards.findIndex((c, i) => i > here && stands(narrowed, c)) : -1
  const index = beyond >= 0 ? beyond : here
  const at = cards[index]
  const edition = (c: Case) => editions.find((e) => e.slug === c.edition)

  const focus = useRef<string>(undefined)
  const choose = (c: Case | undefined, focused = true) => { setCurrent(c?.id); if (focused) focus.current = c?.id }
  useEffect(() => {
    if (!focus.current) return
    const card = box.current?.querySelector<HTMLElement>(`[data-card="${focus.current}"]`)
    focus.current = undefined
    card?.focus({ preventScroll: true })
    card?.scrollIntoView({ block: 'nearest' })
  })
  /** Goes to the next card that waits for a decision, else to the one before. */
  const onward = (from: Case) => {
    const i = cards.findIndex((c) => c.id === from.id)
    const open = (c: Case) => c.id !== from.id && stands(narrowed, c) && !q.busy.has(c.id)
    const next = cards.slice(i + 1).find(open) ?? cards.slice(0, i).reverse().find(open)
    if (next) choose(next)
  }
  const step = (by: number) => { setRejecting(undefined); choose(cards[Math.max(0, Math.min(cards.length - 1, index + by))]) }

  const decide = (c: Case, to: 'approve' | 'reject', reason?: string) => {
    if (q.busy.has(c.id) || !stands(narrowed, c)) return
    setRejecting(undefined)
    onward(c)
    void q.decide(c, to === 'approve' ? { to } : { to, ...(reason ? { reason } : {}) }).then((now) => {
      if (!now) return
      done.current.push(now.id)
      setSaid(t(to === 'approve' ? 'fate.approved' : 'fate.rejected'))
    })
  }
  const reject = (c: Case, reason?: string) => {
    if (reason === undefined) { setCurrent(c.id); return setRejecting(c.id) }
    const key = reasons.find((r) => r === reason)
    if (!key) return decide(c, 'reject', reason)
    void sayIn(edition(c)?.language ?? '', readyReason(c, key)).then((words) => decide(c, 'reject', words))
  }
  const last = useRef(new Map<string, Case>())
  for (const c of cards) last.current.set(c.id, c)
  const undo = (c: Case | undefined) => {
    if (!c) return
    done.current = done.current.filter((id) => id !== c.id)
    void q.decide(c, { to: 'undo' }).then((now) => { if (now) { setSaid(t('fate.back')); choose(now) } })
  }
  const undoLast = () => { const id = done.current.at(-1); if (id) undo(last.current.get(id)) }

  // A decided card leaves by itself, but never under a pointer that is at work in the list.
  const pointing = useRef(false)
  const due = useRef(new Set<string>())
  const hold = useRef<{ id: string, top: number }>(undefined)
  const letGo = () => {
    const gone = cards.filter((c) => due.current.has(c.id) && !stands(narrowed, c))
    due.current.clear()
    if (gone.length === 0) return
    const stay = at && !gone.includes(at) ? box.current?.querySelector(`[data-card="${at.id}"]`) : undefined
    if (stay) hold.current = { id: at!.id, top: stay.getBoundingClientRect().top }
    q.leave(gone)
  }
  useLayoutEffect(() => {
    const kept = hold.current
    hold.current = undefined
    const card = kept && box.current?.querySelector(`[data-card="${kept.id}"]`)
    if (card) scrollBy(0, card.getBoundingClientRect().top - kept.top)
  })
  const letGoNow = useRef(letGo)
  letGoNow.current = letGo
  useEffect(() => {
    const typed = () => { pointing.current = false; letGoNow.current() }
    addEventListener('keydown', typed)
    return () => removeEventListener('keydown', typed)
  }, [])
  const open = cards.filter((c) => stands(narrowed, c)).length
  useEffect(() => { if (list.isSuccess && open < 5 && list.hasNextPage && !list.isFetchingNextPage && !list.isFetchNextPageError) void list.fetchNextPage() }, [list, open])

  const numbered: Keys = Object.fromEntries(queues.map((name, i) => [String(i + 1), [`queue.${name}` as Key, () => rejecting && at ? reject(at, reasons[i]) : onQueue(name)]]))
  useKeys({
    'j': ['keys.next_item', () => step(1)], 'k': ['keys.previous_item', () => step(-1)],
    'f': ['community.approve', () => { if (at) decide(at, 'approve') }],
    'd': ['community.reject', () => { if (at && at.state !== 'rejected' && stands(narrowed, at)) { reject(at); choose(at) } }],
    'b': ['community.ban', () => { if (at?.author.id) setBanning(at) }],
    'z': ['community.single', () => setSingle((old) => !old)],
    'u': ['community.undo', undoLast],
    'x': ['keys.select', () => { if (at) select(at) }],
    'm': ['community.member', () => { if (at?.author.id) setMember(at) }],
    ...numbered,
    ...(rejecting && at ? { 'Enter': ['community.reject.none', () => reject(at, '')] as [Key, () => void], 'Escape': ['app.cancel', () => { setRejecting(undefined); choose(at) }] as [Key, () => void] } : {}),
  })
  const select = (c: Case) => setSelected((old) => { const next = new Set(old); if (!next.delete(c.id)) next.add(c.id); return next })
  const chosen = cards.filter((c) => selected.has(c.id) && stands(narrowed, c))
  const all = async (to: 'approve' | 'reject') => {
    setSelected(new Set())
    for (const c of chosen) {
      const now = await q.decide(c, { to })
      if (now) done.current.push(now.id)
    }
    setSaid(t('community.decided', { n: chosen.length }))
  }
  const shown = single && at ? [at] : cards
  return (
    <div ref={box} onPointerMove={() => { pointing.current = true }} onPointerLeave={() => { pointing.current = false; letGo() }}>
      <VisuallyHidden role="status">{said}</VisuallyHidden>
      {list.isError && <Alert color="red" m="md" title={t('community.failed')}><Group><span>{list.error instanceof Failure ? list.error.words : t('fault.unknown')}</span><Button size="xs" onClick={() => void list.refetch()}>{t('app.again')}</Button></Group></Alert>}
      {list.isPending && <Stack p="md" role="status" aria-label={t('app.loading')}>{[0, 1, 2].map((i) => <Skeleton key={i} h={120} />)}</Stack>}
      {q.waiting > 0 && <Group justify="center" p="xs"><Button size="compact-sm" variant="default" onClick={q.again}>{t('community.fresh', { n: q.waiting })}</Button></Group>}
      {list.isSuccess && cards.length === 0 && !list.hasNextPage && <p className="empty">{t(`community.none.${narrowed.queue}` as Key)}</p>}
      {single && at && <p className="quiet small of">{t('community.of', { i: number(index + 1), n: cards.length })} <button type="button" onClick={() => setSingle(false)}>{t('community.whole')}</button></p>}
      <div className="cards">
        {shown.map((c) => (
          <Card key={c.id} c={c} edition={edition(c)} me={me.id} chosen={c.id === at?.id} first={c.id === (single ? at?.id : cards.find((x) => stands(narrowed, x))?.id)} rejecting={rejecting === c.id} selected={selected.has(c.id)} busy={q.busy.has(c.id)} stays={stands(narrowed, c)} note={q.notes.get(c.id)}
            onChoose={() => choose(c, false)} onSelect={() => select(c)} onApprove={() => decide(c, 'approve')} onReject={(r) => reject(c, r)} onNoReject={() => { setRejecting(undefined); choose(c) }} onUndo={() => undo(c)}
            onFeature={() => void q.decide(c, { to: 'feature', on: !c.featured })} onBan={() => setBanning(c)} onMember={() => setMember(c)} onLeave={() => { due.current.add(c.id); if (!pointing.current) letGoNow.current() }} />
        ))}
      </div>
      {list.hasNextPage && <Group justify="center" p="md"><Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t('desk.more')}</Button></Group>}
      {chosen.length > 0 && (
        <div className="bulk-bar" role="group" aria-label={t('community.selected', { n: chosen.length })}>
          <span>{t('community.selected', { n: chosen.length })}</span>
          <Button size="compact-sm" variant="default" onClick={() => void all('approve')}>{t('community.approve')}</Button>
          <Button size="compact-sm" variant="default" onClick={() => void all('reject')}>{t('community.reject')}</Button>
          <Button size="compact-sm" variant="subtle" color="gray" onClick={() => setSelected(new Set())}>{t('community.unselect')}</Button>
        </div>
      )}
      {banning && <Ban of={banning} onClose={() => setBanning(undefined)} />}
      {member && <MemberDrawer of={member} onClose={() => setMember(undefined)} onSwept={q.again} />}
    </div>
  )
}
