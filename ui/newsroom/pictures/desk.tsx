// The picture desk: every picture there is, found by words, rights and use; one of them open beside the others.
import { Alert, Button, Group, NativeSelect, Skeleton, TextInput, VisuallyHidden } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useRef, useState, type DragEvent } from 'react'
import { Failure } from '../api'
import type { PictureSearch } from '../app'
import { useKeys } from '../keys'
import { usePictures, type PictureFilters } from '../pictures'
import { has, useSession } from '../session'
import { t, type Key } from '../words'
import { Together } from './bulk'
import { PicturePanel } from './panel'
import { Shot, useTyped } from './shot'
import { Uploads, useUploads } from './uploads'

const narrow = {
  kind: ['photo', 'illustration', 'graphic'],
  rights: ['soon', 'over'],
  missing: ['credit', 'alt'],
  use: ['used', 'unused'],
} as const

export function Pictures() {
  const { me, editions } = useSession()
  const search = useSearch({ strict: false }) as PictureSearch
  const { picture: open, ...filters } = search
  const go = useNavigate()
  const cache = useQueryClient()
  const set = (next: Partial<PictureSearch>) => void go({ to: '/pictures', search: Object.fromEntries(Object.entries({ ...search, ...next }).filter(([, v]) => v !== undefined && v !== '')) as PictureSearch, replace: true })
  const list = usePictures(filters as PictureFilters)
  const pictures = list.data?.pages.flatMap((p) => p.items) ?? []
  const desk = me.grants.some((g) => ['admin', 'editor', 'picture-editor'].includes(g.role)) || editions.some((e) => has(me, e.slug, 'admin', 'editor', 'picture-editor'))

  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const toggle = (id: string | undefined) => { if (id) setChosen((old) => { const now = new Set(old); if (!now.delete(id)) now.add(id); return now }) }
  const [at, setAt] = useState(0)
  const table = useRef<HTMLUListElement>(null)
  const field = useRef<HTMLInputElement>(null)
  const [, typed] = useTyped(filters.q ?? '', (q) => set({ q: q || undefined } as never))
  const uploads = useUploads((p) => { cache.setQueryData(['picture', p.id], p); void cache.invalidateQueries({ queryKey: ['pictures'] }) })
  const step = (by: number) => setAt((i) => {
    const to = Math.max(0, Math.min(pictures.length - 1, i + by))
    table.current?.querySelectorAll<HTMLElement>('button.shot')[to]?.focus()
    return to
  })
  useKeys({
    'j': ['keys.picture.next', () => step(1)], 'k': ['keys.picture.previous', () => step(-1)], 'x': ['keys.picture.choose', () => toggle(pictures[at]?.id)],
    'Enter': ['keys.picture.open', () => { const p = pictures[at]; if (p) set({ picture: p.id }) }], '/': ['keys.search', () => field.current?.focus()],
  })
  useEffect(() => { if (at >= pictures.length && pictures.length > 0) setAt(pictures.length - 1) }, [at, pictures.length])

  const [over, setOver] = useState(false)
  const drag = {
    onDragOver: (e: DragEvent) => { if (e.dataTransfer.types.includes('Files')) { e.preventDefault(); setOver(true) } },
    onDragLeave: (e: DragEvent) => { if (!e.currentTarget.contains(e.relatedTarget as Node | null)) setOver(false) },
    onDrop: (e: DragEvent) => { e.preventDefault(); setOver(false); uploads.add(e.dataTransfer.files) },
  }
  const filtered = Object.keys(filters).length > 0
  return (
    <div className="picture-desk" data-over={over || undefined} {...drag}>
      <VisuallyHidden component="h1">{t('rail.pictures')}</VisuallyHidden>
      <div className="tools">
        <TextInput ref={field} size="sm" type="search" className="grow" aria-label={t('pictures.search')} placeholder={t('pictures.search')} {...typed} />
        {(Object.keys(narrow) as (keyof typeof narrow)[]).map((name) => (
          <NativeSelect key={name} size="sm" aria-label={t(`pictures.by.${name}` as Key)} value={(filters as Record<string, string>)[name] ?? ''} onChange={(e) => set({ [name]: e.currentTarget.value || undefined } as never)}
            data={[{ value: '', label: t(`pictures.any.${name}` as Key) }, ...narrow[name].map((v) => ({ value: v, label: t(`pictures.${name}.${v}` as Key) }))]} />
        ))}
        <Button component="label" size="sm">{t('pictures.upload')}<input type="file" accept="image/*" multiple hidden onChange={(e) => { uploads.add(e.currentTarget.files); e.currentTarget.value = '' }} /></Button>
      </div>
      <nav className="states" aria-label={t('pictures.which')}>
        <button type="button" aria-pressed={!filters.killed} onClick={() => set({ killed: undefined } as never)}>{t('pictures.alive')}</button>
        <button type="button" aria-pressed={!!filters.killed} onClick={() => set({ killed: true })}>{t('pictures.killed')}</button>
        <span className="gap" />
        <span className="drop-here">{t('pictures.drop')}</span>
      </nav>
      <Uploads of={uploads} />
      {chosen.size > 0 && <Together ids={[...chosen]} onDone={() => setChosen(new Set())} />}
      {list.isError && <Alert color="red" m="md" title={t('pictures.failed')}><Group><span>{list.error instanceof Failure ? list.error.words : t('fault.unknown')}</span><Button size="xs" onClick={() => void list.refetch()}>{t('app.again')}</Button></Group></Alert>}
      <div className="table-of">
        <div className="lying">
          {list.isPending && <div className="shots" role="status" aria-label={t('app.loading')}>{Array.from({ length: 12 }, (_, i) => <Skeleton key={i} h={150} />)}</div>}
          {list.isSuccess && pictures.length === 0 && <p className="empty">{t(filtered ? 'pictures.none_here' : 'pictures.none')}</p>}
          <ul className="shots" ref={table} aria-busy={list.isFetching} aria-label={t('rail.pictures')}>
            {pictures.map((p, i) => (
              <li key={p.id} data-at={i === at || undefined}>
                <Shot picture={p} pressed={p.id === open} onFocus={() => setAt(i)} onClick={() => set({ picture: p.id === open ? undefined : p.id } as never)} />
                <input type="checkbox" className="choose" checked={chosen.has(p.id)} onChange={() => toggle(p.id)} aria-label={t('pictures.choose', { what: p.caption || p.alt || p.id })} />
              </li>
            ))}
          </ul>
          {list.hasNextPage && <Group justify="center" p="md"><Button variant="default" onClick={() => void list.fetchNextPage()} loading={list.isFetchingNextPage}>{t('desk.more')}</Button></Group>}
        </div>
        {open && <PicturePanel key={open} id={open} desk={desk} onClose={() => set({ picture: undefined } as never)} />}
      </div>
    </div>
  )
}
