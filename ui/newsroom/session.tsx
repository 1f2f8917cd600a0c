// Who works here: read once from the API, kept for everything below.
import { useQuery } from '@tanstack/react-query'
import { createContext, useContext, type ReactNode } from 'react'
import { client, got, type Edition } from './api'

export interface Me { id: string, name: string, email: string, language?: string, grants: { role: string, edition?: string }[], enrol?: boolean }

export interface Session { me: Me, editions: Edition[] }

const Context = createContext<Session | undefined>(undefined)

/** Who is signed in and the editions there are. */
export function useSession(): Session {
  const s = useContext(Context)
  if (!s) throw new Error('outside the session')
  return s
}

/** The roles of those who work in the newsroom. */
export const staff = ['admin', 'editor', 'reporter', 'picture-editor', 'moderator', 'audience'] as const

/** Whether somebody has one of roles in an edition. */
export const has = (me: Me, edition: string, ...roles: string[]): boolean =>
  me.grants.some((g) => roles.includes(g.role) && (!g.edition || g.edition === edition))

export function SessionOf({ children, waiting, failed }: { children: ReactNode, waiting: ReactNode, failed: (again: () => void) => ReactNode }) {
  const me = useQuery({ queryKey: ['me'], queryFn: () => got(client.GET('/api/v1/me')), staleTime: Infinity })
  const editions = useQuery({ queryKey: ['editions'], queryFn: async () => (await got(client.GET('/api/v1/editions'))).items })
  if (me.data && editions.data) return <Context value={{ me: me.data as Me, editions: editions.data }}>{children}</Context>
  if (me.isError || editions.isError) return failed(() => { void me.refetch(); void editions.refetch() })
  return waiting
}
