// The slots of a front from the lead down. A story is moved by its handle: dragged, or with the arrow keys.
import { Button, Group, Text, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { Failure } from '../api'
import { Thumb } from '../editor/picture'
import { upload } from '../pictures'
import { direction, instant, localMinute, moment, t, type Key } from '../words'
import type { Pin, Slot } from './arrange'
import type { Known } from './stories'

/** The type under which a dragged story travels. */
export const carried = 'application/x-dateline-story'

interface Does {
  onMove: (article: string, slot: number) => void
  onStep: (article: string, by: -1 | 1) => void
  onRelease: (article: string) => void
  onSet: (article: string, changed: { until?: string, headline?: string, picture?: string }) => void
}

interface Shows { stories: ReadonlyMap<string, Known>, language: string, zone: string, name: (slot: number) => string }

export function Slots({ slots, ...rest }: { slots: Slot[] } & Shows & Does) {
  return (
    <section className="slots" aria-label={t('fronts.slots')}>
      <ol>{slots.map((s) => <One key={s.slot} slot={s} {...rest} />)}</ol>
      <Text size="sm" c="dimmed" p="md">{t('fronts.how')}</Text>
    </section>
  )
}

function One({ slot: s, stories, language, zone, name, onMove, onStep, onRelease, onSet }: { slot: Slot } & Shows & Does) {
  const [over, setOver] = useState(false)
  const [open, setOpen] = useState(false)
  const item = useRef<HTMLLIElement>(null)
  const story = s.article ? stories.get(s.article) : undefined
  const headline = s.pin?.headline || story?.headline || ''
  const words = { lang: language, dir: direction(language) }
  const drop = (e: React.DragEvent) => {
    setOver(false)
    const id = e.dataTransfer.getData(carried)
    if (!id) return
    e.preventDefault()
    onMove(id, s.slot)
  }
  // Focus follows the story: the handle that is pressed next is the one of the slot it stands in then.
  const stepped = (by: -1 | 1) => {
    if (!s.article) return
    if (s.pin) onStep(s.article, by)
    else onMove(s.article, Math.max(0, s.slot + by))
    const next = (by < 0 ? item.current?.previousElementSibling : item.current?.nextElementSibling) as HTMLElement | null
    requestAnimationFrame(() => next?.querySelector<HTMLElement>('.handle')?.focus())
  }
  return (
    <li ref={item} className="slot" data-over={over || undefined} data-pinned={s.pin ? true : undefined}
      onDragOver={(e) => { if (e.dataTransfer.types.includes(carried)) { e.preventDefault(); setOver(true) } }} onDragLeave={() => setOver(false)} onDrop={drop}>
      <span className="slot-name">{name(s.slot)}</span>
      {s.article ? (
        <div className="slot-story">
          <button type="button" className="handle" draggable aria-label={t('fronts.handle', { story: headline, slot: name(s.slot) })}
            onDragStart={(e) => { e.dataTransfer.setData(carried, s.article!); e.dataTransfer.effectAllowed = 'move' }}
            onKeyDown={(e) => { if (e.key === 'ArrowUp' || e.key === 'ArrowDown') { e.preventDefault(); stepped(e.key === 'ArrowUp' ? -1 : 1) } }}><span aria-hidden="true">⠿</span></button>
          {(s.pin?.picture || story?.picture) && <span className="rowthumb" aria-hidden="true"><Thumb id={(s.pin?.picture || story?.picture)!} width={160} /></span>}
          <div className="what">
            <span className="head"><bdi {...words}>{headline || t('desk.untitled')}</bdi></span>
            <span className="under">
              {s.pin ? <span className="chip">{s.pin.until ? t('fronts.until', { at: moment(s.pin.until, zone) }) : t('fronts.pinned')}</span> : <span>{t('fronts.by_itself')}</span>}
              {s.pin?.headline && <span>{t('fronts.own_words')}</span>}
              {s.pin && story && story.state !== 'published' && <span className="chip red">{t('fronts.unseen', { state: t(`state.${story.state}` as Key) })}</span>}
            </span>
          </div>
          <Group gap={4} className="slot-acts">
            {s.pin
              ? <>
                <Button size="compact-sm" variant="default" aria-expanded={open} onClick={() => setOpen(!open)}>{t('fronts.here')}</Button>
                <Button size="compact-sm" variant="default" aria-label={t('fronts.release.of', { story: headline })} onClick={() => onRelease(s.article!)}>{t('fronts.release')}</Button>
              </>
              : <Button size="compact-sm" variant="default" aria-label={t('fronts.pin.of', { story: headline, slot: name(s.slot) })} onClick={() => onMove(s.article!, s.slot)}>{t('fronts.pin')}</Button>}
          </Group>
        </div>
      ) : <span className="slot-empty">{t('fronts.nothing')}</span>}
      {s.pin && open && <Here zone={zone} pin={s.pin} story={story} words={words} onSet={onSet} />}
    </li>
  )
}

/** What is so in this slot only: an end, other words, another picture. */
function Here({ pin, story, zone, words, onSet }: { pin: Pin, story: Known | undefined, zone: string, words: { lang: string, dir: 'ltr' | 'rtl' } } & Pick<Does, 'onSet'>) {
  const file = useRef<HTMLInputElement>(null)
  const bring = useMutation({ mutationFn: upload, onSuccess: (p) => onSet(pin.article, { picture: p.id }) })
  const shown = pin.picture || story?.picture
  return (
    <div className="slot-here">
      <TextInput type="datetime-local" label={t('fronts.end')} description={t('publish.later.why', { zone })} value={localMinute(pin.until, zone)} onChange={(e) => onSet(pin.article, { until: instant(e.currentTarget.value, zone) })} />
      <TextInput label={t('fronts.headline')} placeholder={story?.headline ?? ''} maxLength={200} value={pin.headline ?? ''} onChange={(e) => onSet(pin.article, { headline: e.currentTarget.value })} {...words} />
      <div className="slot-picture">
        {shown && <Thumb id={shown} width={160} />}
        <Group gap={4}>
          <Button size="compact-sm" variant="default" loading={bring.isPending} onClick={() => file.current?.click()}>{t('picture.other')}</Button>
          {pin.picture && <Button size="compact-sm" variant="subtle" onClick={() => onSet(pin.article, { picture: '' })}>{t('fronts.picture.own')}</Button>}
        </Group>
        <input ref={file} type="file" accept="image/*" hidden aria-label={t('picture.choose')} onChange={(e) => { const f = e.currentTarget.files?.[0]; if (f) bring.mutate(f); e.currentTarget.value = '' }} />
        {bring.isError && <Text size="sm" className="red" role="alert">{bring.error instanceof Failure ? bring.error.words : t('fault.unknown')}</Text>}
      </div>
    </div>
  )
}
