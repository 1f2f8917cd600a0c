// Stories and pictures whose words only this browser has, because their tab died before the server had them: opening one brings them in.
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { openKeeper, orphaned, tabName } from '../editor/keep'
import { openKeeper as openPictures } from '../pictures/keep'
import { useSession } from '../session'
import { moment, t } from '../words'

/** How long words of a story that is left may take to the server before they are said to be here, in milliseconds. */
const sent = 3000

interface Kept { account: string, tab: string, at: number }

let stories: ReturnType<typeof openKeeper> | undefined
let pictures: ReturnType<typeof openPictures> | undefined

/** The last of one account's copies of each thing that no living page has in hand, newest first. */
function useKept<T extends Kept>(what: string, device: () => Promise<{ all(): Promise<T[]> }>, of: (copy: T) => string): T[] {
  const { me } = useSession()
  return useQuery({
    queryKey: ['desk', 'kept', what, me.id], networkMode: 'always', staleTime: 0, gcTime: 0, retry: false, queryFn: async () => {
      const [kept, tab] = [await device(), await tabName()]
      const last = new Map<string, T>()
      let all = await kept.all()
      if (all.some((c) => c.account === me.id && c.tab === tab && Date.now() - c.at < sent)) { // of what was just left, and on its way
        await new Promise((done) => setTimeout(done, sent))
        all = await kept.all()
      }
      for (const c of all) if (c.account === me.id && c.at > (last.get(of(c))?.at ?? 0) && (c.tab === tab || await orphaned(c))) last.set(of(c), c)
      return [...last.values()].sort((a, b) => b.at - a.at)
    },
  }).data ?? []
}

export default function KeptHere() {
  const { editions } = useSession()
  const ofStories = useKept('stories', () => stories ??= openKeeper(), (c) => c.article)
  const ofPictures = useKept('pictures', () => pictures ??= openPictures(), (c) => c.picture)
  if (ofStories.length + ofPictures.length === 0) return null
  return <>
    {ofStories.length > 0 && <section className="errands" aria-labelledby="kept-here">
      <h2 id="kept-here">{t('kept.here', { n: ofStories.length })}</h2>
      <ul>{ofStories.map((c) => <li key={c.article}><Link to="/stories/$id" params={{ id: c.article }} dir="auto">{c.local.headline || t('desk.untitled')}</Link> <span className="quiet">{moment(new Date(c.at), editions.find((e) => e.slug === c.edition)?.timezone)}</span></li>)}</ul>
    </section>}
    {ofPictures.length > 0 && <section className="errands" aria-labelledby="kept-pictures">
      <h2 id="kept-pictures">{t('kept.here.pictures', { n: ofPictures.length })}</h2>
      <ul>{ofPictures.map((c) => <li key={c.picture}><Link to="/pictures" search={{ picture: c.picture }} dir="auto">{c.typed.caption || Object.values(c.typed).find(Boolean) || t('picture.no_words')}</Link> <span className="quiet">{moment(new Date(c.at))}</span></li>)}</ul>
    </section>}
  </>
}
