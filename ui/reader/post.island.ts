// What a reader does with a post of a live coverage besides reading it.

/** Lets posts be shared: by the device where it can, else by copying the link, which is said in words. Without scripts the link at the time of a post stays. */
export function share(): void {
  const section = document.querySelector<HTMLElement>('.live-feed')
  if (section === null || !('share' in navigator || 'clipboard' in navigator)) return
  const said = document.createElement('p')
  said.className = 'away'
  said.setAttribute('role', 'status')
  section.append(said)
  section.dataset.shares = '' // their places are kept already: nothing moves
  section.addEventListener('click', async ({ target }) => {
    const button = (target as Element).closest('.share')
    const post = button?.closest('.post')
    const link = post?.querySelector<HTMLAnchorElement>('a.permalink')
    if (button == null || link == null) return
    try {
      if ('share' in navigator) return await navigator.share({ title: (post?.querySelector('h3') ?? document.querySelector('h1'))?.textContent ?? '', url: link.href })
      await (navigator as Navigator).clipboard.writeText(link.href)
      const { copied = '' } = section.dataset
      const word = button.textContent
      if (word === copied) return
      button.textContent = said.textContent = copied
      setTimeout(() => { button.textContent = word; said.textContent = '' }, 4000)
    } catch { /* the reader thought better of it */ }
  })
}

/** Lets the button of a poll be pressed once: a second tap is no second vote. */
export function once(): void {
  const buttons = (within: ParentNode) => within.querySelectorAll<HTMLButtonElement>('.poll button')
  addEventListener('submit', ({ target }) => {
    for (const b of buttons((target as Element).parentElement ?? document)) if (b.form === target) b.disabled = true
  })
  addEventListener('pageshow', (e) => { // he came back to it
    if (e.persisted) for (const b of buttons(document)) b.disabled = false
  })
}
