// The frame of the application: the rail, the bar, and the page between them.
import { ActionIcon, Alert, Button, Menu, Stack, useMantineColorScheme, VisuallyHidden, type MantineColorScheme } from '@mantine/core'
import { Link, Outlet, useRouterState } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useState } from 'react'
import { back, onSignedOut } from './api'
import { CommunityWaits } from './community/waits'
import { useHere } from './here'
import { KeyHelp } from './keys'
import { choose } from './language'
import { isWaiting, Unsent } from './live/unsent'
import { LiveWaits } from './live/waits'
import { initials } from './people'
import { placesOf } from './places'
import { ProofDialog } from './proof'
import { forget } from './offline/known'
import { useSession } from './session'
import { autonyms, languages, spoken, t, type Key } from './words'
import { Keyless } from './you/keyless'

const Enrol = lazy(async () => ({ default: (await import('./you/you')).Enrol }))

const Palette = lazy(async () => ({ default: (await import('./palette')).Palette }))

export function Shell() {
  const { me, offline } = useSession()
  const path = useRouterState({ select: (s) => s.location.pathname })
  const { colorScheme, setColorScheme } = useMantineColorScheme({ keepTransitions: true })
  const [out, setOut] = useState(false)
  useEffect(() => onSignedOut(() => setOut(true)), [])
  useEffect(() => { // the sign-in is in another tab: who comes back from it goes on here
    if (!out) return
    const look = () => { if (document.visibilityState === 'visible') void back(me.id).then((yes) => { if (yes) setOut(false) }) }
    const timer = setInterval(look, 10_000)
    addEventListener('focus', look)
    document.addEventListener('visibilitychange', look)
    return () => { clearInterval(timer); removeEventListener('focus', look); document.removeEventListener('visibilitychange', look) }
  }, [out, me.id])
  const [palette, setPalette] = useState(false)
  const rail = useHere<HTMLElement>()
  useEffect(() => {
    const press = (e: KeyboardEvent) => {
      if (!(e.ctrlKey || e.metaKey) || e.altKey || e.shiftKey || e.key.toLowerCase() !== 'k') return
      e.preventDefault()
      setPalette((old) => !old)
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [])
  // Posts that an earlier page could not send go out wherever the application is opened.
  useEffect(() => { if (isWaiting(me.id)) void import('./live/sending').then(({ outgoingOf }) => outgoingOf(me.id)) }, [me.id])
  return (
    <div className="shell">
      <a className="skip" href="#main">{t('app.skip')}</a>
      <header className="bar">
        <Link to="/" className="mark" aria-label={t('app.home')}><svg width="20" height="20" viewBox="0 0 20 20" aria-hidden="true"><path d="M3 2v16M7 5h10M7 10h7M7 15h10" stroke="currentColor" strokeWidth="2" fill="none" /></svg><span>Dateline</span></Link>
        <nav ref={rail} className="rail scrolls" aria-label={t('rail.label')}>
          {!me.enrol && placesOf(me.grants).map((p) => (
            <Link key={p.to} to={p.to} className="place" {...(path === p.to || p.also.some((a) => path.startsWith(a)) ? { 'aria-current': 'page' as const } : {})}>{t(p.key)}{p.to === '/community' && <CommunityWaits />}{p.to === '/live' && <><LiveWaits /><Unsent account={me.id} /></>}</Link>
          ))}
        </nav>
        <div className="end" id="bar-end">
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('palette.label')} aria-keyshortcuts="Control+K" onClick={() => setPalette(true)}><svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true"><circle cx="7" cy="7" r="4.5" fill="none" stroke="currentColor" strokeWidth="1.5" /><path d="m10.5 10.5 4 4" stroke="currentColor" strokeWidth="1.5" /></svg></ActionIcon>
          <Menu position="bottom-end" withinPortal>
            <Menu.Target><ActionIcon variant="subtle" color="gray" size="lg"><span className="initials">{initials(me.name)}</span><VisuallyHidden>{t('you.menu', { name: me.name })}</VisuallyHidden></ActionIcon></Menu.Target>
            <Menu.Dropdown>
              <Menu.Label>{me.name}</Menu.Label>
              <Menu.Label>{t('you.language')}</Menu.Label>
              {languages.map((l) => <Menu.Item key={l} lang={l} {...(l === spoken() ? { 'aria-current': true as const } : {})} onClick={() => void choose(l)}>{autonyms[l]}{l === spoken() ? ' ✓' : ''}</Menu.Item>)}
              <Menu.Label>{t('you.colours')}</Menu.Label>
              {(['auto', 'light', 'dark'] as MantineColorScheme[]).map((c) => <Menu.Item key={c} onClick={() => setColorScheme(c)}>{t(`you.colours.${c}` as Key)}{c === colorScheme ? ' ✓' : ''}</Menu.Item>)}
              <Menu.Divider />
              {!me.enrol && <Menu.Item component={Link} to="/you">{t('you.title')}</Menu.Item>}
              <form method="post" action="/newsroom/sign-out" onSubmit={forget}><Menu.Item component="button" type="submit">{t('you.sign_out')}</Menu.Item></form>
            </Menu.Dropdown>
          </Menu>
        </div>
      </header>
      {out && (
        <Alert color="red" title={t('out.title')} className="out">
          <Stack align="start" gap="xs"><span>{t('out.text')}</span>
            <Button component="a" href="/newsroom/sign-in" target="_blank">{t('out.sign_in')}</Button></Stack>
        </Alert>
      )}
      {offline && <p className="away" role="status">{t('app.offline')} <Link to="/live">{t('rail.live')}</Link></p>}
      {!me.enrol && path !== '/you' && <Keyless />}
      <main id="main" tabIndex={-1}>{me.enrol ? <Suspense><Enrol /></Suspense> : <Outlet />}</main>
      <ProofDialog />
      <KeyHelp />
      {palette && <Suspense fallback={null}><Palette onClose={() => setPalette(false)} onLanguage={(l) => void choose(l)} /></Suspense>}
    </div>
  )
}
