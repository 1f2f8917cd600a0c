// Who works in the newsroom and how they prove it: invitations, roles, passkeys of a virtual authenticator, codes of an app, sessions, tokens, the audit log.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { browser, context, shot, violations } from '../lib/browser.mjs'
import { house } from '../lib/house.mjs'
import { arrive, comes, device, patient } from '../lib/staff.mjs'

const password = 'a pilot boat at anchor'

/** The code of an app for a secret (RFC 6238), some steps from now. */
function totp(secret, ahead = 0) {
  let bits = ''
  for (const c of secret.replace(/\s/g, '')) bits += 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')
  const key = Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)))
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + ahead))
  const sum = createHmac('sha1', key).update(counter).digest()
  return String((sum.readUInt32BE(sum[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

describe('people', { timeout: 600_000 }, () => {
  let it, b, local
  before(async () => {
    it = await house()
    b = await browser()
    local = it.url.replace('127.0.0.1', 'localhost') // passkeys are bound to names
  })
  after(async () => {
    await b?.close()
    await it?.stop()
  })

  const open = async (link, options) => {
    const one = await arrive(b, link, options)
    return { ...one, close: async () => { assert.deepEqual(one.watch.faults, []); await one.close() } }
  }
  const enter = async (name, role, options) => {
    const one = await open((await it.person(name, role)).replace(it.url, options?.at ?? it.url), options)
    await one.page.getByRole('navigation').first().waitFor(patient)
    return one
  }
  const settings = async (page, place, title) => {
    await page.goto(`${new URL(page.url()).origin}/newsroom/settings/${place}`)
    await page.getByRole('heading', { name: title, exact: true, level: 2 }).waitFor(patient)
  }
  const you = async (page) => {
    await page.goto(`${new URL(page.url()).origin}/newsroom/you`)
    await page.getByRole('heading', { name: 'You', level: 1 }).waitFor(patient)
  }
  const setPassword = async (page) => {
    await you(page)
    await page.getByLabel('New password').fill(password)
    await page.getByRole('button', { name: 'Save the password' }).click()
    await page.getByText('The password is saved.').waitFor(patient)
  }
  const signOut = async (page) => {
    await page.getByRole('button', { name: /language, colours, sign out$/ }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Sign in to the newsroom' }).waitFor(patient)
  }
  const addPasskey = async (page, name) => {
    await page.getByLabel('What to call it').fill(name)
    await page.getByRole('button', { name: 'Add a passkey' }).click()
    await page.getByRole('list', { name: 'Passkeys' }).getByText(name, { exact: true }).waitFor(patient)
  }

  test('somebody is invited, comes in by the link, gets a role in one edition, and is suspended', async () => {
    const admin = await enter('Ada Admin', 'admin')
    const { page } = admin
    await settings(page, 'people', 'People')
    await page.getByRole('button', { name: 'Invite somebody' }).click()
    const name = `Nora New ${Date.now()}`
    await page.getByLabel('E-mail address').fill(`nora.${Date.now()}@dispatch.example`)
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill(name)
    await page.getByLabel('Role 1', { exact: true }).selectOption({ label: 'Moderator' })
    await shot(page, 'people-invite')
    await page.getByRole('button', { name: 'Invite', exact: true }).click()
    const link = await page.locator('.secret').textContent(patient)
    assert.match(link, /\/newsroom\/sign-in\/[\w-]{20,}$/)
    await shot(page, 'people-invited')
    await page.getByRole('button', { name: 'Done' }).click()
    await page.locator('.line-item', { hasText: name }).getByText('Never here yet').waitFor(patient)
    const nora = await open(link)
    await nora.page.getByRole('navigation').first().waitFor(patient)
    await nora.page.getByRole('region', { name: 'You cannot come back in yet.' }).waitFor(patient)
    await page.getByRole('button', { name, exact: true }).click()
    await page.getByLabel('Role 1', { exact: true }).selectOption({ label: 'Reporter' })
    await page.getByLabel('Edition of role 1').selectOption({ index: 1 })
    await shot(page, 'people-one')
    await page.getByRole('dialog').getByRole('button', { name: 'Save', exact: true }).click()
    const edition = (await it.editions())[0]
    await page.locator('.line-item', { hasText: name }).getByText(`Reporter in ${edition.name}`).waitFor(patient)
    await page.getByRole('button', { name, exact: true }).click()
    await page.getByRole('button', { name: 'Suspend', exact: true }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Suspend' }).click()
    await page.getByRole('button', { name: 'Restore' }).waitFor(patient)
    await comes(nora.page, async () => (await fetch('/api/v1/me')).status === 401)
    await nora.c.close()
    await settings(page, 'audit', 'Audit log')
    await page.locator('.audit li', { hasText: `suspended ${name}` }).waitFor(patient)
    await page.locator('.audit li', { hasText: `invited ${name}` }).waitFor(patient)
    await shot(page, 'people-audit')
    await admin.close()
  })

  test('who came by a link is asked for a password until there is one, and may put it off', async () => {
    const zoe = await enter('Zoe Link', 'reporter', { viewport: { width: 320, height: 700 } })
    const { page } = zoe
    const asked = page.getByRole('region', { name: 'You cannot come back in yet.' })
    await asked.waitFor(patient)
    await shot(page, 'people-keyless')
    await asked.getByRole('button', { name: 'Later', exact: true }).click()
    await asked.waitFor({ state: 'detached', ...patient })
    await page.reload()
    await page.getByRole('link', { name: 'Desk', exact: true }).waitFor(patient)
    assert.equal(await asked.count(), 0, 'it was put off')
    await page.evaluate(() => localStorage.setItem('dateline.keyless', String(Date.now() - 25 * 60 * 60 * 1000))) // a day later
    await page.reload()
    await asked.getByRole('link', { name: 'Set a password or a passkey' }).click(patient)
    await page.waitForFunction(() => document.activeElement?.autocomplete === 'new-password', undefined, patient)
    await page.keyboard.type(password)
    await page.keyboard.press('Enter')
    await page.getByText('The password is saved.').waitFor(patient)
    await page.goto(`${it.url}/newsroom/`)
    await page.getByRole('link', { name: 'Desk', exact: true }).waitFor(patient)
    assert.equal(await asked.count(), 0, 'there is a password')
    await zoe.close()
  })

  test('a passkey is made on a device, signs in without a password, and is removed', async () => {
    const ana = await enter('Ana Key', 'editor', { at: local })
    const { page } = ana
    const phone = await device(page)
    await setPassword(page)
    await addPasskey(page, 'Laptop')
    await shot(page, 'you')
    await signOut(page)
    const button = page.getByRole('button', { name: 'Sign in with a passkey' })
    await button.waitFor(patient)
    await shot(page, 'people-sign-in')
    await phone.verified(false) // somebody else holds the device
    await button.click()
    await page.getByText('The passkey was not accepted, or none was chosen.').waitFor(patient)
    await phone.verified(true)
    await button.click()
    await page.getByRole('navigation').first().waitFor(patient)
    await you(page)
    await page.getByRole('button', { name: 'Remove Laptop' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click()
    await page.getByRole('list', { name: 'Passkeys' }).waitFor({ state: 'detached', ...patient })
    await ana.close()
  })

  test('codes of an app are asked after the password, count once, and recovery codes stand in for them', async () => {
    const ben = await enter('Ben Code', 'editor')
    const { page } = ben
    const { email } = await page.evaluate(async () => (await fetch('/api/v1/me')).json())
    await setPassword(page)
    await page.getByRole('button', { name: 'Set up codes' }).click()
    const secret = await page.locator('.you .secret').textContent(patient)
    await page.getByRole('img', { name: /^Picture for the app/ }).waitFor()
    await shot(page, 'you-codes', { fullPage: true })
    await page.getByLabel('The six digits it shows now').fill('000000')
    await page.getByRole('button', { name: 'Turn codes on' }).click()
    await page.getByText('This code is not right, or was used already.').waitFor(patient)
    await page.getByLabel('The six digits it shows now').fill(totp(secret))
    await page.getByRole('button', { name: 'Turn codes on' }).click()
    await page.getByText('Keep these recovery codes').waitFor(patient)
    const recovery = await page.locator('.recovery li').allTextContents()
    assert.equal(recovery.length, 10)
    await shot(page, 'you-recovery')
    await page.getByText('10 recovery codes are left.').waitFor(patient)
    const again = async () => {
      await page.getByLabel('E-mail').fill(email)
      await page.getByLabel('Password').fill(password)
      await page.getByRole('button', { name: 'Sign in', exact: true }).click()
      await page.getByRole('heading', { name: 'One more step' }).waitFor(patient)
    }
    const give = async (code) => {
      await page.getByLabel('Code', { exact: true }).fill(code)
      await page.getByRole('button', { name: 'Go on' }).click()
    }
    await signOut(page)
    await again()
    assert.equal(await page.evaluate(async () => (await fetch('/api/v1/me')).status), 401, 'half a session is none')
    await shot(page, 'people-code')
    await give(recovery[0].toUpperCase())
    await page.getByRole('navigation').first().waitFor(patient)
    await signOut(page)
    await again()
    await give(recovery[0])
    await page.getByText('This code is not right, or was used already.').waitFor(patient)
    await give(totp(secret, 1)) // the next one, so that it is not the one used before
    await page.getByRole('navigation').first().waitFor(patient)
    await you(page)
    await page.getByText('9 recovery codes are left.').waitFor(patient)
    await ben.close()
  })

  test('a role that needs a second factor leads to one before anything else', async () => {
    const cia = await enter('Cia Crowd', 'audience', { at: local })
    await it.call('PATCH', '/security', { factor: ['audience'] })
    try {
      const { page } = cia
      await device(page)
      await comes(page, async () => (await (await fetch('/api/v1/me')).json()).enrol === true)
      assert.equal(await page.evaluate(async () => (await fetch('/api/v1/colleagues')).status), 403)
      await page.goto(`${local}/newsroom/`)
      await page.getByRole('heading', { name: 'One thing before you begin' }).waitFor(patient)
      assert.ok(await page.getByRole('button', { name: 'To the newsroom' }).isDisabled())
      await shot(page, 'people-enrol')
      await addPasskey(page, 'Phone')
      await page.getByRole('button', { name: 'To the newsroom' }).click()
      await page.getByRole('heading', { name: 'One thing before you begin' }).waitFor({ state: 'detached', ...patient })
      await page.getByRole('link', { name: 'Desk', exact: true }).waitFor(patient)
      await cia.close()
    } finally {
      await it.call('PATCH', '/security', { factor: [] })
    }
  })

  test('what is dangerous asks again, and is done after the answer', async () => {
    const dan = await enter('Dan Token', 'editor', { serviceWorkers: 'block' })
    const { page } = dan
    await setPassword(page)
    await settings(page, 'tokens', 'Tokens')
    let stale = true // ten minutes have gone by, says the server once
    await page.route('**/api/v1/tokens', (route) => {
      if (route.request().method() !== 'POST' || !stale) return route.continue()
      stale = false
      return route.fulfill({ status: 403, contentType: 'application/problem+json', body: JSON.stringify({ type: '/api/docs#fault.prove', title: 'Forbidden', status: 403 }) })
    })
    await page.getByLabel('What it is for').fill('Election results')
    await page.getByRole('button', { name: 'Make a token' }).click()
    const dialog = page.getByRole('dialog', { name: 'Is it you?' })
    await dialog.getByRole('textbox', { name: 'Your password' }).fill('not this one')
    await dialog.getByRole('button', { name: 'Go on' }).click()
    await dialog.getByText('This is not your current password.').waitFor(patient)
    await shot(page, 'people-proof')
    await dialog.getByRole('textbox', { name: 'Your password' }).fill(password)
    await dialog.getByRole('button', { name: 'Go on' }).click()
    const token = await page.locator('.secret').textContent(patient)
    assert.match(token, /^dateline_[\w-]{43}$/)
    await shot(page, 'people-tokens')
    const ask = () => fetch(`${it.url}/api/v1/me`, { headers: { Authorization: `Bearer ${token}` } })
    assert.equal((await ask()).status, 200)
    await page.getByRole('button', { name: 'End Election results' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'End', exact: true }).click()
    await page.getByText('There is no token.').waitFor(patient)
    assert.equal((await ask()).status, 401)
    await page.unrouteAll()
    await dan.close()
  })

  test('a session that is ended elsewhere is over with its next call', async () => {
    const eva = await enter('Eva Two', 'editor')
    await setPassword(eva.page)
    const { email } = await eva.page.evaluate(async () => (await fetch('/api/v1/me')).json())
    const { context: c } = await context(b, it.url, { locale: 'en-GB' })
    const other = await c.newPage()
    await other.goto(`${it.url}/newsroom/sign-in`)
    await other.getByLabel('E-mail').fill(email)
    await other.getByLabel('Password').fill(password)
    await other.getByRole('button', { name: 'Sign in', exact: true }).click()
    await other.getByRole('navigation').first().waitFor(patient)
    await you(eva.page)
    await eva.page.getByRole('button', { name: /^Sign out in/ }).click()
    await eva.page.getByRole('button', { name: /^Sign out in/ }).waitFor({ state: 'detached', ...patient })
    assert.equal(await other.evaluate(async () => (await fetch('/api/v1/me')).status), 401)
    await c.close()
    await eva.close()
  })

  test('axe finds nothing, and nothing is cut off on a phone', async (t) => {
    const admin = await enter('Axel Admin', 'admin', { bypassCSP: true })
    const { page } = admin
    const views = { people: ['settings/people', '.people'], tokens: ['settings/tokens', '.settings-open form'], audit: ['settings/audit', '.audit li'], you: ['you', '.plain-list'] }
    for (const language of ['en', 'ar']) {
      await page.evaluate((l) => localStorage.setItem('dateline.language', l), language)
      for (const [name, [path, there]] of Object.entries(views)) {
        await t.test(`${language} ${name}`, async () => {
          await page.goto(`${it.url}/newsroom/${path}`)
          await page.locator(there).first().waitFor(patient)
          const wrong = new Set()
          for (const colorScheme of ['light', 'dark']) {
            await page.emulateMedia({ colorScheme })
            for (const width of [320, 1280]) {
              await page.setViewportSize({ width, height: 800 })
              for (const line of await violations(page, await page.evaluate(() => 'axe' in globalThis))) wrong.add(`${colorScheme}, ${width}: ${line}`)
              await shot(page, `people-${name}-${language}-${width}-${colorScheme}`)
              assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth + 1), `${name} is wider than ${width}`)
            }
          }
          assert.deepEqual([...wrong].slice(0, 20), [])
        })
      }
    }
    await admin.c.close()
  })
})
