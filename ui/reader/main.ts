// The module of every reader page but those of live coverages.
import { start } from './start'

start()
