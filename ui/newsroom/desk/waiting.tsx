// What a new publication should still see to. Each line goes by itself when it is done; all of them when nobody wants to be told.
import { Button } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Fragment } from 'react'
import { client, got } from '../api'
import { useSession } from '../session'
import { t, type Key } from '../words'

/** What an operator types; words of nobody's language. */
const commands: Record<string, string | undefined> = {
  address: 'dateline serve --url https://news.example.org',
  mail: 'dateline serve --smtp smtps://mail.example.org',
  backup: 'dateline backup --data … backup.tar.gz',
}

export function Waiting() {
  const { me } = useSession()
  const cache = useQueryClient()
  const mine = me.grants.some((g) => g.role === 'admin' && !g.edition)
  const list = useQuery({ queryKey: ['waiting'], enabled: mine, staleTime: 60_000, queryFn: async () => (await got(client.GET('/api/v1/waiting'))).items })
  const dismiss = useMutation({ mutationFn: () => got(client.DELETE('/api/v1/waiting')), onSuccess: () => cache.setQueryData(['waiting'], []) })
  if (!list.data || list.data.length === 0) return null
  return (
    <section className="errands" aria-labelledby="errands">
      <h2 id="errands">{t('waiting.title')}</h2>
      <ul>{list.data.map((e) => <li key={e.id}><strong>{t(`waiting.${e.id}` as Key)}</strong> <span>{t(`waiting.${e.id}.how` as Key)}</span>{commands[e.id] && <> <code dir="ltr">{commands[e.id]!.split(' ').map((word, i) => <Fragment key={word}>{i > 0 && ' '}<span>{word}</span></Fragment>)}</code></>}{e.id === 'colleagues' && <> <Link to={'/settings/people' as '/settings'}>{t('people.invite')}</Link></>}</li>)}</ul>
      <Button size="compact-sm" variant="subtle" color="gray" loading={dismiss.isPending} onClick={() => dismiss.mutate()}>{t('waiting.dismiss')}</Button>
    </section>
  )
}
