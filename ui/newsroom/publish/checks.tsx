// What is looked at before a story goes out: in a panel while it is written, in the sheet when it is published.
import { Alert, Checkbox, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { client, Failure, got } from '../api'
import { sayCheck, sayFault, t } from '../words'

type Role = 'note' | 'alert'

/** The checks of a story as one version of it is on the server, for the time at which it is to go out. */
export const useChecks = (id: string, version: number, enabled = true, at?: string) => useQuery({
  queryKey: ['checks', id, version, at], enabled, gcTime: 0, placeholderData: (old) => old,
  queryFn: async () => (await got(client.GET('/api/v1/articles/{id}/checks', { params: { path: { id }, ...(at ? { query: { at } } : {}) } }))).items,
})

/** Their findings in the order of their weight, in the role in which they are read out. With `onOver` an editor may publish in spite of some, whose keys are `over` then. */
export function Checks({ checks, role, over, onOver }: { checks: ReturnType<typeof useChecks>, role: Role, over?: ReadonlySet<string>, onOver?: (over: ReadonlySet<string>) => void }) {
  const found = checks.data ?? []
  const choose = (key: string, yes: boolean) => { const s = new Set(over); if (yes) s.add(key); else s.delete(key); onOver?.(s) }
  return <>
    {checks.isError && <Fault error={checks.error} role={role} />}
    {found.filter((c) => c.level === 'stop').map((c) => <Alert key={c.key + c.location} role={role} color="red" title={t('check.stop')}>{sayCheck(c.key, c.message)}</Alert>)}
    {found.filter((c) => c.level === 'override').map((c) => <Alert key={c.key + c.location} role={role} color="red" title={t('check.override')}><Stack gap="xs"><span>{sayCheck(c.key, c.message)}</span>
      {onOver && <Checkbox checked={over?.has(c.key) ?? false} label={t('check.override.yes')} onChange={(e) => choose(c.key, e.currentTarget.checked)} />}</Stack></Alert>)}
    {found.filter((c) => c.level === 'warning').map((c) => <Alert key={c.key + c.location} role={role} color="yellow" title={t('check.warning')}>{sayCheck(c.key, c.message)}</Alert>)}
    {checks.isSuccess && found.length === 0 && <Text size="sm" c="dimmed">{t('check.none')}</Text>}
  </>
}

/** The panel beside the text: after each save, what would stop the story now. It comes and goes while somebody types, so it interrupts nothing that is read out. */
export function CheckPanel({ id, version }: { id: string, version: number }) {
  return <Stack gap="sm" aria-live="polite"><Checks checks={useChecks(id, version)} role="note" /></Stack>
}

export function Fault({ error, role = 'alert' }: { error: unknown, role?: Role }) {
  const f = error instanceof Failure ? error : new Failure(-1)
  return <Alert color="red" role={role}>{f.status === 412 ? t('publish.newer') : f.problem.detail && f.status === 0 ? f.problem.detail : f.words}
    {f.problem.errors?.map((e) => <div key={`${e.location}${e.message}`}>{e.key ? sayFault(e.key, e.message ?? '') : e.message}</div>)}</Alert>
}
