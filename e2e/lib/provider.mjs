// A provider of accounts (OpenID Connect), at which whoever comes agrees by a button.
import { createHash, createSign, generateKeyPairSync, randomBytes } from 'node:crypto'
import { createServer } from 'node:http'

const base64 = (value) => Buffer.from(typeof value === 'string' || Buffer.isBuffer(value) ? value : JSON.stringify(value)).toString('base64url')

/** Starts it on a port from the kernel. `flag` is what `--oidc` takes; `who` is whom it vouches for, to be changed at will. */
export async function provider(name) {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const it = { who: { email: 'mara@uni.example', email_verified: true, name: 'Mara Lind' } }
  const asked = new Map()
  const server = createServer(async (request, response) => {
    const at = new URL(request.url, it.url)
    const answer = (value, status = 200) => response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value))
    switch (at.pathname) {
      case '/.well-known/openid-configuration':
        return answer({ issuer: it.url, authorization_endpoint: `${it.url}/authorize`, token_endpoint: `${it.url}/token`, jwks_uri: `${it.url}/keys`, response_types_supported: ['code'], subject_types_supported: ['public'], id_token_signing_alg_values_supported: ['RS256'] })
      case '/keys':
        return answer({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256', use: 'sig' }] })
      case '/authorize': {
        const code = randomBytes(16).toString('hex')
        asked.set(code, at.searchParams)
        const back = new URL(at.searchParams.get('redirect_uri'))
        back.search = new URLSearchParams({ code, state: at.searchParams.get('state') })
        const no = new URL(back)
        no.search = new URLSearchParams({ error: 'access_denied', state: at.searchParams.get('state') })
        const safe = (url) => url.href.replaceAll('&', '&amp;')
        return response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(`<!doctype html><html lang="en"><title>${name}</title><p><a href="${safe(back)}">Agree</a> <a href="${safe(no)}">Refuse</a></p></html>`)
      }
      case '/token': {
        let body = ''
        for await (const piece of request) body += piece
        const form = new URLSearchParams(body)
        const began = asked.get(form.get('code'))
        asked.delete(form.get('code'))
        if (!began || request.headers.authorization !== `Basic ${Buffer.from('dateline:secret').toString('base64')}` || form.get('redirect_uri') !== began.get('redirect_uri') || createHash('sha256').update(form.get('code_verifier') ?? '').digest('base64url') !== began.get('code_challenge')) return answer({ error: 'invalid_grant' }, 400)
        const now = Math.floor(Date.now() / 1000)
        const said = `${base64({ alg: 'RS256', kid: 'one' })}.${base64({ iss: it.url, aud: 'dateline', sub: it.who.email, nonce: began.get('nonce'), iat: now, exp: now + 300, ...it.who })}`
        return answer({ access_token: 'access', token_type: 'Bearer', expires_in: 60, id_token: `${said}.${base64(createSign('RSA-SHA256').update(said).sign(privateKey))}` })
      }
      default:
        return answer({}, 404)
    }
  })
  await new Promise((done) => server.listen(0, '127.0.0.1', done))
  it.url = `http://127.0.0.1:${server.address().port}`
  it.flag = `http://dateline:secret@127.0.0.1:${server.address().port}#${encodeURIComponent(name)}`
  it.stop = () => new Promise((done) => { server.close(done); server.closeAllConnections() })
  return it
}
