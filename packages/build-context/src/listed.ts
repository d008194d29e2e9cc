import { byBytes, folderOf, type Tree, type TreeEntry } from './tree.ts'

/** An entry, and how its content is read. */
export interface Leaf {
  readonly entry: TreeEntry
  readonly read: () => AsyncIterable<Uint8Array>
}

/** A tree that is known in whole; the folders above its entries are there without being told. */
export function listedTree(leaves: readonly Leaf[]): Tree {
  const known = new Map<string, Leaf>()
  const folders = new Map<string, Map<string, TreeEntry>>()
  const add = (entry: TreeEntry): void => {
    const folder = folderOf(entry.path)
    const siblings = folders.get(folder) ?? new Map<string, TreeEntry>()
    siblings.set(entry.path, entry)
    folders.set(folder, siblings)
    if (folder !== '' && !folders.get(folderOf(folder))?.has(folder)) add(usualFolder(folder))
  }
  for (const leaf of leaves) {
    known.set(leaf.entry.path, leaf)
    add(leaf.entry)
  }
  return {
    entry: async (path) => folders.get(folderOf(path))?.get(path),
    children: async (folder) => [...(folders.get(folder)?.values() ?? [])].sort(byBytes),
    async *read(path) {
      yield* known.get(path)?.read() ?? []
    },
  }
}

function usualFolder(path: string): TreeEntry {
  return { path, type: 'directory', mode: 0o755, sizeBytes: 0, modifiedAt: 0 }
}

/** Files in memory, by their paths. */
export function memoryTree(files: Readonly<Record<string, string | Uint8Array>>): Tree {
  return listedTree(
    Object.entries(files).map(([name, content]) => {
      const path = cleanPath(name)
      const bytes = Buffer.from(content as Uint8Array)
      return {
        entry: { path, type: 'file', mode: 0o644, sizeBytes: bytes.byteLength, modifiedAt: 0 },
        read: async function* () {
          yield bytes
        },
      }
    }),
  )
}

/** Without what says nothing: dots, slashes in front and at the end. */
export function cleanPath(path: string): string {
  return path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/')
}
