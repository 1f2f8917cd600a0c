// The server as the saver knows it.
import { client, Failure, got, type Article } from '../api'
import { fieldNames, fieldsOf, type FieldName, type Fields } from './document'
import { Newer, Refused, type Saved, type Server } from './port'

/** A story as the saver takes it. */
export const savedOf = (a: Article): Saved => ({ version: a.version ?? 0, fields: fieldsOf(a as unknown as Record<string, never>) })

// The API clears what is null; an empty text of the editor means that.
const sent = (fields: Partial<Fields>) => Object.fromEntries(Object.entries(fields).map(([k, v]) => [k, v === '' ? null : v]))

// named are the fields that a refusal is about: none when it is about the story.
function named(error: Failure): FieldName[] {
  const names = (error.problem.errors ?? []).map((e) => /^body\.([a-z_]+)/.exec(e.location ?? '')?.[1] as FieldName | undefined)
  return names.some((n) => !n || !fieldNames.includes(n)) ? [] : [...new Set(names as FieldName[])]
}

/** Saves one story. `onArticle` hears what the server has after each save. */
export function serverOf(id: string, onArticle: (a: Article) => void): Server {
  const attempt = async <T>(f: () => Promise<T>): Promise<T> => {
    try {
      return await f()
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      if (error.status === 412) throw new Newer(savedOf(error.problem.current as Article))
      if (error.passing || error.status === 401) throw error // a session that is over is opened again elsewhere
      throw new Refused(error, named(error))
    }
  }
  return {
    save: (changed, version) => attempt(async () => {
      const a = await got(client.PATCH('/api/v1/articles/{id}', { params: { path: { id }, header: { 'If-Match': `"${version}"` } }, body: sent(changed) }))
      onArticle(a)
      return savedOf(a)
    }),
    parting: (changed, version) => { // a browser takes 64 KB of it; a longer text waits in its copy
      void client.PATCH('/api/v1/articles/{id}', { params: { path: { id }, header: { 'If-Match': `"${version}"` } }, body: sent(changed), keepalive: true }).catch(() => undefined)
    },
    branch: ({ name, version, fields }) => attempt(async () => {
      await got(client.PUT('/api/v1/articles/{id}/branches/{branch}', { params: { path: { id, branch: name } }, body: { base: version, ...sent(fields) } }))
    }),
  }
}
