// What stands over the places of Community: the queues of what was said, the rooms in which people talk, and what was decided.
import { NativeSelect, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Edition } from '../api'
import { t } from '../words'

const kept = 'dateline.community'

/** The edition that was chosen last, when it is one of these. */
export const lastEdition = (mine: Edition[]): string | undefined => mine.find((e) => e.slug === localStorage.getItem(kept))?.slug

/** Where a link leads is where one is, whatever the list there is narrowed to. */
const here = { exact: true, includeSearch: false }

export function Head({ mine, edition, onEdition, children }: { mine: Edition[], edition: string | undefined, onEdition: (slug: string) => void, children?: ReactNode }) {
  return (
    <div className="tools">
      <Title order={1} size="h4">{t('rail.community')}</Title>
      <nav className="twins" aria-label={t('rail.community')}>
        <Link to="/community" search={edition ? { edition } : {}} activeOptions={here}>{t('community.queues')}</Link>
        <Link to="/community/rooms" search={edition ? { edition } : {}} activeOptions={here}>{t('rooms.title')}</Link>
        <Link to="/community/transparency" search={edition ? { edition } : {}} activeOptions={here}>{t('transparency.title')}</Link>
      </nav>
      {mine.length > 1 && <NativeSelect size="sm" aria-label={t('community.edition')} value={edition ?? ''} onChange={(e) => { const to = e.currentTarget.value; localStorage.setItem(kept, to); onEdition(to) }} data={[{ value: '', label: t('community.editions') }, ...mine.map((e) => ({ value: e.slug, label: e.name }))]} />}
      {children}
    </div>
  )
}
