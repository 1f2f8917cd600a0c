// A post as its readers see it, drawn from its document.
import { Fragment, type ReactNode } from 'react'
import type { Body, Node } from '../editor/document'
import { Thumb } from '../editor/picture'
import { number, t } from '../words'
import type { Post } from './post'

const marked = (n: Node): ReactNode => (n.marks ?? []).reduce<ReactNode>((inside, m) => {
  switch (m.type) {
    case 'bold': return <strong>{inside}</strong>
    case 'italic': return <em>{inside}</em>
    case 'strike': return <s>{inside}</s>
    case 'code': return <code>{inside}</code>
    case 'subscript': return <sub>{inside}</sub>
    case 'superscript': return <sup>{inside}</sup>
    case 'language': return <span lang={m.attrs?.lang as string | undefined} dir={m.attrs?.dir as string | undefined}>{inside}</span>
    case 'link': return <a href={m.attrs?.href as string} target="_blank" rel="noopener noreferrer">{inside}</a>
    default: return inside
  }
}, n.text)

const all = (n: Node | Body): ReactNode => (n.content ?? []).map((c, i) => <Fragment key={i}>{one(c)}</Fragment>)

function one(n: Node): ReactNode {
  const tongue = { lang: n.attrs?.lang as string | undefined, dir: n.attrs?.dir as string | undefined ?? 'auto' }
  switch (n.type) {
    case 'text': return marked(n)
    case 'hardBreak': return <br />
    case 'paragraph': return <p {...tongue}>{all(n)}</p>
    case 'heading': return <p className="subhead" {...tongue}>{all(n)}</p> // the heading of a post is its headline
    case 'blockquote': return <blockquote {...tongue}>{all(n)}</blockquote>
    case 'bulletList': return <ul>{all(n)}</ul>
    case 'orderedList': return <ol start={n.attrs?.start as number | undefined}>{all(n)}</ol>
    case 'listItem': return <li>{all(n)}</li>
    case 'codeBlock': return <pre dir="ltr">{all(n)}</pre>
    case 'horizontalRule': return <hr />
    case 'picture': return <figure><Thumb id={n.attrs?.id as string} width={480} />{!!n.attrs?.caption && <figcaption dir="auto">{n.attrs.caption as string}</figcaption>}</figure>
    case 'gallery': return <div className="post-gallery">{(n.attrs?.pictures as string[]).map((id) => <Thumb key={id} id={id} />)}</div>
    case 'embed': case 'media': {
      const url = (n.attrs?.url ?? n.attrs?.src) as string
      return <p className="post-embed"><a href={url} target="_blank" rel="noopener noreferrer"><bdi>{(n.attrs?.title as string | null) || url}</bdi></a> {n.type === 'embed' && <span className="quiet">{t('embed.why')}</span>}</p>
    }
    case 'factBox': return <aside dir="auto">{!!n.attrs?.title && <strong>{n.attrs.title as string}</strong>}{all(n)}</aside>
    case 'table': return <div className="post-table"><table><tbody>{all(n)}</tbody></table></div>
    case 'tableRow': return <tr>{all(n)}</tr>
    case 'tableHeader': return <th colSpan={n.attrs?.colspan as number | undefined} rowSpan={n.attrs?.rowspan as number | undefined}>{all(n)}</th>
    case 'tableCell': return <td colSpan={n.attrs?.colspan as number | undefined} rowSpan={n.attrs?.rowspan as number | undefined}>{all(n)}</td>
    default: return all(n)
  }
}

/** What is in a post besides its head and foot. */
export function Drawn({ post }: { post: Post }) {
  const votes = post.poll?.options.reduce((sum, o) => sum + (o.votes ?? 0), 0) ?? 0
  return (
    <div className="post-body">
      {post.score && <p className="post-score"><bdi>{post.score.home}</bdi> <strong dir="ltr">{post.score.home_points} : {post.score.away_points}</strong> <bdi>{post.score.away}</bdi>{post.score.note && <span className="quiet"> <bdi>{post.score.note}</bdi></span>}</p>}
      {all(post.body as Body)}
      {post.poll && <div className="post-poll">
        <p dir="auto"><strong>{post.poll.question}</strong></p>
        <ul>{post.poll.options.map((o, i) => <li key={o.id ?? i}><bdi>{o.text}</bdi> <span className="quiet">{votes > 0 ? t('live.poll.share', { part: number(Math.round((o.votes ?? 0) * 100 / votes)), n: o.votes ?? 0 }) : ''}</span></li>)}</ul>
        <p className="quiet">{t('live.poll.votes', { n: votes })}</p>
      </div>}
    </div>
  )
}
