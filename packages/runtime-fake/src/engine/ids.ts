/** A random id of 64 hex digits, as engines give them. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

const adjectives = ['calm', 'brisk', 'salty', 'windy', 'quiet', 'steady', 'bright', 'deep']
const nouns = ['anchor', 'buoy', 'harbour', 'jetty', 'keel', 'mast', 'pier', 'rudder']

/** A name for what was given none. */
export function newName(isTaken: (name: string) => boolean): string {
  for (let count = 0; ; count += 1) {
    const adjective = adjectives[Math.floor(Math.random() * adjectives.length)]
    const noun = nouns[Math.floor(Math.random() * nouns.length)]
    const name = `${adjective}_${noun}${count === 0 ? '' : count}`
    if (!isTaken(name)) return name
  }
}
