// A picture beside the words that belong to it: credit and rights from the file, caption and alternative text for this story.
import { Alert, Button, Group, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { client, Failure, got, type Picture } from '../api'
import { isOver, rendition, usePicture } from '../pictures'
import { moment, t } from '../words'

/** The picture itself, small. */
export function Thumb({ id, width = 320 }: { id: string, width?: number }) {
  const picture = usePicture(id)
  const r = picture.data && rendition(picture.data, width)
  if (picture.isError) return <span className="thumb none">{t('picture.gone')}</span>
  return r ? <img className="thumb" src={new URL(r.url).pathname} width={r.width} height={r.height} alt={picture.data.alt || t('picture.no_alt')} /> : <span className="thumb none" aria-busy={picture.isPending}>{picture.isPending ? t('app.loading') : t(isOver(picture.data) ? 'picture.over' : 'picture.unseen')}</span>
}

/** Asks for the credit of a picture that has none, where it stands; it is the picture's, wherever that is shown. */
export function Credit({ id, writable }: { id: string, writable: boolean }) {
  const cache = useQueryClient()
  const [credit, setCredit] = useState('')
  const save = useMutation({
    mutationFn: () => got(client.PATCH('/api/v1/pictures/{id}', { params: { path: { id }, header: { 'If-Match': '*' } }, body: { credit: credit.trim() } })),
    onSuccess: (now) => { cache.setQueryData(['picture', id], now); void cache.invalidateQueries({ queryKey: ['checks'] }) },
  })
  const leave = () => { if (credit.trim() !== '') save.mutate() }
  return <>
    {writable && <input className="plain" value={credit} placeholder={t('picture.credit')} aria-label={t('picture.credit')} onChange={(e) => setCredit(e.currentTarget.value)} onBlur={leave} onKeyDown={(e) => { if (e.key === 'Enter') leave() }} dir="auto" />}
    <span className="red" role={save.isError ? 'alert' : undefined}>{save.isError ? (save.error as Failure).words : t('picture.credit.none')}</span>
  </>
}

/** How old a photograph is that readers see called a file picture, in milliseconds. */
const fileAge = 30 * 24 * 3600 * 1000

/** The fields of a picture, saved when one leaves a field. */
export function PictureFields({ id, ask }: { id: string, ask?: boolean }) {
  const picture = usePicture(id)
  return picture.data ? <Loaded key={picture.data.id} picture={picture.data} ask={ask ?? false} /> : null
}

function Loaded({ picture: p, ask }: { picture: Picture, ask: boolean }) {
  const cache = useQueryClient()
  const [typed, setTyped] = useState({ credit: p.credit, caption: p.caption, alt: p.alt })
  // Each by itself: the answer to one field must not take what is being typed in the next.
  useEffect(() => setTyped((now) => ({ ...now, credit: p.credit })), [p.credit])
  useEffect(() => setTyped((now) => ({ ...now, caption: p.caption })), [p.caption])
  useEffect(() => setTyped((now) => ({ ...now, alt: p.alt })), [p.alt])
  const save = useMutation({
    mutationFn: (body: Partial<typeof typed>) => got(client.PATCH('/api/v1/pictures/{id}', { params: { path: { id: p.id }, header: { 'If-Match': '*' } }, body })),
    onSuccess: (now) => { cache.setQueryData(['picture', p.id], now); void cache.invalidateQueries({ queryKey: ['checks'] }) },
    scope: { id: `picture ${p.id}` }, // one after the other, so that the last answer has every field
  })
  const leave = (name: keyof typeof typed) => () => { if (typed[name] !== p[name]) save.mutate({ [name]: typed[name] }) }
  const set = (name: keyof typeof typed) => (e: { currentTarget: { value: string } }) => { const { value } = e.currentTarget; setTyped((old) => ({ ...old, [name]: value })) }
  const old = p.kind === 'photo' && p.taken_at !== undefined && Date.now() - new Date(p.taken_at).getTime() >= fileAge
  return (
    <Stack gap="xs">
      {old && <Text size="sm" className="flimsy">{t('picture.old', { at: moment(p.taken_at!) })}</Text>}
      <Textarea label={t('picture.caption')} value={typed.caption} onChange={set('caption')} onBlur={leave('caption')} autosize minRows={1} dir="auto" />
      <TextInput label={t('picture.credit')} value={typed.credit} onChange={set('credit')} onBlur={leave('credit')} error={typed.credit.trim() === '' ? t('picture.credit.none') : undefined} dir="auto" />
      <Textarea label={t('picture.alt')} description={t('picture.alt.why')} value={typed.alt} onChange={set('alt')} onBlur={leave('alt')} autosize minRows={1} dir="auto" autoFocus={ask && p.alt === ''}
        error={typed.alt !== '' && typed.alt === typed.caption ? t('picture.alt.same') : undefined} />
      {(p.creator || p.copyright || p.usage_terms) && <Text size="xs" c="dimmed"><bdi>{[p.creator, p.copyright, p.usage_terms].filter(Boolean).join(' · ')}</bdi></Text>}
      {save.isError && <Alert color="red"><Group><span>{(save.error as Failure).words}</span><Button size="xs" onClick={() => save.mutate(typed)}>{t('app.again')}</Button></Group></Alert>}
    </Stack>
  )
}
