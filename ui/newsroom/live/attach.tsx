// Picture files on their way into a post, in the box as in an edit.
import { Button } from '@mantine/core'
import { useCallback, useRef, type Dispatch, type SetStateAction } from 'react'
import { Failure, key } from '../api'
import { uploading } from '../pictures'
import { t } from '../words'
import type { Attached, Written } from './post'

/** Those of files that are pictures. */
export const accepted = (files: Iterable<File>): File[] => [...files].filter((f) => f.type.startsWith('image/'))

/**
 * Gives the function that takes files into what is written. A picture goes to the server while one writes, so that what its file says of it is there to
 * read; without a network it waits with the post.
 */
export const useAttaching = (set: Dispatch<SetStateAction<Written>>, onRefused: (words: string) => void) => useCallback(async (files: Iterable<File>) => {
  for (const f of accepted(files)) {
    const one: Attached = { key: key(), file: f, name: f.name, credit: '', caption: '', alt: '' }
    set((old) => ({ ...old, pictures: [...old.pictures, one] }))
    try {
      const p = await uploading(f, () => undefined, f.name, one.key)
      set((old) => ({ ...old, pictures: old.pictures.map((x) => x.key === one.key ? { ...x, credit: x.credit || p.credit, caption: x.caption || p.caption, alt: x.alt || p.alt } : x) }))
    } catch (e) {
      if (e instanceof Failure && !e.passing) {
        set((old) => ({ ...old, pictures: old.pictures.filter((x) => x.key !== one.key) }))
        onRefused(e.words)
      }
    }
  }
}, [set, onRefused])

/** Asks the device for pictures. */
export function PictureButton({ onFiles }: { onFiles: (files: File[]) => void }) {
  const file = useRef<HTMLInputElement>(null)
  return <>
    <Button size="compact-sm" variant="default" onClick={() => file.current?.click()}>{t('block.picture')}</Button>
    <input ref={file} type="file" accept="image/*" multiple hidden onChange={(e) => { onFiles([...e.currentTarget.files ?? []]); e.currentTarget.value = '' }} />
  </>
}
