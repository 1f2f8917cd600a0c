// Strips of places that are wider than a phone.
import { useRouterState } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'

/** Gives the ref of a strip of links. Where one is stands in the middle of it after each way. */
export function useHere<T extends HTMLElement>() {
  const strip = useRef<T>(null)
  const path = useRouterState({ select: (s) => s.location.pathname })
  useEffect(() => {
    const here = strip.current?.querySelector('[aria-current]')
    if (!here) return
    const a = here.getBoundingClientRect()
    const b = strip.current!.getBoundingClientRect()
    strip.current!.scrollLeft += a.left + a.width / 2 - b.left - b.width / 2
  }, [path])
  return strip
}
