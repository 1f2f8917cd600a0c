// What a story was, by name: two that a minute holds are told apart.
import { clock } from '../words'

/** What a story was or is: as the API names it, in words that end with its minute, and when, if it is a save or a publication and no branch. */
export interface State { ref: string, label: string, at: string }

/** Those of the same words say the second, too. */
export function apart(states: readonly State[], zone?: string): State[] {
  const n = new Map<string, number>()
  for (const { label } of states) n.set(label, (n.get(label) ?? 0) + 1)
  return states.map((s) => n.get(s.label) === 1 ? s : { ...s, label: s.label + clock(new Date(s.at), zone).slice(-3) })
}

const branch = (s: State) => s.ref.startsWith('b:')

/** Of two saves or publications the older one first. */
export const inOrder = (chosen: State, to: State): [State, State] =>
  to.ref !== 'now' && !branch(chosen) && !branch(to) && Date.parse(chosen.at) > Date.parse(to.at) ? [to, chosen] : [chosen, to]
