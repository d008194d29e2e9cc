import { readSource, type ByteSource } from '@moorage/runtime-core'
import { toBytes } from '../engine/bytes.ts'
import { fail, type FakeCall } from '../engine/lookup.ts'
import type { Pipe } from '../programs/pipe.ts'

/** Hands the source over as fast as it is read, and then closes. Rejects with STDIN_FAILED. */
export async function feed(call: FakeCall, stdin: Pipe<Uint8Array>, source: ByteSource): Promise<void> {
  const reader = readSource(source)
  for (;;) {
    const piece = await reader.next().catch((error: unknown) => {
      const said = error instanceof Error ? error.message : String(error)
      throw fail(call, 'STDIN_FAILED', `the source of \`stdin\` failed: ${said}. Mend the source.`, {}, error)
    })
    if (piece === undefined) break
    if (stdin.isEnded || stdin.isDiscarding) return reader.leave()
    await stdin.write(toBytes(piece))
  }
  stdin.end()
}
