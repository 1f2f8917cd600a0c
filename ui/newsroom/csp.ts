// What must be said before anything of React, Mantine or the editor runs, so that all of it works under the strict policy.
import { setNonce } from 'get-nonce'

/** The nonce of this answer, which style elements made by scripts carry. */
export const nonce = document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce ?? ''

setNonce(nonce)

interface Policies { createPolicy(name: string, rules: { createHTML(text: string, type?: string, sink?: string): string }): unknown }

// Libraries set plain text through sinks that take markup. Text without a tag passes where a sink is named; anything else is refused.
const policies = (globalThis as { trustedTypes?: Policies }).trustedTypes
policies?.createPolicy('default', {
  createHTML(text, _type, sink) {
    if (sink && !text.includes('<')) return text
    throw new TypeError('markup may not come from text')
  },
})
