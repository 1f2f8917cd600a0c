// The module of every reader page but those of live coverages and chats.
import { start } from './start'

start()
