// How much room there is in a box. The server counts characters and refuses what is too long with the words still there; browsers, which
// would count otherwise and cut without a word, are given no limit.
import { figures } from './words'

/** How many characters are left before a reader is told so. */
const few = 500

/** How many characters of a text there is room for, as the server counts them; less than none when it is too long. */
export const room = (text: string, most: number) => most - [...text.trim()].length

/** Says beside a box's button how many characters are left, when they are few. */
export function left(field: HTMLTextAreaElement) {
  const { digits } = document.querySelector<HTMLElement>('[data-part=newsfeed]')?.dataset ?? {}
  const line = document.createElement('span')
  line.className = 'hint'
  line.role = 'status'
  field.form?.querySelector('button')?.after(' ', line)
  const say = () => {
    const n = room(field.value, Number(field.dataset.most))
    line.textContent = n < few ? figures(String(n), digits) : ''
  }
  field.addEventListener('input', say)
  say()
}
