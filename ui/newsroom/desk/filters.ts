// What the desk was narrowed to last by one account in this browser. A search is no filter that stays.
import type { DeskFilters } from '../app'

const keptAt = 'dateline.desk'

/** What was kept, when its edition is still one of those the account works in. */
export function keptFilters(account: string, editions: string[]): DeskFilters | undefined {
  try {
    const kept = JSON.parse(localStorage.getItem(keptAt) ?? '') as { account: string, filters: DeskFilters }
    if (kept.account !== account || Object.keys(kept.filters).length === 0) return undefined
    return kept.filters.edition && !editions.includes(kept.filters.edition) ? undefined : kept.filters
  } catch {
    return undefined
  }
}

export function keepFilters(account: string, { q: _, ...filters }: DeskFilters): void {
  try { localStorage.setItem(keptAt, JSON.stringify({ account, filters })) } catch { /* a browser that keeps nothing begins anew */ }
}
