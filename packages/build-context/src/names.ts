import { invalidArgument, leavesDirectory } from '@moorage/runtime-core'
import { cleanPath } from './listed.ts'
import { isUtf8 } from './tar/text.ts'

/** What Linux takes: of one name, and of a whole path with what an engine puts before it. */
const longestNameBytes = 255
const longestPathBytes = 3072

/** Throws INVALID_ARGUMENT for the names of a map of files that no engine could unpack, each of which they refuse in words of their own. */
export function checkNames(operation: string, names: readonly string[]): void {
  const paths = new Map(names.map((name) => [cleanPath(name), name]))
  const refuse = (name: string, why: string): never => {
    throw invalidArgument(operation, 'spec.context.files', `a map of relative paths: \`${shortened(name)}\` ${why}`)
  }
  for (const [path, name] of paths) {
    if (leavesDirectory(name)) refuse(name, 'leads out of the context')
    if (!isUtf8(name)) refuse(name, 'is not valid Unicode')
    if (path === '' || name.endsWith('/')) refuse(name, 'is no file')
    if (path.split('/').some((part) => Buffer.byteLength(part) > longestNameBytes))
      refuse(name, `has a name of more than ${longestNameBytes} bytes`)
    if (Buffer.byteLength(path) > longestPathBytes) refuse(name, `is longer than ${longestPathBytes} bytes`)
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1))
      if (paths.has(path.slice(0, end))) refuse(name, `stands below the file \`${path.slice(0, end)}\``)
  }
}

function shortened(name: string): string {
  return name.length > 60 ? `${name.slice(0, 60)}…` : name
}
