// Somebody of the newsroom at the staff application.
import assert from 'node:assert/strict'
import { context, seen, shot, violations } from './browser.mjs'

/** How long a busy machine may take for what a person would wait a moment for. */
export const patient = { timeout: 45_000 }

/**
 * Opens a link that signs in, or makes an account, and presses its button. What comes back closes with the check that no policy was
 * violated, which cannot be told in a context made with bypassCSP.
 */
export async function arrive(b, link, options = {}) {
  const { context: c, watch } = await context(b, new URL(link).origin, { locale: 'en-GB', ...options })
  const page = await c.newPage()
  await page.goto(link)
  // A page that is left while the form is on its way takes the session with it.
  await Promise.all([page.waitForEvent('framenavigated', patient), page.getByRole('button').first().click()])
  return { page, watch, c, close: async () => { if (!options.bypassCSP) assert.deepEqual((await seen(page)).policy, [], 'the policy was violated'); await c.close() } }
}

/** A device with passkeys, without anybody to touch it; `verified(false)` puts it into other hands. */
export async function device(page) {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('WebAuthn.enable')
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', { options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true } })
  return { verified: (yes) => cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: yes }) }
}

/** Signs somebody in by a one-time link and waits for the application. */
export async function enter(b, it, name, role, options) {
  const one = await arrive(b, await it.person(name, role), options)
  await one.page.getByRole('navigation').first().waitFor(patient)
  return one
}

/** Waits until what a function of the page promises is true; page.waitForFunction takes the promise itself for that. */
export async function comes(page, promised, value) {
  for (const end = Date.now() + patient.timeout; !await page.evaluate(promised, value);) {
    assert.ok(Date.now() < end, `${promised} did not come true`)
    await new Promise((done) => setTimeout(done, 50))
  }
}

/** Waits until the story says that it is saved. */
export const saved = (page) => page.getByText(/^Saved \d\d:\d\d:\d\d$/).waitFor(patient)

/** The headline of the story that is open. */
export const headline = (page) => page.getByRole('textbox', { name: 'Headline', exact: true })

/**
 * Gives a function that looks at a view in light and dark, on a phone and a desk: what axe finds and what is scrolled sideways goes
 * into `wrong`, a picture into shots. A line that `known` knows is left out.
 */
export function looker(page, name, wrong, known = () => false) {
  return async (view) => {
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme })
      for (const width of [320, 1280]) {
        await page.setViewportSize({ width, height: 800 })
        for (const line of await violations(page, colorScheme === 'dark' || width !== 320)) if (!known(line)) wrong.add(`${view}, ${colorScheme}, ${width}: ${line}`)
        if (await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth)) wrong.add(`${view}, ${width}: scrolled sideways`)
        await shot(page, `${name}-${view}-${colorScheme}-${width}`)
      }
    }
  }
}
