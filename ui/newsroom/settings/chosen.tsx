// The edition that a place of Settings is about, and the way its fields are saved.
import { Alert, NativeSelect, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { client, Failure, got, type Edition } from '../api'
import type { components } from '../made/api'
import { has, useSession } from '../session'
import { sayFault, t } from '../words'

export type EditionPatch = components['schemas']['EditionFields']

/** One of the editions that somebody may set up, and the field that chooses it. */
export function useChosen(): { edition: Edition | undefined, choice: ReactNode } {
  const { me, editions } = useSession()
  const mine = editions.filter((e) => has(me, e.slug, 'admin', 'editor'))
  const [slug, setSlug] = useState(mine.find((e) => e.default)?.slug ?? mine[0]?.slug ?? '')
  const edition = mine.find((e) => e.slug === slug)
  return {
    edition,
    choice: mine.length > 1 && edition ? <NativeSelect maw={320} label={t('settings.edition')} value={slug} onChange={(e) => setSlug(e.currentTarget.value)} data={mine.map((e) => ({ value: e.slug, label: e.name }))} /> : null,
  }
}

/** What is wrong with a field of what was sent, in words. */
export const wrongIn = (error: unknown) => (name: string): string | undefined => {
  const at = error instanceof Failure ? error.problem.errors?.find((e) => e.location === `body.${name}`) : undefined
  return at && sayFault(at.key ?? '', at.message ?? '')
}

/** Saves fields of an edition. */
export function useSaved(slug: string) {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: (body: EditionPatch) => got(client.PATCH('/api/v1/editions/{slug}', { params: { path: { slug }, header: { 'If-Match': '*' } }, body })),
    onSuccess: (now) => {
      cache.setQueryData<Edition[]>(['editions'], (old) => old?.map((e) => e.slug === slug ? now : e))
      void cache.invalidateQueries({ queryKey: ['editions'] })
    },
  })
}

/** How it stands with what was saved. */
export function Outcome({ of: m }: { of: { isError: boolean, isSuccess: boolean, error: unknown } }) {
  if (m.isError) return <Alert color="red" role="alert">{m.error instanceof Failure ? m.error.words : t('fault.unknown')}</Alert>
  return <Text size="sm" c="dimmed" role="status">{m.isSuccess ? t('settings.saved') : ''}</Text>
}
