// HTML of our own stream.
interface Policy { createHTML(html: string): string }
let policy: Policy | undefined

/** Reads HTML of our own stream, which the server made of what its list of nodes can say, into a document in which nothing runs. */
export function inert(html: string): Document {
  const { trustedTypes } = globalThis as { trustedTypes?: { createPolicy(name: string, rules: Policy): Policy } }
  policy ??= trustedTypes?.createPolicy('dateline', { createHTML: (text) => text }) ?? { createHTML: (text) => text }
  return new DOMParser().parseFromString(policy.createHTML(html), 'text/html')
}
