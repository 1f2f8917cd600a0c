// Navigation and footer of an edition: links to sections, standing pages and outside, in an order made by drag or by keys.
import { Button, Group, Menu, Stack, Text, TextInput, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { client, got, type Edition, type Article } from '../api'
import { onSite } from '../pictures'
import { useSections } from '../sections'
import { direction, t, type Key } from '../words'
import { Outcome, useChosen, useSaved, wrongIn } from './chosen'

interface Line { n: number, name: string, url: string }

export function Navigation() {
  const { edition, choice } = useChosen()
  return (
    <Stack className="settings" gap="md">
      <Title order={2} size="h3">{t('settings.place.navigation')}</Title>
      {choice}
      {edition && <Links key={`n${edition.slug}`} edition={edition} of="navigation" />}
      {edition && <Links key={`f${edition.slug}`} edition={edition} of="footer" />}
    </Stack>
  )
}

/** The standing pages of an edition, all of them. */
export const usePages = (edition: string) => useQuery({
  queryKey: ['desk', 'pages', edition], enabled: edition !== '',
  queryFn: async () => {
    const all: Article[] = []
    for (let after = ''; ;) {
      const page = await got(client.GET('/api/v1/articles', { params: { query: { edition, kind: 'page', limit: 100, ...(after ? { after } : {}) } } }))
      all.push(...page.items)
      if (!page.next) return all
      after = page.next
    }
  },
})

function Links({ edition: e, of: which }: { edition: Edition, of: 'navigation' | 'footer' }) {
  const save = useSaved(e.slug)
  const wrong = wrongIn(save.error)
  const next = useRef(0)
  const lines = (list: { name: string, url: string }[]): Line[] => list.map((l) => ({ n: next.current++, ...l }))
  const [list, setList] = useState(() => lines(e[which]))
  const [from, setFrom] = useState<number>()
  const [over, setOver] = useState<number>()
  const [said, setSaid] = useState('')
  const box = useRef<HTMLOListElement>(null)
  const focus = useRef<{ n: number, part: string }>(undefined)
  useEffect(() => {
    const to = focus.current
    focus.current = undefined
    if (to) box.current?.querySelector<HTMLElement>(`[data-n="${to.n}"] ${to.part}`)?.focus()
  }, [list])
  const sections = useSections(e.slug)
  const pages = usePages(e.slug)
  const move = (i: number, to: number) => {
    if (to < 0 || to >= list.length || i === to) return
    const now = [...list]
    const [one] = now.splice(i, 1)
    now.splice(to, 0, one!)
    focus.current = { n: one!.n, part: '.grip' }
    setList(now)
    setSaid(t('order.moved', { name: one!.name, at: to + 1, of: now.length }))
  }
  const add = (name: string, url: string) => { const one = { n: next.current++, name, url }; focus.current = { n: one.n, part: 'input' }; setList([...list, one]) }
  const set = (n: number, to: Partial<Line>) => setList((old) => old.map((l) => l.n === n ? { ...l, ...to } : l))
  const words = { lang: e.language, dir: direction(e.language) }
  return (
    <form onSubmit={(ev) => { ev.preventDefault(); save.mutate({ [which]: list.map(({ name, url }) => ({ name, url })) }) }}>
      <Title order={3} size="h4">{t(`links.${which}`)}</Title>
      {list.length === 0 && <Text c="dimmed" size="sm">{t(`links.${which}.none`)}</Text>}
      <ol className="order" ref={box} aria-label={t(`links.${which}`)}>
        {list.map((l, i) => (
          <li key={l.n} data-n={l.n} data-over={over === i || undefined}
            onDragOver={(ev) => { if (from !== undefined) { ev.preventDefault(); setOver(i) } }} onDrop={(ev) => { ev.preventDefault(); if (from !== undefined) move(from, i); setFrom(undefined); setOver(undefined) }}>
            <button type="button" className="handle grip" draggable aria-label={t('order.handle', { name: l.name, at: i + 1, of: list.length })} aria-describedby={`keys-${which}`}
              onDragStart={(ev) => { ev.dataTransfer.setData('text/plain', l.name); ev.dataTransfer.effectAllowed = 'move'; setFrom(i) }} onDragEnd={() => { setFrom(undefined); setOver(undefined) }}
              onKeyDown={(ev) => { const by = { ArrowUp: -1, ArrowDown: 1 }[ev.key]; if (by) { ev.preventDefault(); move(i, i + by) } }}><span aria-hidden="true">⠿</span></button>
            <TextInput className="grow" aria-label={t('settings.name')} required value={l.name} onChange={(ev) => set(l.n, { name: ev.currentTarget.value })} error={wrong(`${which}[${i}].name`)} {...words} />
            <TextInput className="grow" aria-label={t('settings.slug')} required value={l.url} onChange={(ev) => set(l.n, { url: ev.currentTarget.value })} error={wrong(`${which}[${i}].url`)} dir="ltr" placeholder="https://" />
            <Button variant="subtle" color="gray" aria-label={t('links.remove', { name: l.name })} onClick={() => setList(list.filter((x) => x.n !== l.n))}><span aria-hidden="true">×</span></Button>
          </li>
        ))}
      </ol>
      <p className="quiet" id={`keys-${which}`}>{list.length > 1 ? t('order.keys') : ''}</p>
      <span className="unseen" role="status">{said}</span>
      <Group gap="xs" mt="xs">
        <Menu position="bottom-start">
          <Menu.Target><Button variant="default">{t('links.add')}</Button></Menu.Target>
          <Menu.Dropdown>
            {sections.data?.map((s) => <Menu.Item key={s.id} onClick={() => add(s.name, onSite(s.url))} {...words}>{s.name}</Menu.Item>)}
            {(pages.data ?? []).filter((p) => p.url).map((p) => <Menu.Item key={p.id} onClick={() => add(p.headline, onSite(p.url))} {...words}>{p.headline}</Menu.Item>)}
            <Menu.Divider />
            <Menu.Item onClick={() => add('', 'https://')}>{t('links.outside' as Key)}</Menu.Item>
          </Menu.Dropdown>
        </Menu>
        <Button type="submit" loading={save.isPending}>{t('settings.save')}</Button>
      </Group>
      <Outcome of={save} />
    </form>
  )
}
