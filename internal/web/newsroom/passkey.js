// Passkeys on pages that are complete without scripts: shows the way in where there is one, asks the device, and posts its answer by a form.
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0))
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')

// What navigator.credentials takes, from its JSON form.
const described = (list = []) => list.map((c) => ({ ...c, id: bytes(c.id) }))
const toGet = (json) => ({ ...json, challenge: bytes(json.challenge), allowCredentials: described(json.allowCredentials) })
const toCreate = (json) => ({ ...json, challenge: bytes(json.challenge), user: { ...json.user, id: bytes(json.user.id) }, excludeCredentials: described(json.excludeCredentials) })

const answer = (c) => JSON.stringify({
  id: c.id, rawId: text(c.rawId), type: c.type, authenticatorAttachment: c.authenticatorAttachment ?? undefined, clientExtensionResults: {},
  response: c.response.attestationObject
    ? { clientDataJSON: text(c.response.clientDataJSON), attestationObject: text(c.response.attestationObject), transports: c.response.getTransports() }
    : {
        clientDataJSON: text(c.response.clientDataJSON), authenticatorData: text(c.response.authenticatorData), signature: text(c.response.signature),
        userHandle: c.response.userHandle ? text(c.response.userHandle) : undefined,
      },
})

const field = (form, name, value) => {
  const input = document.createElement('input')
  input.type = 'hidden'
  input.name = name
  input.value = value
  form.append(input)
}

const send = (form, ticket, passkey) => {
  field(form, 'ticket', ticket)
  field(form, 'passkey', passkey)
  form.submit()
}

// A form of its own with nothing but the answer.
const bare = (place) => {
  const form = document.createElement('form')
  form.method = 'post'
  form.action = place.dataset.action
  form.hidden = true
  field(form, 'next', place.dataset.next)
  document.body.append(form)
  return form
}

// Whether a form is filled in but for the password, which the passkey stands in for.
const filled = (form) => {
  const password = form.elements.namedItem('password')
  password.required = false
  const right = form.reportValidity()
  password.required = true
  return right
}

const begin = () => {
  const place = document.querySelector('[data-passkey]')
  if (place && 'PublicKeyCredential' in globalThis && location.hostname === place.dataset.host) {
    place.hidden = false
    const button = place.querySelector('button')
    const trouble = place.querySelector('[role=alert]')
    const { make, prove } = place.dataset // one is made for somebody who is in; where he shows anew who he is
    const form = 'new' in place.dataset ? document.querySelector('form') : undefined
    button.addEventListener('click', async () => {
      trouble.hidden = true
      if (form && !filled(form)) return
      button.disabled = true
      try {
        const asked = await fetch(place.dataset.passkey, { method: 'POST', credentials: 'same-origin', body: form && new URLSearchParams(new FormData(form)) })
        if (form && [404, 410, 422].includes(asked.status)) return send(form, '', '') // its page says what is wrong
        if (asked.status === 403 && prove) return location.assign(prove)
        if (!asked.ok) throw new Error(String(asked.status))
        const { ticket, options: { publicKey } } = await asked.json()
        const credential = form || make !== undefined ? await navigator.credentials.create({ publicKey: toCreate(publicKey) }) : await navigator.credentials.get({ publicKey: toGet(publicKey) })
        send(form ?? bare(place), ticket, answer(credential))
      } catch {
        trouble.hidden = false
        button.disabled = false
        button.focus()
      }
    })
  }

  // Passkeys are bound to names: whoever tries the program at the number of this machine is shown its name.
  const elsewhere = document.querySelector('[data-elsewhere]')
  if (elsewhere && place.dataset.host === 'localhost' && ['127.0.0.1', '[::1]'].includes(location.hostname)) {
    const link = elsewhere.querySelector('a')
    const to = new URL(location.href)
    to.hostname = 'localhost'
    link.href = to.href
    link.textContent = to.host
    elsewhere.hidden = false
  }
}

// The script may be here before the page is.
if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', begin)
else begin()
