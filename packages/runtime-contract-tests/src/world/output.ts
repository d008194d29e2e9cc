import { collectOutput, type LogChunk } from '@moorage/runtime-core'
import { ok } from './assertions.ts'

/** Everything that is written to stdout. */
export async function textOf(chunks: AsyncIterable<LogChunk>): Promise<string> {
  return new TextDecoder().decode((await collectOutput(chunks)).stdout)
}

/** The next line; there may be more in the piece that ends it. */
export async function lineOf(output: AsyncIterator<LogChunk, undefined>): Promise<string> {
  for (;;) {
    const line = (await readUntil(output, '\n')).trim()
    // A terminal gives back what is written to it.
    if (line !== '') return line
  }
}

/** Reads until the text has come, and answers all that was read. */
export async function readUntil(output: AsyncIterator<LogChunk, undefined>, wanted: string): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  while (!text.includes(wanted)) {
    const result = await output.next()
    ok(result.done !== true, `the output ended with ${JSON.stringify(text)}`)
    text += decoder.decode(result.value.bytes, { stream: true })
  }
  return text
}
