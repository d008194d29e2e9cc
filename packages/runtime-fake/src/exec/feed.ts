import type { ByteSource } from '@moorage/runtime-core'
import { toBytes } from '../engine/bytes.ts'
import type { Pipe } from '../programs/pipe.ts'

/** Hands the source over as fast as it is read, and then closes. */
export async function feed(stdin: Pipe<Uint8Array>, source: ByteSource): Promise<void> {
  if (typeof source === 'string' || source instanceof Uint8Array) {
    await stdin.write(toBytes(source))
  } else {
    for await (const bytes of source) {
      if (stdin.isEnded || stdin.isDiscarding) return
      await stdin.write(toBytes(bytes))
    }
  }
  stdin.end()
}
