// The desk of moderators: what readers said, in queues, one card after the other.
import { Alert, Button, Group, Skeleton, Stack, VisuallyHidden } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import { Failure } from '../api'
import type { CommunityFilters } from '../app'
import { useScrolls } from '../here'
import { useKeys, type Keys } from '../keys'
import { useSession } from '../session'
import { number, t, type Key } from '../words'
import { Card, Count } from './card'
import { useHand, useHands } from './claims'
import { useModerated, useWaiting } from './counts'
import { Head, lastEdition } from './head'
import { Ban, MemberDrawer } from './member'
import { Objecting } from './objecting'
import { Pause } from './pause'
import { breaches, contested, decider, queues, stands, type Breach, type Case, type Narrowed } from './queue'
import { FloodAct } from './sweep'
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
  const n = counts.data && { ...counts.data, reported: counts.data.reported + counts.data.members } as Record<string, number>
  const members = queue === 'reported' && !filters.article && !filters.author && (counts.data?.members ?? 0) > 0
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
      {members && <div className="cards"><Objecting /></div>}
      <Queue key={JSON.stringify(narrowed)} narrowed={narrowed} only={edition ?? (mine.length === 1 ? mine[0]!.slug : undefined)} alone={!members} onQueue={(q) => set({ queue: q })} />
    </div>
  )
}

function Queue({ narrowed, only, alone, onQueue }: { narrowed: Narrowed, only: string | undefined, alone: boolean, onQueue: (q: Narrowed['queue']) => void }) {
  const { me, editions } = useSession()
  const q = useQueue(narrowed)
  const { list, cards } = q
  const [current, setCurrent] = useState<string>()
  const [upholding, setUpholding] = useState<string>()
  const [saying, setSaying] = useState<string>()
  const [single, setSingle] = useState(false)
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const [member, setMember] = useState<Case>()
  const [banning, setBanning] = useState<Case>()
  const [said, setSaid] = useState('')
  const done = useRef<string[]>([])
  const refused = useRef<string[]>([]) // what one rejected last, one or several together
  const rejecting = useRef(0) // rejections on their way
  const hands = useHands(me.id)
  const warned = useRef<string>(undefined) // the card of which one was told so
  const asked = useRef<string>(undefined) // the number that was pressed before they were there
  const box = useRef<HTMLDivElement>(null)
  // Where one stands. After one's own decision that is what comes next, also when it comes later; what a colleague decided stays under
  // one's hand until it leaves, so that no key meets a card that one has not seen.
  const free = (c: Case) => stands(narrowed, c) && !hands.held.has(c.id)
  const mine = cards.findIndex((c) => c.id === current)
  const here = mine >= 0 ? mine : Math.max(0, cards.findIndex(free))
  const past = cards[here] && !stands(narrowed, cards[here]) && decider(cards[here]) === me.id
  const beyond = past ? cards.findIndex((c, i) => i > here && free(c)) : -1
  const index = beyond >= 0 ? beyond : here
  const at = cards[index]
  useHand(at && stands(narrowed, at) ? at.id : undefined, me.id, hands, (id) => { if (id === at?.id) setCurrent(id) }) // what is in hand stays under it
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
    const open = (c: Case) => c.id !== from.id && free(c) && !q.busy.has(c.id)
    const next = cards.slice(i + 1).find(open) ?? cards.slice(0, i).reverse().find(open)
    if (next) choose(next)
  }
  const step = (by: number) => { setUpholding(undefined); choose(cards[Math.max(0, Math.min(cards.length - 1, index + by))]) }

  const decide = (c: Case, to: 'approve' | 'reject' | 'uphold', reason?: string) => {
    if (q.busy.has(c.id) || !stands(narrowed, c)) return
    const colleague = hands.held.get(c.id)?.name
    if (colleague && warned.current !== c.id) {
      warned.current = c.id
      q.say(c, t('community.in_hand.note', { name: colleague }))
      return
    }
    setUpholding(undefined)
    setSaying(undefined)
    onward(c)
    refused.current = []
    if (to === 'reject') rejecting.current++
    void q.decide(c, { to, ...(reason ? { reason } : {}) }).then((now) => {
      if (to === 'reject') rejecting.current--
      if (!now) { asked.current = undefined; return }
      done.current.push(now.id)
      refused.current = to === 'reject' ? [now.id] : []
      setSaid(t(to === 'approve' ? 'fate.approved' : to === 'reject' ? 'fate.rejected' : 'fate.upheld'))
    })
  }
  const uphold = (c: Case, reason?: string) => reason === undefined ? (setCurrent(c.id), setUpholding(c.id)) : decide(c, 'uphold', reason)
  const say = (id: string | undefined) => { if (!id && saying) choose(at); setSaying(id) }
  /** The cards of what one rejected last, while they are here. */
  const whyOf = () => cards.filter((c) => refused.current.includes(c.id) && c.state === 'rejected' && !stands(narrowed, c) && decider(c) === me.id && !q.busy.has(c.id))
  const because = async (of: Case[], breach: Breach | undefined, reason?: string) => {
    say(undefined)
    for (const c of of) {
      const why = breach ?? c.breach, words = reason ?? c.reason
      if (await q.decide(c, { to: 'reject', ...(why ? { breach: why } : {}), ...(words ? { reason: words } : {}) }) && breach) setSaid(t(`breach.${breach}` as Key))
    }
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

  // A number says why one's last rejection was made while its card is here, or on its way; else it is a queue.
  const press = (key: string) => {
    const of = whyOf(), i = Number(key) - 1
    if (of.length === 0 && rejecting.current > 0) asked.current = key
    else if (!breaches[i]) say(of.at(-1)?.id)
    else if (of.length > 0) void because(of, breaches[i])
    else if (queues[i]) onQueue(queues[i])
  }
  useEffect(() => {
    const key = asked.current
    if (key === undefined || whyOf().length === 0) return
    asked.current = undefined
    press(key)
  })
  const numbered: Keys = Object.fromEntries(breaches.map((_, i) => [String(i + 1), [(queues[i] ? `queue.${queues[i]}` : 'community.why') as Key, () => press(String(i + 1))]]))
  useKeys({
    'j': ['keys.next_item', () => step(1)], 'k': ['keys.previous_item', () => step(-1)],
    'f': ['community.approve', () => { if (at) decide(at, 'approve') }],
    'd': ['community.reject', () => { if (at && contested(at)) uphold(at); else if (at && at.state !== 'rejected') decide(at, 'reject') }],
    'b': ['community.ban', () => { if (at?.author.id) setBanning(at) }],
    'z': ['community.single', () => setSingle((old) => !old)],
    'u': ['community.undo', undoLast],
    'x': ['keys.select', () => { if (at) select(at) }],
    'm': ['community.member', () => { if (at?.author.id) setMember(at) }],
    ...numbered,
    '9': ['community.reject.own', () => press('9')],
  })
  const select = (c: Case) => setSelected((old) => { const next = new Set(old); if (!next.delete(c.id)) next.add(c.id); return next })
  const chosen = cards.filter((c) => selected.has(c.id) && stands(narrowed, c))
  const all = async (to: 'approve' | 'reject') => {
    setSelected(new Set())
    const made: string[] = []
    refused.current = []
    if (to === 'reject') rejecting.current++
    for (const c of chosen) {
      const now = await q.decide(c, { to })
      if (now) made.push(now.id)
    }
    if (to === 'reject') rejecting.current--
    if (made.length === 0) asked.current = undefined
    done.current.push(...made)
    refused.current = to === 'reject' ? made : []
    setSaid(t('community.decided', { n: chosen.length }))
  }
  const shown = single && at ? [at] : cards
  const where = narrowed.article ? { article: narrowed.article } : only ? { edition: only } : undefined
  const flood = !narrowed.author && (narrowed.queue === 'pending' || narrowed.queue === 'unmoderated') ? where : undefined
  return (
    <div ref={box} onPointerMove={() => { pointing.current = true }} onPointerLeave={() => { pointing.current = false; letGo() }}>
      <VisuallyHidden role="status">{said}</VisuallyHidden>
      {list.isError && <Alert color="red" m="md" title={t('community.failed')}><Group><span>{list.error instanceof Failure ? list.error.words : t('fault.unknown')}</span><Button size="xs" onClick={() => void list.refetch()}>{t('app.again')}</Button></Group></Alert>}
      {list.isPending && <Stack p="md" role="status" aria-label={t('app.loading')}>{[0, 1, 2].map((i) => <Skeleton key={i} h={120} />)}</Stack>}
      {flood && <FloodAct of={flood} offered={cards.length > 0} onSwept={q.again} />}
      {q.waiting > 0 && <Group justify="center" p="xs"><Button size="compact-sm" variant="default" onClick={q.again}>{t('community.fresh', { n: q.waiting })}</Button></Group>}
      {alone && list.isSuccess && cards.length === 0 && !list.hasNextPage && <p className="empty">{t(`community.none.${narrowed.queue}` as Key)}</p>}
      {single && at && <p className="quiet small of">{t('community.of', { i: number(index + 1), n: cards.length })} <button type="button" onClick={() => setSingle(false)}>{t('community.whole')}</button></p>}
      <div className="cards">
        {shown.map((c) => (
          <Card key={c.id} c={c} edition={edition(c)} me={me.id} chosen={c.id === at?.id} first={c.id === (single ? at?.id : cards.find((x) => stands(narrowed, x))?.id)} upholding={upholding === c.id} saying={saying === c.id} selected={selected.has(c.id)} busy={q.busy.has(c.id)} stays={stands(narrowed, c)} note={q.notes.get(c.id)} colleague={hands.held.get(c.id)?.name}
            onChoose={() => choose(c, false)} onSelect={() => select(c)} onApprove={() => decide(c, 'approve')} onReject={() => decide(c, 'reject')} onBecause={(b, words) => void because(b && refused.current.includes(c.id) ? whyOf() : [c], b, words)} onSay={(on) => say(on ? c.id : undefined)} onUphold={(words) => uphold(c, words)} onNoUphold={() => { setUpholding(undefined); choose(c) }} onUndo={() => undo(c)}
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
