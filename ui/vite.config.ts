// Builds the staff application into newsroom/dist. It is served below /newsroom/ with a nonce of its own in every answer.
import react from '@vitejs/plugin-react'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  root: here('newsroom'),
  base: '/newsroom/',
  plugins: [react(), {
    name: 'colours-first', // nothing is drawn before the script has said in which colours
    transformIndexHtml: { order: 'post', handler: (page) => page.replace('<script type="module"', '<script type="module" blocking="render"') },
  }],
  html: { cspNonce: 'NONCE-OF-THIS-ANSWER' },
  build: {
    outDir: here('newsroom/dist'),
    emptyOutDir: false, // build.mjs empties it and keeps .keep
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: ['es2022', 'safari16'],
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1000,
    manifest: 'manifest.json',
  },
})
