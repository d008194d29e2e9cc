/** A random id of 32 hex digits, from the web's crypto that every supported platform has. */
export function randomId(): string {
  return crypto.randomUUID().replaceAll('-', '')
}
