// How a source goes, in words.
import type { WireSource } from '../api'
import { moment, t, type Key } from '../words'

/** One line: when it was read and what it brought, or why it could not be. */
export function sourceLine(s: WireSource): string {
  const { reading: r } = s
  if (s.paused) return t('source.paused')
  if (!r.tried_at) return t('source.waiting')
  if (r.failures > 0) return t('source.failed', { at: moment(r.tried_at), why: why(s) })
  const read = t('source.read', { at: moment(r.tried_at), n: r.new })
  return r.why ? `${read} ${why(s)}` : read
}

const why = (s: WireSource): string => t(`source.why.${s.reading.why ?? 'unreachable'}` as Key, { detail: s.reading.detail ?? '' })
