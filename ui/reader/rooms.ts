// The module of the pages of chats: what every page has, the room that is open and what the reader has joined.
import { chat, joined } from './chat.island'
import { start } from './start'

start({ chat }, joined)
