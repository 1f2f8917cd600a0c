// Two people changed the same words: both are shown, and one chooses. Neither is lost, whatever is chosen.
import { Button, Group, Text, Title } from '@mantine/core'
import { useState } from 'react'
import { t, type Key } from '../words'
import { textOf, type Body, type Conflict, type FieldName } from './document'

const show = (field: FieldName, v: unknown): string => {
  if (field === 'body') return textOf(v as Body)
  if (Array.isArray(v)) return v.map((x) => typeof x === 'object' && x && 'name' in x ? String(x.name) : String(x)).join(t('list.comma'))
  if (v && typeof v === 'object') return Object.values(v).join(' ')
  return String(v ?? '')
}

export function Conflicts({ conflicts, onResolve }: { conflicts: Conflict[], onResolve: (mine: FieldName[]) => void }) {
  const [mine, setMine] = useState<ReadonlySet<FieldName>>(new Set())
  const take = (field: FieldName, yes: boolean) => setMine((old) => { const s = new Set(old); if (yes) s.add(field); else s.delete(field); return s })
  return (
    <section className="conflicts" role="alert" aria-label={t('conflict.title')}>
      <Title order={2} size="h5">{t('conflict.title')}</Title>
      <Text size="sm">{t('conflict.text')}</Text>
      {conflicts.map((c) => (
        <fieldset key={c.field}>
          <legend>{t(`field.${c.field === 'desk_note' ? 'note' : c.field === 'embargo_until' ? 'embargo' : c.field}` as Key)}</legend>
          <label className="side"><input type="radio" name={c.field} checked={!mine.has(c.field)} onChange={() => take(c.field, false)} /><span><strong>{t('conflict.theirs')}</strong><bdi className="words">{show(c.field, c.theirs)}</bdi></span></label>
          <label className="side"><input type="radio" name={c.field} checked={mine.has(c.field)} onChange={() => take(c.field, true)} /><span><strong>{t('conflict.mine')}</strong><bdi className="words">{show(c.field, c.mine)}</bdi></span></label>
        </fieldset>
      ))}
      <Group><Button size="sm" onClick={() => onResolve([...mine])}>{t('conflict.go_on')}</Button></Group>
    </section>
  )
}
