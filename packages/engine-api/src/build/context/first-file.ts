const endBytes = 1024

/** The same archive with one more file in front. */
export async function* withFirstFile(
  archive: AsyncIterable<Uint8Array>,
  name: string,
  content: string | Uint8Array,
): AsyncGenerator<Uint8Array, undefined> {
  const { pack } = await import('tar-stream')
  const first = pack()
  first.entry({ name, mode: 0o644 }, Buffer.from(content as Uint8Array))
  first.finalize()
  const pieces: Uint8Array[] = []
  for await (const piece of first) pieces.push(piece as Uint8Array)
  // Without the blocks that end an archive: the other one is to follow.
  yield Buffer.concat(pieces).subarray(0, -endBytes)
  yield* archive
}
