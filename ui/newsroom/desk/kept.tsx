// Stories whose words only this browser has, because their tab died before the server had them: opening one brings them in.
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { openKeeper, orphaned, tabName, type Copy } from '../editor/keep'
import { useSession } from '../session'
import { moment, t } from '../words'

/** How long words of a story that is left may take to the server before they are said to be here, in milliseconds. */
const sent = 3000

let keeper: ReturnType<typeof openKeeper> | undefined

export default function KeptHere() {
  const { me, editions } = useSession()
  const kept = useQuery({
    queryKey: ['desk', 'kept', me.id], networkMode: 'always', staleTime: 0, gcTime: 0, retry: false, queryFn: async () => {
      const [device, tab] = [await (keeper ??= openKeeper()), await tabName()]
      const last = new Map<string, Copy>()
      let all = await device.all()
      if (all.some((c) => c.account === me.id && c.tab === tab && Date.now() - c.at < sent)) { // of the story that was just left, and on its way
        await new Promise((done) => setTimeout(done, sent))
        all = await device.all()
      }
      for (const c of all) if (c.account === me.id && c.at > (last.get(c.article)?.at ?? 0) && (c.tab === tab || await orphaned(c))) last.set(c.article, c)
      return [...last.values()].sort((a, b) => b.at - a.at)
    },
  })
  if (!kept.data?.length) return null
  return (
    <section className="errands" aria-labelledby="kept-here">
      <h2 id="kept-here">{t('kept.here', { n: kept.data.length })}</h2>
      <ul>{kept.data.map((c) => <li key={c.article}><Link to="/stories/$id" params={{ id: c.article }} dir="auto">{c.local.headline || t('desk.untitled')}</Link> <span className="quiet">{moment(new Date(c.at), editions.find((e) => e.slug === c.edition)?.timezone)}</span></li>)}</ul>
    </section>
  )
}
