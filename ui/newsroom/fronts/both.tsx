// Two changed one front: what the other published and what stands here, slot by slot. Whatever is chosen, nothing is lost: Undo has the rest.
import { Button, Group, Text, Title } from '@mantine/core'
import { useState } from 'react'
import { direction, moment, t } from '../words'
import { differing, merged, type Pin } from './arrange'

interface Shown { title: (id: string) => string | undefined, zone: string, language?: string }

/** A pin in words. */
export function InWords({ pin, title, zone, language }: { pin: Pin | undefined } & Shown) {
  if (!pin) return <em className="quiet">{t('fronts.by_itself')}</em>
  return <><bdi {...(language ? { lang: language, dir: direction(language) } : {})}>{pin.headline || title(pin.article) || t('desk.untitled')}</bdi>{pin.until && <span className="quiet"> {t('fronts.until', { at: moment(pin.until, zone) })}</span>}</>
}

export function Both({ theirs, mine, name, onTheirs, onMerged, ...shown }: { theirs: Pin[], mine: Pin[], name: (slot: number) => string, onTheirs: () => void, onMerged: (pins: Pin[]) => void } & Shown) {
  const [kept, setKept] = useState<ReadonlySet<number>>(new Set())
  const keep = (slot: number, yes: boolean) => setKept((old) => { const s = new Set(old); if (yes) s.add(slot); else s.delete(slot); return s })
  const at = (pins: Pin[], slot: number) => pins.find((p) => p.slot === slot)
  return (
    <section className="conflicts" role="alert" aria-label={t('fronts.both')}>
      <Title order={2} size="h5">{t('fronts.both')}</Title>
      <Text size="sm">{t('fronts.both.text')}</Text>
      {differing(theirs, mine).map((slot) => (
        <fieldset key={slot}>
          <legend>{name(slot)}</legend>
          <label className="side"><input type="radio" name={`slot${slot}`} checked={!kept.has(slot)} onChange={() => keep(slot, false)} /><span><strong>{t('fronts.theirs')}</strong><span className="words"><InWords pin={at(theirs, slot)} {...shown} /></span></span></label>
          <label className="side"><input type="radio" name={`slot${slot}`} checked={kept.has(slot)} onChange={() => keep(slot, true)} /><span><strong>{t('conflict.mine')}</strong><span className="words"><InWords pin={at(mine, slot)} {...shown} /></span></span></label>
        </fieldset>
      ))}
      <Group><Button size="sm" onClick={() => onMerged(merged(theirs, mine, (s) => kept.has(s) ? 'mine' : 'theirs'))}>{t('conflict.go_on')}</Button><Button size="sm" variant="default" onClick={onTheirs}>{t('fronts.theirs.all')}</Button></Group>
    </section>
  )
}
