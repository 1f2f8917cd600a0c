// The places of Settings, in the order of the list beside them. A place is a route and a line here.
import type { Key } from '../words'

export interface SettingsPlace {
  /** The last part of its address: /newsroom/settings/{at}. */
  at: string
  key: Key
  /** Who finds it, in any edition; the API decides what they may do there. */
  for: readonly string[]
  /** Its component, loaded when it is opened. */
  load: () => Promise<() => React.ReactNode>
}

export const settingsPlaces: readonly SettingsPlace[] = [
  { at: 'editions', key: 'settings.place.editions', for: ['admin', 'editor'], load: async () => (await import('./editions')).Editions },
  { at: 'sections', key: 'settings.place.sections', for: ['admin', 'editor'], load: async () => (await import('./sections')).Sections },
  { at: 'authors', key: 'settings.place.authors', for: ['admin', 'editor'], load: async () => (await import('./authors')).Authors },
  { at: 'topics', key: 'settings.place.topics', for: ['admin', 'editor'], load: async () => (await import('./topics')).Topics },
  { at: 'navigation', key: 'settings.place.navigation', for: ['admin', 'editor'], load: async () => (await import('./navigation')).Navigation },
  { at: 'pages', key: 'settings.place.pages', for: ['admin', 'editor'], load: async () => (await import('./pages')).Pages },
  { at: 'support', key: 'settings.place.support', for: ['admin', 'editor'], load: async () => (await import('./support')).Support },
  { at: 'discussion', key: 'settings.place.discussion', for: ['admin', 'editor'], load: async () => (await import('./discussion')).Discussion },
  { at: 'sources', key: 'settings.place.sources', for: ['admin', 'editor'], load: async () => (await import('./sources')).Sources },
  { at: 'move', key: 'settings.place.move', for: ['admin', 'editor'], load: async () => (await import('./move')).MoveIn },
  { at: 'people', key: 'settings.place.people', for: ['admin'], load: async () => (await import('./people')).People },
  { at: 'tokens', key: 'settings.place.tokens', for: ['admin', 'editor'], load: async () => (await import('./tokens')).Tokens },
  { at: 'audit', key: 'settings.place.audit', for: ['admin'], load: async () => (await import('./audit')).Audit },
]
