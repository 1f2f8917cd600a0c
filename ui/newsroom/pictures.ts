// Pictures as every part of the application needs them.
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { client, Failure, got, key, whole, type Picture, type ProblemBody } from './api'

/** A picture by its id, read once. */
export const usePicture = (id: string) => useQuery({
  queryKey: ['picture', id], enabled: id !== '', staleTime: 60_000,
  queryFn: () => got(client.GET('/api/v1/pictures/{id}', { params: { path: { id } } })),
})

/** Everything that a picture stands in. */
export const usesOf = (id: string) => whole((after) => got(client.GET('/api/v1/pictures/{id}/uses', { params: { path: { id }, query: { limit: 100, ...after } } })))

/** What a list of pictures is narrowed to; at the picture desk it stands in the address. */
export interface PictureFilters { q?: string, kind?: 'photo' | 'illustration' | 'graphic', rights?: 'over' | 'soon', missing?: 'credit' | 'alt', use?: 'used' | 'unused', killed?: true }

/** The pictures of the desk, newest first, page by page. */
export const usePictures = (filters: PictureFilters, on = true) => useInfiniteQuery({
  queryKey: ['pictures', filters], enabled: on, initialPageParam: '', placeholderData: keepPreviousData,
  queryFn: ({ pageParam }) => got(client.GET('/api/v1/pictures', { params: { query: { ...filters, limit: 60, ...(pageParam ? { after: pageParam } : {}) } } })),
  getNextPageParam: (page) => page.next,
})

/** Uploads a file; its words and credit come from the file itself. */
export const upload = (file: File): Promise<Picture> => uploading(file, () => undefined)

/** Uploads a file and says how much of it is there, from 0 to 1. The promise ends when the server has made its renditions. The same key again is the same picture. */
export function uploading(file: Blob, onPart: (part: number) => void, name = file instanceof File ? file.name : '', once = key()): Promise<Picture> {
  const form = new FormData()
  form.append('file', file, name)
  return new Promise((done, fail) => {
    const request = new XMLHttpRequest() // fetch does not tell how much was sent
    request.open('POST', '/api/v1/pictures')
    request.setRequestHeader('Idempotency-Key', once)
    request.upload.addEventListener('progress', (e) => { if (e.lengthComputable) onPart(e.loaded / e.total) })
    request.addEventListener('error', () => fail(new Failure(0)))
    request.addEventListener('load', () => {
      let body: unknown = {}
      try { body = JSON.parse(request.responseText) } catch { /* an answer of something between: its status says enough */ }
      if (request.status >= 200 && request.status < 300) done(body as Picture)
      else fail(new Failure(request.status, body as ProblemBody))
    })
    request.send(form)
  })
}

/** The address of a file on this site. */
export const onSite = (url: string): string => new URL(url).pathname

/** Whether the rights in a picture are over: its files are given to nobody then, the desk included. */
export const isOver = (p: Picture): boolean => !p.killed_at && !!p.expires_at && new Date(p.expires_at) <= new Date()

/** The smallest rendition that is at least so wide, else the widest; none of a picture that nobody may see. */
export function rendition(p: Picture, width: number): Picture['renditions'][number] | undefined {
  if (isOver(p)) return undefined
  const whole = p.renditions.filter((r) => r.name.startsWith('w')).sort((a, b) => a.width - b.width)
  return whole.find((r) => r.width >= width) ?? whole.at(-1) ?? p.renditions[0]
}
