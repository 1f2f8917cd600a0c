// Another build of the program: the same sources, and a staff application all of whose files have other names.
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { gunzipSync, gzipSync, brotliCompressSync, constants } from 'node:zlib'

const root = fileURLToPath(new URL('../..', import.meta.url))
const run = promisify(execFile)

/** Makes it. Its page says so in a meta element named build; program is where it is, and files are the addresses of the first build's files, which it does not have. */
export async function nextBuild() {
  const dist = join(root, 'ui/newsroom/dist'), out = await mkdtemp(join(tmpdir(), 'dateline-build-')), Replace = {}
  const done = () => rm(out, { recursive: true, force: true })
  try {
    await mkdir(join(out, 'assets'))
    const packed = (await readdir(join(dist, 'assets'))).filter((name) => name.endsWith('.gz'))
    const names = packed.map((name) => name.slice(0, -3)).sort()
    const renamed = new Map(names.map((name) => [name, name.replace(/(\.\w+)$/, '-next$1')]))
    const version = (page, of) => createHash('sha256').update(page).update(of.map((name) => `/newsroom/assets/${name}`).join('\n')).digest('hex').slice(0, 12) // as ui/build.mjs makes it
    const page = await readFile(join(dist, 'index.html'), 'utf8')
    const next = (text) => [...renamed].reduce((s, [from, to]) => s.replaceAll(from, to), text).replace('<head>', '<head><meta name=build content=next>').replaceAll(version(page, names), version(page, [...renamed.values()]))
    const put = async (name, content) => {
      await writeFile(join(out, name), content)
      Replace[join(dist, name)] = join(out, name)
    }
    for (const name of ['index.html', 'worker.js']) await put(name, next(await readFile(join(dist, name), 'utf8')))
    for (const name of names) {
      const code = gunzipSync(await readFile(join(dist, 'assets', `${name}.gz`)))
      const changed = /\.(js|css)$/.test(name) ? Buffer.from(next(code.toString())) : code
      for (const end of ['gz', 'br']) Replace[join(dist, 'assets', `${name}.${end}`)] = '' // gone
      await put(`assets/${renamed.get(name)}.gz`, gzipSync(changed, { level: 1 }))
      await put(`assets/${renamed.get(name)}.br`, brotliCompressSync(changed, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }))
    }
    const overlay = join(out, 'overlay.json'), program = join(out, 'dateline')
    await writeFile(overlay, JSON.stringify({ Replace }))
    await run('go', ['build', '-trimpath', '-ldflags', '-s -w', '-overlay', overlay, '-o', program, './cmd/dateline'], { cwd: root, env: { ...process.env, CGO_ENABLED: '0' } })
    return { program, files: names.map((name) => `/newsroom/assets/${name}`), done }
  } catch (e) { // nobody else knows of the folder
    await done()
    throw e
  }
}
