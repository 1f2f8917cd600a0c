// Tables while one writes: rows and columns come and go where the cursor is, Tab goes from cell to cell.
import { Button, Menu } from '@mantine/core'
import { Extension, type Editor } from '@tiptap/core'
import { useEditorState } from '@tiptap/react'
import type { Command } from '@tiptap/pm/state'
import { addColumnAfter, addColumnBefore, addRowAfter, addRowBefore, deleteColumn, deleteRow, deleteTable, goToNextCell, isInTable, toggleHeader } from '@tiptap/pm/tables'
import { t, type Key } from '../words'

const roles: Record<string, string> = { table: 'table', tableRow: 'row', tableHeader: 'header_cell', tableCell: 'cell' }

/** Tells what of the document is a table, and takes Tab there: behind the last cell comes a new row. */
export const Tables = Extension.create({
  name: 'tables',
  extendNodeSchema: ({ name }) => name in roles ? { tableRole: roles[name] } : {},
  addKeyboardShortcuts() {
    const run = (command: Command) => command(this.editor.state, this.editor.view.dispatch)
    return {
      Tab: () => isInTable(this.editor.state) && (run(goToNextCell(1)) || (run(addRowAfter) && run(goToNextCell(1)))),
      'Shift-Tab': () => isInTable(this.editor.state) && run(goToNextCell(-1)),
    }
  },
})

const acts: { key: Key, run: Command, red?: true }[][] = [
  [{ key: 'table.row.before', run: addRowBefore }, { key: 'table.row.after', run: addRowAfter }, { key: 'table.column.before', run: addColumnBefore }, { key: 'table.column.after', run: addColumnAfter }],
  [{ key: 'table.head.row', run: toggleHeader('row') }, { key: 'table.head.column', run: toggleHeader('column') }],
  [{ key: 'table.row.remove', run: deleteRow }, { key: 'table.column.remove', run: deleteColumn }, { key: 'table.remove', run: deleteTable, red: true }],
]

/** What can be done to the table that the cursor is in; nothing where there is none. */
export function TableTools({ editor }: { editor: Editor }) {
  const inside = useEditorState({ editor, selector: ({ editor: e }) => isInTable(e.state) })
  if (!inside) return null
  const does = (command: Command) => { command(editor.state, editor.view.dispatch); editor.commands.focus() }
  return (
    <Menu position="bottom-start" returnFocus={false}>
      <Menu.Target><Button size="compact-sm" variant="subtle" color="gray">{t('block.table')}</Button></Menu.Target>
      <Menu.Dropdown>{acts.map((group, i) => [i > 0 && <Menu.Divider key={`d${i}`} />, ...group.map((a) => <Menu.Item key={a.key} {...(a.red ? { color: 'red' } : {})} onClick={() => does(a.run)}>{t(a.key)}</Menu.Item>)])}</Menu.Dropdown>
    </Menu>
  )
}
