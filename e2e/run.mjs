// Runs every test in tests/ against one demo of the built program: node run.mjs [name…]
import { spawn } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { house } from './lib/house.mjs'

const here = fileURLToPath(new URL('.', import.meta.url))
const wanted = process.argv.slice(2)
const files = (await readdir(`${here}tests`)).filter((f) => f.endsWith('.test.mjs') && (wanted.length === 0 || wanted.some((w) => f.includes(w)))).sort()
const it = await house()
console.log(`e2e: the demo serves ${it.url}`)
const code = await new Promise((done) => {
  spawn(process.execPath, ['--test', '--test-concurrency=1', '--test-reporter=spec', ...files.map((f) => `tests/${f}`)], {
    cwd: here, stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, DATELINE_E2E_URL: it.url, DATELINE_E2E_TOKEN: it.token, DATELINE_E2E_DATA: it.data },
  }).on('exit', (c) => done(c ?? 1))
})
await it.stop()
process.exit(code)
