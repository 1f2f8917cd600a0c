// Strips: those that are wider than a phone, and those that others stand below.
import { useRouterState } from '@tanstack/react-router'
import { useCallback, useEffect, useRef } from 'react'

/** Gives the ref of a strip that scrolls sideways. It says in data-before and data-after where there is more of it, which is drawn as a fade. */
export function useScrolls<T extends HTMLElement>() {
  const ends = useRef<() => void>(undefined)
  return useCallback((strip: T | null) => {
    ends.current?.()
    ends.current = undefined
    if (!strip) return
    const look = () => {
      const more = strip.scrollWidth - strip.clientWidth
      const at = Math.abs(strip.scrollLeft) // below zero from right to left
      strip.toggleAttribute('data-before', at > 1)
      strip.toggleAttribute('data-after', at < more - 1)
    }
    const sizes = new ResizeObserver(look)
    for (const part of [strip, ...strip.children]) sizes.observe(part)
    const parts = new MutationObserver(() => { for (const part of strip.children) sizes.observe(part); look() })
    parts.observe(strip, { childList: true })
    strip.addEventListener('scroll', look, { passive: true })
    ends.current = () => { sizes.disconnect(); parts.disconnect(); strip.removeEventListener('scroll', look) }
  }, [])
}

/** Gives the ref of a strip that stays in view. What holds it has its height as --strip, so that what stays in view below it knows where. */
export function useStays<T extends HTMLElement>() {
  return useCallback((strip: T | null) => {
    if (!strip?.parentElement) return
    const { style } = strip.parentElement
    const sizes = new ResizeObserver(() => style.setProperty('--strip', `${strip.offsetHeight}px`))
    sizes.observe(strip)
    return () => sizes.disconnect()
  }, [])
}

/** The same as a strip that scrolls, for a strip of links: where one is stands in the middle of it after each way. */
export function useHere<T extends HTMLElement>() {
  const strip = useRef<T>(null)
  const scrolls = useScrolls<T>()
  const path = useRouterState({ select: (s) => s.location.pathname })
  useEffect(() => {
    const here = strip.current?.querySelector('[aria-current]')
    if (!here) return
    const a = here.getBoundingClientRect()
    const b = strip.current!.getBoundingClientRect()
    strip.current!.scrollLeft += a.left + a.width / 2 - b.left - b.width / 2
  }, [path])
  return useCallback((el: T | null) => { strip.current = el; scrolls(el) }, [scrolls])
}
