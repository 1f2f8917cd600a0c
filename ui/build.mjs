// Builds what browsers run.
//
//   node build.mjs             readers: reader/dist/reader-HASH.js, live-HASH.js, rooms-HASH.js and own-HASH.js; newsroom: newsroom/dist, its assets as .br and .gz
//   node build.mjs --words     only what is generated for the newsroom's types: API client and words of faults
//   node build.mjs --test      runs the tests in reader/ and newsroom/
//
// A module of readers' pages may have 8 KiB after brotli, those of what is live, coverages and rooms, 12, that of who is signed in 4, the newsroom's first load 250 KB after gzip; more fails the build.
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { build } from 'esbuild'

// The modules of readers' pages: the entry of each in reader/, and the most bytes it may have after brotli. The first is loaded by the others where somebody is signed in.
const modules = { own: ['own.ts', 4 * 1024], reader: ['main.ts', 8 * 1024], rooms: ['rooms.ts', 12 * 1024], live: ['live.ts', 12 * 1024] }
const firstLoad = 250_000
const here = fileURLToPath(new URL('.', import.meta.url))
const reader = join(here, 'reader')
const newsroom = join(here, 'newsroom')
const nonceMark = 'NONCE-OF-THIS-ANSWER' // as vite.config.ts and embed.go have it
const languages = ['en', 'es', 'ru', 'ar']

const brotli = (code) => brotliCompressSync(code, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: code.length } })
const gzip = (code) => gzipSync(code, { level: 9 })

async function tests(dir) {
  return (await readdir(dir, { recursive: true })).filter((name) => name.endsWith('.test.ts') && !name.startsWith('dist')).map((name) => join(dir, name))
}

async function test() {
  const out = await mkdtemp(join(here, 'node_modules/.test-'))
  try {
    const files = [...await tests(reader), ...await tests(newsroom)]
    await build({
      entryPoints: files, outdir: out, outbase: here, outExtension: { '.js': '.mjs' }, bundle: true, platform: 'node', format: 'esm', target: 'node20',
      packages: 'external', define: { 'import.meta.dirname': JSON.stringify(newsroom) },
    })
    return await new Promise((done) => {
      const built = files.map((name) => join(out, name.slice(here.length).replace(/\.ts$/, '.mjs')))
      spawn(process.execPath, ['--test', ...built], { stdio: 'inherit' }).on('exit', (code) => done(code ?? 1))
    })
  } finally {
    await rm(out, { recursive: true, force: true })
  }
}

async function readers() {
  const dist = join(reader, 'dist')
  const made = new Map()
  for (const [name, [entry, limit]] of Object.entries(modules)) {
    const result = await build({
      entryPoints: [join(reader, entry)], bundle: true, minify: true, write: false,
      format: 'esm', target: ['es2022', 'safari16'], legalComments: 'none', charset: 'utf8',
      define: { OWN: JSON.stringify(`/assets/${[...made.keys()][0]}`) }, external: ['/assets/*'],
    })
    const code = result.outputFiles[0].contents
    const small = brotli(code).length
    if (small > limit) {
      console.error(`ui: the module ${name} has ${small} bytes after brotli, at most ${limit} are allowed`)
      return 1
    }
    const file = `${name}-${createHash('sha256').update(code).digest('hex').slice(0, 12)}.js`
    made.set(file, code)
    console.log(`ui: ${file}, ${code.length} bytes, ${small} after brotli`)
  }
  for (const old of await readdir(dist)) if (old !== '.keep' && !made.has(old)) await rm(join(dist, old))
  for (const [file, code] of made) await writeFile(join(dist, file), code)
  return 0
}

// generate writes what the newsroom's types are made from: the API's description as types, and the words of faults, which
// the program has already.
async function generate() {
  const { default: openapi, astToString } = await import('openapi-typescript')
  const out = join(newsroom, 'made')
  await mkdir(out, { recursive: true })
  const ast = await openapi(new URL('../docs/openapi.json', import.meta.url))
  await writeFile(join(out, 'api.ts'), `// Made from docs/openapi.json by build.mjs.\n${astToString(ast)}`)
  for (const language of languages) {
    const all = JSON.parse(await readFile(join(here, '../internal/page/lang', `${language}.json`), 'utf8')).words
    const faults = Object.fromEntries(Object.entries(all).filter(([key]) => /^(fault|warning)\./.test(key)))
    await writeFile(join(out, `faults.${language}.json`), JSON.stringify(faults))
  }
  return 0
}

// worker makes the script that opens the application without a network. It holds the page and the names of all files of the same build, so that
// whoever has it has a whole application and never a part of another.
async function worker(dist) {
  const page = await readFile(join(dist, 'index.html'), 'utf8')
  const files = (await readdir(join(dist, 'assets'))).sort().map((name) => `/newsroom/assets/${name}`)
  const name = createHash('sha256').update(page).update(files.join('\n')).digest('hex').slice(0, 12)
  await build({
    entryPoints: [join(newsroom, 'offline/worker.ts')], outfile: join(dist, 'worker.js'), bundle: true, minify: true, format: 'iife', target: ['es2022', 'safari16'], legalComments: 'none', charset: 'utf8',
    define: { PAGE: JSON.stringify(page), FILES: JSON.stringify(files), VERSION: JSON.stringify(name), MARK: JSON.stringify(nonceMark), HEADERS: '"HEADERS-OF-THE-PAGE"' },
  })
}

async function staff() {
  const { build: vite } = await import('vite')
  const dist = join(newsroom, 'dist')
  for (const old of await readdir(dist)) if (old !== '.keep') await rm(join(dist, old), { recursive: true })
  await vite({ root: newsroom, configFile: join(here, 'vite.config.ts'), logLevel: 'warn' })
  const manifest = JSON.parse(await readFile(join(dist, 'manifest.json'), 'utf8'))
  await rm(join(dist, 'manifest.json'))
  await worker(dist)
  const sizes = {}
  for (const name of await readdir(join(dist, 'assets'))) {
    const code = await readFile(join(dist, 'assets', name))
    const small = gzip(code)
    sizes[`assets/${name}`] = small.length
    await writeFile(join(dist, 'assets', `${name}.gz`), small)
    await writeFile(join(dist, 'assets', `${name}.br`), brotli(code))
    await rm(join(dist, 'assets', name)) // the program holds each file packed
  }
  const first = new Set()
  const follow = (key) => {
    const chunk = manifest[key]
    if (!chunk || first.has(chunk.file)) return
    for (const file of [chunk.file, ...(chunk.css ?? [])]) first.add(file)
    for (const next of chunk.imports ?? []) follow(next)
  }
  follow('index.html')
  const total = [...first].reduce((sum, file) => sum + sizes[file], 0)
  console.log(`ui: newsroom, first load ${total} bytes after gzip, ${Object.values(sizes).reduce((a, b) => a + b, 0)} in all`)
  if (total > firstLoad) {
    console.error(`ui: the newsroom's first load has ${total} bytes after gzip, at most ${firstLoad} are allowed`)
    return 1
  }
  return 0
}

switch (process.argv[2]) {
  case '--test': process.exitCode = await test(); break
  case '--words': process.exitCode = await generate(); break
  default: process.exitCode = await readers() || await generate() || await staff()
}
