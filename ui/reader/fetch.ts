// Pages of this site as documents in which nothing runs.

/** The page at an address of this site; nothing when it cannot be had. */
export function fetchPage(address: string): Promise<Document | null> {
  return new Promise((done) => {
    const request = new XMLHttpRequest()
    request.open('GET', address)
    request.responseType = 'document'
    request.timeout = 15_000
    request.onloadend = () => done(request.status === 200 ? request.responseXML : null)
    request.send()
  })
}

/** Whether somebody is signed in here: the page itself is the same for everybody. */
export const known = () => document.cookie.includes('dateline_known=')

/** Whether the reader's device asks for little to be sent. */
export function frugal(): boolean {
  const { connection } = navigator as Navigator & { connection?: { saveData?: boolean } }
  return connection?.saveData === true || matchMedia('(prefers-reduced-data: reduce)').matches
}
