import { channel } from 'node:diagnostics_channel'
import { inspect } from 'node:util'

const mark = 'CANARY-'

/** A secret that every text is searched for. Its special characters are written otherwise in JSON, in a URL and by a shell. */
export function canary(name: string): string {
  return `${mark}${name}-p@s/w"d+é`
}

/** The places of an error in which a canary stands, in clear or encoded. */
export function leaksOf(error: unknown): readonly string[] {
  const found: string[] = []
  const search = (place: string, text: unknown): void => {
    if (typeof text === 'string' && holdsCanary(text)) found.push(place)
  }
  search('inspect', inspect(error, { depth: 10, showHidden: true, maxStringLength: Infinity }))
  search('JSON', JSON.stringify(error))
  for (let link = error, depth = 0; link instanceof Error && depth < 10; link = link.cause, depth += 1) {
    const place = depth === 0 ? '' : `cause ${depth}: `
    search(`${place}message`, link.message)
    search(`${place}stack`, link.stack)
    search(`${place}text`, String(link))
    for (const [name, value] of Object.entries(link)) search(`${place}${name}`, JSON.stringify(value))
  }
  return found
}

/** Whether a text has a canary, or a part of one that says what it is. */
function holdsCanary(text: string): boolean {
  if (text.includes(mark)) return true
  return [...text.matchAll(/[\w+/-]{16,}/g)].some(([run]) =>
    [0, 1, 2, 3].some((skipped) => Buffer.from(run.slice(skipped), 'base64').toString('latin1').includes(mark)),
  )
}

/** What is published on the diagnostics channels while the work is done. */
export async function publishedDuring(work: () => Promise<void>): Promise<readonly unknown[]> {
  const messages: unknown[] = []
  const listen = (message: unknown): void => void messages.push(message)
  const channels = ['moorage:engine-call', 'moorage:cleanup-failure'].map((name) => channel(name))
  for (const each of channels) each.subscribe(listen)
  try {
    await work()
  } finally {
    for (const each of channels) each.unsubscribe(listen)
  }
  return messages
}
