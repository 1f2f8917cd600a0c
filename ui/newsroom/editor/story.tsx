export function Story() { return <p>story</p> }
