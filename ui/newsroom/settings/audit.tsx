// The audit log: who did what when to what, newest first.
import { Alert, Button, Group, NativeSelect, Skeleton, Stack, Text, Title } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { client, got } from '../api'
import type { components } from '../made/api'
import { useSession } from '../session'
import { moment, t, type Key } from '../words'
import { failed } from '../you/you'
import { saysRole } from './people'

type Act = components['schemas']['Act']

/** What can be asked for together. */
const groups: Record<string, string[]> = {
  sign_in: ['sign-in', 'sign-in-failed', 'sign-out', 'link', 'recovery-use'],
  people: ['set-up', 'invite', 'rename', 'grants', 'suspend', 'restore', 'factors-drop', 'leave', 'stay', 'left'],
  security: ['password', 'address', 'passkey-add', 'passkey-drop', 'codes-add', 'codes-drop', 'recovery', 'token-add', 'token-drop', 'security'],
  stories: ['publish', 'update', 'correct', 'minor', 'withdraw', 'redact', 'delete', 'kill', 'alert', 'alert-drop', 'front', 'report', 'report-open', 'inbox-use', 'inbox-dismiss', 'inbox-back', 'live-close', 'live-open'],
  discussion: ['comment-approve', 'comment-reject', 'comment-undo', 'comment-feature', 'comment-unfeature', 'comment-law', 'appeal', 'appeal-uphold', 'appeal-restore', 'member', 'member-note', 'talk-settings', 'chat-add', 'chat'],
  site: ['edition-add', 'edition', 'section-add', 'section', 'author-rename', 'author-merge', 'topic-rename', 'topic-merge', 'source-add', 'source', 'source-drop'],
}

export function Audit() {
  const { me } = useSession()
  const [group, setGroup] = useState('')
  const [by, setBy] = useState('')
  const people = useQuery({ queryKey: ['accounts', 'names'], queryFn: async () => (await got(client.GET('/api/v1/accounts', { params: { query: { limit: 100 } } }))).items })
  const log = useInfiniteQuery({
    queryKey: ['audit', group, by], initialPageParam: '',
    queryFn: ({ pageParam }) => got(client.GET('/api/v1/audit', { params: { query: { limit: 50, ...(pageParam ? { after: pageParam } : {}), ...(by ? { by } : {}), ...(group ? { did: groups[group]! } : {}) } } })),
    getNextPageParam: (page) => page.next,
  })
  if (!me.grants.some((g) => g.role === 'admin' && !g.edition)) return <p className="empty">{t('people.not_yours')}</p>
  const acts = log.data?.pages.flatMap((p) => p.items) ?? []
  return (
    <Stack gap="md">
      <Title order={2} size="h3">{t('audit.title')}</Title>
      <Text c="dimmed">{t('audit.text')}</Text>
      <Group gap="sm">
        <NativeSelect label={t('audit.what')} value={group} onChange={(e) => setGroup(e.currentTarget.value)} data={[{ value: '', label: t('audit.all') }, ...Object.keys(groups).map((g) => ({ value: g, label: t(`audit.group.${g}` as Key) }))]} />
        <NativeSelect label={t('audit.who')} value={by} onChange={(e) => setBy(e.currentTarget.value)} data={[{ value: '', label: t('audit.anybody') }, ...(people.data ?? []).map((p) => ({ value: p.id, label: p.name }))]} />
      </Group>
      {log.isError && <Alert color="red" role="alert">{failed(log.error)}</Alert>}
      {log.isPending && <Stack gap="xs" aria-label={t('app.loading')}>{[0, 1, 2, 3].map((n) => <Skeleton key={n} h={24} />)}</Stack>}
      {log.data && acts.length === 0 && <Text>{t('audit.none')}</Text>}
      <ol className="audit">{acts.map((a) => <One key={a.id} act={a} />)}</ol>
      {log.hasNextPage && <Group><Button variant="default" loading={log.isFetchingNextPage} onClick={() => void log.fetchNextPage()}>{t('desk.more')}</Button></Group>}
    </Stack>
  )
}

function One({ act }: { act: Act }) {
  const note = act.note ? say(act) : ''
  return (
    <li>
      <time dateTime={act.at}>{moment(act.at)}</time>
      <span>
        <b dir="auto">{act.by ? act.by_name || t('audit.gone') : t(act.did === 'sign-in-failed' ? 'audit.somebody' : 'audit.house')}</b>{' '}
        {t(`did.${act.did}` as Key)}
        {act.about === 'article' && act.subject
          ? <>{' '}{act.name ? <Link to="/stories/$id" params={{ id: act.subject }} dir="auto">{act.name}</Link> : <span>{t('audit.story_gone')}</span>}</>
          : act.name && act.subject !== act.by && <>{' '}<b dir="auto">{act.name}</b></>}
        {note && <Text span size="sm" c="dimmed"> · <span dir="auto">{note}</span></Text>}
      </span>
    </li>
  )
}

/** Names of what is set of discussions, as a note has them, where the form has another word. */
const set: Record<string, Key> = { paused: 'talked.paused', resumed: 'talked.resumed', learned: 'advice.learned', service: 'service.title', secret: 'service.secret.made' }

/** A note in words: roles and ways of signing in are named in the language of the interface, the rest is as it was. */
function say(act: Act): string {
  const note = act.note ?? ''
  if (act.did === 'comment-reject' || act.did === 'comment-approve') return note.startsWith('/') ? '' : t(`breach.${note.split('/')[0]}` as Key)
  if (act.did === 'member') return t(note ? `member.is.${note}` as Key : 'member.free')
  if (act.did === 'talk-settings') return note && note.split(', ').map((name) => t(set[name] ?? `talk.${name}` as Key)).join(t('list.comma'))
  if (['sign-in', 'sign-in-failed'].includes(act.did)) return t(`way.${note}` as Key)
  if (['invite', 'grants', 'security'].includes(act.did)) return note.split(', ').map((g) => { const [role, edition] = g.split(' ('); return saysRole(role!) + (edition ? ` (${edition}` : '') }).join(', ')
  return note
}
