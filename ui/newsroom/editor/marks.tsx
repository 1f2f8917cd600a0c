// What differs, marked in the words.
import type { Run } from './document'

/** Words with what was taken away struck out and what came underlined. */
export function Marks({ runs }: { runs: readonly Run[] }) {
  return runs.map((r, i) => r.op === 'inserted' ? <ins key={i}>{r.text}</ins> : r.op === 'deleted' ? <del key={i}>{r.text}</del> : <span key={i}>{r.text}</span>)
}
