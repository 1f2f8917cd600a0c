// The application where there is no network: its page and its files, as one build made them. Never an answer of the API, and nothing of anybody.
// Nothing here knows of the browser: what it keeps things in and asks the network with is given.

/** What of a store of answers is used here. */
export interface Kept {
  match(url: string): Promise<Response | undefined>
  put(url: string, answer: Response): Promise<void>
}

/** Stores by name. */
export interface Stores {
  open(name: string): Promise<Kept>
  keys(): Promise<string[]>
  delete(name: string): Promise<boolean>
}

/** A build of the application. */
export interface Build {
  version: string
  page: string
  files: readonly string[] // addresses; what lies at one never changes
  headers: Readonly<Record<string, string>> // with which the server answers the page
  mark: string // stands for the nonce in page and headers
}

/** What a shell is given. */
export interface World {
  origin: string
  stores: Stores
  /** Asks the network. */
  fetch(request: Request | string): Promise<Response>
  /** A new one each time. */
  nonce(): string
}

const prefix = 'dateline-newsroom-'

/** The addresses below /newsroom/ that the server draws itself. */
const doors = /^\/newsroom\/(sign-in|sign-out|code|password|set-up|assets)(\/|$)|\.\w+$/

// How long the network may take to show the page before it counts as none; milliseconds.
const patience = 6000

export class Shell {
  private readonly own: string

  constructor(private readonly build: Build, private readonly world: World) {
    this.own = prefix + build.version
  }

  /** Keeps all files, those that an earlier build had already from there; fails when one cannot be had, and then the earlier build stays. */
  async install(): Promise<void> {
    const store = await this.world.stores.open(this.own)
    for (const file of this.build.files) { // one after another: what somebody is doing meanwhile comes first
      if (await store.match(file)) continue
      const answer = await this.kept(file) ?? await this.world.fetch(file)
      if (!answer.ok) throw new Error(`${file}: ${answer.status}`)
      await store.put(file, answer)
    }
  }

  /** Forgets all builds but this one and the one before it, whose pages may still be open. */
  async activate(): Promise<void> {
    const old = (await this.builds()).filter((name) => name !== this.own)
    for (const name of old.slice(0, -1)) await this.world.stores.delete(name)
  }

  /** What to answer a request with; undefined where the browser asks the network itself. */
  answer(request: Request): Promise<Response> | undefined {
    const { pathname, origin } = new URL(request.url)
    if (request.method !== 'GET' || origin !== this.world.origin) return undefined
    if (request.mode === 'navigate') return pathname.startsWith('/newsroom/') && !doors.test(pathname) ? this.open(request) : undefined
    return pathname.startsWith('/newsroom/assets/') ? this.file(request, pathname) : undefined
  }

  // open shows the server's page while the network is there: it knows who is signed in and which build is the newest.
  private async open(request: Request): Promise<Response> {
    let late: ReturnType<typeof setTimeout> | undefined
    try {
      const answer = await Promise.race([this.world.fetch(request), new Promise<Response>((_, fail) => { late = setTimeout(() => fail(new Error('late')), patience) })])
      return [502, 503, 504].includes(answer.status) ? this.page() : answer
    } catch {
      return this.page()
    } finally {
      clearTimeout(late)
    }
  }

  // page is the page of this build, with a nonce of its own like each answer of the server.
  private page(): Response {
    const nonce = this.world.nonce()
    const said = (text: string) => text.replaceAll(this.build.mark, nonce)
    return new Response(said(this.build.page), { headers: Object.fromEntries(Object.entries(this.build.headers).map(([name, value]) => [name, said(value)])) })
  }

  private async file(request: Request, at: string): Promise<Response> {
    return await this.kept(at) ?? await this.world.fetch(request)
  }

  // kept finds a file in any build. Its name is made of its content: wherever it is found, it is the same.
  private async kept(at: string): Promise<Response | undefined> {
    for (const name of (await this.builds()).reverse()) {
      const found = await (await this.world.stores.open(name)).match(at)
      if (found) return found
    }
    return undefined
  }

  // builds are those that are kept, the oldest first.
  private async builds(): Promise<string[]> { return (await this.world.stores.keys()).filter((name) => name.startsWith(prefix)) }
}
