// What of Markdown is understood while one types, besides what TipTap knows: a heading by one sign, a rule that leaves no empty line, and links.
import { Extension, InputRule, textblockTypeInputRule } from '@tiptap/core'

export const Markdown = Extension.create({
  name: 'markdown', priority: 200, // before TipTap's own
  addInputRules() {
    const { nodes: { heading }, marks: { link } } = this.editor.schema
    return [
      textblockTypeInputRule({ find: /^#\s$/, type: heading!, getAttributes: { level: 2 } }), // the first level is the headline's
      new InputRule({ find: /^(?:---|—-|\*\*\*\s|___\s)$/, handler: ({ range, chain }) => void chain().deleteRange(range).setHorizontalRule().run() }),
      new InputRule({
        find: /\[([^[\]]+)\]\(((?:https?:\/\/|mailto:|\/)[^\s()]+)\)$/,
        handler: ({ state: { tr }, range, match }) => {
          const [, label = '', href] = match
          const end = range.from + label.length
          tr.delete(end + 1, range.to).delete(range.from, range.from + 1)
          tr.addMark(range.from, end, link!.create({ href })).removeStoredMark(link!)
        },
      }),
    ]
  },
})
