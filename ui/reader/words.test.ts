import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clock, count, figures, forms } from './words'

test('the plural form is that of the language', () => {
  const ru = forms('{"one":"{n} новая","few":"{n} новые","many":"{n} новых","other":"{n} новой"}')
  assert.deepEqual([1, 2, 5, 11, 21, 22].map((n) => count(ru, n, 'ru')), ['1 новая', '2 новые', '5 новых', '11 новых', '21 новая', '22 новые'])
  const ar = forms('{"zero":"z","one":"o","two":"t","few":"f{n}","many":"m{n}","other":"x{n}"}')
  assert.deepEqual([1, 2, 3, 11, 100].map((n) => count(ar, n, 'ar')), ['o', 't', 'f3', 'm11', 'x100'])
})

test('numbers are written with the digits of the edition', () => {
  assert.equal(figures('14:05', '٠١٢٣٤٥٦٧٨٩'), '١٤:٠٥')
  assert.equal(figures('14:05'), '14:05')
  assert.equal(count({ other: '{n} خبرًا' }, 40, 'ar', '٠١٢٣٤٥٦٧٨٩'), '٤٠ خبرًا')
})

test('words that are missing or no words give no text', () => {
  for (const json of [undefined, '', 'null', '[', '7', '"x"']) assert.equal(count(forms(json), 3, 'en'), '')
})

test('times are those of the edition, not of the device', () => {
  const at = new Date('2026-11-22T23:05:00Z')
  assert.deepEqual(clock(at, 'UTC'), { time: '23:05', day: '2026-11-22' })
  assert.deepEqual(clock(at, 'Europe/Moscow'), { time: '02:05', day: '2026-11-23' })
  assert.deepEqual(clock(at, 'America/New_York'), { time: '18:05', day: '2026-11-22' })
  assert.deepEqual(clock(new Date('2026-11-22T00:00:00Z'), 'UTC').time, '00:00')
  assert.deepEqual(clock(at, 'No/Where'), { time: '23:05', day: '2026-11-22' })
})
