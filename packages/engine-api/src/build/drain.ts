import type { Writable } from 'node:stream'

/** Resolves when more may be written, or nobody takes it any more. */
export function drainedOrClosed(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    const settle = (): void => {
      stream.off('drain', settle)
      stream.off('close', settle)
      resolve()
    }
    stream.on('drain', settle)
    stream.on('close', settle)
    if (stream.closed) settle()
  })
}
