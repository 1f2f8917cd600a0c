// The choice of the interface's language.
import { client, got } from './api'
import type { Language } from './words'

/** Chooses the language of the interface: for this browser at once, for the account's other browsers as soon as it is saved. */
export async function choose(language: Language) {
  localStorage.setItem('dateline.language', language)
  await got(client.PATCH('/api/v1/me', { body: { language } })).catch(() => undefined) // this browser has it all the same
  location.reload()
}
