// Single letters for hands that stay on the keyboard. They act only when no field has focus, and can be turned off.
import { Modal, Switch } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { t, type Key } from './words'

export type Keys = Record<string, [Key, () => void]>

const places: Keys[] = []
const setting = 'dateline.keys'

/** Whether single letters act here. */
export const lettersOn = (): boolean => localStorage.getItem(setting) !== 'off'

const typing = (e: KeyboardEvent): boolean => {
  const on = e.target as HTMLElement | null
  return !!on && (on.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(on.tagName))
}

function press(e: KeyboardEvent) {
  if (e.ctrlKey || e.metaKey || e.altKey || e.defaultPrevented || typing(e) || !lettersOn() || document.querySelector('[role=dialog]')) return
  if (e.key === 'Enter' && (e.target as HTMLElement).closest('a, button')) return
  for (const keys of [...places].reverse()) {
    const found = keys[e.key]
    if (found) {
      e.preventDefault()
      found[1]()
      return
    }
  }
}

/** Lets these keys act while the component is there. */
export function useKeys(keys: Keys): void {
  const current = useRef(keys)
  current.current = keys
  useEffect(() => {
    const here: Keys = new Proxy({}, { get: (_, k: string) => current.current[k], ownKeys: () => Object.keys(current.current), getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }) })
    if (places.length === 0) addEventListener('keydown', press)
    places.push(here)
    return () => {
      places.splice(places.indexOf(here), 1)
      if (places.length === 0) removeEventListener('keydown', press)
    }
  }, [])
}

/** Keys that act with Ctrl or Cmd, also while one writes; they are listed with the letters. */
const chords: [string, Key][] = [['Ctrl K', 'palette.label'], ['Ctrl S', 'keys.save'], ['Ctrl Enter', 'publish.button'], ['Ctrl F', 'find.label']]

let helped: () => void = () => undefined

/** Shows every key. */
export const showKeys = (): void => helped()

/** Every key that acts here, on "?". */
export function KeyHelp() {
  const [open, setOpen] = useState(false)
  const [on, setOn] = useState(lettersOn())
  useKeys({ '?': ['keys.help', () => setOpen(true)] })
  useEffect(() => { helped = () => setOpen(true); return () => { helped = () => undefined } }, [])
  return (
    <Modal opened={open} onClose={() => setOpen(false)} title={t('keys.title')} closeButtonProps={{ 'aria-label': t('app.close') }}>
      <Switch mb="md" checked={on} label={t('keys.on')} onChange={(e) => { const yes = e.currentTarget.checked; localStorage.setItem(setting, yes ? 'on' : 'off'); setOn(yes) }} />
      <dl className="keys">{places.flatMap((p) => Object.keys(p).map((k) => <div key={k}><dt><kbd>{k}</kbd></dt><dd>{t(p[k]![0])}</dd></div>))}
        {chords.map(([k, key]) => <div key={k}><dt><kbd>{k}</kbd></dt><dd>{t(key)}</dd></div>)}</dl>
    </Modal>
  )
}
