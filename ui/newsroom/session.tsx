// Who works here: read once from the API, kept for everything below.
import { useQuery } from '@tanstack/react-query'
import { createContext, useContext, useEffect, useState, type ReactNode } from 'react'
import { client, Failure, got, speakAs, type Edition } from './api'
import { keepTimeOf } from './words'
import { evenOffline, knownSession, leaves, rememberSession } from './offline/known'

export interface Me { id: string, name: string, email: string, language?: string, grants: { role: string, edition?: string }[], enrol?: boolean, keyless?: boolean }

export interface Session {
  me: Me
  editions: Edition[]
  /** The server was not reached: this is what was known last. */
  offline?: boolean
}

const Context = createContext<Session | undefined>(undefined)

/** Who is signed in and the editions there are. */
export function useSession(): Session {
  const s = useContext(Context)
  if (!s) throw new Error('outside the session')
  return s
}

/** The clock of an edition; undefined, which stands for that of the house, for one that is not known. */
export const useZone = (edition: string): string | undefined => useSession().editions.find((e) => e.slug === edition)?.timezone

/** The roles of those who work in the newsroom. */
export const staff = ['admin', 'editor', 'reporter', 'picture-editor', 'moderator', 'audience'] as const

/** Whether somebody may change what is said of a picture: those of a desk any, reporters their own. */
export const maySay = (me: Me, picture: { created_by?: string | undefined }): boolean =>
  me.grants.some((g) => ['admin', 'editor', 'picture-editor'].includes(g.role)) || picture.created_by === me.id && me.grants.some((g) => g.role === 'reporter')

/** Whether somebody has one of roles in an edition. */
export const has = (me: Me, edition: string, ...roles: string[]): boolean =>
  me.grants.some((g) => roles.includes(g.role) && (!g.edition || g.edition === edition))

// How long the server may take where it is known already who works here; milliseconds.
const patience = 8000

export function SessionOf({ children, waiting, failed }: { children: ReactNode, waiting: ReactNode, failed: (again: () => void) => ReactNode }) {
  const [known] = useState(knownSession)
  const how = known ? { ...evenOffline, retry: false } : {}
  const soon = () => known ? { signal: AbortSignal.timeout(patience) } : {}
  const me = useQuery({ queryKey: ['me'], queryFn: () => got(client.GET('/api/v1/me', soon())), staleTime: Infinity, ...how })
  const editions = useQuery({ queryKey: ['editions'], queryFn: async () => (await got(client.GET('/api/v1/editions', soon()))).items, ...how })
  if (me.data) speakAs(me.data.id)
  const home = (editions.data ?? known?.editions)?.find((e) => e.default) ?? (editions.data ?? known?.editions)?.[0]
  if (home) keepTimeOf(home.timezone)
  useEffect(() => { if (me.data && editions.data) rememberSession({ me: me.data as Me, editions: editions.data }) }, [me.data, editions.data])
  if (me.data && editions.data) return <Context value={{ me: me.data as Me, editions: editions.data }}>{children}</Context>
  if (known && (leaves(me.error) || leaves(editions.error))) return <Context value={{ ...known, offline: !(me.error instanceof Failure && me.error.status === 401) }}>{children}</Context>
  if (me.isError || editions.isError) return failed(() => { void me.refetch(); void editions.refetch() })
  return waiting
}
