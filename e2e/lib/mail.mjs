// A mail server that keeps what it is handed, so that a test can read it.
import { createServer } from 'node:net'

/** Starts it on a port from the kernel. `letter(to)` waits for the newest letter to an address that was not read yet: { to, subject, text, link, code }. */
export async function mailbox() {
  const letters = []
  let wake = () => {}
  const server = createServer((socket) => {
    let rest = '', to = '', data
    socket.setEncoding('utf8')
    socket.on('error', () => {})
    socket.write('220 mail.example\r\n')
    const answer = (line) => {
      if (data) {
        if (line === '.') {
          letters.push({ to, ...read(data.join('\r\n')) })
          data = undefined
          socket.write('250 taken\r\n')
          wake()
        } else data.push(line.startsWith('..') ? line.slice(1) : line)
        return
      }
      const verb = line.slice(0, 4).toUpperCase()
      if (verb === 'RCPT') to = /<([^>]*)>/.exec(line)[1]
      if (verb === 'DATA') data = []
      socket.write({ EHLO: '250 mail.example\r\n', DATA: '354 go on\r\n', QUIT: '221 bye\r\n' }[verb] ?? '250 ok\r\n')
      if (verb === 'QUIT') socket.end()
    }
    socket.on('data', (text) => {
      const lines = (rest + text).split('\r\n')
      rest = lines.pop()
      for (const line of lines) answer(line)
    })
  })
  await new Promise((done) => server.listen(0, '127.0.0.1', done))
  return {
    url: `smtp://127.0.0.1:${server.address().port}`,
    async letter(to) {
      for (const end = Date.now() + 45_000; ;) {
        const at = letters.findLastIndex((l) => l.to === to && !l.seen)
        if (at >= 0) {
          letters[at].seen = true
          return letters[at]
        }
        if (Date.now() > end) throw new Error(`no letter to ${to} within 45 seconds; there are ${letters.map((l) => l.to)}`)
        await new Promise((done) => {
          wake = done
          setTimeout(done, 1000)
        })
      }
    },
    stop: () => new Promise((done) => server.close(done)),
  }
}

/** Reads a letter of two parts in quoted-printable. */
function read(raw) {
  const decode = (s) => Buffer.from(s.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_, h) => String.fromCharCode(parseInt(h, 16))), 'latin1').toString('utf8')
  const part = (type) => decode(new RegExp(`Content-Type: ${type}[^]*?\\r\\n\\r\\n([^]*?)\\r\\n--`, 'i').exec(raw)?.[1] ?? '')
  const text = part('text/plain')
  const subject = /^Subject:((?:.|\r\n[ \t])*)/m.exec(raw)[1].trimStart().replace(/\r\n[ \t]/g, ' ').replace(/\?= =\?/g, '?==?').trim()
    .replace(/=\?utf-8\?q\?(.*?)\?=/gi, (_, s) => decode(s.replace(/_/g, ' '))).replace(/=\?utf-8\?b\?(.*?)\?=/gi, (_, s) => Buffer.from(s, 'base64').toString('utf8'))
  return { raw, subject, text, html: part('text/html'), link: /https?:\/\/\S+/.exec(text)?.[0], code: /^\d{6}$/m.exec(text.replaceAll('\r', ''))?.[0] }
}
