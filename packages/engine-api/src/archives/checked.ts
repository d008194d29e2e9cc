import { invalidArgument, leavesDirectory } from '@moorage/runtime-core'
import { Readable } from 'node:stream'
import { extract, pack, type Headers } from 'tar-stream'

/**
 * The same archive, refused at the first entry that would leave its directory. Unless `preserveOwner`, everything in it
 * belongs to root: engines have a parameter for it that means one thing on Docker, another on Podman, and nothing in a
 * container that has no user configured.
 */
export async function* checkedArchive(
  archive: AsyncIterable<Uint8Array>,
  {
    preserveOwner,
    refuseEntry,
  }: { readonly preserveOwner: boolean; readonly refuseEntry: (name: string) => Error | undefined },
): AsyncGenerator<Uint8Array, undefined> {
  const owner = preserveOwner ? {} : { uid: 0, gid: 0, uname: '', gname: '' }
  const input = Readable.from(archive)
  const source = extract()
  const target = pack()
  let failure: { readonly error: unknown } | undefined
  const fail = (error: Error): void => {
    failure ??= { error }
    target.destroy()
  }
  input.on('error', fail)
  source.on('error', (error) => fail(refused(`a tar stream (${error.message})`)))
  source.on('entry', (header, stream, next) => {
    const leaves = leavingName(header)
    if (leaves !== undefined) {
      fail(refused(`an archive whose entries stay within the directory; \`${leaves}\` of \`${header.name}\` does not`))
      return
    }
    const refusal = refuseEntry(header.name)
    if (refusal !== undefined) {
      fail(refusal)
      return
    }
    stream.on('error', fail)
    stream.pipe(target.entry({ ...header, ...owner }, next))
  })
  source.on('finish', () => target.finalize())
  input.pipe(source)
  try {
    yield* target
  } catch (error) {
    // That it was destroyed is not why.
    throw failure === undefined ? error : failure.error
  } finally {
    input.destroy()
  }
  if (failure !== undefined) throw failure.error
}

/** Where a symbolic link leads to is for whoever follows it; a hard link is followed when it is made. */
function leavingName({ name, type, linkname }: Headers): string | undefined {
  if (leavesDirectory(name)) return name
  return type === 'link' && typeof linkname === 'string' && leavesDirectory(linkname) ? linkname : undefined
}

function refused(expected: string): Error {
  return invalidArgument('copyToContainer', 'archive', expected)
}
