// What authors and topics have in common in Settings: the list of them, what their pages say, and what becomes of two who are one.
import { ActionIcon, Alert, Anchor, Autocomplete, Button, Group, Modal, Skeleton, Stack, Text, Textarea, TextInput, Title } from '@mantine/core'
import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { Failure } from '../api'
import { Thumb } from '../editor/picture'
import { usePicker } from '../pictures/picker'
import { useTyped } from '../pictures/shot'
import { direction, t, type Key } from '../words'
import { wrongIn } from './chosen'
import { meet } from './meet'

export interface Contact { name: string, url: string }

/** An author or a topic. What only authors have is undefined for a topic. */
export interface Entry { slug: string, name: string, text: string, picture?: string | undefined, stories: number, url?: string | undefined, role?: string | undefined, links?: Contact[] | undefined }

/** What a change sets. */
export interface Said { name: string, slug: string, text: string, picture: string | null, role?: string, links?: Contact[] }

/** One kind of entries: how they are read and written, and its words. */
export interface Shelf {
  kind: 'authors' | 'topics'
  /** Tells the lists of one edition from those of another. */
  of: string
  /** The name of the field that holds the text, as faults name it. */
  text: 'bio' | 'description'
  language?: string
  words: Record<'title' | 'text' | 'search' | 'none' | 'none_found', Key>
  list: (q: string, after: string, limit: number) => Promise<{ items: Entry[], next?: string | undefined }>
  read: (slug: string) => Promise<{ value: Entry, etag: string }>
  save: (slug: string, etag: string, said: Said) => Promise<Entry>
  merge: (slug: string, into: string) => Promise<Entry>
}

const failed = (error: unknown) => error instanceof Failure ? error.words : t('fault.unknown')

export function Entries({ shelf, choice }: { shelf: Shelf, choice?: ReactNode }) {
  const [q, typed] = useTyped('')
  const [open, setOpen] = useState('')
  const list = useInfiniteQuery({
    queryKey: [shelf.kind, shelf.of, q], initialPageParam: '', placeholderData: keepPreviousData,
    queryFn: ({ pageParam }) => shelf.list(q, pageParam, 50), getNextPageParam: (page) => page.next,
  })
  const all = list.data?.pages.flatMap((p) => p.items) ?? []
  return (
    <Stack gap="md" className="settings">
      <Title order={2} size="h3">{t(shelf.words.title)}</Title>
      <Text c="dimmed">{t(shelf.words.text)}</Text>
      {choice}
      <TextInput type="search" aria-label={t(shelf.words.search)} placeholder={t(shelf.words.search)} maw={360} {...typed} />
      {list.isPending && <Stack role="status" aria-label={t('app.loading')} gap="xs">{[0, 1, 2, 3].map((n) => <Skeleton key={n} h={36} />)}</Stack>}
      {list.isError && <Alert color="red" role="alert"><Group><span>{failed(list.error)}</span><Button size="xs" variant="default" onClick={() => void list.refetch()}>{t('app.again')}</Button></Group></Alert>}
      {list.data && all.length === 0 && <p className="empty">{t(q ? shelf.words.none_found : shelf.words.none)}</p>}
      {all.length > 0 && <ul className="entries">{all.map((e) => <Row key={e.slug} shelf={shelf} entry={e} open={open === e.slug} onOpen={setOpen} />)}</ul>}
      {list.hasNextPage && <Group><Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t('desk.more')}</Button></Group>}
    </Stack>
  )
}

function Row({ shelf, entry: e, open, onOpen }: { shelf: Shelf, entry: Entry, open: boolean, onOpen: (slug: string) => void }) {
  const head = useRef<HTMLButtonElement>(null)
  const was = useRef(open)
  useEffect(() => { if (open && !was.current && document.activeElement === document.body) head.current?.focus(); was.current = open }, [open])
  return (
    <li>
      <button ref={head} type="button" className="entry" aria-expanded={open} onClick={() => onOpen(open ? '' : e.slug)}>
        <span><b><bdi>{e.name}</bdi></b>{e.role && <span className="quiet"> <bdi>{e.role}</bdi></span>}</span>
        <span className="quiet">{t('entries.stories', { n: e.stories })}</span>
      </button>
      {open && <One shelf={shelf} slug={e.slug} onOpen={onOpen} />}
    </li>
  )
}

function One({ shelf, slug, onOpen }: { shelf: Shelf, slug: string, onOpen: (slug: string) => void }) {
  const read = useQuery({ queryKey: [shelf.kind, shelf.of, 'one', slug], queryFn: () => shelf.read(slug), refetchOnWindowFocus: false, refetchOnReconnect: false }) // another's version takes the place of nothing that is typed
  if (read.isError) return <Alert color="red" role="alert">{failed(read.error)}</Alert>
  return read.data ? <Form key={read.data.etag} shelf={shelf} entry={read.data.value} etag={read.data.etag} onOpen={onOpen} /> : <Skeleton h={160} my="sm" aria-label={t('app.loading')} />
}

const fieldsOf = (e: Entry) => ({ name: e.name, slug: e.slug, role: e.role ?? '', text: e.text, picture: e.picture ?? '', links: e.links ?? [] })
type Typed = ReturnType<typeof fieldsOf>

/** What the other saved of a field that is typed otherwise here, and the choice. */
function Theirs({ label, others, name, onTake, onKeep }: { label: string, others: Partial<Typed>, name: keyof Typed, onTake: (to: Partial<Typed>) => void, onKeep: () => void }) {
  const theirs = others[name]
  if (theirs === undefined) return null
  return (
    <div className="clash" role="group" aria-label={label}>
      <Text size="sm" role="alert">{t('conflict.title')}</Text>
      <p className="flush"><strong>{t('conflict.theirs')}</strong> {name === 'picture' && theirs ? <Thumb id={theirs as string} width={160} /> : <bdi className="words">{(typeof theirs === 'string' ? theirs : theirs.map((l) => `${l.name} ${l.url}`).join('\n')) || t('picture.clash.empty')}</bdi>}</p>
      <Group gap="xs"><Button size="compact-sm" variant="default" onClick={() => onTake({ [name]: theirs })}>{t('picture.clash.theirs')}</Button><Button size="compact-sm" variant="default" onClick={onKeep}>{t('picture.clash.mine')}</Button></Group>
    </div>
  )
}

function Form({ shelf, entry, etag: first, onOpen }: { shelf: Shelf, entry: Entry, etag: string, onOpen: (slug: string) => void }) {
  const cache = useQueryClient()
  const [{ entry: e, etag }, setStands] = useState({ entry, etag: first }) // what is typed is typed over
  const [typed, setTyped] = useState(fieldsOf(e))
  const [others, setOthers] = useState<Partial<Typed>>({})
  const form = useRef<HTMLFormElement>(null)
  const [merging, setMerging] = useState(false)
  const [choose, picker] = usePicker()
  const set = (to: Partial<typeof typed>) => setTyped((old) => ({ ...old, ...to }))
  const field = (name: 'name' | 'slug' | 'role' | 'text') => (ev: { currentTarget: { value: string } }) => set({ [name]: ev.currentTarget.value })
  const link = (at: number, to: Partial<Contact>) => set({ links: typed.links.map((l, i) => i === at ? { ...l, ...to } : l) })
  const renew = () => cache.invalidateQueries({ queryKey: [shelf.kind, shelf.of] })
  const save = useMutation({
    mutationFn: () => shelf.save(e.slug, etag, { name: typed.name, slug: typed.slug, text: typed.text, picture: typed.picture || null, ...(e.links ? { role: typed.role, links: typed.links.filter((l) => l.name || l.url) } : {}) }),
    onSuccess: async (now) => { onOpen(now.slug); await renew() },
  })
  const bring = useMutation({
    mutationFn: () => shelf.read(e.slug),
    onSuccess: ({ value, etag }) => {
      const met = meet(fieldsOf(e), typed, fieldsOf(value))
      setStands({ entry: value, etag })
      setTyped(met.typed)
      setOthers((old) => ({ ...old, ...met.others }))
      save.reset()
    },
  })
  const settle = (name: keyof Typed, to: Partial<Typed> = {}) => {
    set(to)
    setOthers(({ [name]: _, ...rest }) => rest as Partial<Typed>)
    form.current?.querySelector<HTMLElement>(`[name="${name}"]`)?.focus()
  }
  const theirs = (name: keyof Typed, label: string) => <Theirs label={label} others={others} name={name} onTake={(to) => settle(name, to)} onKeep={() => settle(name)} />
  const wrong = wrongIn(save.error)
  const words = shelf.language ? { lang: shelf.language, dir: direction(shelf.language) } : { dir: 'auto' as const }
  const failure = save.error instanceof Failure ? save.error : undefined
  return (
    <form ref={form} className="entry-form" onSubmit={(ev) => { ev.preventDefault(); save.mutate() }}>
      <TextInput name="name" label={t('settings.name')} required maxLength={200} value={typed.name} onChange={field('name')} error={wrong('name')} description={t('entries.name.why')} {...words} />
      {theirs('name', t('settings.name'))}
      <TextInput name="slug" label={t('settings.slug')} required maxLength={80} value={typed.slug} onChange={field('slug')} error={wrong('slug')} description={t('entries.slug.why')} dir="ltr" />
      {theirs('slug', t('settings.slug'))}
      {e.links && <TextInput name="role" label={t('authors.role')} maxLength={200} value={typed.role} onChange={field('role')} error={wrong('role')} {...words} />}
      {theirs('role', t('authors.role'))}
      <Textarea name="text" label={t(shelf.text === 'bio' ? 'authors.bio' : 'settings.description')} value={typed.text} onChange={field('text')} error={wrong(shelf.text)} autosize minRows={3} {...words} />
      {theirs('text', t(shelf.text === 'bio' ? 'authors.bio' : 'settings.description'))}
      <div className="slot-picture">
        <Text size="sm" fw={600}>{t('entries.picture')}</Text>
        {typed.picture && <Thumb id={typed.picture} width={160} />}
        <Group gap="xs">
          <Button name="picture" size="compact-sm" variant="default" onClick={() => void choose().then((ids) => { if (ids?.[0]) set({ picture: ids[0] }) })}>{t(typed.picture ? 'picture.other' : 'picker.open')}</Button>
          {typed.picture && <Button size="compact-sm" variant="subtle" color="gray" onClick={() => set({ picture: '' })}>{t('support.no_picture')}</Button>}
        </Group>
        {wrong('picture') && <Text size="sm" className="red" role="alert">{wrong('picture')}</Text>}
        {picker}
        {theirs('picture', t('entries.picture'))}
      </div>
      {e.links && (
        <fieldset className="entry-links">
          <legend>{t('authors.links')}</legend>
          {typed.links.map((l, i) => (
            <div key={i} className="entry-link">
              <TextInput aria-label={t('authors.link.name', { n: i + 1 })} placeholder={t('settings.name')} value={l.name} onChange={(ev) => link(i, { name: ev.currentTarget.value })} error={wrong(`links[${i}].name`)} dir="auto" />
              <TextInput aria-label={t('authors.link.url', { n: i + 1 })} placeholder="https://" value={l.url} onChange={(ev) => link(i, { url: ev.currentTarget.value })} error={wrong(`links[${i}].url`)} dir="ltr" />
              <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('authors.link.remove', { n: i + 1 })} onClick={() => set({ links: typed.links.filter((_, at) => at !== i) })}><span aria-hidden="true">×</span></ActionIcon>
            </div>
          ))}
          {theirs('links', t('authors.links'))}
          {typed.links.length < 10 && <Button name="links" size="compact-sm" variant="default" onClick={() => set({ links: [...typed.links, { name: '', url: '' }] })}>{t('authors.link.add')}</Button>}
        </fieldset>
      )}
      {failure && (failure.status === 412 || !failure.problem.errors?.length) && <Alert color="red" role="alert"><Group><span>{failure.words}</span>{failure.status === 412 && <Button size="compact-sm" variant="default" loading={bring.isPending} onClick={() => bring.mutate()}>{t('entries.newer')}</Button>}</Group></Alert>}
      {bring.isError && <Alert color="red" role="alert">{failed(bring.error)}</Alert>}
      <Group gap="xs">
        <Button type="submit" loading={save.isPending}>{t('settings.save')}</Button>
        <Button variant="subtle" color="red" onClick={() => setMerging(true)}>{t('entries.merge')}</Button>
        {e.url && <Anchor href={new URL(e.url).pathname} target="_blank" rel="noopener" size="sm">{t('entries.page')}</Anchor>}
      </Group>
      {merging && <Merge shelf={shelf} entry={e} onClose={() => setMerging(false)} onDone={async (into) => { setMerging(false); onOpen(into); await renew() }} />}
    </form>
  )
}

/** Asks once, and says what will change. */
function Merge({ shelf, entry: e, onClose, onDone }: { shelf: Shelf, entry: Entry, onClose: () => void, onDone: (into: string) => void }) {
  const [text, setText] = useState('')
  const found = useQuery({ queryKey: [shelf.kind, shelf.of, 'into', text], enabled: text.trim() !== '', placeholderData: keepPreviousData, queryFn: () => shelf.list(text, '', 10) })
  const others = (text.trim() ? found.data?.items ?? [] : []).filter((o) => o.slug !== e.slug)
  // Two may have one name; the address tells them apart.
  const label = (o: Entry) => others.some((other) => other !== o && other.name === o.name) ? `${o.name} (${o.slug})` : o.name
  const into = others.find((o) => label(o) === text)
  const merge = useMutation({ mutationFn: (slug: string) => shelf.merge(e.slug, slug), onSuccess: (now) => onDone(now.slug) })
  return (
    <Modal opened onClose={onClose} title={<>{t('entries.merge.title', { name: e.name })}</>} closeButtonProps={{ 'aria-label': t('app.close') }}>
      <Stack>
        <Autocomplete label={t('entries.merge.into')} data-autofocus value={text} onChange={setText} data={[...new Set(others.map(label))]} filter={({ options }) => options} comboboxProps={{ withinPortal: false }} dir="auto" />
        {text.trim() !== '' && found.data && !found.isFetching && others.length === 0 && <Text size="sm" c="dimmed" role="status">{t(shelf.words.none_found)}</Text>}
        {into && <Text fw={600} className="sentence" role="status">{t('entries.merge.sentence', { n: e.stories, from: e.name, to: into.name })}</Text>}
        {merge.isError && <Alert color="red" role="alert">{failed(merge.error)}</Alert>}
        <Group justify="space-between"><Button variant="default" onClick={onClose}>{t('app.back')}</Button><Button color="red" disabled={!into} loading={merge.isPending} onClick={() => into && merge.mutate(into.slug)}>{t('entries.merge.button')}</Button></Group>
      </Stack>
    </Modal>
  )
}
