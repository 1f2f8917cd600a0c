import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clock, houseZone, instant, keepTimeOf, localMinute } from './words'

test('times are told and typed by the clock of the publication, wherever the browser is', () => {
  keepTimeOf('Asia/Tokyo')
  assert.equal(clock(new Date('2026-05-01T01:42:07Z')), '10:42:07')
  assert.equal(localMinute('2026-05-01T16:30:00Z'), '2026-05-02T01:30')
  assert.equal(instant('2026-05-02T01:30'), '2026-05-01T16:30:00.000Z')
  assert.equal(instant('2026-05-02T01:30', 'America/New_York'), '2026-05-02T05:30:00.000Z')
  assert.equal(instant(''), '')
  assert.equal(localMinute(undefined), '')
})

test('a field gives back the time that it shows, on days on which clocks change too', () => {
  for (const zone of ['Europe/Madrid', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'UTC']) {
    for (const day of ['2026-03-29', '2026-10-25', '2026-03-08', '2026-11-01', '2026-04-05', '2026-07-01']) {
      for (let hour = 0; hour < 24; hour++) {
        const shown = localMinute(new Date(`${day}T${String(hour).padStart(2, '0')}:30:00Z`).toISOString(), zone)
        assert.equal(localMinute(instant(shown, zone), zone), shown, `${zone} ${shown}`)
      }
    }
  }
})

test('a zone that this browser does not know changes nothing', () => {
  keepTimeOf('Europe/Madrid')
  keepTimeOf('Mars/Olympus')
  assert.equal(houseZone(), 'Europe/Madrid')
})
