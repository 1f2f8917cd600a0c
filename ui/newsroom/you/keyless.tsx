// Who came in by a link that works once is asked for a password or a passkey, until there is one; it can be put off for a day.
import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { askLater, putOff } from '../offline/known'
import { useSession } from '../session'
import { t } from '../words'

export function Keyless() {
  const { me } = useSession()
  const [off, setOff] = useState(putOff)
  if (!me.keyless || off) return null
  const later = () => { askLater(); setOff(true) }
  return (
    <section className="keyless" aria-labelledby="keyless">
      <p><strong id="keyless">{t('keyless.title')}</strong> {t('keyless.text')}</p>
      <span className="keyless-acts">
        <Button size="compact-sm" renderRoot={(props) => <Link to="/you" hash="password" {...props} />}>{t('keyless.set')}</Button>
        <Button size="compact-sm" variant="subtle" color="gray" onClick={later}>{t('keyless.later')}</Button>
      </span>
    </section>
  )
}
