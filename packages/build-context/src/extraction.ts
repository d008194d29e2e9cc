import { leavesDirectory } from '@moorage/runtime-core'
import { cleanPath, type Leaf } from './listed.ts'
import { folderOf, MAX_LINKS, type TreeEntry } from './tree.ts'

/** An entry that cannot be unpacked, or not within the context; its message says what is expected. */
export class RefusedEntry extends Error {}

/** The files that `tar -x` creates from an archive: later entries replace earlier ones of the same name; symbolic links above an entry are followed. */
export class Extraction {
  readonly #leaves = new Map<string, Leaf>()
  /** Folders in which something has been put; they may be no entries of their own. */
  readonly #folders = new Set<string>()

  /** Puts an entry in the place of what stands at its path. */
  put(name: string, describe: (path: string) => TreeEntry, read: Leaf['read']): void {
    const path = this.#place(name)
    // The archive itself is no entry of it.
    if (path === '') return
    const entry = describe(path)
    if (entry.type !== 'directory') this.#removeAll(path)
    this.#set(path, { entry, read })
  }

  /** A hard link is the file as it is now: what is unpacked at the other path later is another file. */
  link(name: string, target: string): void {
    const found = this.#leaves.get(this.#place(target))
    if (found === undefined || found.entry.type === 'directory')
      throw new RefusedEntry(`an archive whose hard links lead to files before them (not \`${name}\` to \`${target}\`)`)
    const path = this.#place(name)
    if (path === found.entry.path) return
    this.#removeAll(path)
    this.#set(path, { ...found, entry: { ...found.entry, path } })
  }

  /** Something that is no part of a context stands there. */
  remove(name: string): void {
    this.#removeAll(this.#place(name))
  }

  leaves(): readonly Leaf[] {
    return [...this.#leaves.values()]
  }

  #set(path: string, leaf: Leaf): void {
    this.#leaves.set(path, leaf)
    for (let folder = folderOf(path); folder !== '' && !this.#folders.has(folder); folder = folderOf(folder))
      this.#folders.add(folder)
  }

  #removeAll(path: string): void {
    this.#leaves.delete(path)
    if (!this.#folders.delete(path)) return
    for (const known of [...this.#leaves.keys(), ...this.#folders])
      if (known.startsWith(`${path}/`)) {
        this.#leaves.delete(known)
        this.#folders.delete(known)
      }
  }

  /** Where the entry comes to stand: the last part of its name is not followed, and the folders above it are. */
  #place(name: string): string {
    if (leavesDirectory(name)) throw outside(name)
    const parts = name.split('/').filter((part) => part !== '' && part !== '.')
    const last = parts.at(-1) === '..' ? undefined : parts.pop()
    const folder = this.#folder(name, parts)
    return last === undefined ? folder : cleanPath(`${folder}/${last}`)
  }

  #folder(name: string, parts: readonly string[]): string {
    const rest = [...parts]
    let at = ''
    let links = 0
    for (let part = rest.shift(); part !== undefined; part = rest.shift()) {
      if (part === '' || part === '.') continue
      if (part === '..') {
        if (at === '') throw outside(name)
        at = folderOf(at)
        continue
      }
      const path = cleanPath(`${at}/${part}`)
      const entry = this.#leaves.get(path)?.entry
      if (entry?.type === 'symlink') {
        const target = entry.linkTarget ?? ''
        links += 1
        if (target.startsWith('/') || links > MAX_LINKS) throw outside(name)
        rest.unshift(...target.split('/'))
      } else if (entry !== undefined && entry.type !== 'directory')
        throw new RefusedEntry(`an archive in which nothing stands below a file (not \`${name}\` below \`${path}\`)`)
      else at = path
    }
    return at
  }
}

function outside(name: string): RefusedEntry {
  return new RefusedEntry(`an archive whose entries stay within it (not \`${name}\`)`)
}
