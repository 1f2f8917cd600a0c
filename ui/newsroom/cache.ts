// What was read from the server, kept for the views that show it.
import { QueryClient, type InvalidateOptions, type InvalidateQueryFilters, type Query, type QueryKey } from '@tanstack/react-query'

/**
 * A cache in which "this has changed" is also true of what is being read for the first time: the answer on its way may be older than the change.
 * The library gives such an answer out as fresh, and a list would go on showing what is gone.
 */
export class Cache extends QueryClient {
  private readonly again = new WeakSet<Query<any, any, any, any>>()

  override async invalidateQueries<K extends QueryKey = QueryKey>(filters?: InvalidateQueryFilters<K>, options?: InvalidateOptions): Promise<void> {
    const first = this.getQueryCache().findAll(filters as InvalidateQueryFilters).filter((q) => q.state.data === undefined && q.state.fetchStatus === 'fetching' && !this.again.has(q))
    for (const q of first) this.again.add(q)
    await super.invalidateQueries(filters, options)
    await Promise.all(first.map((q) => {
      this.again.delete(q)
      return super.invalidateQueries({ queryKey: q.queryKey, exact: true }, options)
    }))
  }
}
