// Who advises on what the rules let pass: what moderators decided before, and a service outside.
import { Alert, Button, Code, Group, NativeSelect, Radio, Stack, Switch, Text, TextInput, Title } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { client, got, key, tagged, type Edition } from '../api'
import type { components } from '../made/api'
import { failed } from '../you/you'
import { moment, number, t } from '../words'

type Manner = components['schemas']['Manner']
export type Asked = Pick<Manner, 'learned' | 'service'>

interface AdvisersProps {
  edition: Edition
  typed: Asked
  /** What is saved already: only that address can be tried. */
  saved: Asked
  set: (to: Partial<Asked>) => void
  wrong: (name: string) => string | undefined
  /** A secret that was made just now and is still shown. */
  secret: string | undefined
  onSecret: (secret: string | undefined) => void
  /** The settings have another version from now on. */
  onVersion: (etag: string) => void
}

export function Advisers({ edition, typed, saved, set, wrong, secret, onSecret, onVersion }: AdvisersProps) {
  const { slug } = edition
  const cache = useQueryClient()
  const queryKey = ['discussion', slug, 'advice']
  const now = useQuery({ queryKey, refetchInterval: 15_000, queryFn: () => got(client.GET('/api/v1/editions/{slug}/discussion/advice', { params: { path: { slug } } })) })
  const again = () => void cache.invalidateQueries({ queryKey })
  const [copied, setCopied] = useState(false)
  const post = { params: { path: { slug }, header: { 'Idempotency-Key': key() } } }
  const make = useMutation({
    mutationFn: () => tagged(client.POST('/api/v1/editions/{slug}/discussion/secret', post)),
    onSuccess: (made) => { setCopied(false); onSecret(made.value.secret); onVersion(made.etag); again() },
  })
  const attempt = useMutation({ mutationFn: () => got(client.POST('/api/v1/editions/{slug}/discussion/try', post)), onSettled: again })
  const service = (to: Partial<Manner['service']>) => set({ service: { ...typed.service, ...to } })
  const few = now.data && (now.data.approved < now.data.enough || now.data.rejected < now.data.enough)
  const said = attempt.data
  return (
    <>
      <Title order={3} size="h4">{t('advice.title')}</Title>
      <Text size="sm" c="dimmed">{t('advice.text')}</Text>
      <NativeSelect maw={420} label={t('advice.learned')} description={t('advice.learned.why')} value={typed.learned} onChange={(e) => set({ learned: e.currentTarget.value as Manner['learned'] })}
        data={(['off', 'very-likely', 'likely'] as const).map((d) => ({ value: d, label: t(`advice.degree.${d}`) }))} />
      <Text size="sm">{now.data ? <>{t('advice.known', { approved: number(now.data.approved), rejected: number(now.data.rejected) })} {few && t('advice.few', { n: number(now.data.enough) })}</> : ''}</Text>
      <Title order={3} size="h4">{t('service.title')}</Title>
      <Text size="sm">{t('service.text')}</Text>
      <Switch label={t('service.on')} checked={typed.service.on} onChange={(e) => service({ on: e.currentTarget.checked })} error={wrong('service.on')} />
      <TextInput type="url" dir="ltr" maxLength={500} label={t('service.address')} value={typed.service.address} onChange={(e) => service({ address: e.currentTarget.value })} error={wrong('service.address')} />
      <Radio.Group label={t('service.without')} value={typed.service.without} onChange={(v) => service({ without: v as Manner['service']['without'] })}>
        <Stack gap={6} mt={6}>{(['hold', 'go-on'] as const).map((w) => <Radio key={w} value={w} label={t(`service.without.${w}`)} />)}</Stack>
      </Radio.Group>
      <Group gap="xs">
        <Button type="button" variant="default" loading={make.isPending} onClick={() => make.mutate()}>{t(now.data?.secret ? 'service.secret.new' : 'service.secret')}</Button>
        <Button type="button" variant="default" loading={attempt.isPending} disabled={!saved.service.address || !now.data?.secret} onClick={() => attempt.mutate()}>{t('service.try')}</Button>
      </Group>
      <Text size="sm" c="dimmed">{t('service.secret.why')}</Text>
      {make.isError && <Alert color="red" role="alert">{failed(make.error)}</Alert>}
      {secret && (
        <Alert color="yellow" title={t('service.secret.made')} role="status">
          <Stack gap="xs"><Text size="sm">{t('service.secret.once')}</Text><Code block className="secret" dir="ltr">{secret}</Code>
            <Group gap="xs"><Button size="xs" variant="default" onClick={() => void navigator.clipboard.writeText(secret).then(() => setCopied(true))}>{t(copied ? 'copy.done' : 'copy')}</Button><Button size="xs" variant="default" onClick={() => onSecret(undefined)}>{t('publish.done')}</Button></Group></Stack>
        </Alert>
      )}
      {attempt.isError && <Alert color="red" role="alert">{failed(attempt.error)}</Alert>}
      <Text size="sm" className="service-state">
        {/* Only what somebody asked for is read out; how it stands is asked anew every few seconds. */}
        <span role="status">{said && (said.failure ? `${t('service.tried.failed', { why: t(`service.failed.${said.failure}`) })} ` : <>{t(said.hold ? 'service.tried.hold' : 'service.tried.pass', { ms: number(said.took) })} {said.reason && <><bdi>{said.reason}</bdi> </>}</>)}</span>
        {now.data?.failing_since ? t('service.failing', { at: moment(now.data.failing_since, edition.timezone), why: t(`service.failed.${now.data.failure ?? 'unreachable'}`) })
          : now.data?.answered_at ? t('service.answered', { at: moment(now.data.answered_at, edition.timezone) }) : t('service.unasked')}
      </Text>
    </>
  )
}
