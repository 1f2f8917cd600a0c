// The reader's own choice of colours and text size. It is the one value this site keeps in a
// browser, and only after a click; back at the start, nothing is kept.

const key = 'dateline'

/** What can be chosen; the empty choice is what the device says. */
export interface Choice { theme: '' | 'light' | 'dark', text: '' | 'larger' }

/** Reads what was kept; anything unknown is the empty choice. */
export function parse(kept: string | null): Choice {
  const words = (kept ?? '').split(' ')
  return {
    theme: words.includes('dark') ? 'dark' : words.includes('light') ? 'light' : '',
    text: words.includes('larger') ? 'larger' : '',
  }
}

/** What is to be kept; empty means nothing. */
export function format(c: Choice): string {
  return [c.theme, c.text].filter(Boolean).join(' ')
}

function kept(): Choice {
  try {
    return parse(localStorage.getItem(key))
  } catch {
    return parse(null) // storage is switched off
  }
}

function keep(c: Choice): void {
  try {
    const text = format(c)
    if (text === '') localStorage.removeItem(key)
    else localStorage.setItem(key, text)
  } catch {
    // then it holds for this page
  }
}

/** Puts on the root what was chosen, if anything. It needs nothing of the page but its root, so it can come before the first paint. */
export function dress(choice = kept()): void {
  for (const [name, value] of Object.entries(choice)) {
    if (value === '') delete document.documentElement.dataset[name]
    else document.documentElement.dataset[name] = value
  }
}

/** Shows the choice and follows it. */
export function display(): void {
  let choice = kept()
  const buttons = document.querySelectorAll<HTMLElement>('[data-display] [data-theme-choice], [data-display] [data-text-choice]')
  const apply = () => {
    dress(choice)
    for (const b of buttons) {
      const { themeChoice, textChoice } = b.dataset
      const on = themeChoice === undefined ? choice.text === textChoice : choice.theme === (themeChoice === 'auto' ? '' : themeChoice)
      b.setAttribute('aria-pressed', String(on))
    }
  }
  for (const b of buttons) {
    b.addEventListener('click', () => {
      const { themeChoice, textChoice } = b.dataset
      choice = themeChoice === undefined
        ? { ...choice, text: choice.text === '' && textChoice === 'larger' ? 'larger' : '' }
        : { ...choice, theme: themeChoice === 'dark' || themeChoice === 'light' ? themeChoice : '' }
      keep(choice)
      apply()
    })
  }
  apply()
  document.querySelector<HTMLElement>('[data-display]')?.removeAttribute('hidden')
}
