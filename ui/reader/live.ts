// The module of the pages of live coverages: what every page has, and their posts.
import { live } from './live.island'
import { once, share } from './post.island'
import { start } from './start'

start({ live }, () => {
  share()
  once()
})
