// One item as its publisher wrote it.
import { Alert, Group, Skeleton, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { client, Failure, got, type InboxItem } from '../api'
import type { Node } from '../editor/document'
import { useZone } from '../session'
import { direction, moment, t } from '../words'
import { Chips } from './inbox'

export function Preview({ item: i, names, children }: { item: InboxItem, names: Map<string, string>, children: ReactNode }) {
  const zone = useZone(i.edition)
  const whole = useQuery({ queryKey: ['item', i.id, i.number], queryFn: () => got(client.GET('/api/v1/inbox/{id}', { params: { path: { id: i.id } } })) })
  const words = i.language ? { lang: i.language, dir: direction(i.language) } : { dir: 'auto' as const }
  return (
    <Stack gap="sm">
      <Group gap="xs">{children}</Group>
      <div className="under"><span><bdi>{i.name}</bdi></span><time dateTime={i.made_at ?? i.at}>{moment(i.made_at ?? i.at, zone)}</time><Chips item={i} names={names} /></div>
      {i.note && <Alert color="gray" title={t('inbox.note')}><span dir="auto" className="lines">{i.note}</span></Alert>}
      {i.usage_terms && <p className="quiet" dir="auto">{t('inbox.terms', { terms: i.usage_terms })}</p>}
      <article className="inbox-item" {...words}>
        <h2>{i.headline}</h2>
        {i.lead && <p className="item-lead">{i.lead}</p>}
        {(i.byline.length > 0 || i.place) && <p className="quiet">{[i.place, ...i.byline.map((b) => typeof b === 'string' ? b : b.name)].filter(Boolean).join(' · ')}</p>}
        {whole.isPending && <Stack aria-label={t('app.loading')} role="status"><Skeleton h={14} /><Skeleton h={14} /><Skeleton h={14} w="60%" /></Stack>}
        {whole.isError && <Alert color="red">{whole.error instanceof Failure ? whole.error.words : t('fault.unknown')}</Alert>}
        {whole.data && <Document node={whole.data.body as Node | undefined} />}
      </article>
    </Stack>
  )
}

/** A document as plain elements; pictures are left out, for nobody has them yet. */
function Document({ node }: { node: Node | undefined }): ReactNode {
  if (!node) return null
  const inner = (node.content ?? []).map((child, n) => <Document key={n} node={child} />)
  switch (node.type) {
    case 'text': {
      const link = node.marks?.find((m) => m.type === 'link')?.attrs?.href
      return typeof link === 'string' ? <a href={link} target="_blank" rel="noreferrer">{node.text}</a> : node.text
    }
    case 'paragraph': return <p>{inner}</p>
    case 'heading': return <h3>{inner}</h3>
    case 'blockquote': return <blockquote>{inner}</blockquote>
    case 'bulletList': return <ul>{inner}</ul>
    case 'orderedList': return <ol>{inner}</ol>
    case 'listItem': return <li>{inner}</li>
    case 'hardBreak': return <br />
    case 'table': return <table><tbody>{inner}</tbody></table>
    case 'tableRow': return <tr>{inner}</tr>
    case 'tableCell': return <td>{inner}</td>
    case 'tableHeader': return <th>{inner}</th>
    case 'picture': case 'gallery': return null
    default: return <>{inner}</>
  }
}
