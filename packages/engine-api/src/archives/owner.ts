import { Readable } from 'node:stream'
import { extract, pack } from 'tar-stream'

/**
 * The same archive with root for the owner of everything. Engines have a parameter for it that means one thing on
 * Docker, another on Podman, and nothing in a container that has no user configured.
 */
export function ownedByRoot(archive: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const source = extract()
  const target = pack()
  source.on('entry', (header, stream, next) => {
    const entry = target.entry({ ...header, uid: 0, gid: 0, uname: '', gname: '' }, next)
    stream.on('error', (error) => target.destroy(error))
    stream.pipe(entry)
  })
  source.on('finish', () => target.finalize())
  source.on('error', (error) => target.destroy(error))
  const input = Readable.from(archive)
  input.on('error', (error) => target.destroy(error))
  input.pipe(source)
  return target
}
