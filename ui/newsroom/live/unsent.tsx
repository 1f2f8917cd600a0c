// What was written on this device and is not out, told in the rail without a question to anybody: refused, without a network, or of an end that is not known.
import { VisuallyHidden } from '@mantine/core'
import { useSyncExternalStore } from 'react'
import { number, t } from '../words'

const waitingAt = 'dateline.waiting' // whose posts wait, so that they are sent wherever the application is opened
const unsentAt = 'dateline.unsent' // how many of them are not on their way

/** Says how many posts of an account wait, and how many of those are not on their way, to this page and the others of this browser. */
export function tellWaiting(account: string, waiting: number, unsent: number): void {
  if (waiting > 0) localStorage.setItem(waitingAt, account)
  else localStorage.removeItem(waitingAt)
  if (unsent > 0) localStorage.setItem(unsentAt, String(unsent))
  else localStorage.removeItem(unsentAt)
  dispatchEvent(new Event(unsentAt))
}

/** Whether posts of an account wait on this device. */
export const isWaiting = (account: string): boolean => localStorage.getItem(waitingAt) === account

const hear = (f: () => void): (() => void) => {
  for (const kind of [unsentAt, 'storage']) addEventListener(kind, f)
  return () => { for (const kind of [unsentAt, 'storage']) removeEventListener(kind, f) }
}

/** How many posts of an account are kept here and not on their way; nothing while none is. */
export function Unsent({ account }: { account: string }) {
  const n = useSyncExternalStore(hear, () => isWaiting(account) ? Number(localStorage.getItem(unsentAt) ?? 0) : 0)
  return n > 0 ? <span className="badge"> <span aria-hidden="true">!{number(n)}</span><VisuallyHidden>{t('live.unsent', { n })}</VisuallyHidden></span> : null
}
