// Every word of the staff application is there in every language, in its own plural forms, and in its own script.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

type Entry = string | Record<string, string>
const here = import.meta.dirname
const catalogue = (language: string) => JSON.parse(readFileSync(join(here, 'words', `${language}.json`), 'utf8')) as Record<string, Entry>
const en = catalogue('en')
const texts = (e: Entry) => typeof e === 'string' ? [e] : Object.values(e)
const holes = (s: string) => [...s.matchAll(/\{\w+\}/g)].map((m) => m[0]).sort()

for (const language of ['es', 'ru', 'ar']) {
  test(`${language} has every key of en and no other`, () => {
    assert.deepEqual(Object.keys(catalogue(language)).sort(), Object.keys(en).sort())
  })
  test(`${language} leaves the same holes open, and no word is left in English`, () => {
    for (const [key, entry] of Object.entries(catalogue(language))) {
      const wanted = new Set(texts(en[key]!).flatMap(holes))
      for (const text of texts(entry)) {
        for (const hole of holes(text)) assert.ok(wanted.has(hole), `${key}: ${hole}`)
        assert.notEqual(text.trim(), '', key)
        if (language !== 'es') assert.doesNotMatch(text.replace(/\{\w+\}|Dateline/g, ''), /[A-Za-z]{2}/, `${key} holds Latin words`)
      }
    }
  })
}

for (const language of ['en', 'es', 'ru', 'ar']) {
  test(`${language} has each plural form its language has`, () => {
    const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories
    for (const [key, entry] of Object.entries(catalogue(language))) {
      assert.equal(typeof entry, typeof en[key], key)
      if (typeof entry === 'object') for (const form of forms) assert.ok(entry[form], `${key} has no form for ${form}`)
    }
  })
}

test('no file but the catalogues holds a visible word', () => {
  const files = readdirSync(here, { recursive: true }).map(String).filter((f) => f.endsWith('.tsx') && !f.startsWith('dist'))
  for (const file of files) {
    const code = readFileSync(join(here, file), 'utf8').replace(/\/\/.*|\/\*[\s\S]*?\*\//g, '')
    for (const m of code.matchAll(/(?<![=<])> *([A-Za-z][a-z]{2,}[^<>{}=;()?:\n]*)</g)) {
      assert.ok(['Dateline'].includes(m[1]!.trim()), `${file} shows "${m[1]!.trim()}"`)
    }
    for (const m of code.matchAll(/(?:aria-label|placeholder|title|label|description)="([^"]+)"/g)) assert.ok(/^https:/.test(m[1]!), `${file} says "${m[1]}"`)
  }
})

test('every key is used', () => {
  const code = readdirSync(here, { recursive: true }).map(String).filter((f) => /\.tsx?$/.test(f) && !f.startsWith('dist') && !f.startsWith('made') && !f.endsWith('.test.ts')).map((f) => readFileSync(join(here, f), 'utf8')).join('\n')
  const made = [...code.matchAll(/(?:`|list\(')([a-z_.-]+)(?:\.\$\{|',)/g)].map((m) => m[1]!)
  for (const key of Object.keys(en)) {
    assert.ok(code.includes(`'${key}'`) || made.some((prefix) => key.startsWith(`${prefix}.`)), `${key} is used nowhere`)
  }
})
