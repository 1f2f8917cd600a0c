// What the places of Settings stand in: a list of them, and the one that is open.
import { Title } from '@mantine/core'
import { Link, Navigate, Outlet } from '@tanstack/react-router'
import { useHere } from '../here'
import { useSession } from '../session'
import { t } from '../words'
import { settingsPlaces } from './places'

function useMine() {
  const { me } = useSession()
  return settingsPlaces.filter((p) => me.grants.some((g) => p.for.includes(g.role)))
}

/** Leads /settings to the first place that is somebody's. */
export function SettingsFirst() {
  const first = useMine()[0]
  return first ? <Navigate to={`/settings/${first.at}` as '/settings'} replace /> : null
}

export function SettingsFrame() {
  const mine = useMine()
  const strip = useHere<HTMLElement>()
  if (mine.length === 0) return <p className="empty">{t('settings.not_yours')}</p>
  return (
    <div className="settings-frame">
      <nav ref={strip} className="settings-places scrolls" aria-label={t('rail.settings')}>
        <Title order={1} size="h4" className="settings-title">{t('rail.settings')}</Title>
        {mine.map((p) => <Link key={p.at} to={`/settings/${p.at}` as '/settings'} activeProps={{ 'aria-current': 'page' }}>{t(p.key)}</Link>)}
      </nav>
      <div className="settings-open"><Outlet /></div>
    </div>
  )
}
