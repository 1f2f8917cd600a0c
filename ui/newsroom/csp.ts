// What must be said before anything of React, Mantine or the editor runs, so that all of it works under the strict policy.
import { setNonce } from 'get-nonce'

/** The nonce of this answer, which style elements made by scripts carry. */
export const nonce = document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce ?? ''

setNonce(nonce)

interface Rules { createHTML(text: string, type?: string, sink?: string): string, createScriptURL(text: string): string }
interface Policies { createPolicy(name: string, rules: Rules): unknown }

/** Where the server has the script that opens the application without a network. No other script may be named by text. */
export const worker = '/newsroom/worker.js'

// Libraries set plain text through sinks that take markup. Text without a tag passes where a sink is named; anything else is refused.
const policies = (globalThis as { trustedTypes?: Policies }).trustedTypes
policies?.createPolicy('default', {
  createHTML(text, _type, sink) {
    if (sink && !text.includes('<')) return text
    throw new TypeError('markup may not come from text')
  },
  createScriptURL(text) {
    if (text === worker) return text
    throw new TypeError('scripts may not be named by text')
  },
})
