// The application's looks: the site's paper and ink, one accent, square corners, hairlines.
import { createTheme, Modal, type MantineColorsTuple } from '@mantine/core'

const teal: MantineColorsTuple = ['#e9f4f5', '#d3e6e9', '#a6cdd3', '#77b3bc', '#509ea9', '#2f8794', '#1a7180', '#0b5563', '#08444f', '#05323b']
const red: MantineColorsTuple = ['#fdecee', '#f8d3d7', '#eea3ab', '#e4727e', '#dc4a58', '#cf2338', '#c00f29', '#b3001b', '#8f0016', '#6b0010']
// Mantine's own has too little contrast for words on it.
const yellow: MantineColorsTuple = ['#fffbea', '#fff6cf', '#fdeeb0', '#f8e08a', '#efce5c', '#e2ba35', '#c99c14', '#a07800', '#7a5a00', '#5c4300']

const text = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Noto Sans Arabic", sans-serif'

export const theme = createTheme({
  primaryColor: 'teal',
  primaryShade: { light: 7, dark: 6 },
  colors: { teal, red, yellow },
  black: '#14171a',
  defaultRadius: 2,
  fontFamily: text,
  headings: { fontFamily: text, fontWeight: '650' },
  cursorType: 'pointer',
  autoContrast: true,
  luminanceThreshold: 0.35,
  respectReducedMotion: true,
  components: {
    Modal: Modal.extend({ defaultProps: { attributes: { header: { role: 'presentation' } } } }), // a dialog's head is no banner of the page
  },
})
