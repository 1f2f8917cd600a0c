// What crops show of a picture: its focal point by click and arrow keys, each shape by drag and keys, and how all of them come out.
import { Alert, Button, Group } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react'
import { client, Failure, got, type Picture } from '../api'
import { onSite, rendition } from '../pictures'
import { number, t } from '../words'
import { around, moved, ratios, resized, type Cut, type Ratio } from './cut'

type Aim = 'focal' | Ratio

const percent = (v: number) => number(Math.round(v * 100))
const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)

export function Crops({ picture: p }: { picture: Picture }) {
  const cache = useQueryClient()
  const kept = { focal: p.focal, crops: Object.fromEntries(p.crops.map(({ ratio, ...c }) => [ratio, c])) as Partial<Record<Ratio, Cut>> }
  const [now, setNow] = useState(kept)
  const [aim, setAim] = useState<Aim>('focal')
  const stands = JSON.stringify([p.focal, p.crops])
  useEffect(() => setNow(kept), [stands]) // what was saved elsewhere is what stands
  const save = useMutation({
    mutationFn: () => got(client.PATCH('/api/v1/pictures/{id}', { params: { path: { id: p.id }, header: { 'If-Match': '*' } }, body: { focal: now.focal, crops: ratios.flatMap((ratio) => now.crops[ratio] ? [{ ratio, ...now.crops[ratio] }] : []) } })),
    onSuccess: (saved) => { cache.setQueryData(['picture', p.id], saved); void cache.invalidateQueries({ queryKey: ['pictures'] }) },
  })
  const file = rendition(p, 640)
  const stage = useRef<HTMLDivElement>(null)
  const drag = useRef<{ x: number, y: number, cut: Cut | undefined }>(undefined)
  if (!file) return null
  const cut = (ratio: Ratio): Cut => now.crops[ratio] ?? around(ratio, now.focal, p)
  const point = (x: number, y: number) => setNow((old) => ({ ...old, focal: { x: Math.min(1, Math.max(0, x)), y: Math.min(1, Math.max(0, y)) } }))
  const choose = (ratio: Ratio, c: Cut) => setNow((old) => ({ ...old, crops: { ...old.crops, [ratio]: c } }))
  const at = (e: PointerEvent) => { const box = stage.current!.getBoundingClientRect(); return { x: (e.clientX - box.left) / box.width, y: (e.clientY - box.top) / box.height } }
  const down = (e: PointerEvent) => {
    const { x, y } = at(e)
    e.currentTarget.setPointerCapture(e.pointerId)
    drag.current = { x, y, cut: aim === 'focal' ? undefined : cut(aim) }
    if (aim === 'focal') point(x, y)
  }
  const move = (e: PointerEvent) => {
    const from = drag.current
    if (!from) return
    const { x, y } = at(e)
    if (aim === 'focal') point(x, y)
    else choose(aim, moved(from.cut!, x - from.x, y - from.y))
  }
  const key = (e: KeyboardEvent) => {
    const by = e.shiftKey ? 0.1 : 0.01
    const arrows: Record<string, [number, number]> = { ArrowLeft: [-by, 0], ArrowRight: [by, 0], ArrowUp: [0, -by], ArrowDown: [0, by] }
    const way = arrows[e.key]
    if (way) {
      if (aim === 'focal') point(now.focal.x + way[0], now.focal.y + way[1])
      else choose(aim, moved(cut(aim), ...way))
    } else if (aim !== 'focal' && (e.key === '+' || e.key === '=')) choose(aim, resized(aim, cut(aim), cut(aim).width + by * 2, p))
    else if (aim !== 'focal' && e.key === '-') choose(aim, resized(aim, cut(aim), cut(aim).width - by * 2, p))
    else return
    e.preventDefault()
    e.stopPropagation()
  }
  const changed = !same(now, kept)
  const said = aim === 'focal'
    ? t('crop.focal.at', { x: percent(now.focal.x), y: percent(now.focal.y) })
    : t('crop.at', { ratio: aim, x: percent(cut(aim).x), y: percent(cut(aim).y), width: percent(cut(aim).width) })
  const mark = (el: HTMLElement | null) => {
    if (!el) return
    const c = aim === 'focal' ? { x: now.focal.x, y: now.focal.y, width: 0, height: 0 } : cut(aim)
    // Of the picture, which does not turn round where one writes from the right.
    el.style.left = `${c.x * 100}%`
    el.style.top = `${c.y * 100}%`
    el.style.width = aim === 'focal' ? '' : `${c.width * 100}%`
    el.style.height = aim === 'focal' ? '' : `${c.height * 100}%`
  }
  return (
    <div className="crops">
      <div className="states" role="group" aria-label={t('crop.which')}>{(['focal', ...ratios] as const).map((v) => <button type="button" key={v} aria-pressed={aim === v} onClick={() => setAim(v)}>{v === 'focal' ? t('crop.focal') : v}</button>)}</div>
      <div className="stage" ref={stage} dir="ltr" onPointerDown={down} onPointerMove={move} onPointerUp={() => { drag.current = undefined }} onPointerCancel={() => { drag.current = undefined }}>
        <img src={onSite(file.url)} alt="" width={file.width} height={file.height} draggable={false} />
        <button type="button" className={aim === 'focal' ? 'aim' : 'cut'} ref={mark} onKeyDown={key} aria-label={said} aria-describedby={`crop-keys-${p.id}`} />
      </div>
      <p className="quiet" id={`crop-keys-${p.id}`}>{t(aim === 'focal' ? 'crop.focal.keys' : 'crop.keys')}</p>
      <span className="unseen" role="status">{said}</span>
      {aim !== 'focal' && (
        <Group gap="xs">
          <Button size="compact-sm" variant="default" aria-label={t('crop.larger')} onClick={() => choose(aim, resized(aim, cut(aim), cut(aim).width + 0.05, p))}><span aria-hidden="true">+</span></Button>
          <Button size="compact-sm" variant="default" aria-label={t('crop.smaller')} onClick={() => choose(aim, resized(aim, cut(aim), cut(aim).width - 0.05, p))}><span aria-hidden="true">−</span></Button>
          <Button size="compact-sm" variant="subtle" color="gray" disabled={!now.crops[aim]} onClick={() => setNow((old) => { const crops = { ...old.crops }; delete crops[aim]; return { ...old, crops } })}>{t('crop.automatic')}</Button>
        </Group>
      )}
      <ul className="outcomes" aria-label={t('crop.outcomes')}>{ratios.map((r) => <li key={r}><Outcome src={onSite(file.url)} cut={cut(r)} ratio={r} /><span>{r}{now.crops[r] ? '' : ` · ${t('crop.by_focal')}`}</span></li>)}</ul>
      {save.isError && <Alert color="red" role="alert">{save.error instanceof Failure ? save.error.words : t('fault.unknown')}</Alert>}
      {changed && <Group gap="xs"><Button size="xs" loading={save.isPending} onClick={() => save.mutate()}>{t('crop.save')}</Button><Button size="xs" variant="subtle" color="gray" onClick={() => setNow(kept)}>{t('crop.discard')}</Button></Group>}
    </div>
  )
}

/** A crop as readers will see it. */
function Outcome({ src, cut: c, ratio }: { src: string, cut: Cut, ratio: Ratio }) {
  const show = (el: HTMLImageElement | null) => {
    if (!el) return
    el.style.width = `${100 / c.width}%`
    el.style.height = `${100 / c.height}%`
    el.style.left = `${-c.x / c.width * 100}%`
    el.style.top = `${-c.y / c.height * 100}%`
  }
  return <span className="outcome" data-ratio={ratio} dir="ltr"><img ref={show} src={src} alt="" /></span>
}
