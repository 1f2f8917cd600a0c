// The application: what everything stands in, and its addresses.
import { Alert, Button, DirectionProvider, Loader, MantineProvider, Stack } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { QueryClientProvider } from '@tanstack/react-query'
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, RouterProvider } from '@tanstack/react-router'
import { Failure } from './api'
import { Cache } from './cache'
import type { PictureFilters } from './pictures'
import { SessionOf } from './session'
import { settingsPlaces } from './settings/places'
import { Shell } from './shell'
import { theme } from './theme'
import { direction, spoken, t } from './words'

const queries = new Cache({
  defaultOptions: { queries: {
    staleTime: 10_000, retry: (tries, error) => tries < 3 && error instanceof Failure && error.passing,
    refetchInterval: ({ state: { error } }) => error instanceof Failure && error.passing ? 15_000 : false, // what could not be read is read when it can
  } },
})

const root = createRootRoute({ component: Shell })

/** What the list of stories is narrowed to; it stands in the address, so that it stays and may be sent to a colleague. */
export interface DeskFilters { edition?: string, section?: string, state?: string, q?: string, mine?: boolean }

const text = (v: unknown): string | undefined => typeof v === 'string' && v !== '' ? v : undefined

const desk = createRoute({
  getParentRoute: () => root, path: '/',
  validateSearch: (s: Record<string, unknown>): DeskFilters => Object.fromEntries(Object.entries({
    edition: text(s.edition), section: text(s.section), state: text(s.state), q: text(s.q), mine: s.mine === true ? true : undefined,
  }).filter(([, v]) => v !== undefined)),
  component: lazyRouteComponent(() => import('./desk/desk'), 'Desk'),
})
/** What the inbox is narrowed to. */
export interface InboxFilters { edition?: string, source?: string, state?: 'used' | 'dismissed', q?: string }

const inbox = createRoute({
  getParentRoute: () => root, path: '/inbox',
  validateSearch: (s: Record<string, unknown>): InboxFilters => Object.fromEntries(Object.entries({
    edition: text(s.edition), source: text(s.source), state: s.state === 'used' || s.state === 'dismissed' ? s.state : undefined, q: text(s.q),
  }).filter(([, v]) => v !== undefined)),
  component: lazyRouteComponent(() => import('./inbox/inbox'), 'Inbox'),
})
const story = createRoute({ getParentRoute: () => root, path: '/stories/$id', component: lazyRouteComponent(() => import('./editor/story'), 'Story') })

/** Which front is open. */
export interface FrontFilters { edition?: string, section?: string }

const fronts = createRoute({
  getParentRoute: () => root, path: '/fronts',
  validateSearch: (s: Record<string, unknown>): FrontFilters => Object.fromEntries(Object.entries({ edition: text(s.edition), section: text(s.section) }).filter(([, v]) => v !== undefined)),
  component: lazyRouteComponent(() => import('./fronts/fronts'), 'Fronts'),
})

/** What the picture desk is narrowed to, and which picture is open. */
export interface PictureSearch extends PictureFilters { picture?: string }

const one = <T extends string>(v: unknown, ...of: T[]): T | undefined => of.find((x) => x === v)

const pictures = createRoute({
  getParentRoute: () => root, path: '/pictures',
  validateSearch: (s: Record<string, unknown>): PictureSearch => Object.fromEntries(Object.entries({
    q: text(s.q), kind: one(s.kind, 'photo', 'illustration', 'graphic'), rights: one(s.rights, 'over', 'soon'), missing: one(s.missing, 'credit', 'alt'), use: one(s.use, 'used', 'unused'),
    killed: s.killed === true ? true : undefined, picture: text(s.picture),
  }).filter(([, v]) => v !== undefined)),
  component: lazyRouteComponent(() => import('./pictures/desk'), 'Pictures'),
})
const you = createRoute({ getParentRoute: () => root, path: '/you', component: lazyRouteComponent(() => import('./you/you'), 'You') })

/** Which reports of readers are listed. */
export interface ReportFilters { edition?: string, article?: string, resolved?: boolean }

const reports = createRoute({
  getParentRoute: () => root, path: '/reports',
  validateSearch: (s: Record<string, unknown>): ReportFilters => Object.fromEntries(Object.entries({ edition: text(s.edition), article: text(s.article), resolved: s.resolved === true ? true : undefined }).filter(([, v]) => v !== undefined)),
  component: lazyRouteComponent(() => import('./reports/reports'), 'Reports'),
})

/** Which comments a moderator looks at. */
export interface CommunityFilters { queue?: 'reported' | 'pending' | 'unmoderated' | 'approved' | 'rejected', edition?: string, article?: string, author?: string }

const community = createRoute({
  getParentRoute: () => root, path: '/community',
  validateSearch: (s: Record<string, unknown>): CommunityFilters => Object.fromEntries(Object.entries({
    queue: one(s.queue, 'reported', 'pending', 'unmoderated', 'approved', 'rejected'), edition: text(s.edition), article: text(s.article), author: text(s.author),
  }).filter(([, v]) => v !== undefined)),
  component: lazyRouteComponent(() => import('./community/community'), 'Community'),
})

/** Whose rooms are listed. */
export interface RoomFilters { edition?: string }

const rooms = createRoute({
  getParentRoute: () => root, path: '/community/rooms',
  validateSearch: (s: Record<string, unknown>): RoomFilters => Object.fromEntries(Object.entries({ edition: text(s.edition) }).filter(([, v]) => v !== undefined)),
  component: lazyRouteComponent(() => import('./community/rooms'), 'Rooms'),
})

const transparency = createRoute({
  getParentRoute: () => root, path: '/community/transparency',
  validateSearch: (s: Record<string, unknown>): RoomFilters => Object.fromEntries(Object.entries({ edition: text(s.edition) }).filter(([, v]) => v !== undefined)),
  component: lazyRouteComponent(() => import('./community/transparency'), 'Transparency'),
})

/** Whose alerts are open. */
export interface AlertFilters { edition?: string }

const alerts = createRoute({
  getParentRoute: () => root, path: '/alerts',
  validateSearch: (s: Record<string, unknown>): AlertFilters => Object.fromEntries(Object.entries({ edition: text(s.edition) }).filter(([, v]) => v !== undefined)),
  component: lazyRouteComponent(() => import('./alerts/alerts'), 'Alerts'),
})
/** Which live coverages are listed. */
export interface LiveFilters { edition?: string, closed?: boolean }

const lives = createRoute({
  getParentRoute: () => root, path: '/live',
  validateSearch: (s: Record<string, unknown>): LiveFilters => Object.fromEntries(Object.entries({ edition: text(s.edition), closed: s.closed === true ? true : undefined }).filter(([, v]) => v !== undefined)),
  component: lazyRouteComponent(() => import('./live/list'), 'LiveList'),
})
/** What is to become a post: a wire item, or a reader's comment. And the post that is looked for. */
export interface LiveSearch { item?: string, comment?: string, post?: string }

const live = createRoute({
  getParentRoute: () => root, path: '/live/$id', validateSearch: (s: Record<string, unknown>): LiveSearch => { const item = text(s.item), comment = text(s.comment), post = text(s.post); return { ...(item ? { item } : {}), ...(comment ? { comment } : {}), ...(post ? { post } : {}) } },
  component: lazyRouteComponent(() => import('./live/coverage'), 'LiveCoverage'),
})

/** Whose readers are counted. */
export interface ReaderFilters { edition?: string }

const readership = createRoute({
  getParentRoute: () => root, path: '/readership',
  validateSearch: (s: Record<string, unknown>): ReaderFilters => Object.fromEntries(Object.entries({ edition: text(s.edition) }).filter(([, v]) => v !== undefined)),
  component: lazyRouteComponent(() => import('./readers/readers'), 'Readers'),
})

const settings = createRoute({ getParentRoute: () => root, path: '/settings', component: lazyRouteComponent(() => import('./settings/frame'), 'SettingsFrame') })
const settingsIndex = createRoute({ getParentRoute: () => settings, path: '/', component: lazyRouteComponent(() => import('./settings/frame'), 'SettingsFirst') })
const settingsAt = settingsPlaces.map((p) => createRoute({ getParentRoute: () => settings, path: p.at, component: lazyRouteComponent(async () => ({ default: await p.load() })) }))

const router = createRouter({ routeTree: root.addChildren([desk, inbox, story, you, fronts, pictures, reports, community, rooms, transparency, lives, live, alerts, readership, settings.addChildren([settingsIndex, ...settingsAt])]), basepath: '/newsroom', defaultPendingComponent: Waiting })

declare module '@tanstack/react-router' {
  interface Register { router: typeof router }
}

export function Waiting() {
  return <Stack align="center" justify="center" mih="60vh"><Loader type="dots" aria-label={t('app.loading')} /></Stack>
}

export function App({ nonce }: { nonce: string }) {
  return (
    <DirectionProvider initialDirection={direction(spoken())} detectDirection={false}>
      <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={() => nonce}>
        <Notifications position="bottom-right" containerWidth={360} />
        <QueryClientProvider client={queries}>
          <SessionOf waiting={<Waiting />} failed={(again) => (
            <Stack align="center" justify="center" mih="60vh" p="md">
              <Alert color="red" title={t('app.unreachable')} maw={480}>
                <Stack align="start"><span>{t('app.unreachable.text')}</span><Button onClick={again}>{t('app.again')}</Button></Stack>
              </Alert>
            </Stack>
          )}>
            <RouterProvider router={router} />
          </SessionOf>
        </QueryClientProvider>
      </MantineProvider>
    </DirectionProvider>
  )
}
