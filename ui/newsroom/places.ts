// Where one can go in the application, and who can.
import type { Key } from './words'

export interface Place { to: '/' | '/inbox' | '/live' | '/pictures' | '/fronts' | '/community' | '/settings', key: Key, also: string[], for?: string[] }

const all: Place[] = [
  { to: '/', key: 'rail.desk', also: ['/reports', '/stories', '/readership'] },
  { to: '/live', key: 'rail.live', also: ['/live/'] },
  { to: '/inbox', key: 'rail.inbox', also: [], for: ['admin', 'editor', 'reporter', 'picture-editor'] },
  { to: '/pictures', key: 'rail.pictures', also: [], for: ['admin', 'editor', 'reporter', 'picture-editor'] },
  { to: '/fronts', key: 'rail.fronts', also: ['/alerts'], for: ['admin', 'editor'] },
  { to: '/community', key: 'rail.community', also: ['/community/'], for: ['admin', 'editor', 'moderator'] },
  { to: '/settings', key: 'rail.settings', also: ['/settings/'], for: ['admin', 'editor'] },
]

/** Those of somebody with these roles. */
export const placesOf = (grants: readonly { role: string }[]): Place[] => all.filter((p) => !p.for || grants.some((g) => p.for!.includes(g.role)))
