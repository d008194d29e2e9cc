import { tarFiles, TarFault } from '@moorage/build-context'
import { ownFailure, type Call } from '../errors/failure.ts'
import type { ByteStream } from '../transport/byte-stream.ts'
import { TransportError } from '../transport/errors.ts'

const FIRST_BYTES = 64 * 1024

/**
 * The content of the file that an engine's archive begins with; `undefined` where it begins with something else. Never
 * holds more than `maxBytes` of it, whatever the engine sends.
 */
export async function fileOf(
  call: Call,
  archive: ByteStream,
  { path, maxBytes }: { readonly path: string; readonly maxBytes: number },
): Promise<Uint8Array | undefined> {
  try {
    for await (const { entry, content } of tarFiles(archive, { leavesAtEnd: true })) {
      if (entry.type !== 'file') return undefined
      if (entry.sizeBytes > maxBytes) throw tooLong(call, { path, maxBytes, sizeBytes: entry.sizeBytes })
      const bytes = await joined(content, entry.sizeBytes)
      // What ends the archive is short: the connection can be used again.
      await archive.discard()
      return bytes
    }
  } catch (error) {
    if (error instanceof TarFault) throw notAnArchive(error)
    throw error
  }
  throw notAnArchive(new TarFault('it has no entry'))
}

/** Grows with what arrives: a stated size is only a promise, and so is the size of a piece. */
async function joined(content: AsyncIterable<Uint8Array>, sizeBytes: number): Promise<Uint8Array> {
  let bytes = new Uint8Array(Math.min(sizeBytes, FIRST_BYTES))
  let filled = 0
  for await (const chunk of content) {
    const needed = filled + chunk.byteLength
    if (needed > bytes.byteLength) {
      const larger = new Uint8Array(Math.min(sizeBytes, Math.max(needed, 2 * bytes.byteLength)))
      larger.set(bytes.subarray(0, filled))
      bytes = larger
    }
    bytes.set(chunk, filled)
    filled = needed
  }
  return bytes
}

function tooLong(
  call: Call,
  { path, maxBytes, sizeBytes }: { readonly path: string; readonly maxBytes: number; readonly sizeBytes: number },
): Error {
  return ownFailure(
    call,
    'OUTPUT_LIMIT',
    { limitBytes: maxBytes },
    `\`${path}\` has ${sizeBytes} bytes, more than ${maxBytes}. Raise \`maxBytes\`, or use \`copyFromContainer\`.`,
  )
}

function notAnArchive(cause: TarFault): TransportError {
  return new TransportError('protocol', `the engine's answer is not a tar archive: ${cause.message}`, { cause })
}
