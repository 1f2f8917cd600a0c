// Builds what readers run: one ES module, named by its content.
//
//   node build.mjs          writes reader/dist/reader-HASH.js and prints its size
//   node build.mjs --test   runs reader/*.test.ts
//
// The module may have 8 KiB after brotli (GOALS R2); a larger one fails the build.
import { createHash } from 'node:crypto'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants } from 'node:zlib'
import { build } from 'esbuild'

const limit = 8 * 1024
const here = fileURLToPath(new URL('.', import.meta.url))
const reader = join(here, 'reader')

async function test() {
  const out = await mkdtemp(join(tmpdir(), 'dateline-ui-'))
  try {
    const tests = (await readdir(reader)).filter((name) => name.endsWith('.test.ts'))
    await build({ entryPoints: tests.map((name) => join(reader, name)), outdir: out, outExtension: { '.js': '.mjs' }, bundle: true, platform: 'node', format: 'esm', target: 'node20' })
    return await new Promise((done) => {
      const files = tests.map((name) => join(out, name.replace(/\.ts$/, '.mjs')))
      spawn(process.execPath, ['--test', ...files], { stdio: 'inherit' }).on('exit', (code) => done(code ?? 1))
    })
  } finally {
    await rm(out, { recursive: true, force: true })
  }
}

async function bundle() {
  const result = await build({
    entryPoints: [join(reader, 'main.ts')], bundle: true, minify: true, write: false,
    format: 'esm', target: ['es2022', 'safari16'], legalComments: 'none', charset: 'utf8',
  })
  const code = result.outputFiles[0].contents
  const small = brotliCompressSync(code, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length
  if (small > limit) {
    console.error(`ui: the reader's module has ${small} bytes after brotli, at most ${limit} are allowed`)
    return 1
  }
  const dist = join(reader, 'dist')
  const name = `reader-${createHash('sha256').update(code).digest('hex').slice(0, 12)}.js`
  for (const old of await readdir(dist)) if (old !== '.keep' && old !== name) await rm(join(dist, old))
  await writeFile(join(dist, name), code)
  console.log(`ui: ${name}, ${code.length} bytes, ${small} after brotli`)
  return 0
}

process.exitCode = process.argv[2] === '--test' ? await test() : await bundle()
