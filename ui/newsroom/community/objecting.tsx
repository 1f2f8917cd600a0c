// Readers who object to what holds for them: they stand over what is reported until a moderator looks again.
import { Alert, Button, Group } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { client, got, key } from '../api'
import type { components } from '../made/api'
import { useSession } from '../session'
import { moment, t, type Key } from '../words'
import { failed } from '../you/you'
import { Sentence } from './card'

type Member = components['schemas']['Member']

/** What holds for somebody, in a line. */
export const holding = (m: Member) => <>{t(`member.is.${m.restricted}` as Key)}{m.editions && <> · <bdi>{m.editions.join(t('list.comma'))}</bdi></>}{m.until && <> · {t('member.until', { at: moment(m.until) })}</>}{m.by_name && <> · <bdi>{m.by_name}</bdi></>}{m.breach && <> · {t(`breach.${m.breach}` as Key)}</>}{m.reason && <> · <span dir="auto">{m.reason}</span></>}</>

export function Objecting() {
  const list = useQuery({ queryKey: ['community', 'counts', 'objecting'], queryFn: async () => (await got(client.GET('/api/v1/moderation/queues/members'))).items })
  if (list.isError) return <Alert color="red" m="md">{failed(list.error)}</Alert>
  return <>{(list.data ?? []).map((m) => <Objection key={m.id} m={m} />)}</>
}

function Objection({ m }: { m: Member }) {
  const cache = useQueryClient()
  const { me } = useSession()
  const [saying, setSaying] = useState(false)
  const decide = useMutation({
    mutationFn: (told?: string) => {
      const params = { path: { id: m.id }, header: { 'Idempotency-Key': key() } }
      return got(told === undefined ? client.POST('/api/v1/members/{id}/restrict', { params, body: { restricted: '' } }) : client.POST('/api/v1/members/{id}/uphold', { params, body: told ? { reason: told } : {} }))
    },
    onSuccess: (now) => cache.setQueryData(['member', m.id], now),
    onSettled: () => cache.invalidateQueries({ queryKey: ['community', 'counts'] }),
  })
  return (
    <article className="comment-card" aria-label={t('appeal.member', { name: m.name ?? '' })}>
      <div className="under"><b><bdi>{m.name}</bdi></b><span>{holding(m)}</span></div>
      <section className="appeal" aria-label={t('appeal.member.says')}>
        <p className="why">{t('appeal.member.says')} <time dateTime={m.appeal!.at}>{moment(m.appeal!.at)}</time></p>
        <p className="remark" dir="auto">{m.appeal!.text}</p>
        {m.appeal!.against === me.id && <p className="quiet small">{t('appeal.yours')}</p>}
      </section>
      {decide.isError && <Alert color="red" role="alert">{failed(decide.error)}</Alert>}
      {saying ? <Sentence edition={undefined} label={t('appeal.uphold.why.member')} button={t('appeal.uphold')} none={t('appeal.uphold.none')} onSend={(told) => { setSaying(false); decide.mutate(told) }} onLeave={() => setSaying(false)} /> : (
        <Group gap="xs" className="acts">
          <Button size="compact-sm" variant="default" loading={decide.isPending} onClick={() => decide.mutate(undefined)}>{t('appeal.lift')}</Button>
          <Button size="compact-sm" variant="default" disabled={decide.isPending} onClick={() => setSaying(true)}>{t('appeal.uphold')}</Button>
        </Group>
      )}
    </article>
  )
}
