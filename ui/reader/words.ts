// Words come from the page, where the catalogue of its language put them; scripts hold none.

/** Plural forms of one phrase by CLDR category, with {n} for the number. */
export type Forms = Partial<Record<Intl.LDMLPluralRule, string>>

/** Reads plural forms from a data attribute; nothing or anything else gives no forms. */
export function forms(json: string | undefined): Forms {
  try {
    const value: unknown = JSON.parse(json ?? '')
    return value !== null && typeof value === 'object' ? value : {}
  } catch {
    return {}
  }
}

/** Writes figures with an edition's ten digits, from zero; without them they stay. */
export function figures(text: string, digits = ''): string {
  const own = [...digits]
  return text.replace(/[0-9]/g, (d) => own[Number(d)] ?? d)
}

/** The phrase for n things in a language; empty when the page gave no words for it. */
export function count(words: Forms, n: number, language: string, digits?: string): string {
  return (words[new Intl.PluralRules(language).select(n)] ?? words.other ?? '').replaceAll('{n}', figures(String(n), digits))
}

/** The time of day ("10:42") and the day ("2026-11-23") of a moment in a zone; an unknown zone counts as UTC. */
export function clock(at: Date, zone: string): { time: string, day: string } {
  const as = (timeZone: string) => new Intl.DateTimeFormat('en-CA', {
    timeZone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit',
  }).formatToParts(at)
  let parts: Intl.DateTimeFormatPart[]
  try {
    parts = as(zone)
  } catch {
    parts = as('UTC')
  }
  const part = (type: string) => parts.find((p) => p.type === type)?.value ?? ''
  return { time: `${part('hour')}:${part('minute')}`, day: `${part('year')}-${part('month')}-${part('day')}` }
}
