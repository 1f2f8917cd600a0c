// What is pasted from elsewhere and typed as Markdown, in a real browser, as it is then kept.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { browser, shot } from '../lib/browser.mjs'
import { house } from '../lib/house.mjs'
import { enter, patient, saved } from '../lib/staff.mjs'

/** A body in one line a block, with the signs of Markdown. */
function outline(node, inside = '') {
  const inline = (n) => (n.content ?? []).map((c) => {
    const words = c.type === 'hardBreak' ? '↵' : c.text ?? `{${c.type}}`
    return (c.marks ?? []).reduce((s, m) => ({ bold: `**${s}**`, strong: `**${s}**`, italic: `*${s}*`, em: `*${s}*`, strike: `~~${s}~~`, code: `\`${s}\`` })[m.type] ?? (m.type === 'link' ? `[${s}](${m.attrs.href})` : s), words)
  }).join('')
  return (node.content ?? []).flatMap((n) => {
    switch (n.type) {
      case 'paragraph': return [`${inside}${inline(n)}`]
      case 'heading': return [`${inside}${'#'.repeat(n.attrs.level)} ${inline(n)}`]
      case 'bulletList': return n.content.flatMap((i) => outline(i, `${inside}- `))
      case 'orderedList': return n.content.flatMap((i) => outline(i, `${inside}1. `))
      case 'blockquote': return outline(n, `${inside}> `)
      case 'table': return n.content.map((r) => `${inside}| ${r.content.map((c) => outline(c).join(' ')).join(' | ')} |`)
      default: return [`${inside}{${n.type}}`]
    }
  })
}

const word = (list, level, sign, text) => `<p class=MsoListParagraph style='margin-left:36.0pt;text-indent:-18.0pt;mso-list:l${list} level${level} lfo1'><![if !supportLists]><span style='font-family:Symbol'><span style='mso-list:Ignore'>${sign}<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp;&nbsp; </span></span></span><![endif]>${text}<o:p></o:p></p>`
const docs = (text, style = '') => `<span style="font-size:11pt;font-family:Arial,sans-serif;color:#000000;white-space:pre-wrap;${style}">${text}</span>`

const pasted = {
  Word: {
    html: `<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word"><head><meta name=Generator content="Microsoft Word 15"><!--[if gte mso 9]><xml><w:WordDocument></w:WordDocument></xml><![endif]--><style><!-- p.MsoNormal {margin:0cm} --></style></head><body lang=EN-GB><!--StartFragment--><h1>The pier<o:p></o:p></h1><p class=MsoNormal>It opens <b><span style='color:red'>on Monday</span></b>, says <i>the harbour</i>.<o:p></o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p></p>${word(0, 1, '·', 'Tickets')}${word(0, 1, '·', 'Boats')}${word(1, 1, '1.', 'First')}<table class=MsoTableGrid border=1><tr><td width=10><p class=MsoNormal>Adults<o:p></o:p></p></td><td><p class=MsoNormal>4<o:p></o:p></p></td></tr><tr><td width=10><p class=MsoNormal>Children<o:p></o:p></p></td><td><p class=MsoNormal>2<o:p></o:p></p></td></tr></table><p class=MsoNormal><a href="https://pier.example/"><span style='mso-fareast-language:EN-US'>The site</span></a><o:p></o:p></p><!--EndFragment--></body></html>`,
    want: ['## The pier', 'It opens **on Monday**, says *the harbour*.', '- Tickets', '- Boats', '1. First', '| Adults | 4 |', '| Children | 2 |', '[The site](https://pier.example/)'],
  },
  'Google Docs': {
    html: `<meta charset='utf-8'><b style="font-weight:normal;" id="docs-internal-guid-1"><h2 dir="ltr">${docs('The tram')}</h2><p dir="ltr">${docs('It runs ')}${docs('early', 'font-weight:700')}${docs(' and ')}${docs('late', 'font-style:italic')}${docs('.')}</p><br><ul><li dir="ltr" aria-level="1"><p dir="ltr" role="presentation">${docs('North')}</p></li><li dir="ltr" aria-level="1"><p dir="ltr" role="presentation">${docs('South')}</p></li></ul><p dir="ltr"><a href="https://www.google.com/url?q=https://tram.example/map&amp;sa=D">${docs('Map', 'text-decoration:underline')}</a></p></b>`,
    want: ['## The tram', 'It runs **early** and *late*.', '- North', '- South', '[Map](https://tram.example/map)'],
  },
  LibreOffice: {
    html: '<html><head><meta name="generator" content="LibreOffice 24.2"/><style type="text/css">p { margin-bottom: 0.25cm }</style></head><body lang="en-GB"><p style="line-height: 115%"><font face="Liberation Serif">Water is <b>high</b></font></p><p><br/></p><ol><li><p>Close gates</p></li><li><p>Warn boats</p></li></ol><blockquote>Stay home.</blockquote></body></html>',
    want: ['Water is **high**', '1. Close gates', '1. Warn boats', '> Stay home.'],
  },
  'a mail': {
    html: '<div dir="ltr">Dear desk,<div><br></div><div>the bridge is <strong>shut</strong>.</div><div>Two lines<br>of one thing</div></div>',
    want: ['Dear desk,', 'the bridge is **shut**.', 'Two lines↵of one thing'],
  },
  'a hostile page': {
    html: '<p onclick="alert(1)">Harmless</p><script>globalThis.bad = 1</script><img src=x onerror="globalThis.bad = 1"><p><a href="javascript:alert(1)">no way</a></p><iframe src="https://evil.example"></iframe><h1>Ends</h1>',
    want: ['Harmless', 'no way', '[evil.example](https://evil.example)', '## Ends'],
  },
}

const folder = '/work/shared/testdata/paste'

describe('typing', { timeout: 480_000 }, () => {
  let it, b, page, close, fields
  before(async () => {
    it = await house('serve')
    b = await browser()
    await it.call('POST', '/editions', { slug: 'en', name: 'The Typist', language: 'en', timezone: 'UTC' })
    await it.call('POST', '/sections', { edition: 'en', slug: 'world', name: 'World' })
    fields = { edition: 'en', section: 'world' };
    ({ page, close } = await enter(b, it, 'Tym Vale'))
  })
  after(async () => {
    await close?.()
    await b?.close()
    await it?.stop()
  })

  const text = () => page.locator('.body[contenteditable=true]')
  const open = async () => {
    const a = await it.call('POST', '/articles', { ...fields, headline: `Typing ${Date.now()}` })
    await page.goto(`${it.url}/newsroom/stories/${a.id}`)
    await text().click(patient)
    return { ...a, is: async () => { await saved(page); return outline((await it.call('GET', `/articles/${a.id}`)).body) } }
  }
  const paste = (html, plain = '') => text().evaluate((el, [h, p]) => {
    const data = new DataTransfer()
    if (h) data.setData('text/html', h)
    data.setData('text/plain', p)
    el.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
  }, [html, plain])

  for (const [from, { html, want }] of Object.entries(pasted)) {
    test(`what comes from ${from} is clean, and nothing of it runs`, async () => {
      const a = await open()
      await paste(html)
      await text().getByText(want[0].replace(/^[#>\-1. ]+/, '').split(' *')[0], { exact: false }).first().waitFor(patient)
      assert.deepEqual(await a.is(), want)
      assert.equal(await page.evaluate(() => globalThis.bad), undefined)
    })
  }

  test('every fixture of the clipboard becomes paragraphs without empty ones and without looks', { skip: !existsSync(folder) && 'the test data are not here' }, async () => {
    for (const name of (await readdir(folder)).filter((n) => n.endsWith('.html'))) {
      const a = await open()
      await paste(await readFile(join(folder, name), 'utf8'))
      await text().locator('p, h2').filter({ hasText: /\S/ }).first().waitFor(patient)
      const lines = await a.is()
      assert.ok(lines.length > 3, name)
      assert.deepEqual(lines.filter((line) => line.replace(/^[#>\- ]+/, '').trim() === ''), [], `${name}: empty blocks`)
      assert.ok(lines.some((line) => line.startsWith('## ')), `${name}: ${lines.join('\n')}`)
    }
  })

  test('plain text is paragraphs, and its signs stay signs', async () => {
    const a = await open()
    await paste('', 'First line\n\n# no heading\n1 * 2 * 3')
    assert.deepEqual(await a.is(), ['First line', '# no heading', '1 * 2 * 3'])
  })

  const typed = {
    '# Heading': ['## Heading'], '## Heading': ['## Heading'], '### Smaller': ['### Smaller'], '> Said she': ['> Said she'], '- One': ['- One'], '* One': ['- One'], '1. One': ['1. One'],
    'So **bold** it is': ['So **bold** it is'], 'So *em* it is': ['So *em* it is'], 'So ~~gone~~ it is': ['So ~~gone~~ it is'], 'So `code` it is': ['So `code` it is'],
    'See [the map](https://tram.example/map?a=1) now': ['See [the map](https://tram.example/map?a=1) now'], 'See [us](/about) now': ['See [us](/about) now'],
    'No [link](javascript:alert) here': ['No [link](javascript:alert) here'], '#tag stays': ['#tag stays'], '2 * 3 * 4': ['2 * 3 * 4'],
  }
  test('Markdown becomes what it means while it is typed', async () => {
    const a = await open()
    for (const line of Object.keys(typed)) {
      await page.keyboard.type(line)
      await page.keyboard.press('Enter')
      await page.keyboard.press('Enter') // out of lists and quotes
      if ((await text().evaluate((e) => e.children.length)) > 0) await page.keyboard.press('Control+End')
    }
    await page.keyboard.type('---')
    await page.keyboard.type('After the line')
    await shot(page, 'typing-markdown', { fullPage: true })
    const lines = (await a.is()).filter(Boolean)
    assert.deepEqual(lines, [...Object.values(typed).flat(), '{horizontalRule}', 'After the line'])
  })

  test('a rule between two paragraphs leaves no empty line', async () => {
    const a = await open()
    await page.keyboard.type('Before')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Enter')
    await page.keyboard.type('After')
    await page.keyboard.press('ArrowUp')
    await page.keyboard.type('---')
    await page.keyboard.type('At once ')
    assert.deepEqual(await a.is(), ['Before', '{horizontalRule}', 'At once After'])
  })

  test('Backspace right after gives the signs back', async () => {
    const a = await open()
    await page.keyboard.type('# ')
    await page.keyboard.press('Backspace')
    await page.keyboard.type('1 of them')
    assert.deepEqual(await a.is(), ['# 1 of them'])
  })
})
