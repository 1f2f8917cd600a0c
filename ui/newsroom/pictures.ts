// Pictures as every part of the application needs them.
import { useQuery } from '@tanstack/react-query'
import { client, Failure, got, key, type Picture, type ProblemBody } from './api'

/** A picture by its id, read once. */
export const usePicture = (id: string) => useQuery({
  queryKey: ['picture', id], enabled: id !== '', staleTime: 60_000,
  queryFn: () => got(client.GET('/api/v1/pictures/{id}', { params: { path: { id } } })),
})

/** Uploads a file; its words and credit come from the file itself. */
export async function upload(file: File): Promise<Picture> {
  const form = new FormData()
  form.append('file', file, file.name)
  const answer = await fetch('/api/v1/pictures', { method: 'POST', body: form, credentials: 'same-origin', headers: { 'Idempotency-Key': key() } }).catch(() => { throw new Failure(0) })
  const body = await answer.json().catch(() => ({})) as unknown
  if (!answer.ok) throw new Failure(answer.status, body as ProblemBody)
  return body as Picture
}

/** The smallest rendition that is at least so wide, else the widest. */
export function rendition(p: Picture, width: number): Picture['renditions'][number] | undefined {
  const whole = p.renditions.filter((r) => r.name.startsWith('w')).sort((a, b) => a.width - b.width)
  return whole.find((r) => r.width >= width) ?? whole.at(-1) ?? p.renditions[0]
}
