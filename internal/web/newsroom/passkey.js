// Passkeys on pages that are complete without scripts: shows the way in where there is one, asks the device, and posts its answer by a form.
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0))
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')

// What navigator.credentials.get takes, from its JSON form.
const options = (json) => ({ ...json, challenge: bytes(json.challenge), allowCredentials: (json.allowCredentials ?? []).map((c) => ({ ...c, id: bytes(c.id) })) })

const answer = (c) => JSON.stringify({
  id: c.id, rawId: text(c.rawId), type: c.type, authenticatorAttachment: c.authenticatorAttachment ?? undefined, clientExtensionResults: {},
  response: {
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

const place = document.querySelector('[data-passkey]')
if (place && 'PublicKeyCredential' in globalThis && location.hostname === place.dataset.host) {
  place.hidden = false
  const button = place.querySelector('button')
  const trouble = place.querySelector('[role=alert]')
  button.addEventListener('click', async () => {
    button.disabled = true
    trouble.hidden = true
    try {
      const asked = await fetch(place.dataset.passkey, { method: 'POST', credentials: 'same-origin' })
      if (!asked.ok) throw new Error(String(asked.status))
      const { ticket, options: json } = await asked.json()
      const credential = await navigator.credentials.get({ publicKey: options(json.publicKey) })
      const form = document.createElement('form')
      form.method = 'post'
      form.action = place.dataset.action
      form.hidden = true
      field(form, 'ticket', ticket)
      field(form, 'passkey', answer(credential))
      field(form, 'next', place.dataset.next)
      document.body.append(form)
      form.submit()
    } catch {
      trouble.hidden = false
      button.disabled = false
      button.focus()
    }
  })
}
