// Passkeys between the API, which speaks JSON, and the browser, which speaks bytes (W3C Web Authentication).

/** Whether this browser has passkeys, here. */
export const havePasskeys = (): boolean => 'PublicKeyCredential' in globalThis

const bytes = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0))

const text = (buffer: ArrayBuffer): string => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')

interface Described { id: string, type: 'public-key', transports?: AuthenticatorTransport[] }
interface Asked { publicKey: { challenge: string, user?: { id: string, name: string, displayName: string }, excludeCredentials?: Described[], allowCredentials?: Described[] } & Record<string, unknown> }

const described = (list: Described[] = []) => list.map((c) => ({ ...c, id: bytes(c.id) }))

/** Has the device prove itself, and gives its answer as the API takes it. */
export async function askDevice(options: unknown): Promise<Record<string, unknown>> {
  const { publicKey } = options as Asked
  const c = await navigator.credentials.get({ publicKey: { ...publicKey, challenge: bytes(publicKey.challenge), allowCredentials: described(publicKey.allowCredentials) } as PublicKeyCredentialRequestOptions }) as PublicKeyCredential
  const r = c.response as AuthenticatorAssertionResponse
  return {
    id: c.id, rawId: text(c.rawId), type: c.type, clientExtensionResults: {},
    response: { clientDataJSON: text(r.clientDataJSON), authenticatorData: text(r.authenticatorData), signature: text(r.signature), ...(r.userHandle ? { userHandle: text(r.userHandle) } : {}) },
  }
}

/** Has the device make a passkey, and gives its answer as the API takes it. */
export async function makeOnDevice(options: unknown): Promise<Record<string, unknown>> {
  const { publicKey } = options as Asked
  const c = await navigator.credentials.create({
    publicKey: { ...publicKey, challenge: bytes(publicKey.challenge), user: { ...publicKey.user!, id: bytes(publicKey.user!.id) }, excludeCredentials: described(publicKey.excludeCredentials) } as unknown as PublicKeyCredentialCreationOptions,
  }) as PublicKeyCredential
  const r = c.response as AuthenticatorAttestationResponse
  return {
    id: c.id, rawId: text(c.rawId), type: c.type, clientExtensionResults: {},
    response: { clientDataJSON: text(r.clientDataJSON), attestationObject: text(r.attestationObject), transports: r.getTransports() },
  }
}
