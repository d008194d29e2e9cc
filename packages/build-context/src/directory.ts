import { lstat, open, readdir, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { invalidArgument } from '@moorage/runtime-core'
import { byBytes, type Tree, type TreeEntry } from './tree.ts'

const permissionBits = 0o7777

/** A folder on this machine. */
export function directoryTree(root: string): Tree {
  return {
    async children(folder) {
      const found = await readdir(join(root, folder), { encoding: 'buffer' }).catch((error: unknown) => {
        if (isGone(error)) return []
        throw error
      })
      const names = found.map((name) => textOf(name, folder))
      const entries = await Promise.all(names.map((name) => entryOf(root, folder === '' ? name : `${folder}/${name}`)))
      return entries.filter((entry) => entry !== undefined).sort(byBytes)
    },
    read: (path) => contentOf(join(root, path)),
  }
}

/** A name that is no text could only be left out in silence: no engine could be told of it. */
function textOf(name: Buffer, folder: string): string {
  const text = name.toString()
  if (Buffer.from(text).equals(name)) return text
  const expected = `a directory whose names are UTF-8 (not \`${folder === '' ? '' : `${folder}/`}${text}\`)`
  throw invalidArgument('buildImage', 'spec.context.directory', expected)
}

const pieceBytes = 64 * 1024

/** With less ado than a stream: most files of a context are one piece. */
async function* contentOf(path: string): AsyncGenerator<Uint8Array, undefined> {
  await using handle = await open(path)
  for (;;) {
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(pieceBytes), 0)
    if (bytesRead === 0) return
    yield buffer.subarray(0, bytesRead)
  }
}

async function entryOf(root: string, path: string): Promise<TreeEntry | undefined> {
  try {
    const found = await lstat(join(root, path), { bigint: true })
    const common = {
      path,
      mode: Number(found.mode) & permissionBits,
      sizeBytes: Number(found.size),
      modifiedAt: Number(found.mtimeNs),
    }
    if (found.isDirectory()) return { ...common, type: 'directory', sizeBytes: 0 }
    if (found.isSymbolicLink()) return { ...common, type: 'symlink', linkTarget: await readlink(join(root, path)) }
    if (found.isFIFO()) return { ...common, type: 'fifo', sizeBytes: 0 }
    // Sockets and devices are no part of a context.
    return found.isFile() ? { ...common, type: 'file' } : undefined
  } catch (error) {
    if (isGone(error)) return undefined
    throw error
  }
}

/** Removed while it was looked at. */
function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')
}
