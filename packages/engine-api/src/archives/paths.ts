import { posix } from 'node:path'

/** An absolute path without empty, `.` and `..` parts, and without a slash at its end. */
export function normalPath(path: string): string {
  return posix.resolve('/', path)
}

/** Whether a path is the directory or lies below it; both normal. */
export function isWithin(path: string, directory: string): boolean {
  return directory === '/' || path === directory || path.startsWith(`${directory}/`)
}

/** The directories above a normal path, the outermost first, without the root. */
export function directoriesAbove(path: string): readonly string[] {
  const parts = path.split('/').slice(1, -1)
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`)
}
