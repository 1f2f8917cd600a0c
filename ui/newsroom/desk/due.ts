// When a list of stories looks different by the clock alone.
import type { Article } from '../api'

/** Whether a deadline counts: the story is not out. */
const counts = (a: Article): boolean => !!a.deadline && !['published', 'withdrawn'].includes(a.state)

/** Whether a deadline has passed. */
export const late = (a: Article): boolean => counts(a) && new Date(a.deadline!) <= new Date()

/** The next moment at which a deadline or an embargo of these stories passes, in milliseconds since 1970. */
export function nextDue(stories: Article[], now: number): number | undefined {
  const times = stories.flatMap((a) => [counts(a) ? a.deadline : undefined, a.embargo_until]).map((at) => at ? new Date(at).getTime() : 0).filter((at) => at > now)
  return times.length > 0 ? Math.min(...times) : undefined
}
