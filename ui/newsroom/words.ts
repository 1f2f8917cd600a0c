// The words of the interface, in the language of who works with it. No other file holds a visible word.
import type en from './words/en.json'

/** A key of the catalogue. */
export type Key = keyof typeof en

/** A language all words are there in. */
export type Language = 'en' | 'es' | 'ru' | 'ar'

export const languages: readonly Language[] = ['en', 'es', 'ru', 'ar']

/** What each language calls itself. */
export const autonyms: Record<Language, string> = { en: 'English', es: 'Español', ru: 'Русский', ar: 'العربية' }

type Entry = string | Partial<Record<Intl.LDMLPluralRule, string>>

const load: Record<Language, () => Promise<{ words: Record<string, Entry>, faults: Record<string, string> }>> = {
  en: async () => ({ words: (await import('./words/en.json')).default, faults: (await import('./made/faults.en.json')).default }),
  es: async () => ({ words: (await import('./words/es.json')).default, faults: (await import('./made/faults.es.json')).default }),
  ru: async () => ({ words: (await import('./words/ru.json')).default, faults: (await import('./made/faults.ru.json')).default }),
  ar: async () => ({ words: (await import('./words/ar.json')).default, faults: (await import('./made/faults.ar.json')).default }),
}

let words: Record<string, Entry> = {}
let faults: Record<string, string> = {}
let language: Language = 'en'
let plurals = new Intl.PluralRules('en')

/** Reads the words of a language; every other function of this file speaks it from then on. */
export async function speak(wanted: Language): Promise<void> {
  const found = await load[wanted]()
  words = found.words
  faults = found.faults
  language = wanted
  plurals = new Intl.PluralRules(wanted)
  document.documentElement.lang = wanted
  document.documentElement.dir = direction(wanted)
}

/** The language that is spoken. */
export const spoken = (): Language => language

/** How a language is written. */
export const direction = (tag: string): 'ltr' | 'rtl' => /^(ar|he|fa|ur|ps|dv|yi|ckb|sd|ug)(-|$)/.test(tag) ? 'rtl' : 'ltr'

/** Says a key; n chooses the form, and {names} are replaced. */
export function t(key: Key, values: Record<string, string | number> = {}): string {
  const entry = words[key]
  let text: string | undefined
  if (typeof entry === 'string') text = entry
  else if (entry) text = entry[plurals.select(Number(values.n ?? 0))] ?? entry.other
  return (text ?? key).replace(/\{(\w+)\}/g, (whole, name: string) => {
    const v = values[name]
    return v === undefined ? whole : typeof v === 'number' ? number(v) : v
  })
}

/** Says a key in another language of the interface; in the one that is spoken when it is none. */
export async function sayIn(tag: string, key: Key): Promise<string> {
  const to = languages.find((l) => tag === l || tag.startsWith(`${l}-`))
  const entry = to && to !== language ? ((await load[to]()).words as Record<string, Entry>)[key] : undefined
  return typeof entry === 'string' ? entry : t(key)
}

/** Says a fault of the API by its key, in English when it is not known. */
export const sayFault = (key: string, text: string): string => faults[key] ?? text

/** Says a check before a publication, which is a fault or a warning. */
export const sayCheck = (key: string, text: string): string => faults[`fault.${key}`] ?? faults[`warning.${key}`] ?? faults[key] ?? text

/** A number as the language writes it, with Western digits. */
export const number = (n: number): string => n.toLocaleString(`${language}-u-nu-latn`)

/** A month that is given as 2026-11, in words. */
export const monthOf = (month: string): string => new Date(`${month}-01T00:00:00Z`).toLocaleDateString(`${language}-u-nu-latn`, { month: 'long', year: 'numeric', timeZone: 'UTC' })

// Whose clock the application goes by where nothing else is said; until it is known the browser's.
let house = Intl.DateTimeFormat().resolvedOptions().timeZone

/** Goes by the clock of a zone from now on: that of the default edition, wherever who works here may sit. */
export const keepTimeOf = (zone: string): void => { if (inZone(zone)) house = zone }

/** The zone whose clock the application goes by. */
export const houseZone = (): string => house

/** Whether who works here sits by the clock of another zone. */
export const elsewhere = (zone: string): boolean => Intl.DateTimeFormat().resolvedOptions().timeZone !== zone

/** Whether the browser knows a zone; what the server names may be newer. */
function inZone(zone: string): boolean {
  try { return Boolean(new Intl.DateTimeFormat('en', { timeZone: zone })) } catch { return false }
}

/** The time of day with seconds: 10:42:07. */
export const clock = (at: Date, zone = house): string => at.toLocaleTimeString('en-GB', { hour12: false, timeZone: zone })

/** Date and time, short; today's without the date. */
export function moment(at: Date | string, zone = house): string {
  const d = typeof at === 'string' ? new Date(at) : at
  const in_ = { timeZone: zone }
  const day = (x: Date) => x.toLocaleDateString('en-CA', in_)
  const time = d.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', ...in_ })
  if (day(d) === day(new Date())) return time
  const date = d.toLocaleDateString(`${language}-u-nu-latn`, { day: 'numeric', month: 'short', ...(d.getFullYear() === new Date().getFullYear() ? {} : { year: 'numeric' }), ...in_ })
  return `${date} ${time}`
}

/** A time as a field of date and time takes it, by the clock of a zone; '' for none. */
export function localMinute(iso: string | undefined, zone = house): string {
  if (!iso) return ''
  return new Date(iso).toLocaleString('sv-SE', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' }).replace(' ', 'T').padStart(16, '0') // a year that is being typed has fewer figures
}

/** The time that a field of date and time holds, typed by the clock of a zone; '' for none. A time that a zone skips is the one as long after. */
export function instant(typed: string, zone = house): string {
  if (!typed) return ''
  const meant = Date.parse(`${typed.slice(0, 16)}Z`)
  if (Number.isNaN(meant)) return ''
  let at = meant
  for (let i = 0; i < 2; i++) at += meant - Date.parse(`${localMinute(new Date(at).toISOString(), zone)}Z`) // the second look is for a change of clocks in between
  return new Date(at).toISOString()
}

/** The language to begin with: what was chosen, else the first of the browser's that is there, else English. */
export function preferred(chosen?: string): Language {
  for (const tag of [chosen, ...navigator.languages]) {
    const found = languages.find((l) => tag === l || tag?.startsWith(`${l}-`))
    if (found) return found
  }
  return 'en'
}
