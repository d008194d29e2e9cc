import { constants, existsSync, fstatSync, readlinkSync } from 'node:fs'
import { lstat, open, readdir, readlink, realpath, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { invalidArgument, leavesDirectory } from '@moorage/runtime-core'
import { bytesOfText, isUtf8, textOfRaw } from './tar/text.ts'
import { byBytes, folderOf, type Tree, type TreeEntry } from './tree.ts'

const permissionBits = 0o7777
const pieceBytes = 64 * 1024

/** Windows knows only the first of them. A pipe without a writer is opened without waiting for one. */
const { O_RDONLY, O_DIRECTORY = 0, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants

/** Linux names the opened file of a handle here; on other systems the path is looked up a second time. */
const handles = '/proc/self/fd'
const handlesHavePaths = process.platform === 'linux' && existsSync(handles)

/**
 * A folder on this machine, by its real path. Nothing outside of it is listed or read, also where a file or folder in it is
 * turned into a link meanwhile: what was opened must be what stands at its path. On other systems than Linux the check
 * comes just after the opening, and a link that is there for this moment alone could escape it.
 */
export function directoryTree(root: string): Tree {
  const entryIn = (place: string, path: string): Promise<TreeEntry | undefined> =>
    entryOf(join(place, path.slice(folderOf(path).length)), path)
  return {
    async children(folder) {
      try {
        return await inFolder(root, folder, async (place) => {
          const found = await readdir(place, { encoding: 'buffer' })
          const names = found.map((name) => textOfRaw(name.toString('latin1')))
          const entries = await Promise.all(
            names.map((name) => entryIn(place, folder === '' ? name : `${folder}/${name}`)),
          )
          return entries.filter((entry) => entry !== undefined).sort(byBytes)
        })
      } catch (error) {
        if (codeOf(error) === 'ENOENT') return []
        throw isLinkOrFile(error) ? changed(folder) : error
      }
    },
    async entry(path) {
      try {
        return await inFolder(root, folderOf(path), (place) => entryIn(place, path))
      } catch (error) {
        if (codeOf(error) === 'ENOENT' || isLinkOrFile(error) || codeOf(error) === 'INVALID_ARGUMENT') return undefined
        throw error
      }
    },
    read: (path) => contentOf(root, path),
  }
}

/** Runs with a path to a folder that stays the same folder, whatever becomes of its name meanwhile. */
async function inFolder<Result>(
  root: string,
  folder: string,
  read: (place: string) => Promise<Result>,
): Promise<Result> {
  const path = within(root, folder)
  if (!handlesHavePaths) {
    await needPlace(path, folder)
    const result = await read(path)
    await needPlace(path, folder)
    return result
  }
  await using handle = await open(nativePath(path), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK)
  await needPlace(path, folder, handle)
  return await read(`${handles}/${handle.fd}`)
}

function within(root: string, path: string): string {
  if (leavesDirectory(path)) throw changed(path)
  return join(root, path)
}

/** Rejects where another file was opened than the one at the path: a folder on the way is a link. */
async function needPlace(path: string, name: string, handle?: FileHandle): Promise<void> {
  // The kernel knows this without a disk: a thread for it would cost more than the call.
  const place =
    handle !== undefined && handlesHavePaths
      ? readlinkSync(`${handles}/${handle.fd}`, 'buffer')
      : await realpath(nativePath(path), 'buffer')
  // The file that was removed meanwhile is still the one that was listed.
  if (![path, `${path} (deleted)`].some((expected) => place.equals(bytesOfText(expected)))) throw changed(name)
}

/** Strings are what every platform takes; bytes are for the names of Linux that are not UTF-8. */
function nativePath(path: string): string | Buffer {
  return isUtf8(path) ? path : Buffer.from(bytesOfText(path))
}

/** With less ado than a stream: most files of a context are one piece. */
async function* contentOf(root: string, path: string): AsyncGenerator<Uint8Array, undefined> {
  await using handle = await openFile(root, path)
  for (;;) {
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(pieceBytes), 0)
    if (bytesRead === 0) return
    yield buffer.subarray(0, bytesRead)
  }
}

async function openFile(root: string, path: string): Promise<FileHandle> {
  const place = within(root, path)
  const handle = await open(nativePath(place), O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch((error: unknown) => {
    throw isLinkOrFile(error) ? changed(path) : error
  })
  try {
    if (!fstatSync(handle.fd).isFile()) throw changed(path)
    await needPlace(place, path, handle)
    return handle
  } catch (error) {
    await handle.close()
    throw error
  }
}

async function entryOf(place: string, path: string): Promise<TreeEntry | undefined> {
  try {
    const found = await lstat(nativePath(place), { bigint: true })
    const common = {
      path,
      mode: Number(found.mode) & permissionBits,
      sizeBytes: Number(found.size),
      modifiedAt: Number(found.mtimeNs),
    }
    if (found.isDirectory()) return { ...common, type: 'directory', sizeBytes: 0 }
    if (found.isSymbolicLink()) {
      const target = await readlink(nativePath(place), 'buffer')
      return { ...common, type: 'symlink', linkTarget: textOfRaw(target.toString('latin1')) }
    }
    if (found.isFIFO()) return { ...common, type: 'fifo', sizeBytes: 0 }
    // Sockets and devices are no part of a context.
    return found.isFile() ? { ...common, type: 'file' } : undefined
  } catch (error) {
    // Deleted during the listing.
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined
    throw error
  }
}

function changed(path: string): Error {
  const expected = `a directory whose files stay as they are while they are sent (\`${path}\` is another file by now)`
  return invalidArgument('buildImage', 'spec.context.directory', expected)
}

/** What opening says of a link, of a file in the place of a folder, and of a socket. */
function isLinkOrFile(error: unknown): boolean {
  return ['ELOOP', 'ENOTDIR', 'EMLINK', 'ENXIO'].includes(codeOf(error) ?? '')
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined
}
