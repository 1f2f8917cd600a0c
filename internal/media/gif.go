package media

import "encoding/binary"

// walkGIF goes from block to block, counts the frames and notes where the first one ends (GIF89a specification). A file
// that ends between two frames instead of with its trailer is whole as far as anybody can see.
func walkGIF(c *cursor) (l layout, err error) {
	head, err := c.next(13)
	if err != nil {
		return l, err
	}
	l.width, l.height = int(binary.LittleEndian.Uint16(head[6:])), int(binary.LittleEndian.Uint16(head[8:]))
	l.memory, l.graphic = 6*int64(l.width)*int64(l.height), true
	if err := skipTable(c, head[10]); err != nil {
		return l, err
	}
	for {
		kind, err := c.byte()
		switch {
		case err != nil && l.frames > 0, kind == 0x3b && l.frames > 0:
			return l, nil
		case err != nil:
			return l, err
		case kind == 0x21: // an extension: its label, then blocks
			if err := c.skip(1); err != nil {
				return l, err
			}
		case kind == 0x2c: // a frame: place, size, flags, colours, code size, then blocks
			place, err := c.next(9)
			if err != nil {
				return l, err
			}
			if err := skipTable(c, place[8]); err != nil {
				return l, err
			}
			if err := c.skip(1); err != nil {
				return l, err
			}
		default:
			return l, errDamaged
		}
		if err := skipBlocks(c); err != nil {
			return l, err
		}
		if kind == 0x2c {
			if l.frames++; l.frames == 1 {
				l.first.to = c.at
			}
		}
	}
}

// skipTable leaves out the colour table that flags announce.
func skipTable(c *cursor, flags byte) error {
	if flags&0x80 == 0 {
		return nil
	}
	return c.skip(3 << (flags&7 + 1))
}

func skipBlocks(c *cursor) error {
	for {
		n, err := c.byte()
		if err != nil || n == 0 {
			return err
		}
		if err := c.skip(int64(n)); err != nil {
			return err
		}
	}
}
