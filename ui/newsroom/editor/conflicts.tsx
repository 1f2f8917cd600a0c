// Two people changed the same words: both are shown with what each changed, and one chooses. Neither is lost, whatever is chosen.
import { Button, Group, Text, Title } from '@mantine/core'
import { useState } from 'react'
import { number, t } from '../words'
import { runsOf, textOf, type Body, type Conflict, type FieldName, type Node } from './document'
import { fieldKey } from './fields'
import { Marks } from './marks'

// said is what a block says; of a picture, an embed and the like, what it is called and where it leads.
const said = (n: Node): string => textOf(n) || Object.values(n.attrs ?? {}).filter((v) => typeof v === 'string').join(' ') || t('translation.block')

const show = (field: FieldName, v: unknown): string => {
  if (field === 'body') return ((v as Body).content ?? []).map(said).join('\n')
  if (Array.isArray(v)) return v.map((x) => typeof x === 'object' && x && 'name' in x ? String(x.name) : String(x)).join(t('list.comma'))
  if (v && typeof v === 'object') return Object.values(v).join(' ')
  return String(v ?? '')
}

export function Conflicts({ conflicts, onResolve }: { conflicts: Conflict[], onResolve: (mine: string[]) => void }) {
  const [mine, setMine] = useState<ReadonlySet<string>>(new Set())
  const take = (key: string, yes: boolean) => setMine((old) => { const s = new Set(old); if (yes) s.add(key); else s.delete(key); return s })
  const passages = conflicts.filter((c) => c.field === 'body')
  return (
    <section className="conflicts" role="alert" aria-label={t('conflict.title')}>
      <Title order={2} size="h5">{t('conflict.title')}</Title>
      <Text size="sm">{t('conflict.text')}</Text>
      {conflicts.map((c) => {
        const field = t(fieldKey(c.field))
        const words = (v: unknown) => <bdi className="words"><Marks runs={runsOf(show(c.field, c.base), show(c.field, v))} /></bdi>
        return (
          <fieldset key={c.key}>
            <legend>{passages.length > 1 && c.field === 'body' ? t('conflict.passage', { field, n: number(passages.indexOf(c) + 1), of: number(passages.length) }) : field}</legend>
            <label className="side"><input type="radio" name={c.key} checked={!mine.has(c.key)} onChange={() => take(c.key, false)} /><span><strong>{t('conflict.theirs')}</strong>{words(c.theirs)}</span></label>
            <label className="side"><input type="radio" name={c.key} checked={mine.has(c.key)} onChange={() => take(c.key, true)} /><span><strong>{t('conflict.mine')}</strong>{words(c.mine)}</span></label>
          </fieldset>
        )
      })}
      <Group><Button size="sm" onClick={() => onResolve(conflicts.map((c) => c.key).filter((key) => mine.has(key)))}>{t('conflict.go_on')}</Button></Group>
    </section>
  )
}
