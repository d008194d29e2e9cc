import { leavesDirectory } from '@moorage/runtime-core'
import { MAX_LINKS } from '../tree.ts'
import type { TarEntry } from './entry.ts'

/** Paths are below the directory, without `.`, `..` and links. */
export type Placement =
  | { readonly path: string; readonly original?: string; readonly breach?: never }
  | { readonly breach: string }

/**
 * Finds the entries of one archive that would be unpacked outside of its directory: by `..` in a name, through a symbolic
 * link that the archive itself has made, or as a hard link to what is outside. Give it every entry, in order.
 */
export class ArchiveWalls {
  /** The parts of the directory's own paths, where those are known; none are the root, which nothing leaves. */
  readonly #directories: readonly (readonly string[])[]
  readonly #isRoot: boolean
  /** The targets of the archive's symbolic links by their paths. */
  readonly #links = new Map<string, string>()

  /** The paths of the directory that the archive is unpacked into: an absolute link to below one of them stays within. */
  constructor(directories: readonly string[] = []) {
    this.#directories = directories.map(partsOf)
    this.#isRoot = this.#directories.some(({ length }) => length === 0)
  }

  /** Where the entry is unpacked, with the links of the archive followed, or why it must not be. */
  place({ name, linkName, type }: TarEntry): Placement {
    if (leavesDirectory(name)) return { breach: `\`${name}\` leaves it` }
    const path = this.#pathOf(name, type === 'directory')
    if (path === undefined) return { breach: `\`${name}\` leaves it through a symbolic link` }
    if (type !== 'hard-link') {
      if (type === 'symlink') this.#links.set(path, linkName)
      else if (type !== 'directory') this.#links.delete(path)
      return { path }
    }
    if (leavesDirectory(linkName)) return { breach: `\`${linkName}\` of \`${name}\` leaves it` }
    const original = this.#pathOf(linkName, false)
    if (original === undefined) return { breach: `\`${linkName}\` of \`${name}\` leaves it through a symbolic link` }
    const target = this.#links.get(original)
    if (target === undefined) this.#links.delete(path)
    // A hard link to a symbolic link is one as well.
    else this.#links.set(path, target)
    return { path, original }
  }

  /**
   * Whether the symbolic link's own target, taken from where the link is, leaves the directory as Docker sees it: paths
   * that only begin with the text of the directory's path (`/application` for `/app`) do not. The wall itself is `place`.
   */
  leadsOut({ name, linkName }: TarEntry): boolean {
    if (linkName.startsWith('/')) return false
    const directory = this.#directories.at(-1) ?? []
    const folder = [...directory, ...partsOf(name).slice(0, -1)]
    const target = partsOf(`${folder.join('/')}/${linkName}`)
    return !target.join('/').startsWith(directory.join('/'))
  }

  /** Where an entry is unpacked, below the directory; `undefined` where that is outside. */
  #pathOf(name: string, followsLast: boolean): string | undefined {
    const waiting = partsOf(name)
    const path: string[] = []
    let links = 0
    for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
      if (part === '..') {
        if (path.length === 0 && !this.#isRoot) return undefined
        path.pop()
        continue
      }
      path.push(part)
      const follows = this.#links.size > 0 && (waiting.length > 0 || followsLast)
      const target = follows ? this.#links.get(path.join('/')) : undefined
      if (target === undefined) continue
      links += 1
      if (links > MAX_LINKS) return undefined
      path.pop()
      if (target.startsWith('/')) {
        const below = this.#below(target)
        if (below === undefined) return undefined
        path.length = 0
        waiting.unshift(...below)
      } else waiting.unshift(...rawPartsOf(target))
    }
    return path.join('/')
  }

  /** The parts of an absolute path below the directory. */
  #below(target: string): readonly string[] | undefined {
    const parts = rawPartsOf(target)
    const above = this.#directories.find((directory) => directory.every((part, index) => parts[index] === part))
    return above === undefined ? undefined : parts.slice(above.length)
  }
}

/** Without `.` and empty parts; `..` takes away the one before. */
function partsOf(path: string): string[] {
  const parts: string[] = []
  for (const part of rawPartsOf(path)) {
    if (part === '..') parts.pop()
    else parts.push(part)
  }
  return parts
}

/** `..` is kept: where it leads to depends on links. */
function rawPartsOf(path: string): string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.')
}
