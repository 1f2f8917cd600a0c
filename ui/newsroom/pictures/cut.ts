// The geometry of crops: what a shape shows of a picture, moved and resized without leaving it. Everything is in parts of the picture, 0 to 1.

export const ratios = ['3:2', '1:1', '16:9'] as const
export type Ratio = typeof ratios[number]
export interface Cut { x: number, y: number, width: number, height: number }

/** How much of a picture's width or height a crop takes at least, as the server has it. */
const least = 0.1

const value: Record<Ratio, number> = { '3:2': 1.5, '1:1': 1, '16:9': 16 / 9 }

const within = (v: number, from: number, to: number) => Math.min(Math.max(v, from), to)

/** How high a crop is for its width: both are parts of another length. */
const heightOf = (ratio: Ratio, width: number, picture: { width: number, height: number }) => width * picture.width / picture.height / value[ratio]

/** The largest crop of a shape around a point, as the server makes it where nobody chose. */
export function around(ratio: Ratio, focal: { x: number, y: number }, picture: { width: number, height: number }): Cut {
  const tall = heightOf(ratio, 1, picture)
  const width = tall > 1 ? 1 / tall : 1
  const height = Math.min(tall, 1)
  return { x: within(focal.x - width / 2, 0, 1 - width), y: within(focal.y - height / 2, 0, 1 - height), width, height }
}

/** A crop moved, as far as it may go. */
export const moved = (c: Cut, dx: number, dy: number): Cut => ({ ...c, x: within(c.x + dx, 0, 1 - c.width), y: within(c.y + dy, 0, 1 - c.height) })

/** A crop as wide as asked, in its shape, around its own middle and inside the picture. */
export function resized(ratio: Ratio, c: Cut, wanted: number, picture: { width: number, height: number }): Cut {
  const most = around(ratio, { x: 0.5, y: 0.5 }, picture)
  const small = Math.max(least, least * most.width / most.height)
  const width = within(wanted, Math.min(small, most.width), most.width)
  const height = Math.min(1, heightOf(ratio, width, picture))
  return { x: within(c.x + (c.width - width) / 2, 0, 1 - width), y: within(c.y + (c.height - height) / 2, 0, 1 - height), width, height }
}
