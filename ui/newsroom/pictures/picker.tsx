// Choosing from the pictures there are, wherever one is needed:
//
//   const [choose, picker] = usePicker()
//   … {picker} …
//   const ids = await choose({ many: true })   // in the order of choosing; undefined when nothing was chosen
import { Alert, Button, Group, Modal, Skeleton, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useRef, useState, type KeyboardEvent } from 'react'
import { Failure, type Picture } from '../api'
import { usePictures } from '../pictures'
import { t } from '../words'
import { Shot, useTyped } from './shot'
import { Uploads, useUploads } from './uploads'

export interface PickerOptions {
  /** Whether several may be chosen. */
  many?: boolean
  /** Whether several files may be brought in at once where one picture is chosen; they come in the order of the files. */
  files?: boolean
}

interface Asked extends PickerOptions { answer: (ids: string[] | undefined) => void }

/** A function that asks for pictures, and the dialog that it opens. */
export function usePicker(): [(options?: PickerOptions) => Promise<string[] | undefined>, React.JSX.Element] {
  const [asked, setAsked] = useState<Asked>()
  const choose = useCallback((options: PickerOptions = {}) => new Promise<string[] | undefined>((answer) => setAsked((old) => { old?.answer(undefined); return { ...options, answer } })), [])
  const done = (ids?: string[]) => { asked?.answer(ids); setAsked(undefined) }
  return [choose, (
    <Modal opened={asked !== undefined} onClose={() => done()} size={900} title={t(asked?.many ? 'picker.title.many' : 'picker.title')} closeButtonProps={{ 'aria-label': t('app.close') }}>
      {asked && <Choice many={asked.many ?? false} files={asked.files ?? false} onDone={done} />}
    </Modal>
  )]
}

function Choice({ many, files, onDone }: { many: boolean, files: boolean, onDone: (ids: string[]) => void }) {
  const cache = useQueryClient()
  const [q, typed] = useTyped('')
  const list = usePictures(q ? { q } : {})
  const [chosen, setChosen] = useState<string[]>([])
  const box = useRef<HTMLUListElement>(null)
  const [brought, setBrought] = useState<{ id: string, n: number }[]>([])
  const uploads = useUploads((p, n) => {
    void cache.invalidateQueries({ queryKey: ['pictures'] })
    if (many) setChosen((old) => [...old, p.id])
    else setBrought((old) => [...old, { id: p.id, n }])
  })
  const all = !many && uploads.coming.length === 0 && brought.length > 0 // a file that failed waits for a word first
  useEffect(() => { if (all) onDone([...brought].sort((a, b) => a.n - b.n).map((p) => p.id)) }, [all]) // eslint-disable-line
  const pictures = list.data?.pages.flatMap((p) => p.items) ?? []
  const take = (p: Picture) => {
    if (!many) onDone([p.id])
    else setChosen((old) => old.includes(p.id) ? old.filter((id) => id !== p.id) : [...old, p.id])
  }
  const step = (e: KeyboardEvent) => {
    const all = [...box.current?.querySelectorAll<HTMLElement>('button.shot') ?? []]
    const at = all.indexOf(document.activeElement as HTMLElement)
    if (at < 0) return
    const forward = getComputedStyle(box.current!).direction === 'rtl' ? -1 : 1
    const columns = all.filter((b) => b.offsetTop === all[0]!.offsetTop).length
    const by = { ArrowRight: forward, ArrowLeft: -forward, ArrowDown: columns, ArrowUp: -columns }[e.key]
    if (by === undefined) return
    e.preventDefault()
    all[Math.max(0, Math.min(all.length - 1, at + by))]!.focus()
  }
  return (
    <div className="picker" onDragOver={(e) => e.preventDefault()} onDrop={(e) => { e.preventDefault(); uploads.add(many || files ? e.dataTransfer.files : Array.from(e.dataTransfer.files).slice(0, 1)) }}>
      <Group gap="xs" align="end">
        <TextInput type="search" className="grow" data-autofocus aria-label={t('pictures.search')} placeholder={t('pictures.search')} {...typed} />
        <Button component="label" variant="default">{t('pictures.upload')}<input type="file" accept="image/*" multiple={many || files} hidden onChange={(e) => { uploads.add(e.currentTarget.files); e.currentTarget.value = '' }} /></Button>
      </Group>
      <Uploads of={uploads} />
      {list.isError && <Alert color="red"><Group><span>{(list.error as Failure).words}</span><Button size="xs" onClick={() => void list.refetch()}>{t('app.again')}</Button></Group></Alert>}
      {list.isPending && <div className="shots" role="status" aria-label={t('app.loading')}>{Array.from({ length: 8 }, (_, i) => <Skeleton key={i} h={130} />)}</div>}
      {list.isSuccess && pictures.length === 0 && <p className="empty">{t(q ? 'pictures.none_here' : 'pictures.none')}</p>}
      <ul className="shots" ref={box} onKeyDown={step} aria-label={t('picker.list')}>
        {pictures.map((p) => <li key={p.id}><Shot picture={p} pressed={chosen.includes(p.id)} {...(many && chosen.includes(p.id) ? { mark: chosen.indexOf(p.id) + 1 } : {})} onClick={() => take(p)} /></li>)}
      </ul>
      {list.hasNextPage && <Group justify="center"><Button variant="default" size="xs" onClick={() => void list.fetchNextPage()} loading={list.isFetchingNextPage}>{t('desk.more')}</Button></Group>}
      {many && <div className="picker-foot"><span role="status">{t('picker.chosen', { n: chosen.length })}</span><Button disabled={chosen.length === 0} onClick={() => onDone(chosen)}>{t('picker.take')}</Button></div>}
    </div>
  )
}
