/**
 * Whether an entry of an archive, or what a hard link in it leads to, would stand outside of the directory that the archive
 * is unpacked into. A leading slash is that directory's.
 */
export function leavesDirectory(name: string): boolean {
  let depth = 0
  for (const part of name.split('/')) {
    if (part === '..') depth -= 1
    else if (part !== '' && part !== '.') depth += 1
    if (depth < 0) return true
  }
  return false
}
