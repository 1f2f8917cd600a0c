// The document of the editor: the closed list of nodes and marks that the server takes (docs/api.md), and nothing else.
import { Extension, Mark, mergeAttributes, Node, type Extensions } from '@tiptap/core'
import StarterKit from '@tiptap/starter-kit'
import type { Body, Node as Json } from './document'
import { Markdown } from './markdown'
import { Tables } from './tables'

const tongue = { lang: { default: null }, dir: { default: null } }

/** Language and direction on every block that may have them. */
const Tongue = Extension.create({
  name: 'tongue',
  addGlobalAttributes: () => [{ types: ['paragraph', 'heading', 'blockquote', 'bulletList', 'orderedList', 'listItem', 'codeBlock'], attributes: tongue }],
})

/** A stretch in another language. */
const Language = Mark.create({
  name: 'language',
  addAttributes: () => tongue,
  parseHTML: () => [{ tag: 'span[lang]' }],
  renderHTML: ({ HTMLAttributes }) => ['span', HTMLAttributes, 0],
})

const Subscript = Mark.create({ name: 'subscript', excludes: 'superscript', parseHTML: () => [{ tag: 'sub' }], renderHTML: () => ['sub', 0] })
const Superscript = Mark.create({ name: 'superscript', excludes: 'subscript', parseHTML: () => [{ tag: 'sup' }], renderHTML: () => ['sup', 0] })

/** A leaf that the application draws: its attributes, and how it is found again in what was copied. */
const leaf = (name: string, attributes: Record<string, { default: unknown }>) => Node.create({
  name, group: 'block', atom: true, draggable: true, selectable: true,
  addAttributes: () => attributes,
  parseHTML: () => [{ tag: `div[data-node="${name}"]`, getAttrs: (e) => JSON.parse((e as HTMLElement).dataset.attrs ?? '{}') as Record<string, unknown> }],
  renderHTML: ({ node }) => ['div', { 'data-node': name, 'data-attrs': JSON.stringify(node.attrs) }],
})

export const Picture = leaf('picture', { id: { default: '' }, caption: { default: null }, alt: { default: null }, ...tongue })
export const Gallery = leaf('gallery', { pictures: { default: [] } })
export const Related = leaf('related', { id: { default: '' } })
export const Media = leaf('media', { kind: { default: 'video' }, src: { default: '' }, title: { default: null }, ...tongue })
export const Embed = leaf('embed', { url: { default: '' }, provider: { default: null }, title: { default: null }, ...tongue })

export const FactBox = Node.create({
  name: 'factBox', group: 'fact', content: 'block+', isolating: true, defining: true,
  addAttributes: () => ({ title: { default: null }, ...tongue }),
  parseHTML: () => [{ tag: 'aside[data-node=factBox]' }],
  renderHTML: ({ HTMLAttributes }) => ['aside', mergeAttributes({ 'data-node': 'factBox' }, HTMLAttributes), 0],
})

const cell = (name: string, tag: string) => Node.create({
  name, content: 'block+', isolating: true,
  addAttributes: () => ({ colspan: { default: 1 }, rowspan: { default: 1 }, ...tongue }),
  parseHTML: () => [{ tag }],
  renderHTML: ({ HTMLAttributes }) => [tag, HTMLAttributes, 0],
})

const Table = Node.create({
  name: 'table', group: 'block', content: 'tableRow+', isolating: true, addAttributes: () => tongue,
  parseHTML: () => [{ tag: 'table' }], renderHTML: () => ['table', ['tbody', 0]],
})
const TableRow = Node.create({ name: 'tableRow', content: '(tableHeader | tableCell)*', parseHTML: () => [{ tag: 'tr' }], renderHTML: () => ['tr', 0] })
const TableHeader = cell('tableHeader', 'th')
const TableCell = cell('tableCell', 'td')

/** What the editor is made of; `views` draws the leaves. */
export function extensions(views: Extensions = [Picture, Gallery, Related, Media, Embed, FactBox]): Extensions {
  return [
    StarterKit.configure({
      document: false, underline: false, trailingNode: false,
      heading: { levels: [2, 3, 4] },
      codeBlock: { enableTabIndentation: false },
      link: { openOnClick: false, autolink: true, linkOnPaste: true, defaultProtocol: 'https', protocols: ['http', 'https', 'mailto', 'tel'], HTMLAttributes: { target: null, rel: null, class: null } },
    }),
    Node.create({ name: 'doc', topNode: true, content: '(block | fact)+' }),
    Markdown, Tongue, Language, Subscript, Superscript, Tables, Table, TableRow, TableHeader, TableCell, ...views,
  ]
}

const attributes: Record<string, readonly string[]> = {
  paragraph: ['lang', 'dir'], heading: ['level', 'lang', 'dir'], blockquote: ['cite', 'lang', 'dir'], bulletList: ['lang', 'dir'], orderedList: ['start', 'lang', 'dir'],
  listItem: ['lang', 'dir'], codeBlock: ['lang', 'dir'], picture: ['id', 'caption', 'alt', 'lang', 'dir'], gallery: ['pictures'], related: ['id'], table: ['lang', 'dir'],
  tableHeader: ['colspan', 'rowspan', 'lang', 'dir'], tableCell: ['colspan', 'rowspan', 'lang', 'dir'], factBox: ['title', 'lang', 'dir'],
  media: ['kind', 'src', 'title', 'lang', 'dir'], embed: ['url', 'provider', 'title', 'lang', 'dir'],
  link: ['href', 'rel', 'title'], language: ['lang', 'dir'],
}

const kept = (type: string, attrs: Record<string, unknown> | undefined) => {
  const out = Object.fromEntries(Object.entries(attrs ?? {}).filter(([k, v]) => attributes[type]?.includes(k) && v !== null && v !== undefined && v !== '' &&
    !((k === 'colspan' || k === 'rowspan' || (k === 'start' && type === 'orderedList')) && v === 1)))
  return Object.keys(out).length > 0 ? { attrs: out } : {}
}

/** The document as the server takes it: nothing that the editor has for itself, no empty block at the end. */
export function toBody(doc: Json): Body {
  const walk = (n: Json): Json => ({
    type: n.type,
    ...kept(n.type, n.attrs),
    ...(n.text !== undefined ? { text: n.text } : {}),
    ...(n.content && n.content.length > 0 ? { content: n.content.map(walk) } : {}),
    ...(n.marks && n.marks.length > 0 ? { marks: n.marks.map((m) => ({ type: m.type, ...kept(m.type, m.attrs) })) } : {}),
  })
  const content = (doc.content ?? []).map(walk)
  while (content.length > 0 && content.at(-1)!.type === 'paragraph' && !content.at(-1)!.content) content.pop()
  return content.length > 0 ? { type: 'doc', content } : { type: 'doc' }
}

/** The document as the editor takes it: one empty paragraph where there is nothing. */
export const fromBody = (body: Body): Json => ({ type: 'doc', content: body.content && body.content.length > 0 ? body.content : [{ type: 'paragraph' }] })
