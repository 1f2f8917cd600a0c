// A picture beside the words that belong to it: credit and rights from the file, caption and alternative text for this story.
import { Stack, Text } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import type { Picture } from '../api'
import { isOver, rendition, usePicture } from '../pictures'
import { Clash, SaidField, Saying, useSaid } from '../pictures/saying'
import { maySay, useSession } from '../session'
import { moment, t } from '../words'

/** The picture itself, small. */
export function Thumb({ id, width = 320 }: { id: string, width?: number }) {
  const picture = usePicture(id)
  const r = picture.data && rendition(picture.data, width)
  if (picture.isError) return <span className="thumb none">{t('picture.gone')}</span>
  return r ? <img className="thumb" src={new URL(r.url).pathname} width={r.width} height={r.height} alt={picture.data.alt || t('picture.no_alt')} /> : <span className="thumb none" aria-busy={picture.isPending}>{picture.isPending ? t('app.loading') : t(isOver(picture.data) ? 'picture.over' : 'picture.unseen')}</span>
}

/** The credit of a picture, and where it has none the question for it; it is the picture's, wherever that is shown. */
export function Credit({ picture: p, writable }: { picture: Picture, writable: boolean }) {
  const [said, state] = useSaid(p)
  const [inside, setInside] = useState(false)
  const field = useRef<HTMLInputElement>(null)
  const none = state.words.credit.trim() === ''
  const may = maySay(useSession().me, p)
  const asks = writable && may && (none || inside || state.typed.has('credit'))
  useEffect(() => { if (!asks && inside) { setInside(false); said.leave('credit') } }, [asks, inside, said])
  return <>
    {asks && <input ref={field} className="plain" value={state.words.credit} placeholder={t('picture.credit')} aria-label={t('picture.credit')} onFocus={() => { setInside(true); said.enter('credit') }} onBlur={() => { setInside(false); said.leave('credit') }}
      onChange={(e) => said.change('credit', e.currentTarget.value)} onKeyDown={(e) => { if (e.key === 'Enter') e.currentTarget.blur() }} dir="auto" />}
    {asks && <Clash said={said} state={state} name="credit" label={t('picture.credit')} onDone={() => field.current?.focus()} />}
    {none && <span className="red">{t('picture.credit.none')}</span>}
    {asks && state.refused.credit && <span className="red">{state.refused.credit}</span>}
    {asks ? <Saying said={said} state={state} /> : !none && <span className="quiet"><bdi>{state.words.credit}</bdi></span>}
  </>
}

/** How old a photograph is that readers see called a file picture, in milliseconds. */
const fileAge = 30 * 24 * 3600 * 1000

/** The fields of a picture. */
export function PictureFields({ id, ask }: { id: string, ask?: boolean }) {
  const picture = usePicture(id)
  return picture.data ? <Loaded key={picture.data.id} picture={picture.data} ask={ask ?? false} /> : null
}

function Loaded({ picture: p, ask }: { picture: Picture, ask: boolean }) {
  const [said, state] = useSaid(p)
  const { credit, caption, alt } = state.words
  const may = maySay(useSession().me, p)
  const old = p.kind === 'photo' && p.taken_at !== undefined && Date.now() - new Date(p.taken_at).getTime() >= fileAge
  const of = { said, state }
  const [asks] = useState(() => ask && p.alt === '' && !document.activeElement?.closest('.sheet')) // nobody is taken out of the text
  return (
    <fieldset className="said" disabled={!may}><Stack gap="xs">
      {old && <Text size="sm" className="flimsy">{t('picture.old', { at: moment(p.taken_at!) })}</Text>}
      <SaidField {...of} name="caption" label={t('picture.caption')} long />
      <SaidField {...of} name="credit" label={t('picture.credit')} error={credit.trim() === '' ? t('picture.credit.none') : undefined} />
      <SaidField {...of} name="alt" label={t('picture.alt')} hint={t('picture.alt.why')} long autoFocus={asks} error={alt !== '' && alt === caption ? t('picture.alt.same') : undefined} />
      {(p.creator || p.copyright || p.usage_terms) && <Text size="xs" c="dimmed"><bdi>{[p.creator, p.copyright, p.usage_terms].filter(Boolean).join(' · ')}</bdi></Text>}
      <Saying {...of} />
    </Stack></fieldset>
  )
}
