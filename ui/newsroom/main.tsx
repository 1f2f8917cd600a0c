import { nonce, worker } from './csp'
import './styles'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app'
import { preferred, speak } from './words'

// The colours that were chosen come before anything is drawn; Mantine says them again with its first picture.
const chosen = localStorage.getItem('mantine-color-scheme-value')
document.documentElement.dataset.mantineColorScheme = chosen === 'dark' || chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'

await speak(preferred(localStorage.getItem('dateline.language') ?? undefined))
createRoot(document.getElementById('newsroom')!).render(<StrictMode><App nonce={nonce} /></StrictMode>)
// Without it the application needs the network to open, and nothing else changes.
if ('serviceWorker' in navigator) navigator.serviceWorker.register(worker).catch(() => undefined)
